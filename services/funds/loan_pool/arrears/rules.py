"""What makes a month's report whole and true, and what its arrears may cost. Pure."""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from kernel.findings import Finding
from kernel.money import share_of


@dataclass(frozen=True, slots=True)
class ReportedLine:
    """A loan by the bank's own reference, its balance in fen and its calendar days overdue."""

    loan_reference: str
    balance_fen: int
    days_overdue: int


@dataclass(frozen=True, slots=True)
class KnownLoan:
    """What of a registered loan a report is held against. `closed`: reported at nought before."""

    principal_fen: int
    disbursed_on: date
    due_on: date
    closed: bool


def last_day(month: str) -> date:
    """Of "2026-11", the 30th."""
    year, number = (int(part) for part in month.split("-"))
    return date(year, number, monthrange(year, number)[1])


def arrears_findings(
    lines: list[ReportedLine], loans: Mapping[str, KnownLoan], *, as_of: date, clauses: tuple[str, ...]
) -> list[Finding]:
    """Everything wrong with a report at once: line by line, then the loans it leaves out. `loans`: the bank's own."""
    found = []
    twice = {reference for reference, count in Counter(line.loan_reference for line in lines).items() if count > 1}
    for number, line in enumerate(lines, start=1):
        wrong = list(_line_wrongs(line, loans.get(line.loan_reference), as_of, repeated=line.loan_reference in twice))
        found += [Finding(code, clauses, zh, en, {"line": number, **facts}) for code, zh, en, facts in wrong]
    told = {line.loan_reference for line in lines}
    for reference, loan in loans.items():
        if reference not in told and not loan.closed and loan.disbursed_on <= as_of:
            zh, en = "已放款的登记贷款未列入报告。", "A registered loan that was paid out is not in the report."
            found.append(Finding("loan_left_out", clauses, zh, en, {"loan_reference": reference}))
    return found


Wrong = tuple[str, str, str, dict[str, int]]


def _line_wrongs(line: ReportedLine, loan: KnownLoan | None, as_of: date, *, repeated: bool) -> Iterator[Wrong]:
    if repeated:
        yield "loan_listed_twice", "同一笔贷款列了两次。", "The loan stands in the report twice.", {}
    if loan is None:
        yield (
            "loan_not_registered",
            "该编号不是本行登记的贷款。",
            "No loan of yours is registered under this reference.",
            {},
        )
        return
    if line.balance_fen > loan.principal_fen:
        facts = {"balance_fen": line.balance_fen, "principal_fen": loan.principal_fen}
        yield (
            "balance_above_principal",
            "贷款余额超过登记的本金。",
            "The balance is above the registered principal.",
            facts,
        )
    least = max(0, (as_of - loan.due_on).days) if line.balance_fen else 0
    most = max(0, (as_of - loan.disbursed_on).days) if line.balance_fen else 0
    if not least <= line.days_overdue <= most:
        facts = {"days_overdue": line.days_overdue, "least": least, "most": most}
        zh = "逾期天数与到期日、放款日或余额不符。"
        yield "days_overdue_wrong", zh, "The days overdue do not fit the loan's days or its balance.", facts


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the pool would pay if nothing in arrears came back: of loans claimable now, and of those overdue less."""

    claimable_fen: int
    watched_fen: int

    @property
    def total_fen(self) -> int:
        """Both together."""
        return self.claimable_fen + self.watched_fen


def forecast(arrears: Iterable[tuple[int, bool]], *, cap_fen: int, share_bp: int) -> Forecast:
    """`arrears`: the balance of each overdue loan without a claim, and whether it is overdue long enough for one."""
    claimable = watched = 0
    for balance_fen, ripe in arrears:
        part = share_of(min(balance_fen, cap_fen), share_bp)
        claimable, watched = (claimable + part, watched) if ripe else (claimable, watched + part)
    return Forecast(claimable, watched)
