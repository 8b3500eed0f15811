"""Conditional acceptance (容缺受理): what is minor may follow, on a promise and within a time."""

from typing import Annotated

from fastapi import Response

from gateway.window.cases.models import CaseFile
from gateway.window.cases.schemas import CaseId, CaseOut
from gateway.window.cases.views import case_shown
from gateway.window.supplements import service
from gateway.window.supplements.rules import Credit
from gateway.window.supplements.schemas import ConditionalAcceptanceIn, PromiseIn, SupplementIn
from kernel.auth import Caller, may
from kernel.etags import mark
from kernel.idempotency import KeyOptional
from kernel.neighbours import Registry, Vouchers
from kernel.routing import SessionDep, WorkDep, router

routes = router(prefix="/v1/window/cases", tags=["cases"])
MayOpen = Annotated[Caller, may("cases:open")]
MayHandle = Annotated[Caller, may("cases:handle")]


@routes.post("/{case_id}/promise")
async def promise_documents(
    caller: MayOpen, case_id: CaseId, body: PromiseIn, session: SessionDep, response: Response,
    _key: KeyOptional = None,
) -> CaseOut:  # fmt: skip
    """The applicant's written promise to hand in later what is missing and minor, before the case is accepted. It names
    everything that is missing; a main document cannot be promised."""
    evidence = {"reference": body.reference, "sha256": body.sha256}
    case = await service.promise(session, caller=caller, case_id=case_id, kinds=body.documents, evidence=evidence)
    return await _answer(session, response, case)


@routes.post("/{case_id}/conditional-acceptance")
async def accept_on_promise(
    caller: MayHandle, case_id: CaseId, body: ConditionalAcceptanceIn, registry: Registry, vouchers: Vouchers,
    work: WorkDep, response: Response, _key: KeyOptional = None,
) -> CaseOut:  # fmt: skip
    """Accept on the applicant's promise: the review begins, nothing is decided before the documents have come, and the
    case ends if they are late. Refused with all reasons, also for unrepaired bad credit. `supplement.documents` is the
    one list of what is missing."""
    barred_until = await service.barred_until(work, registry, vouchers, caller=caller, case_id=case_id)
    credit = Credit(body.credit.has_unrepaired_record, body.credit.source, barred_until)
    session = await work.open()
    case = await service.accept_on_promise(
        session, caller=caller, case_id=case_id, working_days=body.working_days, credit=credit
    )
    return await _answer(session, response, case)


@routes.post("/{case_id}/supplement")
async def supply_documents(
    caller: MayOpen, case_id: CaseId, body: SupplementIn, session: SessionDep, response: Response,
    _key: KeyOptional = None,
) -> CaseOut:  # fmt: skip
    """Hand in everything that was promised, in time; from here on the case may be decided."""
    documents = [document.model_dump() for document in body.documents]
    case = await service.supply(session, caller=caller, case_id=case_id, documents=documents)
    return await _answer(session, response, case)


async def _answer(session: SessionDep, response: Response, case: CaseFile) -> CaseOut:
    mark(response, case.version)
    return await case_shown(session, case)
