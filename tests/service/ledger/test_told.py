"""What a posting tells stands in the outbox with its entry, is unfolded by the relay, and keeps its place."""

import asyncio
from typing import ClassVar

import pytest
from pydantic import BaseModel
from sqlalchemy import func, select

from kernel.outbox import OutboxBatch, OutboxEvent, record
from kernel.relay import STAMP, UNFOLD
from ledger.entries import Announcement, Command
from ledger.posting import post_all
from ledger.refusals import Insufficient
from tests.service.ledger.conftest import City, poster, transfer

pytestmark = pytest.mark.anyio


class Noted(BaseModel):
    TYPE: ClassVar[str] = "noted"


def telling(key: str, fen: int = 5, *, data: str = '{"why":"预算"}') -> Command:
    entry = transfer("treasury", "appropriated", fen) if fen > 0 else transfer("appropriated", "treasury", -fen)
    return Command(entry, key, "officer:1", Announcement("moved", key, data), f"request {key}")


def silent(key: str) -> Command:
    return Command(transfer("treasury", "appropriated", 5), key, "officer:1")


async def post_together(city: City, *commands: Command) -> list[object]:
    async with poster(city) as books:
        posting = (books.post(one, city_code=city.code, book="funds") for one in commands)
        return list(await asyncio.gather(*posting, return_exceptions=True))


async def note(city: City, subject: str) -> None:
    async with city.session() as session:
        await record(session, Noted(), city_code=city.code, subject=subject)


async def told(city: City) -> list[tuple[str, int]]:
    """What subscribers are sent, in their order: subject, and position counted from the first."""
    async with city.session() as session:
        await session.execute(UNFOLD)
        await session.execute(STAMP)
        wanted = select(OutboxEvent.subject, OutboxEvent.position).where(OutboxEvent.city_code == city.code)
        rows = (await session.execute(wanted.order_by(OutboxEvent.position))).all()
    return [(subject, position - rows[0].position) for subject, position in rows]


async def test_a_batch_is_told_whole_between_what_came_before_and_after(city: City) -> None:
    await note(city, "before")
    await post_together(city, telling("a"), silent("b"), telling("c"))
    await note(city, "after")
    assert await told(city) == [("before", 0), ("a", 1), ("c", 2), ("after", 3)]
    async with city.session() as session:
        wanted = select(OutboxEvent).where(OutboxEvent.city_code == city.code, OutboxEvent.subject == "c")
        event = (await session.scalars(wanted)).one()
        assert (event.type, event.actor, event.request_id, event.data) == (
            "moved", "officer:1", "request c", {"why": "预算"},
        )  # fmt: skip
        assert await session.scalar(select(func.count()).select_from(OutboxBatch)) == 0


async def test_what_is_refused_or_known_is_not_told_with_the_others(city: City) -> None:
    await post_together(city, telling("a"))
    again, refused, _ = await post_together(city, telling("a"), telling("much", -(10**9)), telling("b"))
    assert getattr(again, "duplicate", False)
    assert isinstance(refused, Insufficient)
    assert await told(city) == [("a", 0), ("b", 1)]


async def test_what_came_after_a_batch_waits_until_it_is_unfolded(city: City) -> None:
    await post_together(city, telling("a"))
    await note(city, "after")
    async with city.session() as session:
        await session.execute(STAMP)
        wanted = select(OutboxEvent.position).where(OutboxEvent.city_code == city.code)
        assert list(await session.scalars(wanted)) == [None]
    assert await told(city) == [("a", 0), ("after", 1)]


@pytest.mark.parametrize("data", ['{"why":', '"\\u0000"'])
async def test_data_no_subscriber_could_read_is_refused_with_its_entry(city: City, data: str) -> None:
    with pytest.raises(Exception, match=r"json|control characters"):
        async with city.session() as session:
            await post_all(session, [telling("a", data=data)], city_code=city.code, book="funds")
    assert await city.balances() == {}
