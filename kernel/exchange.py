"""The operator's hand on the exchange of events, in the container of the process that tells them.

python -m kernel.exchange                        how far each subscriber is, and every parked event with its reason
python -m kernel.exchange release <subscriber>   what is parked for it is tried again, after the cause was removed
python -m kernel.exchange retell <subscriber>    tell it everything from the first event: for one restored from an
                                                 older backup; it takes what it has not, once
"""

import sys
from collections.abc import AsyncIterator
from functools import partial

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock, commands
from kernel.logs import mask
from kernel.outbox import BacklogEvent, OutboxEvent, SubscriberCursor
from kernel.relay import LOCK, reach_of


async def show(session: AsyncSession) -> AsyncIterator[str]:
    """A line for each subscriber, reached or not, then one for each parked event."""
    for name in await session.scalars(select(SubscriberCursor.subscriber).order_by(SubscriberCursor.subscriber)):
        reach = await reach_of(session, name)
        yield f"{name}: told {reach.told}, behind {reach.behind}, waiting {reach.waiting}, parked {reach.parked}"
    parked = (
        select(BacklogEvent, OutboxEvent)
        .join(OutboxEvent, OutboxEvent.position == BacklogEvent.position)
        .where(BacklogEvent.parked)
        .order_by(BacklogEvent.subscriber, BacklogEvent.position)
    )
    for held, event in await session.execute(parked):
        said = f"{event.type} {event.subject} in {event.city_code}, tried {held.attempts} times"
        yield f"parked for {held.subscriber}: {held.position} {said}: {mask(held.reason or '')}"


async def release(session: AsyncSession, *, subscriber: str) -> AsyncIterator[str]:
    """Parked events are due at once, with all their tries before them. Raises Refused for a name that is none here."""
    await _cursor_of(session, subscriber)
    released = await session.scalars(
        update(BacklogEvent)
        .where(BacklogEvent.subscriber == subscriber, BacklogEvent.parked)
        .values(parked=False, attempts=0, next_try_at=clock.real_now())
        .returning(BacklogEvent.position)
    )
    yield f"{len(list(released))} released for {subscriber}"


async def retell(session: AsyncSession, *, subscriber: str) -> AsyncIterator[str]:
    """Put the cursor before the first event. Raises Refused while a relay runs, which would put it back."""
    if not await session.scalar(select(func.pg_try_advisory_xact_lock(LOCK))):
        raise commands.Refused("a relay is running: stop this process and its replicas first")
    cursor = await _cursor_of(session, subscriber)
    cursor.position = 0
    await session.flush()
    # Those it does not want are passed over.
    yield f"{subscriber} will be told up to {(await reach_of(session, subscriber)).behind} events"


async def _cursor_of(session: AsyncSession, subscriber: str) -> SubscriberCursor:
    cursor = await session.get(SubscriberCursor, subscriber)
    if cursor is None:
        raise commands.Refused(f"{subscriber} is no subscriber here")
    return cursor


def main() -> None:
    """What the arguments name."""
    match sys.argv[1:]:
        case []:
            commands.run(show)
        case ["release", subscriber]:
            commands.run(partial(release, subscriber=subscriber))
        case ["retell", subscriber]:
            commands.run(partial(retell, subscriber=subscriber))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
