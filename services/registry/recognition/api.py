"""Routes of recognitions, public notices and objections."""

from typing import Annotated, Any

from kernel import context
from kernel.auth import Caller, may
from kernel.idempotency import KeyOptional
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, router
from services.registry.carriers.schemas import CarrierId
from services.registry.certificates.signing import CertifierDep
from services.registry.recognition import notice, queries, service
from services.registry.recognition.models import Recognition
from services.registry.recognition.schemas import (
    CaseId,
    DecisionIn,
    NoticeOut,
    ObjectionId,
    ObjectionIn,
    ObjectionOut,
    ObjectionReceiptOut,
    ObjectionsOut,
    PublicNoticeOut,
    ReasonOut,
    RecognitionId,
    RecognitionOut,
    ResolutionIn,
    ReviewIn,
)
from services.registry.recognition.states import Status

MayRead = Annotated[Caller, may("carriers:read")]
MayReview = Annotated[Caller, may("recognition:review")]
MayDecide = Annotated[Caller, may("recognition:decide")]
MayObject = Annotated[Caller, may("recognition:object")]

routes = router(prefix="/v1/registry", tags=["registry: recognition"])


@routes.get("/recognitions")
async def list_recognitions(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    status: Status | None = None,
    case_id: CaseId | None = None,
    carrier_id: CarrierId | None = None,
) -> Page[RecognitionOut]:
    """Recognitions of the city: all for its staff, else those you applied for. `case_id` finds the one of a case."""
    rows, cursor = await queries.list_recognitions(
        session, page, caller=caller, status=status, case_id=case_id, carrier_id=carrier_id
    )
    return Page(items=[_shown(row) for row in rows], next_cursor=cursor)


@routes.get("/recognitions/{recognition_id}")
async def read_recognition(caller: MayRead, recognition_id: RecognitionId, session: SessionDep) -> RecognitionOut:
    """Where a recognition stands, with evidence and all reasons."""
    return _shown(await queries.find_recognition(session, recognition_id, caller=caller))


@routes.post("/recognitions/{recognition_id}/review")
async def review_recognition(
    caller: MayReview,
    recognition_id: RecognitionId,
    body: ReviewIn,
    session: SessionDep,
    certifier: CertifierDep,
    _key: KeyOptional = None,
) -> RecognitionOut:
    """A second officer's review, judged by the criteria: to public notice, or to refusal; an upper level is recorded.

    While a parameter is open or a fact is missing it is refused with all of them, and may be tried again.
    """
    row = await service.review_recognition(session, certifier, recognition_id=recognition_id, given=body, caller=caller)
    return _shown(row)


@routes.post("/recognitions/{recognition_id}/decision")
async def decide_recognition(
    caller: MayDecide,
    recognition_id: RecognitionId,
    body: DecisionIn,
    session: SessionDep,
    certifier: CertifierDep,
    _key: KeyOptional = None,
) -> RecognitionOut:
    """After the notice, by none who entered, accepted or reviewed it: a certificate, or a refusal with all reasons."""
    row = await service.decide_recognition(session, certifier, recognition_id=recognition_id, given=body, caller=caller)
    return _shown(row)


@routes.get("/notices")
async def list_notices(caller: MayRead, session: SessionDep, page: PageDep) -> Page[NoticeOut]:
    """What is on public notice in the city now."""
    rows, cursor = await queries.list_notices(session, page, caller=caller)
    return Page(items=[_public(row) for row in rows], next_cursor=cursor)


@routes.post("/recognitions/{recognition_id}/objections", status_code=201)
async def file_objection(
    caller: MayObject,
    recognition_id: RecognitionId,
    body: ObjectionIn,
    session: SessionDep,
    _key: KeyOptional = None,
) -> ObjectionReceiptOut:
    """Object by name while the notice stands."""
    filed = await notice.file_objection(session, recognition_id=recognition_id, given=body, caller=caller)
    return ObjectionReceiptOut.model_validate(filed)


@routes.get("/recognitions/{recognition_id}/objections")
async def list_objections(caller: MayReview, recognition_id: RecognitionId, session: SessionDep) -> ObjectionsOut:
    """Who objected and what was answered, for who handles the case."""
    rows = await notice.read_objections(session, recognition_id=recognition_id, caller=caller)
    return ObjectionsOut(items=[ObjectionOut.model_validate(row) for row in rows])


@routes.post("/recognitions/{recognition_id}/objections/{objection_id}/answer")
async def answer_objection(
    caller: MayReview,
    recognition_id: RecognitionId,
    objection_id: ObjectionId,
    body: ResolutionIn,
    session: SessionDep,
    _key: KeyOptional = None,
) -> ObjectionOut:
    """Uphold or reject an objection, with the opinion that goes on record; upheld, it stands against recognition."""
    answered = await notice.answer_objection(
        session, recognition_id=recognition_id, objection_id=objection_id, given=body, caller=caller
    )
    return ObjectionOut.model_validate(answered)


@routes.post("/recognitions/{recognition_id}/objections/{objection_id}/withdrawal")
async def withdraw_objection(
    caller: MayObject,
    recognition_id: RecognitionId,
    objection_id: ObjectionId,
    session: SessionDep,
    _key: KeyOptional = None,
) -> ObjectionReceiptOut:
    """Take back an objection you filed, until it is answered; it no longer stands in the way of a decision."""
    withdrawn = await notice.withdraw_objection(
        session, recognition_id=recognition_id, objection_id=objection_id, caller=caller
    )
    return ObjectionReceiptOut.model_validate(withdrawn)


def _shown(row: Recognition) -> RecognitionOut:
    plain = {name: getattr(row, name) for name in RecognitionOut.model_fields if name not in {"reasons", "notice"}}
    return RecognitionOut(reasons=[_reason(reason) for reason in row.reasons], notice=_notice(row), **plain)


def _reason(document: dict[str, Any]) -> ReasonOut:
    text = document[context.current().language]
    return ReasonOut(code=document["code"], clauses=document["clauses"], text=text, facts=document["facts"])


def _notice(row: Recognition) -> PublicNoticeOut | None:
    if row.published_on is None or row.closes_on is None:
        return None
    return PublicNoticeOut(
        published_on=row.published_on, closes_on=row.closes_on, provisional=bool(row.notice_provisional)
    )


def _public(row: Recognition) -> NoticeOut:
    assert row.carrier is not None  # noqa: S101 - nothing is published without its carrier
    return NoticeOut.model_validate(
        {
            "recognition_id": row.id,
            "case_number": row.case_number,
            "carrier_id": row.carrier.id,
            "carrier_name": row.carrier.name,
            "operator_name": row.carrier.operator.name,
            "level": row.level,
            "is_key": row.is_key,
            "notice": _notice(row),
        }
    )
