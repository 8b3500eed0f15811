"""Objections to awards nobody applied for (公示异议): one line waits and is answered, the rest of the list goes on."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds import AwardObjectedTo, AwardObjectionAnswered, AwardObjectionWithdrawn
from kernel.auth import Caller
from kernel.clock import on_date
from kernel.ids import encode_id, new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.owning import is_staff
from kernel.problems import Conflict, NotFound, refuse_if
from policy.calendar import workdays
from policy.determinations import finding_document
from services.funds.entitlements.models import Entitlement, PublicityList
from services.funds.entitlements.notices import recount_list
from services.funds.entitlements.queries import lock_carrier
from services.funds.entitlements.states import MOVES, UNDECIDED, Fact
from services.funds.objections.models import PublicityObjection
from services.funds.objections.queries import waiting_of
from services.funds.objections.rules import answer_findings, objection_findings, upheld_finding
from services.funds.objections.schemas import AnswerIn, ObjectionIn


class ObjectionAnswered(Conflict):
    code, title_zh, title_en = "objection_answered", "该异议已处理", "The objection was answered already"


class ObjectionWithdrawn(Conflict):
    code, title_zh, title_en = "objection_withdrawn", "该异议已撤回", "The objection was withdrawn"


class CallersObjectionWaiting(Conflict):
    """`objection_id` names it: staff alone enter several, as each letter is of somebody else."""

    code, title_zh, title_en = (
        "objection_of_caller_waiting",
        "已提出的异议尚待处理",
        "An objection of the caller to this line was not answered yet",
    )


async def file_objection(
    session: AsyncSession, *, list_id: UUID, given: ObjectionIn, caller: Caller, at: datetime
) -> PublicityObjection:
    """Until the last evening of the notice, against one line. Raises NotFound, CallersObjectionWaiting, Refusal."""
    published = await session.get(PublicityList, list_id)
    if published is None:
        raise NotFound
    caller.must_act_in(published.city_code)
    entitlement = await _line(session, given.entitlement_id, city_code=published.city_code, list_id=list_id)
    undecided = entitlement.status in UNDECIDED
    await recount_list(session, published, workdays())
    refuse_if(objection_findings(until_on=published.until_on, is_undecided=undecided, on=on_date(at)))
    earlier = None if is_staff(caller) else await waiting_of(session, entitlement.id, caller.acting_for)
    if earlier is not None:
        raise CallersObjectionWaiting(objection_id=encode_id("pob", earlier.id))
    row = PublicityObjection(
        id=new_id(),
        city_code=published.city_code,
        list_id=list_id,
        filed_by=caller.acting_for,
        filed_at=at,
        **given.model_dump(),
    )
    session.add(row)
    told = AwardObjectedTo(entitlement_id=entitlement.id, organisation_id=entitlement.organisation_id, list_id=list_id)
    await record(session, told, city_code=row.city_code, subject=entitlement.id)
    await session.flush()
    return row


async def answer_objection(
    session: AsyncSession, *, objection_id: UUID, given: AnswerIn, caller: Caller, at: datetime
) -> PublicityObjection:
    """By a person who had no part in it, the list or the award. Upheld, the award falls; rejected, it may be approved.

    Raises NotFound, ObjectionAnswered, ObjectionWithdrawn, Refusal for a first person.
    """
    row, entitlement = await _waiting(session, await _objection(session, objection_id, caller))
    published = await session.get_one(PublicityList, row.list_id)
    about = ((row.filed_by, published.made_by), (entitlement.prepared_by, entitlement.recognition_decided_by))
    refuse_if(answer_findings(caller.acting_for, about))
    row.upheld, row.opinion = given.upheld, given.opinion
    row.answered_by, row.answered_at = caller.acting_for, at
    if given.upheld and entitlement.status in UNDECIDED:
        entitlement.status = status_after(Fact.REFUSED, entitlement.status, MOVES)
        entitlement.reasons = [finding_document(upheld_finding(given.opinion))]
    told = AwardObjectionAnswered(
        entitlement_id=entitlement.id,
        organisation_id=entitlement.organisation_id,
        list_id=row.list_id,
        outcome="upheld" if given.upheld else "rejected",
    )
    await record(session, told, city_code=row.city_code, subject=entitlement.id)
    await session.flush()
    return row


async def withdraw_objection(
    session: AsyncSession, *, objection_id: UUID, caller: Caller, at: datetime
) -> PublicityObjection:
    """By whoever filed it, until it is answered; to everybody else it does not exist.

    Raises NotFound, ObjectionAnswered, ObjectionWithdrawn.
    """
    found = await _objection(session, objection_id, caller)
    if found.filed_by != caller.acting_for:
        raise NotFound
    row, entitlement = await _waiting(session, found)
    row.withdrawn_at = at
    told = AwardObjectionWithdrawn(
        entitlement_id=entitlement.id, organisation_id=entitlement.organisation_id, list_id=row.list_id
    )
    await record(session, told, city_code=row.city_code, subject=entitlement.id)
    await session.flush()
    return row


async def _objection(session: AsyncSession, objection_id: UUID, caller: Caller) -> PublicityObjection:
    found = await session.get(PublicityObjection, objection_id)
    if found is None:
        raise NotFound
    caller.must_act_in(found.city_code)
    return found


async def _waiting(session: AsyncSession, found: PublicityObjection) -> tuple[PublicityObjection, Entitlement]:
    """Locked, with its award: it still waits for an answer."""
    entitlement = await _line(session, found.entitlement_id, city_code=found.city_code)
    row = await session.get_one(PublicityObjection, found.id, with_for_update=True, populate_existing=True)
    if row.upheld is not None:
        raise ObjectionAnswered
    if row.withdrawn_at is not None:
        raise ObjectionWithdrawn
    return row, entitlement


async def _line(
    session: AsyncSession, entitlement_id: UUID, *, city_code: str, list_id: UUID | None = None
) -> Entitlement:
    """The award, with all of its carrier locked: an approval never passes an objection to it.

    Looked at before too: who names what is not of the city, or not on the list, waits for no lock and holds none.
    """
    entitlement = await session.get(Entitlement, entitlement_id)
    if entitlement is None or not _stands(entitlement, city_code, list_id):
        raise NotFound
    await lock_carrier(session, entitlement)
    if not _stands(entitlement, city_code, list_id):
        raise NotFound
    return entitlement


def _stands(entitlement: Entitlement, city_code: str, list_id: UUID | None) -> bool:
    return entitlement.city_code == city_code and list_id in {None, entitlement.list_id}
