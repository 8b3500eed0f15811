"""A new edition of the pack, weighed against everything the story decided; every payment still replays to its bytes."""

from typing import Any

import pytest

from devtools.demo.cast import Refused, wait_for
from devtools.demo.story import Story
from tests.builders.editions import an_edition

pytestmark = pytest.mark.timeout(400)
NEW_FEN = 50_000_000


def test_an_edition_is_weighed_approved_and_told_and_what_was_decided_stands(story: Story) -> None:
    stage = story.stage
    where = f"/v1/window/policies/{stage.city}/editions"
    edition = stage.operator.post(where, an_edition(stage.today))

    def complete() -> Any:
        shown = stage.auditor.get(f"{where}/{edition['id']}")
        return shown if shown["report"]["status"] == "complete" else None

    report = wait_for("the edition to be weighed", complete)["report"]
    assert {place["service"]: place["asked"] > 0 for place in report["services"]} == {
        "funds": True, "registry": True, "vouchers": False,
    }  # fmt: skip
    # The rise was paid the difference to what was had before, and the provincial amount is the same.
    assert (report["totals"]["gains"], report["totals"]["losses"]) == (1, 0)
    assert report["totals"]["cost_fen"] == NEW_FEN - story.stage.script.awards.first_fen
    with pytest.raises(Refused) as refused:
        stage.operator.post(f"{where}/{edition['id']}/approval", {})
    assert refused.value.status == 403
    approved = stage.officer_2.post(f"{where}/{edition['id']}/approval", {"note": "影响报告已阅"})
    assert (approved["status"], approved["report"]["status"]) == ("approved", "complete")
    stage.settle()

    effects = stage.auditor.get(f"{where}/{edition['id']}/effects")["items"]
    determined = {order: _determination_of(story, order) for order in story.orders}
    assert [effect["determination_id"] for effect in effects] == [determined[story.orders[0]]]
    differ = {}
    for order, determination in determined.items():
        path = f"/v1/funds/determinations/{determination}/replay"
        assert stage.auditor.get(path)["differences"] == []
        latest = stage.auditor.get(path, against="latest")["differences"]
        differ[order] = [entry["replayed"] for entry in latest if entry["path"] == "$.amounts.award"]
    assert list(differ.values()) == [[NEW_FEN], [], []]


def _determination_of(story: Story, order: str) -> Any:
    return story.stage.auditor.get(f"/v1/funds/payment-orders/{order}/chain")["determination"]["id"]
