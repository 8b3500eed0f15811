"""Control totals: whatever the lines are, nothing is lost, nothing counted twice, and every fact has its line."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.funds.loan_pool.daily.rules import control_totals, sequence_of
from services.funds.loan_pool.movements.states import LATER, Fact

LINES = st.lists(st.tuples(st.sampled_from(Fact), st.integers(0, 2**53 - 1)))


@given(LINES)
def test_totals_are_those_of_the_lines(lines: list[tuple[Fact, int]]) -> None:
    totals = control_totals(Fact, lines)
    assert [total.fact for total in totals] == list(Fact)
    assert sum(total.count for total in totals) == len(lines)
    assert sum(total.amount_fen for total in totals) == sum(amount for _, amount in lines)
    for total in totals:
        assert total.count == sum(fact is total.fact for fact, _ in lines)
        assert total.amount_fen == sum(amount for fact, amount in lines if fact is total.fact)


@given(LINES)
def test_a_later_fact_has_a_total_only_where_it_happened(lines: list[tuple[Fact, int]]) -> None:
    """Else days that were told before there was such a fact would change their bytes."""
    happened = {fact for fact, _ in lines}
    totals = control_totals(Fact, lines, later=LATER)
    assert [total.fact for total in totals] == [fact for fact in Fact if fact not in LATER or fact in happened]


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 20_000))
def test_the_number_of_a_file_has_no_gap(admitted_on: date, days: int) -> None:
    on = admitted_on + timedelta(days=days)
    here, following = (sequence_of(day, admitted_on=admitted_on) for day in (on, on + timedelta(days=1)))
    assert (here, following) == (days + 1, days + 2)
