"""The spine's story, through the gateway of a running instance."""

import pytest

from devtools.demo.story import Story
from tests.builders.story import told_once

pytestmark = pytest.mark.timeout(400)  # the first to ask waits for the whole product to start


def test_the_story_ends_with_the_books_to_the_fen(story: Story) -> None:
    told_once(story)


def test_each_payment_rests_on_a_clause_a_determination_two_people_and_the_bank(story: Story) -> None:
    for order_id in story.orders:
        chain = story.stage.auditor.get(f"/v1/funds/payment-orders/{order_id}/chain")
        assert {clause["id"] for clause in chain["clauses"]} & {"XZ-23", "XZ-33"}
        assert chain["parameters"]
        assert chain["determination"]["outcome"] == "eligible"
        assert len({step["approved_by"] for step in chain["approvals"]}) == 2
        assert [entry["fact"] for entry in chain["entries"]] == ["payment.committed", "payment.settled"]
        assert [advice["outcome"] for advice in chain["payment"]["advice"]] == ["settled"]


def test_the_overview_hears_every_service_and_all_is_green(story: Story) -> None:
    found = story.stage.auditor.get("/v1/window/overview")
    assert (found["missing"], found["audit"]) == ([], {"colour": "green", "evidence": []})
    script = story.stage.script
    paid = script.awards.first_fen + script.awards.on_rise_fen + script.loan.paid_fen
    assert (found["funds"]["paid_fen"], found["funds"]["claims_open"]) == (paid, 0)
    assert found["registry"]["carriers"] == 1
    assert {item["item"] for item in found["cases"]} >= {"recognise-key-makerspace"}
