"""Routes of what becomes of a recognition: its term and end, renewals and changes."""

from typing import Annotated

from kernel.auth import Caller, may
from kernel.idempotency import KeyOptional
from kernel.routing import SessionDep, router
from services.registry.certificates.signing import CertifierDep
from services.registry.recognition.schemas import RecognitionId
from services.registry.upkeep import changes, service, views
from services.registry.upkeep.schemas import (
    ChangeId,
    ChangeIn,
    ChangeOut,
    RenewalId,
    RenewalIn,
    RenewalOut,
    RequestDecisionIn,
    UpkeepOut,
)

MayRead = Annotated[Caller, may("carriers:read")]
MayWrite = Annotated[Caller, may("carriers:write")]
MayReview = Annotated[Caller, may("recognition:review")]
MayDecide = Annotated[Caller, may("recognition:decide")]

routes = router(prefix="/v1/registry/recognitions", tags=["registry: recognition"])


@routes.get("/{recognition_id}/upkeep")
async def read_upkeep(caller: MayRead, recognition_id: RecognitionId, session: SessionDep) -> UpkeepOut:
    """Until when it is valid, why it ended, its renewals and changes, and from which month tax treatment may follow."""
    return await views.read_upkeep(session, recognition_id, caller=caller)


@routes.post("/{recognition_id}/renewals", status_code=201)
async def review_renewal(
    caller: MayReview, recognition_id: RecognitionId, body: RenewalIn, session: SessionDep, _key: KeyOptional = None
) -> RenewalOut:
    """Judge a renewal by the criteria in force today; another officer decides it."""
    row = await service.review_renewal(session, recognition_id=recognition_id, given=body, caller=caller)
    return RenewalOut.model_validate(row)


@routes.post("/{recognition_id}/renewals/{renewal_id}/decision")
async def decide_renewal(
    caller: MayDecide,
    recognition_id: RecognitionId,
    renewal_id: RenewalId,
    body: RequestDecisionIn,
    session: SessionDep,
    certifier: CertifierDep,
    _key: KeyOptional = None,
) -> RenewalOut:
    """Another term behind the present one, with a new certificate; or a refusal."""
    row = await service.decide_renewal(
        session, certifier, recognition_id=recognition_id, renewal_id=renewal_id, given=body, caller=caller
    )
    return RenewalOut.model_validate(row)


@routes.post("/{recognition_id}/changes", status_code=201)
async def request_change(
    caller: MayWrite, recognition_id: RecognitionId, body: ChangeIn, session: SessionDep, _key: KeyOptional = None
) -> ChangeOut:
    """Ask to change the name, operator or premises of a recognised carrier you may act for."""
    row = await changes.request_change(session, recognition_id=recognition_id, given=body, caller=caller)
    return ChangeOut.model_validate(row)


@routes.post("/{recognition_id}/changes/{change_id}/decision")
async def decide_change(
    caller: MayDecide,
    recognition_id: RecognitionId,
    change_id: ChangeId,
    body: RequestDecisionIn,
    session: SessionDep,
    certifier: CertifierDep,
    _key: KeyOptional = None,
) -> ChangeOut:
    """The change with a new certificate, or a refusal; new premises must still meet the criteria."""
    row = await changes.decide_change(
        session, certifier, recognition_id=recognition_id, change_id=change_id, given=body, caller=caller
    )
    return ChangeOut.model_validate(row)
