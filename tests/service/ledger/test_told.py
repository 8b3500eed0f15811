"""What a posting tells stands in the outbox with its entry, is unfolded by the relay, and keeps its place."""

import asyncio
import json
from typing import ClassVar

import pytest
from pydantic import BaseModel
from sqlalchemy import func, select

from kernel.outbox import OutboxBatch, OutboxEvent, record
from kernel.relay import STAMP, UNFOLD, reach_of
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


async def told_of(city: City) -> list[tuple[str, int]]:
    """What subscribers are sent, in their order: subject, and position counted from the first."""
    async with city.session() as session:
        await session.execute(UNFOLD)
        await session.execute(STAMP)
        wanted = select(OutboxEvent.subject, OutboxEvent.position).where(OutboxEvent.city_code == city.code)
        rows = (await session.execute(wanted.order_by(OutboxEvent.position))).all()
    return [(subject, position - rows[0].position) for subject, position in rows]


async def behind(city: City) -> int:
    async with city.session() as session:
        return (await reach_of(session, "nobody")).behind


async def test_a_batch_is_told_whole_between_what_came_before_and_after(city: City) -> None:
    await note(city, "before")
    await post_together(city, telling("a"), silent("b"), telling("c"))
    await note(city, "after")
    assert await told_of(city) == [("before", 0), ("a", 1), ("c", 2), ("after", 3)]
    async with city.session() as session:
        wanted = select(OutboxEvent).where(OutboxEvent.city_code == city.code, OutboxEvent.subject == "c")
        event = (await session.scalars(wanted)).one()
        assert (event.type, event.actor, event.request_id, event.data) == (
            "moved", "officer:1", "request c", {"why": "预算"},
        )  # fmt: skip
        assert await session.scalar(select(func.count()).select_from(OutboxBatch)) == 0


async def test_what_is_refused_or_known_is_not_told_with_the_others(city: City) -> None:
    await post_together(city, telling("a"))
    before = await behind(city)
    again, refused, _ = await post_together(city, telling("a"), telling("much", -(10**9)), telling("b"))
    assert getattr(again, "duplicate", False)
    assert isinstance(refused, Insufficient)
    assert await behind(city) == before + 1
    assert await told_of(city) == [("a", 0), ("b", 1)]


async def test_what_came_after_a_batch_waits_until_it_is_unfolded(city: City) -> None:
    await post_together(city, telling("a"))
    await note(city, "after")
    async with city.session() as session:
        await session.execute(STAMP)
        wanted = select(OutboxEvent.position).where(OutboxEvent.city_code == city.code)
        assert list(await session.scalars(wanted)) == [None]
    assert await told_of(city) == [("a", 0), ("after", 1)]


UNTELLABLE = {
    "data that is no JSON": ("a", "request", '{"why":'),
    "NUL": ("a", "request", '{"why":"\\u0000"}'),
    "half a character": ("a", "request", '{"why":"\\ud800"}'),
    "no data": ("a", "request", ""),
    "data that is no object": ("a", "request", "[]"),
    "a subject longer than the log's": ("a" * 101, "request", "{}"),
    "a request id longer than the log's": ("a", "r" * 101, "{}"),
}


@pytest.mark.parametrize("what", UNTELLABLE)
async def test_what_the_log_could_not_keep_is_refused_with_its_entry(city: City, what: str) -> None:
    """Unfolding it would fail, again and again, and nothing of this database would be told any more."""
    subject, request_id, data = UNTELLABLE[what]

    async def post() -> None:
        told = Announcement("moved", subject, data)
        command = Command(transfer("treasury", "appropriated", 5), "a", "officer:1", told, request_id)
        async with city.session() as session:
            await post_all(session, [command], city_code=city.code, book="funds")

    with pytest.raises(Exception, match=r"json|control characters|data|too long"):
        await post()
    assert await city.balances() == {}
    assert await told_of(city) == []


async def test_words_that_look_like_an_escape_are_told(city: City) -> None:
    data = json.dumps({"why": r"C:\u0000 and \ud800, 😀"})
    await post_together(city, telling("a", data=data))
    assert await told_of(city) == [("a", 0)]
