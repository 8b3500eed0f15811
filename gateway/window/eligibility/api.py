"""Which programmes an organisation can have: a scan with its consent, batches of plain questions, who scanned whom."""

from typing import Annotated

from fastapi import Query

from gateway.window.cases.schemas import OrganisationId
from gateway.window.eligibility import batches, queries, service
from gateway.window.eligibility.models import EligibilityScan
from gateway.window.eligibility.schemas import BatchIn, BatchOut, ScanIn, ScanOut, ScanRecordOut
from gateway.window.eligibility.sources import SourcesDep
from gateway.window.eligibility.views import answer_shown, scan_shown
from gateway.window.policies.queries import policy_for
from kernel import context
from kernel.auth import Caller, may
from kernel.paging import Page, PageDep, page_of
from kernel.routing import SessionDep, WorkDep, router
from policy.store import accepted_now

routes = router(prefix="/v1/window/eligibility", tags=["eligibility"])
MayScan = Annotated[Caller, may("eligibility:scan")]
MayRead = Annotated[Caller, may("eligibility:read")]


@routes.post("/scans")
async def scan_organisation(caller: MayScan, body: ScanIn, sources: SourcesDep, work: WorkDep) -> ScanOut:
    """Ask every live programme of the city about an organisation: eligible, nearly, undetermined, not, or not open.

    A portal needs the organisation's consent; an officer scans in the course of duty. Every scan is recorded.
    """
    scanned = await service.scan_organisation(
        work,
        sources,
        organisation_id=body.organisation_id,
        carrier_id=body.carrier_id,
        stated=body.facts,
        caller=caller,
    )
    return scan_shown(scanned)


@routes.get("/scans")
async def list_scans(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    organisation_id: Annotated[OrganisationId | None, Query()] = None,
) -> Page[ScanRecordOut]:
    """The record of scans for a privacy audit, oldest first: yours; for the staff all of the city."""
    found = queries.scans_statement(caller, organisation_id)
    rows, cursor = await page_of(session, found, page, (EligibilityScan.recorded_at, EligibilityScan.id))
    return Page(items=[ScanRecordOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.post("/batches")
async def decide_batch(caller: MayScan, body: BatchIn, work: WorkDep) -> BatchOut:
    """Decide up to a thousand questions on the facts they bring, under today's policy. Nothing is looked up or kept."""
    at = accepted_now(caller.city)
    snapshot = await policy_for(await work.open(), caller.city, at)
    await work.close()  # deciding a thousand questions takes a while, and needs no connection
    language = context.current().language
    answers = await batches.answers(snapshot, body.questions, answer_shown, at=at, language=language)
    return BatchOut(policy_version=snapshot.version, policy_hash=snapshot.hash, as_of=at.on, answers=answers)
