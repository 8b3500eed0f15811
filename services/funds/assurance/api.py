"""Self-audit over HTTP: every invariant now, green or with evidence; and any decision replayed."""

from typing import Annotated

from kernel.auth import Caller, may
from kernel.routing import SessionDep, router
from policy.store import replay_determination
from services.funds.assurance.queries import self_audit
from services.funds.assurance.schemas import AssuranceOut, DifferenceOut, ReplayOut
from services.funds.ids import DeterminationId

routes = router(prefix="/v1/funds", tags=["assurance"])
MayRead = Annotated[Caller, may("books:read")]


@routes.get("/assurance")
async def audit_funds(caller: MayRead, session: SessionDep) -> AssuranceOut:
    """Debits and credits, balances, encumbrances, controls, chains and four eyes: checked now, with timing."""
    return await self_audit(session, caller.city)


@routes.get("/determinations/{determination_id}/replay")
async def replay_award_determination(
    caller: MayRead, determination_id: DeterminationId, session: SessionDep
) -> ReplayOut:
    """Decide the stored question again: the same inputs and policy version give the same bytes."""
    record, differences = await replay_determination(session, caller.city, determination_id)
    return ReplayOut(
        id=record.id,
        same=not differences,
        sha256=record.sha256,
        document=record.document,
        differences=[DifferenceOut.model_validate(difference) for difference in differences],
    )
