"""Where events of other services arrive: each in its own transaction, once by its id, in order per object."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, get_args, get_type_hints
from uuid import UUID

import structlog
from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import String
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from kernel import context
from kernel.auth import WORKLOAD, Caller, Internal
from kernel.db import Base, CityCode, RecordedAt
from kernel.logs import mask
from kernel.outbox import Envelope
from kernel.problems import Forbidden
from kernel.relay import Outcome, Outcomes
from kernel.routing import StrictRoute, contention_retries

log = structlog.get_logger()
E = TypeVar("E", bound=BaseModel)
BATCH_MAX = 250


class InboxEvent(Base):
    """An event that was taken; its id keeps it from being taken twice."""

    __tablename__ = "inbox_event"

    id: Mapped[UUID] = mapped_column(PG_UUID(as_uuid=True), primary_key=True)
    city_code: Mapped[CityCode]
    type: Mapped[str] = mapped_column(String(100))
    subject: Mapped[str] = mapped_column(String(100))
    recorded_at: Mapped[RecordedAt]


@dataclass(frozen=True)
class Received(Generic[E]):
    """An event with its data typed."""

    envelope: Envelope
    data: E

    @property
    def city_code(self) -> str:
        return self.envelope.city_code


# Producer → subscriber → event types; "*" is every type.
Subscriptions = Mapping[str, Mapping[str, frozenset[str]]]
Consumer = Callable[[AsyncSession, Any], Awaitable[None]]


class EventsIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    events: list[Envelope] = Field(max_length=BATCH_MAX)


def model_of(consumer: Consumer) -> type[BaseModel] | None:
    """The event model a consumer asks for by its second parameter `Received[Model]`; None takes the raw envelope."""
    hints = list(get_type_hints(consumer).values())
    arguments = get_args(hints[1])
    return arguments[0] if arguments else None


def inbox_router(consumers: Mapping[str, Consumer], *, tellers: Mapping[str, frozenset[str]]) -> APIRouter:
    """The route `/internal/events` of a service. A consumer under "*" takes every type that has none of its own.

    `tellers` has the event types each process may tell here; empty, all are believed (a process by itself).
    """
    routes = APIRouter(prefix="/internal", tags=["internal"], include_in_schema=False, route_class=StrictRoute)
    models = {kind: model_of(consumer) for kind, consumer in consumers.items()}

    @routes.post("/events")
    async def take_events(body: EventsIn, request: Request, caller: Internal) -> Outcomes:
        _must_be_theirs(caller, {event.type for event in body.events}, tellers)
        results: list[Outcome] = []
        stuck: set[str] = set()
        for event in body.events:
            kind = event.type if event.type in consumers else "*"
            if event.subject in stuck:
                results.append(Outcome(id=str(event.id), outcome="blocked"))
            elif kind not in consumers:
                results.append(Outcome(id=str(event.id), outcome="done"))
            else:
                outcome = await _take(request, event, consumers[kind], models[kind])
                stuck |= {event.subject} if outcome.outcome == "failed" else set()
                results.append(outcome)
        return Outcomes(results=results)

    return routes


def _must_be_theirs(caller: Caller, kinds: set[str], tellers: Mapping[str, frozenset[str]]) -> None:
    """A process that was taken over does not invent another's facts."""
    theirs = tellers.get(caller.subject.removeprefix(WORKLOAD), frozenset())
    if tellers and "*" not in theirs and not kinds <= theirs:
        raise Forbidden


async def _take(request: Request, event: Envelope, consumer: Consumer, model: type[BaseModel] | None) -> Outcome:
    context.enter(context.background(request_id=event.request_id or event.id.hex, actor=event.actor))
    try:
        received: Any = Received(event, model.model_validate(event.data)) if model else event
        taken = await _take_once(request, event, consumer, received)
    except Exception as error:
        log.warning("inbox.event_failed", event_id=str(event.id), event_type=event.type, exc_info=True)
        # The teller keeps the reason; masked before it is cut, because half a number is not known as one.
        return Outcome(id=str(event.id), outcome="failed", reason=mask(f"{type(error).__name__}: {error}")[:500])
    request.app.state.after_commit()
    return Outcome(id=str(event.id), outcome="done" if taken else "duplicate")


async def _take_once(request: Request, event: Envelope, consumer: Consumer, received: Any) -> bool:
    async for attempt in contention_retries():
        with attempt:
            async with request.app.state.sessions() as session, session.begin():
                taken = await session.scalar(_mark(event)) is not None
                if taken:
                    await consumer(session, received)
    return taken


def _mark(event: Envelope) -> Any:
    values = {"id": event.id, "city_code": event.city_code, "type": event.type, "subject": event.subject}
    return insert(InboxEvent).values(**values).on_conflict_do_nothing().returning(InboxEvent.id)
