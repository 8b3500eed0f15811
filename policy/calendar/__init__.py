"""The statutory working-day calendar: one dated file a year, with the State Council notice it is taken from."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from kernel.workdays import Workdays
from policy.canonical import canonical, sha256
from policy.yaml_source import read_yaml

FOLDER = Path(__file__).parent
DECEMBER = 12
_VERSION_LENGTH = 12


class CalendarInvalid(ValueError):
    """A calendar file that cannot be read, or years of notices with a hole between them."""


@lru_cache(maxsize=1)
def workdays() -> Workdays:
    """The calendar that ships with the product. `version` changes with any entry."""
    years = [_read(path) for path in sorted(FOLDER.glob("20??.yaml"))]
    fixed = _read(FOLDER / "yearly_rest.yaml")["yearly_rest"]
    final = [year["year"] for year in years if not year["provisional"]]
    if final != list(range(final[0], final[-1] + 1)):
        raise CalendarInvalid(f"years of notices are not consecutive: {final}")
    return Workdays(
        exceptions=dict(entry for year in years for entry in _entries(year)),
        first_year=final[0],
        last_year=final[-1],
        version=sha256(canonical([years, fixed]))[:_VERSION_LENGTH],
        yearly_rest=frozenset(_month_and_day(text) for text in fixed),
    )


def calendar_covers(on: date) -> bool:
    """Whether the calendar is fit for use on a day: its year has a notice and, in December, the next year too.

    Notices come in October or November; a December without next year's means that every new time limit is provisional.
    """
    last_needed = on.year + 1 if on.month == DECEMBER else on.year
    calendar = workdays()
    return calendar.first_year <= on.year and last_needed <= calendar.last_year


def notices() -> dict[int, tuple[str, ...]]:
    """The notice numbers of each year that has them."""
    years = [_read(path) for path in sorted(FOLDER.glob("20??.yaml"))]
    return {year["year"]: tuple(year["notices"]) for year in years if not year["provisional"]}


def _read(path: Path) -> dict[str, Any]:
    source = read_yaml(path.name, path.read_text(encoding="utf-8"))
    if source.faults or not isinstance(source.data, dict):
        raise CalendarInvalid("; ".join(map(str, source.faults)) or f"{path.name} is empty")
    return source.data


def _entries(year: dict[str, Any]) -> Iterator[tuple[date, bool]]:
    for days in year["rest"].values():
        yield from ((_in_year(day, year), False) for day in days)
    yield from ((_in_year(day, year), True) for day in year["worked"])


def _in_year(text: str, year: dict[str, Any]) -> date:
    day = date.fromisoformat(text)
    if day.year != year["year"]:
        raise CalendarInvalid(f"{text} stands in the file of {year['year']}")
    return day


def _month_and_day(text: str) -> tuple[int, int]:
    month, _, day = text.partition("-")
    return int(month), int(day)
