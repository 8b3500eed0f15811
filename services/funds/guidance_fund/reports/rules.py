"""The periods managers report on. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from kernel.findings import Finding
from services.funds.guidance_fund.reports.states import FIRST_MONTHS, LONGER_THAN_A_MONTH, Kind


@dataclass(frozen=True, slots=True)
class Period:
    """A quarter (`2026-Q4`) or a year (`2026`) by its last day."""

    kind: Kind
    name: str
    last_on: date


def period_of(kind: Kind, on: date) -> Period:
    """The period a day lies in."""
    first_after = _next_month(on)
    while first_after.month not in FIRST_MONTHS[kind]:
        first_after = _next_month(first_after)
    last_on = first_after - timedelta(days=1)
    name = str(last_on.year)
    if kind is Kind.QUARTER:
        name += f"-Q{sum(month <= last_on.month for month in FIRST_MONTHS[kind])}"
    return Period(kind, name, last_on)


def _next_month(day: date) -> date:
    """The first day of the month after."""
    return (day.replace(day=1) + LONGER_THAN_A_MONTH).replace(day=1)


def following(period: Period) -> Period:
    """The next period of its kind."""
    return period_of(period.kind, period.last_on + timedelta(days=1))


def valuation_findings(values: dict[str, int], held: dict[str, int]) -> list[Finding]:
    """A value is of an investment that is still held, and each of those has one."""
    zh, en = "估值与在投项目不符。", "Valuations must name every investment that is held, and no other."
    wrong = sorted({key for key, cost in held.items() if cost} ^ set(values))
    return [Finding("valuations_unfit", (), zh, en, {"investments": wrong})] if wrong else []
