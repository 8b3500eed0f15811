"""The outbox log: facts written in the transaction that made them true, positioned afterwards without gaps."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import BigInteger, DateTime, Identity, Index, String, insert
from sqlalchemy.dialects.postgresql import ARRAY, JSON
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from kernel import clock, context
from kernel.db import Base, CityCode, Json, Moment, RecordedAt
from kernel.ids import new_id


class OutboxEvent(Base):
    """One fact. `seq` is insertion order; `position` is the gapless order subscribers keep their cursor on."""

    __tablename__ = "outbox_event"
    # Each half of the log has its own index: a new event, without a position yet, is in one of them only.
    __table_args__ = (
        Index("ix_outbox_event_unstamped", "seq", postgresql_where="position IS NULL"),
        Index("uq_outbox_event_position", "position", unique=True, postgresql_where="position IS NOT NULL"),
    )

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    id: Mapped[UUID] = mapped_column(PG_UUID(as_uuid=True), unique=True, default=new_id)
    city_code: Mapped[CityCode]
    type: Mapped[str] = mapped_column(String(100))
    subject: Mapped[str] = mapped_column(String(100))
    position: Mapped[int | None] = mapped_column(BigInteger)
    occurred_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]
    actor: Mapped[str | None] = mapped_column(String(200))
    request_id: Mapped[str | None] = mapped_column(String(100))
    data: Mapped[Json]


class OutboxBatch(Base):
    """Facts of one statement that became true together, in one row until the relay unfolds it into `OutboxEvent`s.

    Each fact has its `seq` already, from the same counter. A fact without a type is none.
    """

    __tablename__ = "outbox_batch"

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    city_code: Mapped[CityCode]
    recorded_at: Mapped[RecordedAt]
    seqs: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    ids: Mapped[list[UUID]] = mapped_column(ARRAY(PG_UUID(as_uuid=True)))
    types: Mapped[list[str | None]] = mapped_column(ARRAY(String(100)))
    subjects: Mapped[list[str | None]] = mapped_column(ARRAY(String(100)))
    data: Mapped[list[Any]] = mapped_column(ARRAY(JSON))
    actors: Mapped[list[str | None] | None] = mapped_column(ARRAY(String(200)))
    request_ids: Mapped[list[str | None] | None] = mapped_column(ARRAY(String(100)))


class SubscriberCursor(Base):
    """How far a subscriber has been told; every position up to it was delivered or stands in the backlog."""

    __tablename__ = "subscriber_cursor"

    subscriber: Mapped[str] = mapped_column(String(50), primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, default=0)


class BacklogEvent(Base):
    """An event a subscriber could not take yet. Later events of the same object wait behind it; all others go on."""

    __tablename__ = "backlog_event"
    __table_args__ = (Index("ix_backlog_event_order", "subscriber", "subject", "position"),)

    subscriber: Mapped[str] = mapped_column(String(50), primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    subject: Mapped[str] = mapped_column(String(100))
    attempts: Mapped[int] = mapped_column(BigInteger, default=0)
    next_try_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    parked: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str | None] = mapped_column(String(500))


class Fact(Protocol):
    """What `record` takes: a frozen pydantic model with its wire name."""

    TYPE: str

    def model_dump(self, *, mode: str) -> dict[str, Any]: ...


class Envelope(BaseModel):
    """An event as it travels."""

    id: UUID
    type: str
    city_code: str
    subject: str
    position: int
    occurred_at: datetime
    recorded_at: datetime
    actor: str | None
    request_id: str | None
    data: dict[str, Any]


def outbox_row(fact: Any, *, city_code: str, subject: str) -> OutboxEvent:
    """The row of a fact, not yet added to a session."""
    return OutboxEvent(**_values(fact, city_code, subject))


def _values(fact: Any, city_code: str, subject: str) -> dict[str, Any]:
    request = context.current()
    return {
        "id": new_id(),
        "city_code": city_code,
        "type": fact.TYPE,
        "subject": subject,
        "occurred_at": clock.now(city_code),
        "actor": request.actor,
        "request_id": request.request_id,
        "data": fact.model_dump(mode="json"),
    }


async def record(session: AsyncSession, fact: Any, *, city_code: str, subject: object) -> None:
    """Write a fact (a `contracts` event) in the caller's transaction. `subject`: the object's id."""
    session.add(outbox_row(fact, city_code=city_code, subject=str(subject)))


async def record_all(session: AsyncSession, facts: Sequence[tuple[Any, object]], *, city_code: str) -> None:
    """Write facts that became true together, each with its object's id, in order: made for thousands of them."""
    rows = [_values(fact, city_code, str(subject)) for fact, subject in facts]
    if rows:
        await session.flush()  # what was recorded before keeps its place before them
        await session.execute(insert(OutboxEvent), rows)


def envelope(row: OutboxEvent) -> Envelope:
    """The row as it travels; it must have its position."""
    return Envelope.model_validate(row, from_attributes=True)
