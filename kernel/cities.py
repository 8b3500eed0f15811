"""The cities of this database and their clocks, told by the window. A sandbox is a city whose clock can be moved."""

from datetime import timedelta
from typing import ClassVar

from pydantic import BaseModel, ConfigDict
from sqlalchemy import BigInteger, String, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.event import listen
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from kernel import clock
from kernel.db import Base, RecordedAt
from kernel.inbox import Consumer, Received


class CityRow(Base):
    """A city. `clock_offset_seconds` is how far its clock stands ahead of the machine's; zero for a real city.

    No timer fires in one that `is_closed`, as only a sandbox ever is.
    """

    __tablename__ = "city"

    city_code: Mapped[str] = mapped_column(String(20), primary_key=True)
    pack_id: Mapped[str] = mapped_column(String(50))
    name_zh: Mapped[str] = mapped_column(String(100))
    name_en: Mapped[str] = mapped_column(String(100))
    is_sandbox: Mapped[bool]
    clock_offset_seconds: Mapped[int] = mapped_column(BigInteger, default=0)
    is_closed: Mapped[bool] = mapped_column(default=False)
    recorded_at: Mapped[RecordedAt]


class CityOpened(BaseModel):
    """A city, or a sandbox cloned from a pack, exists."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    TYPE: ClassVar[str] = "city.opened"

    city_code: str
    pack_id: str
    name_zh: str
    name_en: str
    is_sandbox: bool


class ClockMoved(BaseModel):
    """A sandbox's clock stands `offset_seconds` ahead of the machine's."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    TYPE: ClassVar[str] = "city.clock_moved"

    city_code: str
    offset_seconds: int


class CityClosed(BaseModel):
    """A sandbox is of no more use to anybody."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    TYPE: ClassVar[str] = "city.closed"

    city_code: str


async def on_city_opened(session: AsyncSession, event: Received[CityOpened]) -> None:
    """Know the city."""
    await session.execute(insert(CityRow).values(**event.data.model_dump()).on_conflict_do_nothing())


async def on_clock_moved(session: AsyncSession, event: Received[ClockMoved]) -> None:
    """Move the clock here and wake the timers that became due."""
    from kernel.timers import wake_due  # noqa: PLC0415 - timers read the clock of a city, cities wake timers

    row = await session.get_one(CityRow, event.data.city_code)
    row.clock_offset_seconds = event.data.offset_seconds
    move_clock_after_commit(session, row)
    await wake_due(session, row.city_code, clock.real_now() + timedelta(seconds=row.clock_offset_seconds))


async def on_city_closed(session: AsyncSession, event: Received[CityClosed]) -> None:
    """Nothing happens there any more; what was recorded stays."""
    await close(session, await session.get_one(CityRow, event.data.city_code))


async def close(session: AsyncSession, city: CityRow) -> None:
    """The city's timers are gone, and of those that requests under way still set none fires."""
    from kernel.timers import cancel_all  # noqa: PLC0415 - as above

    city.is_closed = True
    await cancel_all(session, city.city_code)


def move_clock_after_commit(session: AsyncSession, city: CityRow) -> None:
    """This process's clock follows the row once the move is durable, never before."""
    city_code, offset = city.city_code, timedelta(seconds=city.clock_offset_seconds)
    listen(session.sync_session, "after_commit", lambda _: clock.set_offset(city_code, offset), once=True)


async def read_clocks(session: AsyncSession, *, only: str | None = None) -> None:
    """Take the clocks from the table, of all cities or one: at start, and so that a second process follows."""
    # A clock that was never moved, as of every real city, is the machine's.
    moved = select(CityRow.city_code, CityRow.clock_offset_seconds).where(CityRow.clock_offset_seconds != 0)
    for city_code, seconds in await session.execute(moved if only is None else moved.where(CityRow.city_code == only)):
        clock.set_offset(city_code, timedelta(seconds=seconds))


CITY_CONSUMERS: dict[str, Consumer] = {
    CityOpened.TYPE: on_city_opened,
    ClockMoved.TYPE: on_clock_moved,
    CityClosed.TYPE: on_city_closed,
}
