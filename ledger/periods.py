"""Months of a book: closed when they are over, opened again by two people. Entries of a closed month go to the next.

Days of all books end once they are told.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from ledger.posting import call
from ledger.refusals import BY_PERIOD_OUTCOME
from ledger.tables import period

_CLOSE = "SELECT ledger_close_period($1, $2, $3, $4, $5, $6) AS outcome"
_END_DAY = "SELECT ledger_end_day($1, $2)"
_REOPEN = "SELECT ledger_reopen_period($1, $2, $3, $4, $5, $6, $7) AS outcome"


@dataclass(frozen=True, slots=True)
class Period:
    """A month of one book: how many documents it numbers, the head of its chain, and who closed or reopened it last."""

    period: str
    status: str
    entries: int
    head: bytes
    closed_at: datetime | None
    closed_by: str | None
    close_approved_by: str | None
    reopened_at: datetime | None
    reopened_by: str | None
    reopen_approved_by: str | None
    reopen_reason: str | None


async def periods(session: AsyncSession, *, city_code: str, book: str) -> list[Period]:
    """Every month the book has, oldest first."""
    c = period.c
    rows = await session.execute(
        select(
            c.period, c.status, c.last_number, c.head_hash, c.closed_at, c.closed_by, c.close_approved_by,
            c.reopened_at, c.reopened_by, c.reopen_approved_by, c.reopen_reason,
        ).where(c.city_code == city_code, c.book == book).order_by(c.period)
    )  # fmt: skip
    return [Period(*row) for row in rows]


async def close_period(
    session: AsyncSession, month: str, *, city_code: str, book: str, proposed_by: str, approved_by: str
) -> None:
    """Close `month` (YYYY-MM). Raises PeriodUnknown, PeriodClosed, PeriodNotOver, EarlierPeriodOpen."""
    values = (city_code, book, month, clock.now(city_code), proposed_by, approved_by)
    _raise_unless_done((await call(session, _CLOSE, values))["outcome"])


async def reopen_period(
    session: AsyncSession, month: str, *, city_code: str, book: str, proposed_by: str, approved_by: str, reason: str
) -> None:
    """Open the last closed month again. Raises PeriodUnknown, PeriodOpen, LaterPeriodClosed."""
    values = (city_code, book, month, clock.now(city_code), proposed_by, approved_by, reason)
    _raise_unless_done((await call(session, _REOPEN, values))["outcome"])


async def end_day(session: AsyncSession, on: date, *, city_code: str) -> None:
    """From now on nothing is recorded before the end of the Shanghai day `on`: its root can be told.

    Nobody posts for the city until the transaction ends.
    """
    await call(session, _END_DAY, (city_code, on))


def _raise_unless_done(outcome: str) -> None:
    if outcome != "done":
        raise BY_PERIOD_OUTCOME[outcome]
