"""Which pack decides: by the day a case was accepted, and by what was known then."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from kernel.ids import new_id
from policy.determinations import determine, replay
from policy.engine import ProgrammeUnknown, decide
from policy.loader import load_pack
from policy.schema import Pack
from policy.snapshots import Acceptance, Edition, Setting, Snapshot, first_snapshot, inconsistent, open_findings
from tests.policy.cases import default_settings, snapshot_with

AMOUNT = "award.recognition.municipal"
FACTS = {"carrier_kind": "makerspace", "level": "municipal", "designation": "key", "earlier_awards": []}
FIRST, SECOND, THIRD = 30_000_000, 40_000_000, 50_000_000


def a_pack(amount_fen: int, **changes: Any) -> Pack:
    """Xuzhou's, with another amount for municipal carriers."""
    pack = load_pack("xuzhou")
    parameter = pack.parameters[AMOUNT]
    values = (parameter.values[0].model_copy(update={"value": amount_fen}),)
    parameters = {**pack.parameters, AMOUNT: parameter.model_copy(update={"values": values})}
    return pack.model_copy(update={"parameters": parameters, **changes})


def an_edition(pack: Pack, *, on: date, known: date) -> Edition:
    at = datetime(known.year, known.month, known.day, 2, tzinfo=UTC)
    return Edition(pack=pack, effective_on=on, recorded_at=at, reason="新文件", set_by="a", approved_by="b")


def accepted(on: date, known: date | None = None) -> Acceptance:
    known = known or on
    return Acceptance(on, datetime(known.year, known.month, known.day, 8, tzinfo=UTC))


def a_snapshot(*editions: Edition) -> Snapshot:
    snapshot = snapshot_with("xuzhou", default_settings("xuzhou"))
    for edition in editions:
        snapshot = snapshot.with_edition(edition)
    return snapshot


def awarded(snapshot: Snapshot, when: Acceptance) -> int:
    return decide(snapshot, programme="award.recognition", act="award", facts=FACTS, accepted=when).amounts["award"]


@pytest.mark.parametrize(
    ("on", "known", "decided"),
    [
        (date(2026, 12, 31), None, FIRST),  # the day before the first day, known
        (date(2027, 1, 1), None, SECOND),  # the first day
        (date(2027, 1, 2), None, SECOND),
        (date(2027, 1, 1), date(2026, 11, 30), FIRST),  # in force on the day, but nobody knew it yet
        (date(2027, 1, 1), date(2026, 12, 1), SECOND),
        (date(2027, 5, 31), None, SECOND),  # the third is approved and has not begun
        (date(2027, 6, 1), None, THIRD),
        (date(2027, 6, 1), date(2027, 2, 28), SECOND),  # before the third was known
        (date(2028, 1, 1), date(2026, 11, 30), FIRST),
    ],
)  # fmt: skip
def test_the_pack_that_decides(on: date, known: date | None, decided: int) -> None:
    snapshot = a_snapshot(
        an_edition(a_pack(SECOND), on=date(2027, 1, 1), known=date(2026, 12, 1)),
        an_edition(a_pack(THIRD), on=date(2027, 6, 1), known=date(2027, 3, 1)),
    )
    assert awarded(snapshot, accepted(on, known)) == decided


def test_of_two_the_later_first_day_wins_and_of_one_day_the_later_known() -> None:
    early = an_edition(a_pack(SECOND), on=date(2027, 1, 1), known=date(2026, 12, 3))
    late = an_edition(a_pack(THIRD), on=date(2027, 2, 1), known=date(2026, 12, 1))
    assert awarded(a_snapshot(late, early), accepted(date(2027, 1, 31))) == SECOND
    assert awarded(a_snapshot(late, early), accepted(date(2027, 2, 1))) == THIRD
    corrected = an_edition(a_pack(FIRST + 1), on=date(2027, 1, 1), known=date(2026, 12, 4))
    assert awarded(a_snapshot(early, corrected), accepted(date(2027, 1, 1))) == FIRST + 1
    assert awarded(a_snapshot(early, corrected), accepted(date(2027, 1, 1), date(2026, 12, 3))) == SECOND


def test_a_policy_in_force_is_the_published_one_with_another_pack() -> None:
    snapshot = a_snapshot(an_edition(a_pack(SECOND), on=date(2027, 1, 1), known=date(2026, 12, 1)))
    policy = snapshot.in_force(accepted(date(2027, 1, 1)))
    assert policy is snapshot.in_force(accepted(date(2027, 8, 1)))
    assert (policy.version, policy.hash, policy.body) == (snapshot.version, snapshot.hash, snapshot.body)
    assert policy.pack.hash != snapshot.pack.hash
    assert policy.published is snapshot
    assert snapshot.in_force(accepted(date(2026, 12, 31))) is snapshot
    assert policy.with_settings([]).editions == snapshot.editions
    again = Snapshot.from_body(snapshot.body)
    assert (again, again.hash) == (snapshot, snapshot.hash)


def test_a_snapshot_without_editions_has_the_hash_it_always_had() -> None:
    snapshot = first_snapshot("320300", load_pack("xuzhou"))
    assert set(snapshot.body) == {"city_code", "version", "pack", "settings"}
    assert "editions" in a_snapshot(an_edition(a_pack(SECOND), on=date(2027, 1, 1), known=date(2026, 12, 1))).body


def test_an_edition_needs_a_second_person() -> None:
    with pytest.raises(ValidationError, match="does not approve"):
        Edition(
            pack=a_pack(SECOND), effective_on=date(2027, 1, 1), recorded_at=datetime(2026, 12, 1, tzinfo=UTC),
            reason="r", set_by="a", approved_by="a",
        )  # fmt: skip


def test_settings_carry_over_by_key_where_they_still_fit() -> None:
    pack = load_pack("xuzhou")
    period, shares = "fund.award_subsidy.period", "loan_pool.share.city"
    narrower = pack.parameters[period].model_copy(update={"choices": pack.parameters[period].choices[1:]})
    stated = pack.parameters[shares].model_copy(update={
        "status": "stated", "left_open_by": None, "owner_role": None,
        "values": (pack.parameters[AMOUNT].values[0].model_copy(update={"value": 2500}),),
    })  # fmt: skip
    gone = "loan_pool.overdue_days"
    parameters = {**pack.parameters, period: narrower, shares: stated}
    del parameters[gone]
    edition = an_edition(
        pack.model_copy(update={"parameters": parameters}), on=date(2027, 1, 1), known=date(2026, 12, 1)
    )
    snapshot = a_snapshot(edition)
    before, after = accepted(date(2026, 12, 31)), accepted(date(2027, 1, 1))

    def value(key: str, when: Acceptance) -> Any:
        resolved = snapshot.value(key, accepted=when)
        return resolved.value if resolved else None

    assert (value(period, before), value(period, after)) == (pack.parameters[period].choices[0].id, None)
    assert (value(shares, before), value(shares, after)) == (3000, 2500)
    assert value("loan_pool.share.bank", after) == value("loan_pool.share.bank", before)
    with pytest.raises(KeyError):
        value(gone, after)
    assert [found.facts["parameter"] for found in open_findings(snapshot, [period], accepted=after)] == [period]
    assert open_findings(snapshot, [period], accepted=before) == []
    assert [found.code for found in inconsistent(snapshot, [shares], accepted=after)] == ["parameters_inconsistent"]


def test_a_programme_of_a_later_edition_exists_for_later_cases_only() -> None:
    programmes = {**load_pack("xuzhou").programmes}
    programmes["award.new"] = programmes["award.recognition"].model_copy(update={"id": "award.new"})
    edition = an_edition(a_pack(SECOND, programmes=programmes), on=date(2027, 1, 1), known=date(2026, 12, 1))
    asked = {"programme": "award.new", "act": "award", "facts": FACTS}
    assert decide(a_snapshot(edition), accepted=accepted(date(2027, 1, 1)), **asked).amounts == {"award": SECOND}
    with pytest.raises(ProgrammeUnknown):
        decide(a_snapshot(edition), accepted=accepted(date(2026, 12, 31)), **asked)


def test_a_determination_made_before_an_edition_replays_to_the_same_bytes_after_it() -> None:
    before = a_snapshot()
    asked = {"programme": "award.recognition", "act": "award", "facts": FACTS}
    record = determine(before, id=new_id(), accepted=accepted(date(2026, 12, 31)), **asked)
    assert replay(record, before) == []
    after = before.with_edition(an_edition(a_pack(SECOND), on=date(2027, 1, 1), known=date(2026, 12, 1)))
    later = determine(after, id=new_id(), accepted=accepted(date(2027, 1, 1)), **asked)
    assert (record.amounts["award"], later.amounts["award"]) == (FIRST, SECOND)
    assert replay(later, after) == []
    assert {difference.path for difference in replay(record, after)} == {"$.snapshot.hash", "$.snapshot.version"}


def test_what_was_known_leaves_out_what_came_later_even_where_it_was_to_reach_back() -> None:
    late = Setting(
        parameter="loan_pool.overdue_days", value=90, effective_on=date(2026, 12, 1),
        recorded_at=datetime(2026, 12, 1, tzinfo=UTC), reason="r", set_by="a", approved_by="b", applies_to_pending=True,
    )  # fmt: skip
    edition = an_edition(a_pack(SECOND), on=date(2026, 12, 1), known=date(2026, 12, 1))
    snapshot = a_snapshot(edition).with_settings([late])
    moment = datetime(2026, 11, 30, tzinfo=UTC)
    known = snapshot.known_at(moment)
    when = Acceptance(date(2027, 1, 1), moment)
    assert known.editions == ()
    assert known.value("loan_pool.overdue_days", accepted=when).value == 60
    assert snapshot.value("loan_pool.overdue_days", accepted=when).value == 90
