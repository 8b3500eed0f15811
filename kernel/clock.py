"""The one clock. A sandbox city's clock stands an offset ahead of the real one, the same in every process.

Rules get `on` and `now` as arguments; nothing but this file reads the machine's clock.
"""

from datetime import UTC, date, datetime, timedelta
from time import time_ns
from zoneinfo import ZoneInfo

CITY_ZONE = ZoneInfo("Asia/Shanghai")
_offsets: dict[str, timedelta] = {}


def real_now() -> datetime:
    """The machine's time, UTC with zone: for tokens, deadlines and logs, never for a rule."""
    return datetime.now(UTC)  # noqa: TID251 - this is the place


def real_ms() -> int:
    """The machine's time in milliseconds since 1970: for deadlines, which every request has."""
    return time_ns() // 1_000_000


def now(city_code: str) -> datetime:
    """The city's time, UTC with zone."""
    return real_now() + _offsets.get(city_code, timedelta())


def today(city_code: str) -> date:
    """The city's date in Asia/Shanghai."""
    return on_date(now(city_code))


def on_date(instant: datetime) -> date:
    """The Shanghai date of an instant."""
    return instant.astimezone(CITY_ZONE).date()


def start_of(day: date) -> datetime:
    """The instant the Shanghai day begins, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=CITY_ZONE).astimezone(UTC)


def real_instant(city_code: str, instant: datetime) -> datetime:
    """When, by the machine's clock, the city's clock will show `instant`."""
    return instant - _offsets.get(city_code, timedelta())


def set_offset(city_code: str, offset: timedelta) -> None:
    """Move a sandbox city's clock in this process: forward only, so that who read the table late cannot turn it back.

    Called by the city table's owner, kernel.cities, alone.
    """
    _offsets[city_code] = max(offset, _offsets.get(city_code, timedelta()))
