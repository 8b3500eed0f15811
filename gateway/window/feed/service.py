"""Keeping the feed: what the window itself makes known, what it is told, and the gapless order partners poll by."""

from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.window.feed.models import FeedEntry
from gateway.window.feed.rules import actor_kind, concerned, public_facts, uuid_of
from kernel.outbox import Envelope, OutboxEvent, outbox_row

# Positions are given when somebody reads, after the writers' commits: a counter would make the writers queue.
STAMP = text("""
    WITH fresh AS (
        SELECT seq, row_number() OVER (ORDER BY seq) AS place FROM feed_entry
        WHERE city_code = :city_code AND position IS NULL ORDER BY seq LIMIT 1000)
    UPDATE feed_entry f
    SET position = fresh.place
        + (SELECT coalesce(max(position), 0) FROM feed_entry WHERE city_code = :city_code)
    FROM fresh WHERE f.seq = fresh.seq""")


async def publish(session: AsyncSession, fact: Any, *, city_code: str, subject: object) -> None:
    """Record a fact of the window: for the subscribing services and on the feed, in the caller's transaction."""
    row = outbox_row(fact, city_code=city_code, subject=str(subject))
    session.add(row)
    keep(session, row)


def keep(session: AsyncSession, event: Envelope | OutboxEvent) -> None:
    """Put an event on the feed in the caller's transaction."""
    session.add(
        FeedEntry(
            event_id=event.id,
            city_code=event.city_code,
            type=event.type,
            case_id=uuid_of(event.data.get("case_id")),
            organisations=concerned(event.data),
            actor_kind=actor_kind(event.actor),
            actor=event.actor,
            data=public_facts(event.type, event.data),
            occurred_at=event.occurred_at,
        )
    )


async def stamp(session: AsyncSession, city_code: str) -> None:
    """Give the city's new entries their positions. One reader at a time does it; the others read what is there."""
    lock = func.hashtextextended(f"feed:{city_code}", 0)
    if await session.scalar(select(func.pg_try_advisory_xact_lock(lock))):
        await session.execute(STAMP, {"city_code": city_code})
