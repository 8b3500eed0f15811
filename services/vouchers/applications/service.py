"""Use cases of applications: take an accepted case, refuse it. It is granted by issuing a voucher on it."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.base import CaseReason
from contracts.vouchers import VoucherApplicationRefused
from contracts.window import CaseAccepted, CaseSupplemented, CaseSupplementLapsed
from kernel import clock
from kernel.auth import Caller
from kernel.inbox import Received
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, named_constraint, refuse_if
from kernel.supplements import (
    SupplementAwaited,
    await_supplement,
    awaited_findings,
    end_wait,
    must_be_supplemented,
)
from policy.snapshots import Acceptance
from policy.store import policy_for
from services.vouchers.applications.models import AcceptedCase
from services.vouchers.applications.queries import accepted_case, documents_awaited
from services.vouchers.applications.rules import officer_findings
from services.vouchers.applications.states import MOVES, Fact, Status
from services.vouchers.integrity.measures.rules import ground_findings

OWNER = "vouchers"


class CaseAnswered(Conflict):
    code, title_zh, title_en = "case_answered", "该办件已发券", "A voucher was issued for this case"


class CaseRefused(Conflict):
    code, title_zh, title_en = "case_refused", "该办件已不予批准", "The case was refused"


class CaseLapsed(Conflict):
    code, title_zh, title_en = (
        "case_lapsed",
        "容缺材料逾期未补齐,该办件已终止",
        "Promised documents were late: the case has ended",
    )


named_constraint("uq_voucher_case_id", CaseAnswered)


async def on_case_accepted(session: AsyncSession, event: Received[CaseAccepted]) -> None:
    """Keep what the decision needs; an officer issues on it or refuses it."""
    told = event.data
    if told.service != OWNER or told.case_id is None:
        return
    awaited = [document.model_dump() for document in told.awaits]
    await await_supplement(session, told.case_id, city_code=event.city_code, documents=awaited)
    session.add(
        AcceptedCase(
            id=told.case_id,
            city_code=event.city_code,
            number=told.number,
            item=told.item,
            status=Status.WAITING,
            applicant_id=told.applicant_id,
            opened_by=told.opened_by,
            accepted_on=told.accepted_on,
            accepted_at=told.accepted_at,
            accepted_by=told.accepted_by,
        )
    )


async def on_case_supplemented(session: AsyncSession, event: Received[CaseSupplemented]) -> None:
    """What was promised is there: the case may be decided."""
    if event.data.service == OWNER and event.data.case_id is not None:
        await end_wait(session, event.data.case_id)


async def on_supplement_lapsed(session: AsyncSession, event: Received[CaseSupplementLapsed]) -> None:
    """It ends undecided: nothing was issued on it, and nothing will be."""
    case_id = event.data.case_id
    if event.data.service != OWNER or case_id is None:
        return
    case = await session.get(AcceptedCase, case_id, with_for_update=True)
    if case is not None and case.status is Status.WAITING:
        case.status = status_after(Fact.SUPPLEMENT_LAPSED, case.status, MOVES)
    await end_wait(session, case_id)


async def refuse_application(
    session: AsyncSession, *, case_id: UUID, reason: str, clauses: Sequence[str], caller: Caller
) -> AcceptedCase:
    """No voucher is issued on it, and the window ends the case. Raises Refusal for a ground that is no clause."""
    case = await undecided(session, case_id, caller=caller)
    snapshot = await policy_for(session, case.city_code, Acceptance(on=case.accepted_on, at=case.accepted_at))
    by = officer_findings(
        caller.acting_for, opened_by=case.opened_by, accepted_by=case.accepted_by, clauses=tuple(clauses)
    )
    refuse_if([*by, *ground_findings(clauses, known=snapshot.pack.clauses)])
    case.status = status_after(Fact.REFUSED, case.status, MOVES)
    case.refused_by, case.refused_at = caller.acting_for, clock.now(case.city_code)
    case.refusal_reason, case.refusal_clauses = reason, list(clauses)
    await session.flush()
    told = VoucherApplicationRefused(
        case_id=case.id,
        case_outcome="refused",
        applicant_id=case.applicant_id,
        clauses=list(clauses),
        case_reasons=tuple(CaseReason(text=reason, clause=clause) for clause in clauses),
    )
    await record(session, told, city_code=case.city_code, subject=case.id)
    return case


async def must_not_await(session: AsyncSession, applicant_id: UUID, *, city_code: str, items: Collection[str]) -> None:
    """Nothing is issued beside a case of these items that waits for what was promised. Raises SupplementAwaited."""
    awaited = await documents_awaited(session, applicant_id, city_code=city_code, items=items)
    if awaited:
        raise SupplementAwaited(reasons=awaited_findings(awaited))


async def undecided(session: AsyncSession, case_id: UUID, *, caller: Caller) -> AcceptedCase:
    """The case, locked until it is granted or refused, once.

    Raises CaseAnswered, CaseRefused, CaseLapsed; SupplementAwaited while what was promised has not come.
    """
    case = await accepted_case(session, case_id, caller=caller, lock=True)
    if case.status is Status.GRANTED:
        raise CaseAnswered
    if case.status is Status.REFUSED:
        raise CaseRefused
    if case.status is Status.LAPSED:
        raise CaseLapsed
    await must_be_supplemented(session, case.id)
    return case
