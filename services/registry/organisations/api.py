"""Routes of organisations."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from contracts.registry import (
    Absence,
    FirmReply,
    FirmsNamed,
    FirmsReply,
    OrganisationReply,
    PayeeReply,
    RepresentedAsked,
    RepresentedReply,
    SeveralAsked,
    SeveralReply,
)
from kernel import context
from kernel.auth import Caller, Internal, may
from kernel.etags import IfMatch, mark
from kernel.idempotency import KeyOptional
from kernel.paging import Page, PageDep
from kernel.problems import Forbidden, Problem
from kernel.routing import SessionDep, router
from services.registry.endings.queries import absences_of
from services.registry.organisations import incorporation, queries, service
from services.registry.organisations.firms import firms_named
from services.registry.organisations.models import Organisation, OrganisationKind, OrganisationStatus
from services.registry.organisations.rules import mark_of
from services.registry.organisations.schemas import (
    CreditCode,
    EntrustIn,
    IncorporationIn,
    OrganisationDetailOut,
    OrganisationId,
    OrganisationIn,
    OrganisationOut,
    OverrideIn,
    PayeeAccountIn,
    RenameIn,
)

MayRead = Annotated[Caller, may("organisations:read")]
MayWrite = Annotated[Caller, may("organisations:write")]
MayEntrust = Annotated[Caller, may("organisations:entrust")]
PAYING = "workload:funds"
Gaps = Mapping[UUID, tuple[Absence, ...]]

routes = router(prefix="/v1/registry/organisations", tags=["registry: organisations"])
internal: APIRouter = router(prefix="/internal/organisations", tags=["internal"])


@routes.post("", status_code=201)
async def register_organisation(
    caller: MayWrite, body: OrganisationIn, session: SessionDep, response: Response, _key: KeyOptional = None
) -> OrganisationDetailOut:
    """Register an organisation. A doubtful credit code is registered with warnings that a clerk can set aside."""
    return answer(response, await service.register_organisation(session, given=body, caller=caller))


@routes.get("")
async def list_organisations(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    kind: OrganisationKind | None = None,
    status: OrganisationStatus | None = None,
    credit_code: CreditCode | None = None,
) -> Page[OrganisationOut]:
    """Organisations of the city: all for its staff, else those you registered and your own."""
    rows, cursor = await queries.list_organisations(
        session, page, caller=caller, kind=kind, status=status, credit_code=credit_code
    )
    return Page(items=[OrganisationOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.get("/{organisation_id}")
async def read_organisation(
    caller: MayRead, organisation_id: OrganisationId, session: SessionDep, response: Response
) -> OrganisationDetailOut:
    """An organisation with its names; the account shows its last four digits."""
    return answer(response, await queries.find_organisation(session, organisation_id, caller=caller))


@routes.post("/{organisation_id}/names", status_code=201)
async def rename_organisation(
    caller: MayWrite,
    organisation_id: OrganisationId,
    body: RenameIn,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
    _key: KeyOptional = None,
) -> OrganisationDetailOut:
    """A new name from a day on."""
    changed = await service.rename_organisation(
        session,
        organisation_id=organisation_id,
        name=body.name,
        effective_on=body.effective_on,
        if_match=if_match,
        caller=caller,
    )
    return answer(response, changed)


@routes.put("/{organisation_id}/payee-account")
async def change_payee_account(
    caller: MayWrite,
    organisation_id: OrganisationId,
    body: PayeeAccountIn,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
) -> OrganisationDetailOut:
    """Where the organisation is paid from now on."""
    changed = await service.change_payee_account(
        session, organisation_id=organisation_id, given=body, if_match=if_match, caller=caller
    )
    return answer(response, changed)


@routes.post("/{organisation_id}/entrustment")
async def entrust_organisation(
    caller: MayEntrust,
    organisation_id: OrganisationId,
    body: EntrustIn,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
    _key: KeyOptional = None,
) -> OrganisationDetailOut:
    """Another client acts for the organisation from now on, by its written word to the window."""
    changed = await service.entrust_organisation(
        session, organisation_id=organisation_id, given=body, if_match=if_match, caller=caller
    )
    return answer(response, changed)


@routes.post("/{organisation_id}/identifier-override")
async def override_identifier_warnings(
    caller: MayWrite,
    organisation_id: OrganisationId,
    body: OverrideIn,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
    _key: KeyOptional = None,
) -> OrganisationDetailOut:
    """Set the warnings about the credit code aside, with reason and evidence."""
    changed = await service.override_identifier_warnings(
        session, organisation_id=organisation_id, given=body, if_match=if_match, caller=caller
    )
    return answer(response, changed)


@routes.post("/{organisation_id}/incorporation")
async def incorporate_team(
    caller: MayWrite,
    organisation_id: OrganisationId,
    body: IncorporationIn,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
    _key: KeyOptional = None,
) -> OrganisationDetailOut:
    """A team becomes a firm and carries its history; it is paid under its own name from then on."""
    changed = await incorporation.incorporate_team(
        session, organisation_id=organisation_id, given=body, if_match=if_match, caller=caller
    )
    return answer(response, changed)


@internal.post("/firms", include_in_schema=False)
async def tell_firms(caller: Internal, body: FirmsNamed, session: SessionDep) -> FirmsReply:
    """Firms a partner names by their credit codes, registered when they are new; asked again, they are the same."""
    named = await firms_named(session, given=body, caller=caller)
    gaps = await absences_of(session, {one.id for one in named if isinstance(one, Organisation)})
    return FirmsReply(firms=tuple(_named(one, gaps) for one in named))


@internal.post("/several", include_in_schema=False)
async def tell_organisations(_caller: Internal, body: SeveralAsked, session: SessionDep) -> SeveralReply:
    """For our other processes, many in one question."""
    rows, gaps = await queries.read_organisations(session, body.ids), await absences_of(session, body.ids)
    return SeveralReply(items=tuple(_reply(row, gaps) for row in rows))


@internal.post("/represented", include_in_schema=False)
async def tell_represented(_caller: Internal, body: RepresentedAsked, session: SessionDep) -> RepresentedReply:
    """For our other processes: whose objects a portal may see. Asked at each of its requests, so told once."""
    ids = await queries.represented_by(session, body.city_code, body.client)
    mark = mark_of(ids)
    return RepresentedReply(ids=None if mark == body.known else tuple(ids), mark=mark)


@internal.get("/{organisation_id}", include_in_schema=False)
async def tell_organisation(_caller: Internal, organisation_id: UUID, session: SessionDep) -> OrganisationReply:
    """For our other processes."""
    row = await queries.read_organisation(session, organisation_id)
    return _reply(row, await absences_of(session, [row.id]))


@internal.get("/{organisation_id}/payee", include_in_schema=False)
async def tell_payee(caller: Internal, organisation_id: UUID, session: SessionDep) -> PayeeReply:
    """The whole account number, for who pays and nobody else."""
    # "internal" is every workload's scope; an account number is for the one that pays.
    if caller.subject != PAYING:
        raise Forbidden
    row = await queries.read_organisation(session, organisation_id)
    account = row.payee_account
    return PayeeReply(
        id=row.id,
        city_code=row.city_code,
        name=row.name,
        status=row.status,
        payee_name=account.payee_name if account else None,
        account_number=account.account_number if account else None,
        bank_name=account.bank_name if account else None,
        cnaps_code=account.cnaps_code if account else None,
        successor_id=row.merged_into_id,
    )


def _named(found: Organisation | Problem, gaps: Gaps) -> FirmReply:
    if isinstance(found, Problem):
        return FirmReply(problem=found.document(context.current().language))
    return FirmReply(organisation=_reply(found, gaps))


def _reply(row: Organisation, gaps: Gaps) -> OrganisationReply:
    return OrganisationReply(
        id=row.id,
        city_code=row.city_code,
        name=row.name,
        kind=row.kind,
        credit_code=row.credit_code,
        status=row.status,
        bank_account_last4=row.payee_account.last4 if row.payee_account else None,
        registered_by=row.registered_by,
        merged_into=row.merged_into_id,
        ended_on=row.deregistered_on or row.merged_on,
        absent=gaps.get(row.id, ()),
    )


def answer(response: Response, row: Organisation) -> OrganisationDetailOut:
    """The organisation with its ETag."""
    mark(response, row.version)
    return OrganisationDetailOut.model_validate(row)
