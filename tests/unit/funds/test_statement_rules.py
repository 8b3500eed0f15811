"""What a statement means beside the orders."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.ids import encode_id
from services.funds.payments.cells import yuan_in
from services.funds.statements.rules import Line, OpenItem, Statement, advice_of, ageing, statement_findings

TODAY = date(2026, 11, 20)
AGES = (3, 10, 30)


def line(fen: int, end_to_end: str | None = None) -> Line:
    return Line(fen, TODAY, "R-1", end_to_end, None)


def test_money_out_settles_and_money_back_returns() -> None:
    order = uuid4()
    out, back = advice_of(line(-100, encode_id("pay", order))), advice_of(line(100, encode_id("pay", order)))
    assert out is not None
    assert back is not None
    assert [(found.order_id, found.kind, found.amount_fen) for found in (out, back)] == [
        (order, "settled", 100), (order, "returned", 100),
    ]  # fmt: skip


@pytest.mark.parametrize("end_to_end", [None, "", "NOTPROVIDED", "ent_01kb0000000000000000000000", "pay_x", "pay_"])
def test_what_names_no_order_of_ours_says_nothing_of_one(end_to_end: str | None) -> None:
    assert advice_of(line(-100, end_to_end)) is None


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(-(10**9), 10**9)), st.integers(-5, 5))
def test_a_statement_adds_up_or_says_by_how_much_it_does_not(opening: int, moved: list[int], wrong: int) -> None:
    lines = tuple(line(fen) for fen in moved)
    statement = Statement("S", "1", opening, opening + sum(moved) - wrong, lines)
    found = statement_findings(statement, is_ours=True, last_closing_fen=None)
    assert [finding.facts["difference_fen"] for finding in found] == ([wrong] if wrong else [])


@given(st.lists(st.integers(0, 400)))
def test_every_open_item_has_one_age(waited: list[int]) -> None:
    items = [OpenItem("order_missing", uuid4(), 1, TODAY - timedelta(days=days)) for days in waited]
    groups = ageing(items, today=TODAY, ages=AGES)
    assert sum(group.items for group in groups) == len(items)
    assert [group.to_days for group in groups] == [*AGES, None]


@pytest.mark.parametrize(("cell", "fen"), [("1,234.50", 123_450), (300000.1, 30_000_010), (" -7 ", -700), (5, 500)])
def test_an_amount_is_read_to_the_fen(cell: object, fen: int) -> None:
    assert yuan_in(cell) == fen


@pytest.mark.parametrize("cell", ["1_000", "1E3", 1e16, "1.005", "1.", ",", "", "NaN", "+1", "9" * 14, True, None])
def test_what_is_not_plainly_an_amount_is_none(cell: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        yuan_in(cell)
