"""On which days a bar holds, and what stands against one. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kernel.findings import Finding, findings


@dataclass(frozen=True, slots=True)
class BarredDays:
    """A confirmed bar: its first and last day, and the first day it no longer holds when it was lifted before."""

    from_on: date
    until_on: date
    lifted_on: date | None = None

    def holds(self, day: date) -> bool:
        """Whether the organisation is barred on the day."""
        return self.from_on <= day <= self.until_on and (self.lifted_on is None or day < self.lifted_on)


def barred_until(bars: Iterable[BarredDays], day: date) -> date | None:
    """The last day of the longest bar that holds on the day; None when none does."""
    return max((bar.until_on for bar in bars if bar.holds(day)), default=None)


def days_findings(*, from_on: date, until_on: date, today: date) -> list[Finding]:
    """A bar looks ahead: what was served before nobody was barred from."""
    return findings(
        (
            until_on < from_on,
            Finding("bar_ends_before_it_begins", (), "禁入终止早于起始。", "It ends before it begins."),
        ),
        (from_on < today, Finding("bar_begins_in_past", (), "禁入起始日早于今日。", "It would begin in the past.")),
    )


def confirmation_findings(*, until_on: date, today: date) -> list[Finding]:
    """What nobody confirmed in time bars nobody."""
    return findings((until_on < today, Finding("bar_is_over", (), "禁入期限已过。", "Its last day is over.")))


def barred_finding(code: str, until: date, clauses: tuple[str, ...]) -> Finding:
    """The reason against whoever is barred: `holder_barred`, `provider_barred`."""
    return Finding(code, clauses, *_BARRED[code], {"until_on": until.isoformat()})


_BARRED = {
    "holder_barred": ("持券单位处于禁入期。", "The holder is barred."),
    "provider_barred": ("服务机构处于禁入期。", "The provider is barred."),
}
