"""Self-audit over HTTP: every invariant now, green or with evidence; and any decision replayed."""

from typing import Annotated

from kernel.auth import Caller, may
from kernel.routing import SessionDep, router
from policy.determination_routes import determination_routes, staff_sees
from services.funds.assurance.queries import self_audit
from services.funds.assurance.schemas import AssuranceOut

routes = router(prefix="/v1/funds", tags=["assurance"])
MayRead = Annotated[Caller, may("books:read")]


@routes.get("/assurance")
async def audit_funds(caller: MayRead, session: SessionDep, whole: bool = False) -> AssuranceOut:
    """Debits and credits, balances, encumbrances, controls, chains and four eyes: checked now, with timing.

    Closed months were verified when they closed; `whole` verifies their entries again.
    """
    return await self_audit(session, caller.city, whole=whole)


determinations = determination_routes("funds", scope="books:read", tag="assurance", sees=staff_sees)
