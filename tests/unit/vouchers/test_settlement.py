from datetime import date, timedelta
from uuid import UUID

import pytest

from kernel.findings import codes
from kernel.moves import IllegalMove, status_after
from services.vouchers.settlement.rules import (
    Control,
    Item,
    Totals,
    confirmation_findings,
    drawing_findings,
    totals,
)
from services.vouchers.settlement.states import MOVES, Fact, Status

TODAY = date(2027, 1, 4)
DAY = timedelta(days=1)
ONE, TWO, FOUND = UUID(int=1), UUID(int=2), UUID(int=3)


def test_the_two_sides_are_summed_apart() -> None:
    items = [Item(ONE, None, 100, TODAY), Item(TWO, None, 50, TODAY), Item(ONE, FOUND, -30, TODAY)]
    assert (totals(items), totals(items).total_fen) == (Totals(150, 30), 120)
    assert totals([]) == Totals(0, 0)


def test_a_statement_pays_something_of_a_period_that_is_over() -> None:
    redeemed, taken_back = Item(ONE, None, 2, TODAY), Item(ONE, FOUND, -2, TODAY)
    assert drawing_findings([redeemed], lines_max=5, until_on=TODAY, today=TODAY) == []
    assert codes(drawing_findings([redeemed, taken_back], lines_max=5, until_on=TODAY + DAY, today=TODAY)) == [
        "period_not_over",
        "nothing_to_settle",
    ]
    assert codes(drawing_findings([taken_back], lines_max=5, until_on=TODAY, today=TODAY)) == ["nothing_to_settle"]
    assert drawing_findings([redeemed] * 5, lines_max=5, until_on=TODAY, today=TODAY) == []
    assert codes(drawing_findings([redeemed] * 6, lines_max=5, until_on=TODAY, today=TODAY)) == ["too_many_lines"]


@pytest.mark.parametrize("until", [None, TODAY - DAY])
def test_a_second_person_confirms_when_the_notice_is_over(until: date | None) -> None:
    assert (
        confirmation_findings(confirmer="c", worked_on_by=["a", "b"], notice_until_on=until, today=TODAY, found=0) == []
    )


def test_everything_against_a_confirmation_at_once() -> None:
    found = confirmation_findings(confirmer="b", worked_on_by=["a", "b"], notice_until_on=TODAY, today=TODAY, found=2)
    assert codes(found) == ["prepared_by_same_person", "notice_running", "finding_waiting"]


def test_control_totals_agree_to_the_fen() -> None:
    assert Control(10, 7, 3).agrees
    assert not Control(10, 7, 2).agrees


def test_what_is_withdrawn_stays_so_and_what_is_confirmed_is_paid_or_annulled() -> None:
    for fact in Fact:
        with pytest.raises(IllegalMove):
            status_after(fact, Status.WITHDRAWN, MOVES)
    assert [fact for fact in Fact if Status.CONFIRMED in MOVES[fact].sources] == [Fact.PAID, Fact.ANNULLED]
    assert [fact for fact in Fact if Status.PAID in MOVES[fact].sources] == [Fact.RETURNED]
