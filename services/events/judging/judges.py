"""The judges of a city: enrolled and changed by officers."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from kernel.auth import Caller
from kernel.etags import must_match
from kernel.ids import encode_id, new_id
from services.events.judging.models import CompetitionJudge
from services.events.judging.queries import find_judge
from services.events.judging.schemas import JudgeChangeIn, JudgeIn


async def enrol_judge(session: AsyncSession, *, given: JudgeIn, caller: Caller) -> CompetitionJudge:
    """A new judge, available at once."""
    row = CompetitionJudge(
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
    session.add(row)
    await session.flush()
    return row


async def change_judge(
    session: AsyncSession, *, judge_id: UUID, given: JudgeChangeIn, if_match: str, caller: Caller
) -> CompetitionJudge:
    """Unit, field, declared relations or availability; rounds drawn before stay as they were drawn."""
    row = await find_judge(session, judge_id, caller=caller)
    must_match(if_match, row.version)
    for name, value in given.model_dump(exclude_none=True, exclude={"related_organisation_ids"}).items():
        setattr(row, name, value)
    if given.related_organisation_ids is not None:
        row.related_organisation_ids = [encode_id("org", related) for related in given.related_organisation_ids]
    row.version += 1
    return row
