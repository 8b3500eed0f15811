"""Routes of the pool of mentors."""

from typing import Annotated

from kernel import clock
from kernel.auth import Caller, may
from kernel.idempotency import KeyOptional
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, router
from services.registry.mentors.pool import queries, service
from services.registry.mentors.pool.models import Mentor, MentorClass, Tier
from services.registry.mentors.pool.schemas import (
    AssessmentIn,
    AssessmentOut,
    InterestIn,
    InterestOut,
    MentorDecisionIn,
    MentorEndIn,
    MentorId,
    MentorIn,
    MentorOut,
    TermOut,
)
from services.registry.mentors.pool.states import Status
from services.registry.settings import PersonKey

MayRead = Annotated[Caller, may("mentors:read")]
MayWrite = Annotated[Caller, may("mentors:write")]
MayAdmit = Annotated[Caller, may("mentors:admit")]

routes = router(prefix="/v1/registry/mentors", tags=["registry: mentors"])


@routes.post("", status_code=201)
async def apply_for_mentor(
    caller: MayWrite, body: MentorIn, session: SessionDep, key: PersonKey, _key: KeyOptional = None
) -> MentorOut:
    """Apply to the pool for a person, in one of its three tiers."""
    return _shown(await service.apply_for_mentor(session, given=body, caller=caller, key=key))


@routes.get("")
async def list_mentors(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    tier: Tier | None = None,
    mentor_class: MentorClass | None = None,
    status: Status | None = None,
) -> Page[MentorOut]:
    """Mentors in the pool, and your own applications; all entries for the staff of the city."""
    rows, cursor = await queries.list_mentors(
        session, page, caller=caller, tier=tier, mentor_class=mentor_class, status=status
    )
    return Page(items=[_shown(row) for row in rows], next_cursor=cursor)


@routes.get("/{mentor_id}")
async def read_mentor(caller: MayRead, mentor_id: MentorId, session: SessionDep) -> MentorOut:
    """One entry with its terms."""
    return _shown(await queries.find_mentor(session, mentor_id, caller=caller))


@routes.post("/{mentor_id}/decision")
async def decide_mentor(
    caller: MayAdmit, mentor_id: MentorId, body: MentorDecisionIn, session: SessionDep, _key: KeyOptional = None
) -> MentorOut:
    """Admit for a term under the city's criteria, or refuse; by another person than who applied."""
    return _shown(await service.decide_mentor(session, mentor_id=mentor_id, given=body, caller=caller))


@routes.post("/{mentor_id}/renewal")
async def renew_mentor(
    caller: MayAdmit, mentor_id: MentorId, session: SessionDep, _key: KeyOptional = None
) -> MentorOut:
    """Another term after the present one."""
    return _shown(await service.renew_mentor(session, mentor_id=mentor_id, caller=caller))


@routes.post("/{mentor_id}/end")
async def end_mentor(
    caller: MayAdmit, mentor_id: MentorId, body: MentorEndIn, session: SessionDep, _key: KeyOptional = None
) -> MentorOut:
    """End an entry from today."""
    return _shown(await service.end_mentor(session, mentor_id=mentor_id, reason=body.reason, caller=caller))


@routes.post("/{mentor_id}/interests", status_code=201)
async def declare_interest(
    caller: MayWrite, mentor_id: MentorId, body: InterestIn, session: SessionDep, _key: KeyOptional = None
) -> InterestOut:
    """Declare that the mentor invests in a firm, or sits on the jury of its contest."""
    row = await service.declare_interest(session, mentor_id=mentor_id, given=body, caller=caller)
    return InterestOut.model_validate(row)


@routes.post("/{mentor_id}/assessments", status_code=201)
async def assess_mentor(
    caller: MayAdmit, mentor_id: MentorId, body: AssessmentIn, session: SessionDep, _key: KeyOptional = None
) -> AssessmentOut:
    """Assess a year by the sessions both sides confirmed."""
    row = await service.assess_mentor(session, mentor_id=mentor_id, year=body.year, caller=caller)
    return AssessmentOut.model_validate(row)


def _shown(row: Mentor) -> MentorOut:
    computed = {"name", "is_serving", "terms"}
    plain = {name: getattr(row, name) for name in MentorOut.model_fields if name not in computed}
    return MentorOut(
        **plain,
        name=row.person.name,
        is_serving=row.serves_on(clock.today(row.city_code)),
        terms=[TermOut.model_validate(term) for term in row.terms],
    )
