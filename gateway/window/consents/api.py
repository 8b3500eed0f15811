"""Consents of organisations to what a portal does for them."""

from typing import Annotated

from fastapi import Query

from gateway.window.cases.applicants import ask_organisation
from gateway.window.cases.schemas import OrganisationId
from gateway.window.consents import queries, service
from gateway.window.consents.models import Consent
from gateway.window.consents.schemas import ConsentId, ConsentIn, ConsentOut, WithdrawalOfConsentIn
from kernel.auth import Caller, may
from kernel.clock import today
from kernel.idempotency import KeyOptional
from kernel.neighbours import Registry
from kernel.paging import Page, PageDep, page_of
from kernel.routing import SessionDep, WorkDep, router

routes = router(prefix="/v1/window/consents", tags=["consents"])
MayRecord = Annotated[Caller, may("consents:record")]
MayRead = Annotated[Caller, may("consents:read")]
MayWithdraw = Annotated[Caller, may("consents:withdraw")]


@routes.post("", status_code=201)
async def record_consent(
    caller: MayRecord, body: ConsentIn, registry: Registry, work: WorkDep, _key: KeyOptional = None
) -> ConsentOut:
    """Record that an organisation you act for consents. It counts for you alone; nothing is scanned without one."""
    organisation = service.must_act_for(caller, await ask_organisation(registry, body.organisation_id))
    consent = await service.record_consent(
        await work.open(),
        organisation=organisation,
        purpose=body.purpose,
        evidence_title=body.evidence.title,
        evidence_reference=body.evidence.reference,
        valid_until=body.valid_until,
        caller=caller,
    )
    return ConsentOut.of(consent, today=today(caller.city))


@routes.get("")
async def list_consents(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    organisation_id: Annotated[OrganisationId | None, Query()] = None,
) -> Page[ConsentOut]:
    """Consents you recorded, oldest first; staff: of the whole city."""
    found = queries.consents_statement(caller, organisation_id)
    rows, cursor = await page_of(session, found, page, (Consent.recorded_at, Consent.id))
    return Page(items=[ConsentOut.of(row, today=today(caller.city)) for row in rows], next_cursor=cursor)


@routes.get("/{consent_id}")
async def read_consent(caller: MayRead, consent_id: ConsentId, session: SessionDep) -> ConsentOut:
    """One consent, and whether it counts today."""
    return ConsentOut.of(await queries.find_consent(session, consent_id, caller=caller), today=today(caller.city))


@routes.post("/{consent_id}/withdrawal")
async def withdraw_consent(
    caller: MayWithdraw,
    consent_id: ConsentId,
    body: WithdrawalOfConsentIn,
    session: SessionDep,
    _key: KeyOptional = None,
) -> ConsentOut:
    """The organisation takes it back, at any time and without owing a reason."""
    consent = await service.withdraw_consent(session, consent_id=consent_id, reason=body.reason, caller=caller)
    return ConsentOut.of(consent, today=today(caller.city))
