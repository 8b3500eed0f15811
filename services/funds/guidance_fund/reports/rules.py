"""The periods managers report on. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from kernel.findings import Finding
from services.funds.guidance_fund.reports.states import Kind

MONTHS_OF_A_QUARTER = 3


@dataclass(frozen=True, slots=True)
class Period:
    """A quarter (`2026-Q4`) or a year (`2026`) by its last day."""

    kind: Kind
    name: str
    last_on: date


def period_of(kind: Kind, on: date) -> Period:
    """The period a day lies in."""
    if kind is Kind.YEAR:
        return Period(kind, str(on.year), date(on.year, 12, 31))
    quarter = (on.month - 1) // MONTHS_OF_A_QUARTER + 1
    after = quarter * MONTHS_OF_A_QUARTER + 1
    first_after = date(on.year, after, 1) if after <= 12 else date(on.year + 1, 1, 1)  # noqa: PLR2004 - December
    return Period(kind, f"{on.year}-Q{quarter}", first_after - timedelta(days=1))


def following(period: Period) -> Period:
    """The next period of its kind."""
    return period_of(period.kind, period.last_on + timedelta(days=1))


def valuation_findings(values: dict[str, int], held: dict[str, int]) -> list[Finding]:
    """A value is of an investment that is still held, and each of those has one."""
    zh, en = "估值与在投项目不符。", "Valuations must name every investment that is held, and no other."
    wrong = sorted({key for key, cost in held.items() if cost} ^ set(values))
    return [Finding("valuations_unfit", (), zh, en, {"investments": wrong})] if wrong else []
