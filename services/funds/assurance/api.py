"""Self-audit over HTTP: every invariant now, green or with evidence; and any decision replayed."""

from typing import Annotated

from fastapi import Query

from contracts.overview import AssuranceReply, BrokenCheck
from kernel.auth import Caller, Internal, may
from kernel.routing import SessionDep, router
from kernel.schemas import CityCode
from policy.determination_routes import determination_routes, staff_sees
from services.funds.assurance.queries import self_audit
from services.funds.assurance.schemas import AssuranceOut

routes = router(prefix="/v1/funds", tags=["assurance"])
internal = router(prefix="/internal/assurance")
MayRead = Annotated[Caller, may("books:read")]


@routes.get("/assurance")
async def audit_funds(caller: MayRead, session: SessionDep, whole: bool = False) -> AssuranceOut:
    """Debits and credits, balances, encumbrances, controls, chains and four eyes: checked now, with timing.

    Closed months were verified when they closed; `whole` verifies their entries again.
    """
    return await self_audit(session, caller.city, whole=whole)


determinations = determination_routes("funds", guard=may("books:read"), tag="assurance", sees=staff_sees)


@internal.get("", include_in_schema=False)
async def tell_assurance(_caller: Internal, session: SessionDep, city: Annotated[CityCode, Query()]) -> AssuranceReply:
    """For the window's overview: the same audit, and of it what is broken."""
    found = await self_audit(session, city, whole=False)
    broken = tuple(
        BrokenCheck(check=check.check, zh=check.name_zh, en=check.name_en, breaks=check.breaks_found)
        for check in found.checks
        if not check.green
    )
    return AssuranceReply(green=found.green, checks=len(found.checks), broken=broken)
