"""Statutory working days, purely: a table of dated entries in, deadlines out.

The table is policy data (`policy.calendar`): who counts days hands it in. A make-up weekend day works, a statutory rest
day does not; every other day follows the week. Where no notice has been published yet the answer is provisional.
"""

from calendar import isleap
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate

SATURDAY = 5
NEW_YEAR_REACHES_BACK_TO = (12, 29)  # as in 2018, whose last days were settled by the notice for 2019
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A last day. `provisional` says a later notice may move it; never move it earlier once the applicant was told."""

    on: date
    provisional: bool
    calendar_version: str


def settled(told_on: date, counted: Deadline) -> Deadline:
    """A last day counted again: a day that was told is never moved earlier, a later notice may move it later."""
    return Deadline(max(told_on, counted.on), counted.provisional, counted.calendar_version)


def is_news(told_on: date, due: Deadline) -> bool:
    """Whether a provisional day that was told is final now, or later."""
    return due.on > told_on or not due.provisional


@dataclass(frozen=True, slots=True)
class Workdays:
    """`exceptions` maps a date to whether it is worked; `first_year` to `last_year` are the years with a final notice.

    `yearly_rest` are (month, day) pairs that rest in any year nobody has given a notice for.
    """

    exceptions: Mapping[date, bool]
    first_year: int
    last_year: int
    version: str
    yearly_rest: frozenset[tuple[int, int]] = field(default_factory=frozenset)
    _counted: dict[int, list[int]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def works(self, day: date) -> bool:
        """Whether it is a working day."""
        known = self.exceptions.get(day)
        if known is not None:
            return known
        if not self.covers(day) and (day.month, day.day) in self.yearly_rest:
            return False
        return day.weekday() < SATURDAY

    def covers(self, day: date) -> bool:
        """Whether notices settle the day: its year's, and for the last days of December the next year's too."""
        reached = day.year + 1 if (day.month, day.day) >= NEW_YEAR_REACHES_BACK_TO else day.year
        return self.first_year <= day.year and reached <= self.last_year

    def add(self, start: date, count: int) -> Deadline:
        """The `count`-th working day after `start`, which is not counted itself. Raises ValueError below one day."""
        if count < 1:
            raise ValueError("a time limit has at least one working day")
        day, final = start, True
        while count:
            day += _DAY
            final = final and self.covers(day)
            count -= self.works(day)
        return Deadline(day, not final, self.version)

    def before(self, day: date, count: int) -> date:
        """The `count`-th working day before `day`."""
        while count:
            day -= _DAY
            count -= self.works(day)
        return day

    def roll(self, last_day: date) -> Deadline:
        """The last day of a period in calendar days: on a rest day it moves to the next working day."""
        day, final = last_day, self.covers(last_day)
        while not self.works(day):
            day += _DAY
            final = final and self.covers(day)
        return Deadline(day, not final, self.version)

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and with `end`; none when `end` is not later."""
        if end <= start:
            return 0
        years_between = sum(self._worked_in(year)[-1] for year in range(start.year, end.year))
        return years_between + self._worked_until(end) - self._worked_until(start)

    def _worked_until(self, day: date) -> int:
        return self._worked_in(day.year)[(day - date(day.year, 1, 1)).days]

    def _worked_in(self, year: int) -> list[int]:
        """By day of the year how many work up to it. Counted once: a sandbox may stand decades ahead of its cases."""
        known = self._counted.get(year)
        if known is None:
            first = date(year, 1, 1)
            days = (first + _DAY * n for n in range(365 + isleap(year)))
            known = self._counted[year] = list(accumulate(map(self.works, days)))
        return known
