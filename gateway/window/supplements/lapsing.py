"""What becomes of a case whose applicant does not keep the promise it was accepted on."""

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.window import CaseSupplementLapsed
from gateway.window.cases.closing import close
from gateway.window.cases.queries import hold_case
from gateway.window.cases.states import MOVES, Fact
from gateway.window.feed.rules import uuid_of
from gateway.window.feed.service import publish
from gateway.window.supplements.queries import supplement_of
from gateway.window.supplements.service import SUPPLEMENT_ENDS, kinds_of, recount
from kernel.timers import Timer, TimerHandler
from policy.store import accepted_now


async def lapse(session: AsyncSession, timer: Timer) -> None:
    """The last day is over: the case ends and who decides it is told; unless its day has become later."""
    case_id = uuid_of(timer.object_id)
    case = await hold_case(session, case_id) if case_id else None
    if case is None or case.status not in MOVES[Fact.SUPPLEMENT_LAPSED].sources:
        return
    row = await supplement_of(session, case.id)
    if row is None or not row.is_awaited or await recount(session, case, row):
        return
    at = accepted_now(case.city_code)
    row.lapsed_on = at.on
    fact = CaseSupplementLapsed(
        case_id=case.id, number=case.number, service=case.service, documents=kinds_of(row.documents)
    )
    await publish(session, fact, city_code=case.city_code, subject=case.id)
    await close(session, case, Fact.SUPPLEMENT_LAPSED, outcome="lapsed", at=at)


TIMERS: dict[str, TimerHandler] = {SUPPLEMENT_ENDS: lapse}
