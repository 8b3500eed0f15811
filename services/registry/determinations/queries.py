"""Reads of determinations, for whom they concern."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.problems import NotFound
from policy.determinations import Determination, Difference
from policy.store import load_determination, replay_determination
from services.registry.recognition.queries import determination_is_seen


async def find_determination(session: AsyncSession, determination_id: UUID, *, caller: Caller) -> Determination:
    """Raises NotFound."""
    if not await determination_is_seen(session, determination_id, caller=caller):
        raise NotFound
    return await load_determination(session, caller.city, determination_id)


async def replay(
    session: AsyncSession, determination_id: UUID, *, caller: Caller
) -> tuple[Determination, list[Difference]]:
    """Decide it again by the snapshot it cites. Raises NotFound."""
    if not await determination_is_seen(session, determination_id, caller=caller):
        raise NotFound
    return await replay_determination(session, caller.city, determination_id)
