"""The pool of experts: entered and changed by officers."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from kernel.auth import Caller
from kernel.etags import must_match
from kernel.ids import encode_id, new_id
from services.registry.experts.models import Expert
from services.registry.experts.queries import find_expert
from services.registry.experts.schemas import ExpertChangeIn, ExpertIn


async def enter_expert(session: AsyncSession, *, given: ExpertIn, caller: Caller) -> Expert:
    """A new expert, available at once."""
    expert = Expert(
        id=new_id(),
        city_code=caller.city,
        name=given.name,
        unit=given.unit,
        field=given.field,
        related_organisation_ids=[encode_id("org", related) for related in given.related_organisation_ids],
        is_available=True,
        entered_by=caller.acting_for,
        entered_at=clock.now(caller.city),
        version=1,
    )
    session.add(expert)
    return expert


async def change_expert(
    session: AsyncSession, *, expert_id: UUID, given: ExpertChangeIn, if_match: str, caller: Caller
) -> Expert:
    """Unit, field, declared relations or availability; panels drawn before stay as they were drawn."""
    expert = await find_expert(session, expert_id, caller=caller)
    must_match(if_match, expert.version)
    for name, value in given.model_dump(exclude_none=True, exclude={"related_organisation_ids"}).items():
        setattr(expert, name, value)
    if given.related_organisation_ids is not None:
        expert.related_organisation_ids = [encode_id("org", related) for related in given.related_organisation_ids]
    expert.version += 1
    return expert
