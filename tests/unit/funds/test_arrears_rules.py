"""A month's report: what is whole and true passes, each thing wrong has its reason; the forecast keeps its bounds."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.findings import codes
from services.funds.loan_pool.arrears.rules import KnownLoan, ReportedLine, arrears_findings, forecast, last_day

AS_OF = date(2027, 3, 31)
LOAN = KnownLoan(principal_fen=1000, disbursed_on=date(2027, 1, 1), due_on=date(2027, 3, 1), closed=False)


def found(*lines: ReportedLine, **loans: KnownLoan) -> list[str]:
    return codes(arrears_findings(list(lines), loans or {"A": LOAN}, as_of=AS_OF, clauses=("XZ-33",)))


@pytest.mark.parametrize(
    ("balance_fen", "days", "wrong"),
    [
        (1000, 29, ["days_overdue_wrong"]),
        (1000, 30, []),
        (1000, 89, []),
        (1000, 90, ["days_overdue_wrong"]),
        (1001, 30, ["balance_above_principal"]),
        (1001, 1, ["balance_above_principal", "days_overdue_wrong"]),
        (0, 0, []),
        (0, 1, ["days_overdue_wrong"]),
    ],
)
def test_a_balance_within_the_principal_and_days_by_the_calendar(balance_fen: int, days: int, wrong: list[str]) -> None:
    assert found(ReportedLine("A", balance_fen, days)) == wrong


def test_a_loan_left_out_listed_twice_or_not_registered_is_told() -> None:
    later = KnownLoan(1000, date(2027, 4, 1), date(2027, 5, 1), closed=False)
    repaid = KnownLoan(1000, date(2027, 1, 1), date(2027, 3, 1), closed=True)
    assert found(A=LOAN, B=later, C=repaid) == ["loan_left_out"]
    line = ReportedLine("A", 10, 40)
    assert found(line, line) == ["loan_listed_twice"] * 2
    assert found(line, ReportedLine("X", 1, 0)) == ["loan_not_registered"]


def test_a_month_ends_on_its_last_day() -> None:
    assert [last_day(month) for month in ("2027-02", "2028-02", "2027-12")] == [
        date(2027, 2, 28), date(2028, 2, 29), date(2027, 12, 31),
    ]  # fmt: skip


@given(
    st.lists(st.tuples(st.integers(0, 10**15), st.booleans()), max_size=30),
    st.integers(1, 10**15),
    st.integers(0, 10_000),
)
def test_a_forecast_is_never_more_than_the_share_of_what_is_overdue(
    arrears: list[tuple[int, bool]], cap_fen: int, share_bp: int
) -> None:
    expected = forecast(arrears, cap_fen=cap_fen, share_bp=share_bp)
    assert 0 <= expected.total_fen * 10_000 <= sum(min(balance, cap_fen) for balance, _ in arrears) * share_bp
    assert forecast([], cap_fen=cap_fen, share_bp=share_bp).total_fen == 0
    only_ripe = forecast([one for one in arrears if one[1]], cap_fen=cap_fen, share_bp=share_bp)
    assert (only_ripe.claimable_fen, only_ripe.watched_fen) == (expected.claimable_fen, 0)
