from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.ids import new_id
from ledger.entries import (
    MAX_FEN,
    Account,
    Entry,
    Hold,
    Kind,
    Leg,
    NotAnEntryError,
    Side,
    credit,
    debit,
    reversal,
    reversed_legs,
)

DAY = date(2026, 11, 20)


def test_postings_read_like_accounting() -> None:
    pool = Account("pool", Kind.ASSET, "资金池", "Pool", spendable=True)
    entry = Entry("claim.paid", DAY, [debit("compensation", 30_000_000), credit(pool, 30_000_000)])
    assert entry.legs == [Leg("compensation", 30_000_000), Leg("pool", -30_000_000)]
    assert [(leg.side, leg.amount_fen) for leg in entry.legs] == [(Side.DEBIT, 30_000_000), (Side.CREDIT, 30_000_000)]


@pytest.mark.parametrize("amount", [0, -1, MAX_FEN + 1, True, "5", 5.0, None])
@pytest.mark.parametrize("side", [debit, credit])
def test_an_amount_is_a_whole_number_of_fen_from_one_on(side: object, amount: object) -> None:
    with pytest.raises(NotAnEntryError, match="whole number of fen"):
        side("pool", amount)


@pytest.mark.parametrize(
    ("legs", "message"),
    [
        ([], "at least two legs"),
        ([Leg("pool", 0)], "at least two legs"),
        ([debit("pool", 1)], "differ by 1 fen"),
        ([debit("a", 5), credit("b", 3), credit("c", 1)], "differ by 1 fen"),
        ([debit("a", 3), credit("b", 5)], "differ by -2 fen"),
    ],
)
def test_an_entry_has_two_legs_and_balances(legs: list[Leg], message: str) -> None:
    with pytest.raises(NotAnEntryError, match=message):
        Entry("moved", DAY, legs)


def test_an_entry_is_effective_on_a_day() -> None:
    """A moment would be stored as its day and hashed as itself."""
    with pytest.raises(NotAnEntryError, match="day"):
        Entry("moved", datetime(2026, 11, 20, tzinfo=UTC), [debit("a", 5), credit("b", 5)])


@given(st.lists(st.integers(1, 10**12), min_size=1, max_size=9))
def test_any_split_of_an_amount_balances_and_one_fen_more_does_not(parts: list[int]) -> None:
    legs = [credit(f"share {n}".replace(" ", ":"), part) for n, part in enumerate(parts)]
    Entry("shared", DAY, [debit("pool", sum(parts)), *legs])
    with pytest.raises(NotAnEntryError):
        Entry("shared", DAY, [debit("pool", sum(parts) + 1), *legs])


def test_a_reversal_turns_every_leg_and_says_why() -> None:
    legs = [debit("a", 5), credit("b", 5)]
    original = new_id()
    back = reversal(legs, of=original, fact="undone", effective_on=DAY, reason="wrong payee")
    assert back.legs == [credit("a", 5), debit("b", 5)]
    assert (back.reverses, back.reason) == (original, "wrong payee")
    assert reversed_legs(back.legs) == legs


@pytest.mark.parametrize("reason", ["", "   ", "two\nlines"])
def test_a_reason_is_one_line_with_words(reason: str) -> None:
    with pytest.raises(NotAnEntryError):
        reversal([debit("a", 5), credit("b", 5)], of=new_id(), fact="undone", effective_on=DAY, reason=reason)


@pytest.mark.parametrize("code", ["", "two words", "a,b", "a\nb", "x" * 101])
def test_an_account_code_can_stand_in_a_list(code: str) -> None:
    with pytest.raises(ValueError, match="account code"):
        Account(code, Kind.ASSET, "账户", "Account")


@pytest.mark.parametrize(
    ("kind", "side"),
    [
        (Kind.ASSET, Side.DEBIT),
        (Kind.EXPENSE, Side.DEBIT),
        (Kind.LIABILITY, Side.CREDIT),
        (Kind.EQUITY, Side.CREDIT),
        (Kind.INCOME, Side.CREDIT),
        (Kind.APPROPRIATED, Side.CREDIT),
        (Kind.ALLOTTED, Side.CREDIT),
        (Kind.ENCUMBERED, Side.CREDIT),
        (Kind.SPENT, Side.CREDIT),
    ],
)
def test_the_normal_side_follows_from_the_kind_unless_it_is_said(kind: Kind, side: Side) -> None:
    assert Account("a", kind, "账户", "Account").normal_side is side
    assert Account("a", kind, "账户", "Account", side=Side.DEBIT).normal_side is Side.DEBIT


def test_a_hold_has_an_amount_and_a_moment_with_a_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        Hold("pool", 1, datetime(2026, 12, 1), "reserved")  # noqa: DTZ001 - that is the point
    with pytest.raises(NotAnEntryError):
        Hold("pool", 0, datetime(2026, 12, 1, tzinfo=UTC), "reserved")
