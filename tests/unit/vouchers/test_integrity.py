from datetime import date, timedelta
from uuid import UUID

import pytest

from kernel.findings import codes
from kernel.moves import IllegalMove, status_after
from services.vouchers.integrity.bars import states as bar_states
from services.vouchers.integrity.bars.rules import BarredDays, barred_until, confirmation_findings, days_findings
from services.vouchers.integrity.findings import states as finding_states
from services.vouchers.integrity.findings.rules import reversal_findings
from services.vouchers.integrity.measures.rules import ground_findings
from services.vouchers.integrity.rules import second_person_findings
from services.vouchers.integrity.signals.rules import Held, Pair, RankedPair, held_together, pairs_above_the_rest

FIRST, LAST = date(2026, 12, 1), date(2027, 11, 30)
DAY = timedelta(days=1)


def test_a_bar_holds_from_its_first_day_to_the_end_of_its_last() -> None:
    bar = BarredDays(FIRST, LAST)
    assert [bar.holds(day) for day in (FIRST - DAY, FIRST, LAST, LAST + DAY)] == [False, True, True, False]


def test_a_lifted_bar_held_until_the_day_before() -> None:
    bar = BarredDays(FIRST, LAST, lifted_on=FIRST + 10 * DAY)
    assert [bar.holds(FIRST + days * DAY) for days in (0, 9, 10, 11)] == [True, True, False, False]


def test_the_longest_of_several_bars_is_named() -> None:
    bars = [BarredDays(FIRST, LAST), BarredDays(FIRST, LAST + DAY), BarredDays(FIRST, LAST + 9 * DAY, lifted_on=FIRST)]
    assert barred_until(bars, FIRST) == LAST + DAY
    assert barred_until(bars, FIRST - DAY) is None
    assert barred_until([], FIRST) is None


def test_a_bar_looks_ahead() -> None:
    assert days_findings(from_on=FIRST, until_on=FIRST, today=FIRST) == []
    assert codes(days_findings(from_on=FIRST, until_on=FIRST - DAY, today=FIRST + DAY)) == [
        "bar_ends_before_it_begins",
        "bar_begins_in_past",
    ]
    assert confirmation_findings(until_on=LAST, today=LAST) == []
    assert codes(confirmation_findings(until_on=LAST, today=LAST + DAY)) == ["bar_is_over"]


def test_nobody_confirms_what_they_proposed() -> None:
    assert codes(second_person_findings(confirmer="a", proposed_by="a")) == ["proposed_by_same_person"]
    assert second_person_findings(confirmer="b", proposed_by="a") == []


@pytest.mark.parametrize(("amount_fen", "before_fen"), [(100, 0), (1, 99), (60, 40)])
def test_as_much_as_was_redeemed_is_reversed(amount_fen: int, before_fen: int) -> None:
    asked = {"redeemed_fen": 100, "reversed_before_fen": before_fen, "is_booked": True, "settlement_id": None}
    assert reversal_findings(amount_fen=amount_fen, **asked) == []  # type: ignore[arg-type]
    assert codes(reversal_findings(amount_fen=amount_fen + 1, **asked)) == ["above_redeemed"]  # type: ignore[arg-type]


def test_what_is_in_transit_is_not_reversed_and_all_reasons_come_at_once() -> None:
    found = reversal_findings(amount_fen=2, redeemed_fen=1, reversed_before_fen=0, is_booked=False, settlement_id=None)
    assert codes(found) == ["above_redeemed", "redemption_in_transit"]


def test_a_ground_is_a_clause_of_the_policy() -> None:
    assert ground_findings(["WH-18"], known={"WH-18"}) == []
    (found,) = ground_findings(["WH-18", "XZ-1"], known={"WH-18"})
    assert (found.code, found.facts) == ("clause_unknown", {"unknown": ["XZ-1"]})


def test_what_is_declined_lifted_dropped_or_booked_stays_so() -> None:
    for fact in bar_states.Fact:
        for ended in (bar_states.Status.DECLINED, bar_states.Status.LIFTED):
            with pytest.raises(IllegalMove):
                status_after(fact, ended, bar_states.MOVES)
    for told in finding_states.Fact:
        for ended_finding in (finding_states.Status.DROPPED, finding_states.Status.BOOKED):
            with pytest.raises(IllegalMove):
                status_after(told, ended_finding, finding_states.MOVES)


def test_pairs_above_the_average_are_ranked_and_the_others_are_not_named() -> None:
    a, b, p, q = (UUID(int=number) for number in range(1, 5))
    rare, busy, busiest = Pair(a, q, 1, 500), Pair(a, p, 3, 100), Pair(b, p, 4, 70)
    found = pairs_above_the_rest([rare, busy, busiest])
    assert found == [RankedPair(busiest, 70, 170), RankedPair(busy, 600, 170)]
    assert pairs_above_the_rest([rare]) == pairs_above_the_rest([rare, Pair(b, q, 1, 9)]) == []


def test_holders_under_one_controller_are_one_group_whoever_was_asked_about() -> None:
    a, b, c, absent = (UUID(int=number) for number in range(1, 5))
    held = {one: Held(one, "某公司", 1, fen) for one, fen in ((a, 10), (b, 20), (c, 40))}
    found = held_together(held, [{a, b, absent}, {b, a, absent}, {c, absent}])
    assert [[one.holder_id for one in group] for group in found] == [[b, a]]
