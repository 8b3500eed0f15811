"""What becomes of a recognition whose case was accepted on a promise."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.window import CaseAccepted, CaseSupplemented, CaseSupplementLapsed
from kernel import timers
from kernel.inbox import Received
from kernel.moves import status_after
from kernel.supplements import end_wait
from services.registry.recognition.intake import SERVICE, on_case_accepted
from services.registry.recognition.notice import NOTICE_CLOSES
from services.registry.recognition.queries import hold_of_case
from services.registry.recognition.states import ENDED, MOVES, Fact


async def on_case_supplemented(session: AsyncSession, event: Received[CaseSupplemented]) -> None:
    """It may be decided; what could not be taken up at acceptance is taken up or refused now."""
    case = event.data
    if case.service != SERVICE or case.case_id is None:
        return
    await end_wait(session, case.case_id)
    accepted: Received[CaseAccepted] = Received(event.envelope, case)
    await on_case_accepted(session, accepted)


async def on_supplement_lapsed(session: AsyncSession, event: Received[CaseSupplementLapsed]) -> None:
    """It ends without a decision: a notice is taken down, and the carrier is free for another case."""
    if event.data.service == SERVICE and event.data.case_id is not None:
        await _lapse(session, event.data.case_id)


async def _lapse(session: AsyncSession, case_id: UUID) -> None:
    row = await hold_of_case(session, case_id)
    if row is not None and row.status not in ENDED:
        row.status = status_after(Fact.SUPPLEMENT_LAPSED, row.status, MOVES[row.way])
        await timers.cancel(session, kind=NOTICE_CLOSES, object_id=row.id)
    await end_wait(session, case_id)
