"""For whom a determination of the registry exists."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from services.registry.evaluation.queries import determination_is_of_evaluation
from services.registry.recognition.queries import determination_is_seen as is_of_recognition
from services.registry.upkeep.queries import determination_is_of_renewal


async def determination_is_seen(session: AsyncSession, determination_id: UUID, caller: Caller) -> bool:
    """For the city's staff, and for whose case or carrier it decided."""
    seen = await is_of_recognition(session, determination_id, caller)
    seen = seen or await determination_is_of_renewal(session, determination_id, caller)
    return seen or await determination_is_of_evaluation(session, determination_id, caller)
