"""Routes of findings on redemptions."""

from typing import Annotated

from fastapi import Response

from kernel.auth import Caller, may
from kernel.etags import IfMatch, mark
from kernel.idempotency import KeyOptional, KeyRequired
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, router
from services.vouchers.ids import FindingId, RedemptionId
from services.vouchers.integrity.findings import queries, service
from services.vouchers.integrity.findings.models import RedemptionFinding
from services.vouchers.integrity.findings.schemas import FindingIn, FindingOut
from services.vouchers.integrity.findings.states import Status

MayRead = Annotated[Caller, may("integrity:read")]
MayAct = Annotated[Caller, may("integrity:act")]
routes = router(prefix="/v1/vouchers/findings", tags=["vouchers: integrity"])


@routes.post("", status_code=201)
async def propose_finding(
    caller: MayAct, body: FindingIn, session: SessionDep, response: Response, _key: KeyRequired
) -> FindingOut:
    """Say that a redemption is false or its invoice cancelled. It is reversed when another officer confirms."""
    return _shown(await service.propose_finding(session, given=body, caller=caller), response)


@routes.get("")
async def list_findings(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    redemption_id: RedemptionId | None = None,
    status: Status | None = None,
) -> Page[FindingOut]:
    """Findings of the city, oldest first."""
    rows, cursor = await queries.list_findings(session, page, caller=caller, redemption_id=redemption_id, status=status)
    return Page(items=[FindingOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.get("/{finding_id}")
async def get_finding(caller: MayRead, finding_id: FindingId, session: SessionDep, response: Response) -> FindingOut:
    """One finding."""
    return _shown(await queries.finding_for(session, finding_id, caller=caller), response)


@routes.post("/{finding_id}/confirm")
async def confirm_finding(
    caller: MayAct,
    finding_id: FindingId,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
    _key: KeyOptional = None,
) -> FindingOut:
    """Reverse the redemption by so much, as another officer than who found it. Funds is told."""
    finding = await service.confirm_finding(session, finding_id=finding_id, if_match=if_match, caller=caller)
    return _shown(finding, response)


@routes.post("/{finding_id}/drop")
async def drop_finding(
    caller: MayAct,
    finding_id: FindingId,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
    _key: KeyOptional = None,
) -> FindingOut:
    """Say that nothing is wrong, or take a finding back."""
    finding = await service.drop_finding(session, finding_id=finding_id, if_match=if_match, caller=caller)
    return _shown(finding, response)


def _shown(finding: RedemptionFinding, response: Response) -> FindingOut:
    mark(response, finding.version)
    return FindingOut.model_validate(finding)
