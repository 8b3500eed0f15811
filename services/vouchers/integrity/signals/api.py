"""The route of signs."""

from typing import Annotated

from kernel.auth import Caller, may
from kernel.neighbours import Registry
from kernel.routing import WorkDep, router
from services.vouchers.integrity.signals import service
from services.vouchers.integrity.signals.schemas import SignalsAsked, SignalsOut

MayRead = Annotated[Caller, may("integrity:read")]
routes = router(prefix="/v1/vouchers/signals", tags=["vouchers: integrity"])


@routes.get("")
async def read_signals(caller: MayRead, asked: SignalsAsked, registry: Registry, work: WorkDep) -> SignalsOut:
    """What stands out: pairs, holders under one controller, redemptions of one day, invoices at the bound."""
    return await service.gather_signals(work, registry, asked=asked, caller=caller)
