"""Routes of cancellations."""

from typing import Annotated

from kernel.auth import Caller, may
from kernel.idempotency import KeyOptional
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, router
from services.registry.cancellation import queries, service
from services.registry.cancellation.schemas import (
    CancellationDecisionIn,
    CancellationId,
    CancellationIn,
    CancellationOut,
    CureIn,
)
from services.registry.cancellation.states import Status
from services.registry.recognition.schemas import RecognitionId

MayRead = Annotated[Caller, may("carriers:read")]
MayReview = Annotated[Caller, may("recognition:review")]
MayDecide = Annotated[Caller, may("recognition:decide")]

routes = router(prefix="/v1/registry", tags=["registry: recognition"])


@routes.post("/recognitions/{recognition_id}/cancellations", status_code=201)
async def open_cancellation(
    caller: MayReview,
    recognition_id: RecognitionId,
    body: CancellationIn,
    session: SessionDep,
    _key: KeyOptional = None,
) -> CancellationOut:
    """Put a recognition up for cancellation; a cause that can be cured starts a cure period in working days."""
    row = await service.open_cancellation(session, recognition_id=recognition_id, given=body, caller=caller)
    return CancellationOut.model_validate(row)


@routes.get("/cancellations")
async def list_cancellations(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    status: Status | None = None,
    recognition_id: RecognitionId | None = None,
) -> Page[CancellationOut]:
    """Cancellations of the city: all for its staff, else those of your recognitions."""
    rows, cursor = await queries.list_cancellations(
        session, page, caller=caller, status=status, recognition_id=recognition_id
    )
    return Page(items=[CancellationOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.post("/cancellations/{cancellation_id}/cure")
async def confirm_cure(
    caller: MayReview, cancellation_id: CancellationId, body: CureIn, session: SessionDep, _key: KeyOptional = None
) -> CancellationOut:
    """Confirm that what was wrong is right again, until the end of the cure period."""
    row = await service.confirm_cure(session, cancellation_id=cancellation_id, given=body, caller=caller)
    return CancellationOut.model_validate(row)


@routes.post("/cancellations/{cancellation_id}/decision")
async def decide_cancellation(
    caller: MayDecide,
    cancellation_id: CancellationId,
    body: CancellationDecisionIn,
    session: SessionDep,
    _key: KeyOptional = None,
) -> CancellationOut:
    """Cancel, by another officer than who opened it: from today, or from the day a level above did; or drop it."""
    row = await service.decide_cancellation(session, cancellation_id=cancellation_id, given=body, caller=caller)
    return CancellationOut.model_validate(row)
