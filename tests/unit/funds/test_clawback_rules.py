"""What may be demanded back, decided, set off and spread over time; and what of bound money went to its use."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.findings import codes
from kernel.moves import IllegalMove, status_after
from services.funds.chart import Line
from services.funds.clawback.postings import (
    Debt,
    clawback_received,
    clawback_set_off,
    clawback_upheld,
    clawback_written_off,
)
from services.funds.clawback.rules import (
    Instalment,
    collection_findings,
    decision_findings,
    demand_findings,
    due_by,
    offset_findings,
    plan_findings,
)
from services.funds.clawback.states import MOVES, Fact, Status
from services.funds.spending.rules import bound_fen, by_purpose, share_bp_of, short_of

DAY = date(2026, 11, 26)
LINE, OTHER = Line("fund.award_subsidy", 2026), Line("fund.loan_risk", 2027)
DEBT = Debt(UUID(int=1), LINE, UUID(int=2), UUID(int=3), None)


@pytest.mark.parametrize(("fact", "status"), [(fact, status) for fact in Fact for status in Status])
def test_it_moves_as_the_table_says_and_no_other_way(fact: Fact, status: Status) -> None:
    allowed = {
        (Fact.NOTIFIED, Status.FOUND): Status.NOTIFIED,
        (Fact.OBJECTED, Status.NOTIFIED): Status.OBJECTED,
        (Fact.UPHELD, Status.NOTIFIED): Status.RECEIVABLE,
        (Fact.UPHELD, Status.OBJECTED): Status.RECEIVABLE,
        (Fact.DROPPED, Status.FOUND): Status.DROPPED,
        (Fact.DROPPED, Status.NOTIFIED): Status.DROPPED,
        (Fact.DROPPED, Status.OBJECTED): Status.DROPPED,
        (Fact.COLLECTED, Status.RECEIVABLE): Status.COLLECTED,
        (Fact.WRITTEN_OFF, Status.RECEIVABLE): Status.WRITTEN_OFF,
    }
    if (fact, status) in allowed:
        assert status_after(fact, status, MOVES) is allowed[fact, status]
    else:
        with pytest.raises(IllegalMove):
            status_after(fact, status, MOVES)


def test_all_that_is_against_it_is_said_at_once() -> None:
    demand = {"demanded_fen": 11, "paid_fen": 20, "demanded_before_fen": 10, "is_settled": True, "is_demandable": True}
    assert codes(demand_findings(**demand)) == ["above_paid"]  # type: ignore[arg-type]
    other = demand | {"is_settled": False, "is_demandable": False}
    assert codes(demand_findings(**other)) == ["not_demandable", "not_paid"]  # type: ignore[arg-type]
    assert codes(decision_findings(decided_fen=2, demanded_fen=1, object_until_on=DAY, has_objected=False, on=DAY)) == [
        "above_demand",
        "objection_time_running",
    ]
    after = DAY + timedelta(days=1)
    assert decision_findings(decided_fen=1, demanded_fen=1, object_until_on=DAY, has_objected=False, on=after) == []
    assert decision_findings(decided_fen=1, demanded_fen=1, object_until_on=DAY, has_objected=True, on=DAY) == []
    assert codes(collection_findings(amount_fen=2, outstanding_fen=1, on=after, not_before=None, today=DAY)) == [
        "above_outstanding",
        "date_in_future",
    ]
    early = collection_findings(amount_fen=1, outstanding_fen=1, on=DAY, not_before=after, today=after)
    assert codes(early) == ["date_too_early"]
    assert codes(offset_findings(amount_fen=2, order_fen=1, is_same_payee=False, is_same_order=True)) == [
        "another_payee",
        "same_payment",
        "above_payment",
    ]
    parts = [Instalment(DAY, 1), Instalment(DAY, 1)]
    assert codes(plan_findings(parts, outstanding_fen=3, today=DAY)) == [
        "plan_does_not_add_up", "plan_in_past", "plan_day_twice",
    ]  # fmt: skip


def test_what_should_have_come_by_a_day() -> None:
    until = DAY + timedelta(days=10)
    assert [due_by([], decided_fen=9, pay_until_on=until, on=day) for day in (DAY, until)] == [0, 9]
    # 2 of 9 had come when the plan of the other 7 was made
    parts = [Instalment(DAY, 3), Instalment(until, 4)]
    days = (DAY - timedelta(days=1), DAY, until - timedelta(days=1), until)
    assert [due_by(parts, decided_fen=9, pay_until_on=DAY, on=day) for day in days] == [2, 5, 5, 9]


@given(st.integers(1, 10**12), st.sampled_from([LINE, OTHER]))
def test_every_entry_balances_for_each_line_by_itself(amount: int, paying: Line) -> None:
    entries = [
        clawback_upheld(DEBT, amount, on=DAY),
        clawback_received(DEBT, amount, on=DAY),
        clawback_set_off(DEBT, amount, paying=paying, payee_id=DEBT.payee_id, on=DAY),
        clawback_written_off(DEBT, amount, on=DAY),
    ]
    for entry in entries:
        for line in {LINE, paying}:
            assert sum(leg.signed_fen for leg in entry.legs if leg.account.startswith(line.prefix)) == 0
        assert len({leg.account for leg in entry.legs}) == len(entry.legs)


@given(st.integers(1, 10**12), st.integers(0, 10**12), st.integers(1, 10_000))
def test_money_is_short_exactly_when_its_share_was_missed(amount: int, rent: int, share: int) -> None:
    spent = by_purpose([("rent", rent), ("other", 5)])
    bound = bound_fen(spent, ("rent", "staff"))
    reached = share_bp_of(bound, amount)
    assert (bound, reached <= 10_000) == (rent, True)
    if reached < share:
        assert 0 < short_of(bound, amount_fen=amount, share_bp=share) <= amount
