"""What an edition does to one stored question: nothing, or an effect of its kind with both answers, to the fen."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from kernel.ids import new_id
from policy.determinations import determine, replay_as_of
from policy.engine import RULES, decide
from policy.impact import WORTH, Asked, Effect, effect
from policy.loader import load_pack
from policy.schema import Pack
from policy.snapshots import Acceptance, Edition, Snapshot
from tests.policy.cases import ACCEPTED, all_cases, default_settings, snapshot_with
from tests.unit.policy.test_editions import a_pack

FIRST_DAY = Acceptance(date(2027, 1, 1), datetime(2026, 12, 1, tzinfo=UTC))
FACTS = {"carrier_kind": "makerspace", "level": "municipal", "designation": "key", "earlier_awards": []}
NO_AMOUNT_OF_THE_APPLICANTS = {
    ("layered_loss_share", "share_recovery"), ("investment_loss_share", "share_recovery"), ("envelope", "appropriate"),
}  # fmt: skip


def weighed(pack: Pack, facts: dict[str, Any] | None = None, *, base: Snapshot | None = None) -> Effect | None:
    base = base or snapshot_with("xuzhou", default_settings("xuzhou"))
    edition = Edition(
        pack=pack, effective_on=FIRST_DAY.on, recorded_at=FIRST_DAY.at, reason="r", set_by="a", approved_by="b"
    )
    asked = Asked("award.recognition", "award", FACTS if facts is None else facts)
    return effect(asked, without=base, with_edition=base.with_edition(edition), accepted=FIRST_DAY)


def changed(**changes: Any) -> Pack:
    return load_pack("xuzhou").model_copy(update=changes)


def programme_with(**terms: Any) -> Pack:
    programmes = dict(load_pack("xuzhou").programmes)
    award = programmes["award.recognition"]
    programmes["award.recognition"] = award.model_copy(update={"terms": award.terms.model_copy(update=terms)})
    return changed(programmes=programmes)


@pytest.mark.parametrize(("fen", "kind"), [(30_000_001, "gain"), (29_999_999, "loss")])
def test_more_and_less_to_the_fen(fen: int, kind: str) -> None:
    found = weighed(a_pack(fen))
    assert found is not None
    assert (found.kind, found.worth_fen, found.cost_fen) == (kind, fen - 30_000_000, fen - 30_000_000)
    assert (found.before.amounts, found.after.amounts) == ({"award": 30_000_000}, {"award": fen})


def test_what_stays_the_same_is_no_effect() -> None:
    assert weighed(a_pack(30_000_000)) is None
    assert weighed(a_pack(40_000_000), FACTS | {"level": "provincial"}) is None


def test_who_falls_out_and_who_comes_in() -> None:
    narrower = programme_with(carrier_kinds=("incubator",))
    lost = weighed(narrower)
    assert lost is not None
    assert (lost.kind, lost.cost_fen, lost.after.reasons) == (
        "no_longer_eligible", -30_000_000, ("carrier_kind_out_of_scope",),
    )  # fmt: skip
    wider = programme_with(carrier_kinds=("makerspace", "cluster"))
    won = weighed(wider, FACTS | {"carrier_kind": "cluster"})
    assert won is not None
    assert (won.kind, won.worth_fen) == ("newly_eligible", 30_000_000)


def test_other_reasons_for_the_same_refusal_are_an_effect_without_an_amount() -> None:
    found = weighed(programme_with(carrier_kinds=("incubator",)), FACTS | {"designation": "filed"})
    assert found is not None
    assert (found.kind, found.worth_fen, found.cost_fen) == ("other", 0, 0)


def test_a_programme_that_is_gone_and_facts_that_no_longer_fit() -> None:
    programmes = dict(load_pack("xuzhou").programmes)
    fund_kind = programmes.pop("award.recognition")
    gone = weighed(changed(programmes=programmes))
    assert gone is not None
    assert (gone.kind, gone.after.outcome, gone.cost_fen) == ("no_longer_eligible", "no_programme", -30_000_000)
    programmes["award.recognition"] = fund_kind
    assert weighed(changed(programmes=programmes), FACTS | {"surprise": 1}) is None  # unreadable on both sides


def test_what_operators_set_since_is_no_effect_of_the_edition() -> None:
    opened = {key: value for key, value in default_settings("xuzhou").items() if key != "fund.award_subsidy.period"}
    assert weighed(a_pack(40_000_000), base=snapshot_with("xuzhou", opened)) is None  # open without it and with it


def test_every_act_that_pays_says_what_it_is_worth() -> None:
    assert set(WORTH) <= set(RULES)
    for case in all_cases():
        ruling = decide(case.snapshot(), programme=case.programme, act=case.act, facts=case.facts, accepted=ACCEPTED)
        kind = (load_pack(case.pack).programmes[case.programme].terms.kind, case.act)
        if ruling.amounts and kind not in NO_AMOUNT_OF_THE_APPLICANTS:
            assert WORTH[kind].amount in ruling.amounts, case.name


def test_a_replay_as_of_another_day_names_what_is_decided_otherwise_and_nothing_else() -> None:
    base = snapshot_with("xuzhou", default_settings("xuzhou"))
    edition = Edition(
        pack=a_pack(31_000_000), effective_on=FIRST_DAY.on, recorded_at=FIRST_DAY.at, reason="r", set_by="a",
        approved_by="b",
    )  # fmt: skip
    later = base.with_edition(edition)
    record = determine(base, id=new_id(), programme="award.recognition", act="award", facts=FACTS, accepted=ACCEPTED)
    assert replay_as_of(record, later, accepted=ACCEPTED) == []
    named = {entry.path: (entry.recorded, entry.replayed) for entry in replay_as_of(record, later, accepted=FIRST_DAY)}
    assert named["$.amounts.award"] == (30_000_000, 31_000_000)
    assert set(named) >= {"$.amounts.award"}
    assert not {path for path in named if path.startswith(("$.snapshot", "$.accepted", "$.id"))}
    programmes = {key: value for key, value in base.pack.programmes.items() if key != "award.recognition"}
    without = base.with_edition(edition.model_copy(update={"pack": changed(programmes=programmes)}))
    (gone,) = replay_as_of(record, without, accepted=FIRST_DAY)
    assert (gone.path, gone.recorded, gone.replayed) == ("$.programme", "award.recognition", None)
