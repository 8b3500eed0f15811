"""What becomes of an application whose case was accepted on a promise."""

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.window import CaseAccepted, CaseSupplemented, CaseSupplementLapsed
from kernel.inbox import Received
from kernel.moves import status_after
from kernel.supplements import end_wait
from services.funds.applications.intake import SERVICE, on_case_accepted
from services.funds.applications.queries import application_of_case
from services.funds.applications.service import determine_anew
from services.funds.applications.states import MOVES, UNDECIDED, Fact, Status
from services.funds.invoices.service import release_invoices


async def on_case_supplemented(session: AsyncSession, event: Received[CaseSupplemented]) -> None:
    """It may be decided. What could not be taken up is looked at again; what a newer policy meant for it, too."""
    case = event.data
    if case.service != SERVICE or case.case_id is None:
        return
    await end_wait(session, case.case_id)
    row = await application_of_case(session, case.case_id)
    if row is None:
        accepted: Received[CaseAccepted] = Received(event.envelope, case)
        await on_case_accepted(session, accepted)
    elif row.status is Status.WAITING_POLICY:
        await determine_anew(session, row)


async def on_supplement_lapsed(session: AsyncSession, event: Received[CaseSupplementLapsed]) -> None:
    """It ends undecided, so nothing was encumbered for it; its invoices are free again."""
    case_id = event.data.case_id
    if event.data.service != SERVICE or case_id is None:
        return
    row = await application_of_case(session, case_id)
    if row is not None and row.status in UNDECIDED:
        row.status = status_after(Fact.SUPPLEMENT_LAPSED, row.status, MOVES)
        await release_invoices(session, row.id, city_code=row.city_code)
    await end_wait(session, case_id)
