"""Cases: handed in by portals or at the counter, handled by officers, followed by both."""

from typing import Annotated

from fastapi import Query, Response

from gateway.window.cases import deciding, queries, service
from gateway.window.cases.applicants import ask_organisation
from gateway.window.cases.intake import Application
from gateway.window.cases.models import CaseFile
from gateway.window.cases.schemas import (
    CaseId,
    CaseIn,
    CaseLine,
    CaseOut,
    CorrectionIn,
    DecisionIn,
    DeliveryIn,
    OrganisationId,
    PreflightOut,
    RedirectIn,
    RejectionIn,
    ResubmissionIn,
    TimelineLine,
    WithdrawalIn,
)
from gateway.window.cases.states import Status
from gateway.window.cases.views import assessment_shown, case_shown, line_shown
from gateway.window.feed.models import FeedEntry
from gateway.window.supplements.states import Standing
from kernel.auth import Caller, may
from kernel.etags import IfMatch, mark
from kernel.idempotency import KeyOptional, KeyRequired
from kernel.neighbours import Registry
from kernel.paging import Page, PageDep, page_of
from kernel.routing import SessionDep, WorkDep, router

routes = router(prefix="/v1/window/cases", tags=["cases"])
MayOpen = Annotated[Caller, may("cases:open")]
MayRead = Annotated[Caller, may("cases:read")]
MayHandle = Annotated[Caller, may("cases:handle")]
Filter = Annotated[str | None, Query(max_length=100)]


@routes.post("", status_code=201)
async def open_case(
    caller: MayOpen, body: CaseIn, registry: Registry, work: WorkDep, response: Response, _key: KeyRequired
) -> CaseOut:
    """Hand in an application. It gets its number at once; all errors of the form are told together."""
    applicant = await ask_organisation(registry, body.applicant_id)
    session = await work.open()
    case = await service.open_case(session, caller=caller, application=_application(body), applicant=applicant)
    return await _answer(session, response, case)


@routes.post("/preflight")
async def preflight_case(caller: MayOpen, body: CaseIn, registry: Registry, work: WorkDep) -> PreflightOut:
    """The same checks without handing in: errors, missing documents, and parameters nobody has set yet."""
    applicant = await ask_organisation(registry, body.applicant_id)
    session = await work.open()
    found = await service.preflight(session, caller=caller, application=_application(body), applicant=applicant)
    return assessment_shown(found)


@routes.get("")
async def list_cases(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    status: Annotated[Status | None, Query()] = None,
    item: Filter = None,
    number: Filter = None,
    applicant_id: Annotated[OrganisationId | None, Query()] = None,
    supplement: Annotated[Standing | None, Query()] = None,
) -> Page[CaseLine]:
    """The caller's cases, oldest first; staff: of the whole city. `supplement`: with a promise that stands so."""
    found = queries.cases_statement(
        caller, status=status, item=item, applicant_id=applicant_id, number=number, supplement=supplement
    )
    rows, cursor = await page_of(session, found, page, (CaseFile.recorded_at, CaseFile.id))
    return Page[CaseLine](items=[CaseLine.model_validate(row) for row in rows], next_cursor=cursor)


@routes.get("/{case_id}")
async def read_case(caller: MayRead, case_id: CaseId, session: SessionDep, response: Response) -> CaseOut:
    """A case with its clock and who has it."""
    return await _answer(session, response, await queries.find_case(session, caller, case_id))


@routes.get("/{case_id}/timeline")
async def read_timeline(caller: MayRead, case_id: CaseId, session: SessionDep, page: PageDep) -> Page[TimelineLine]:
    """What happened to a case, in all services, oldest first."""
    case = await queries.find_case(session, caller, case_id)
    lines = queries.timeline_statement(case.id)
    rows, cursor = await page_of(session, lines, page, (FeedEntry.occurred_at, FeedEntry.seq))
    return Page[TimelineLine](items=[line_shown(row) for row in rows], next_cursor=cursor)


@routes.post("/{case_id}/correction")
async def request_correction(
    caller: MayHandle, case_id: CaseId, body: CorrectionIn, session: SessionDep, response: Response,
    _key: KeyOptional = None,
) -> CaseOut:  # fmt: skip
    """The one correction notice, with everything that is missing."""
    items = [item.model_dump() for item in body.items]
    case = await service.request_correction(session, caller=caller, case_id=case_id, items=items)
    return await _answer(session, response, case)


@routes.post("/{case_id}/resubmission")
async def resubmit_case(
    caller: MayOpen, case_id: CaseId, body: ResubmissionIn, if_match: IfMatch, session: SessionDep,
    response: Response, _key: KeyOptional = None,
) -> CaseOut:  # fmt: skip
    """The corrected application, whole."""
    given = body.model_dump()
    case = await service.resubmit(session, caller=caller, case_id=case_id, if_match=if_match, **given)
    return await _answer(session, response, case)


@routes.post("/{case_id}/acceptance")
async def accept_case(
    caller: MayHandle, case_id: CaseId, session: SessionDep, response: Response, _key: KeyOptional = None
) -> CaseOut:
    """Complete and in scope: the owning service is told."""
    return await _answer(session, response, await service.accept_case(session, caller=caller, case_id=case_id))


@routes.post("/{case_id}/rejection")
async def reject_case(
    caller: MayHandle, case_id: CaseId, body: RejectionIn, session: SessionDep, response: Response,
    _key: KeyOptional = None,
) -> CaseOut:  # fmt: skip
    """Not accepted, with all reasons."""
    reasons = [reason.model_dump() for reason in body.reasons]
    case = await service.reject_case(session, caller=caller, case_id=case_id, reasons=reasons)
    return await _answer(session, response, case)


@routes.post("/{case_id}/redirection")
async def redirect_case(
    caller: MayHandle, case_id: CaseId, body: RedirectIn, session: SessionDep, response: Response,
    _key: KeyOptional = None,
) -> CaseOut:  # fmt: skip
    """Not in scope here; the applicant is told where to go."""
    case = await service.send_elsewhere(session, caller=caller, case_id=case_id, where=body.where)
    return await _answer(session, response, case)


@routes.post("/{case_id}/decision")
async def decide_case(
    caller: MayHandle, case_id: CaseId, body: DecisionIn, registry: Registry, work: WorkDep, response: Response,
    _key: KeyOptional = None,
) -> CaseOut:  # fmt: skip
    """Grant or refuse what the window decides itself; not by who entered or accepted the case, and nothing is granted
    to an organisation that is no more."""
    reasons = [reason.model_dump() for reason in body.reasons]
    case = await deciding.decide_case(
        work, registry, caller=caller, case_id=case_id, outcome=body.outcome, facts=body.facts, reasons=reasons
    )
    return await _answer(await work.open(), response, case)


@routes.post("/{case_id}/withdrawal")
async def withdraw_case(
    caller: MayOpen, case_id: CaseId, body: WithdrawalIn, session: SessionDep, response: Response,
    _key: KeyOptional = None,
) -> CaseOut:  # fmt: skip
    """Taken back by the applicant, before acceptance."""
    case = await service.withdraw_case(session, caller=caller, case_id=case_id, reason=body.reason)
    return await _answer(session, response, case)


@routes.post("/{case_id}/delivery")
async def deliver_result(
    caller: MayHandle, case_id: CaseId, body: DeliveryIn, session: SessionDep, response: Response,
    _key: KeyOptional = None,
) -> CaseOut:  # fmt: skip
    """The result has reached the applicant."""
    case = await service.deliver_result(session, caller=caller, case_id=case_id, channel=body.channel)
    return await _answer(session, response, case)


def _application(body: CaseIn) -> Application:
    documents = [document.model_dump() for document in body.documents]
    return Application(item=body.item, applicant_id=body.applicant_id, form=body.form, documents=documents)


async def _answer(session: SessionDep, response: Response, case: CaseFile) -> CaseOut:
    mark(response, case.version)
    return await case_shown(session, case)
