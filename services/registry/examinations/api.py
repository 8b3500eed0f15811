"""Routes of formal checks and site visits."""

from typing import Annotated

from kernel.auth import Caller, may
from kernel.idempotency import KeyOptional
from kernel.routing import SessionDep, router
from services.registry.examinations import queries, service
from services.registry.examinations.schemas import ExaminationIn, ExaminationOut, ExaminationsOut
from services.registry.recognition.queries import find_recognition
from services.registry.recognition.schemas import RecognitionId

MayReview = Annotated[Caller, may("recognition:review")]

routes = router(prefix="/v1/registry/recognitions", tags=["registry: recognition"])


@routes.post("/{recognition_id}/examinations", status_code=201)
async def record_examination(
    caller: MayReview, recognition_id: RecognitionId, body: ExaminationIn, session: SessionDep, _key: KeyOptional = None
) -> ExaminationOut:
    """Record a formal check of the papers or a visit to the site, before the review."""
    row = await service.record_examination(session, recognition_id=recognition_id, given=body, caller=caller)
    return ExaminationOut.model_validate(row)


@routes.get("/{recognition_id}/examinations")
async def list_examinations(caller: MayReview, recognition_id: RecognitionId, session: SessionDep) -> ExaminationsOut:
    """What was looked at, in order."""
    row = await find_recognition(session, recognition_id, caller=caller)
    rows = await queries.examinations_of(session, row.id)
    return ExaminationsOut(items=[ExaminationOut.model_validate(one) for one in rows])
