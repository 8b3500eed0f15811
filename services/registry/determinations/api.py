"""Routes of determinations: read one, decide it again."""

from typing import Annotated

from kernel.auth import Caller, may
from kernel.routing import SessionDep, router
from services.registry.determinations import queries
from services.registry.determinations.schemas import DeterminationOut, DifferenceOut, ReplayOut
from services.registry.recognition.schemas import DeterminationId

MayRead = Annotated[Caller, may("carriers:read")]

routes = router(prefix="/v1/registry/determinations", tags=["registry: determinations"])


@routes.get("/{determination_id}")
async def read_registry_determination(
    caller: MayRead, determination_id: DeterminationId, session: SessionDep
) -> DeterminationOut:
    """Why: inputs, parameters with their clauses, and the outcome."""
    found = await queries.find_determination(session, determination_id, caller=caller)
    return DeterminationOut(
        id=found.id,
        programme=found.programme,
        act=found.act,
        outcome=found.outcome,
        accepted_on=found.accepted.on,
        policy_version=found.snapshot_version,
        policy_hash=found.snapshot_hash,
        sha256=found.sha256,
        document=found.document,
    )


@routes.get("/{determination_id}/replay")
async def replay_registry_determination(
    caller: MayRead, determination_id: DeterminationId, session: SessionDep
) -> ReplayOut:
    """Decide the recorded question again and name every difference; there should be none."""
    record, differences = await queries.replay(session, determination_id, caller=caller)
    return ReplayOut(
        id=record.id,
        is_same=not differences,
        sha256=record.sha256,
        differences=[DifferenceOut.model_validate(difference) for difference in differences],
    )
