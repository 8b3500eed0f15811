"""Registering investors and projects beforehand: handed in by themselves, reviewed by an officer (XZ-32)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds_angel import AngelRegistrationReviewed
from contracts.registry import OrganisationReply
from kernel.auth import Caller
from kernel.clock import on_date
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, Refusal, named_constraint, refuse_if
from policy.snapshots import Acceptance
from policy.store import policy_for
from services.funds.angel.access import must_act_for
from services.funds.angel.policy import angel_programme
from services.funds.angel.register.models import AngelRegistration
from services.funds.angel.register.queries import get_registration
from services.funds.angel.register.schemas import AngelRegistrationIn, AngelReviewIn
from services.funds.angel.register.states import MOVES, Fact, Status
from services.funds.approvals.rules import second_person_findings

ACTIVE = "active"


class RegisteredBefore(Conflict):
    code, title_zh, title_en = "registered_before", "该单位已登记或正在审核", "It is registered or under review"


class OrganisationInactive(Refusal):
    code, title_zh, title_en = "organisation_inactive", "该单位已注销或被合并", "It is no longer registered in law"


named_constraint("uq_angel_registration_standing", RegisteredBefore)


async def register(
    session: AsyncSession, *, given: AngelRegistrationIn, organisation: OrganisationReply, caller: Caller, at: datetime
) -> AngelRegistration:
    """Hand in for review. Raises NotFound for another's, OrganisationInactive, RegisteredBefore."""
    must_act_for(caller, organisation)
    angel_programme((await policy_for(session, caller.city, Acceptance(on_date(at), at))).pack)
    if organisation.status != ACTIVE:
        raise OrganisationInactive
    row = AngelRegistration(
        id=new_id(),
        city_code=caller.city,
        kind=given.kind,
        organisation_id=organisation.id,
        name=organisation.name,
        evidence=given.evidence,
        filed_by=caller.acting_for,
        filed_at=at,
        status=Status.UNDER_REVIEW,
    )
    session.add(row)
    await session.flush()
    return row


async def review_registration(
    session: AsyncSession, *, registration_id: UUID, given: AngelReviewIn, caller: Caller, at: datetime
) -> AngelRegistration:
    """An officer who did not hand it in admits or refuses it; it counts from today on."""
    row = await get_registration(session, registration_id, caller, lock=True)
    row.status = status_after(Fact.REGISTERED if given.accepted else Fact.REFUSED, row.status, MOVES)
    refuse_if(second_person_findings(approver=caller.acting_for, prepared_by=row.filed_by, decided_by=None))
    row.reviewed_by, row.reviewed_at, row.opinion = caller.acting_for, at, given.opinion
    row.registered_on = on_date(at) if given.accepted else None
    told = AngelRegistrationReviewed(
        registration_id=row.id, kind=row.kind, organisation_id=row.organisation_id, outcome=row.status
    )
    await record(session, told, city_code=row.city_code, subject=row.id)
    await session.flush()
    return row
