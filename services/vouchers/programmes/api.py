"""Routes of voucher tranches."""

from typing import Annotated

from kernel.auth import Caller, may
from kernel.neighbours import Funds
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, WorkDep, router
from services.vouchers.ids import TrancheId
from services.vouchers.programmes import queries, service
from services.vouchers.programmes.schemas import AgreementOut, TrancheDetailOut, TrancheOut

MayRead = Annotated[Caller, may("vouchers:read")]
MayReadBooks = Annotated[Caller, may("books:read")]
routes = router(prefix="/v1/vouchers/tranches", tags=["vouchers: tranches"])


@routes.get("")
async def list_voucher_tranches(caller: MayRead, session: SessionDep, page: PageDep) -> Page[TrancheOut]:
    """Tranches of the city, oldest first."""
    rows, cursor = await queries.list_tranches(session, page, caller=caller)
    return Page(items=[TrancheOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.get("/{tranche_id}")
async def get_voucher_tranche(caller: MayRead, tranche_id: TrancheId, session: SessionDep) -> TrancheDetailOut:
    """A tranche and where its money stands."""
    tranche = await queries.tranche_of(session, tranche_id, caller=caller)
    return TrancheDetailOut.of(tranche, await queries.sub_ledger(session, tranche))


@routes.get("/{tranche_id}/agreement")
async def check_voucher_tranche(
    caller: MayReadBooks, tranche_id: TrancheId, funds: Funds, work: WorkDep
) -> AgreementOut:
    """Whether the sub-ledger and the control account in the books of funds agree, while both go on working."""
    return await service.compare_with_control(work, funds, tranche_id=tranche_id, caller=caller)
