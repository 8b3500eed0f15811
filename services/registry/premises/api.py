"""Routes of premises (住所): addresses, firms registered at them, certificates (XZ-35, LZ-23, JX-33, ZZ-20)."""

from datetime import date
from typing import Annotated

from fastapi import Path, Query, Response

from kernel.auth import Caller, may
from kernel.etags import IfMatch, mark
from kernel.idempotency import KeyOptional
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, router
from services.registry.carriers.schemas import DistrictCode
from services.registry.certificates.signing import CertifierDep
from services.registry.organisations.schemas import OrganisationId
from services.registry.premises import hosting, proofs, queries, reading, service
from services.registry.premises.schemas import (
    AddressCertificateOut,
    AddressChangeIn,
    AddressId,
    AddressIn,
    AddressOut,
    AddressProofOut,
    CheckOut,
    EndingIn,
    ReasonIn,
    RegistrationId,
    RegistrationIn,
    RegistrationOut,
)
from services.registry.premises.states import RegistrationFact, RegistrationStatus

MayRead = Annotated[Caller, may("premises:read")]
MayWrite = Annotated[Caller, may("premises:write")]
MayRegister = Annotated[Caller, may("premises:register")]
Number = Annotated[
    str, Path(pattern=r"^[0-9]{6}(-[0-9A-Z]{8})?-[0-9]{4}-[0-9]{5,}-[0-9A-Z]$", examples=["320300-2026-00001-7"])
]

routes = router(prefix="/v1/registry/premises", tags=["registry: premises"])


@routes.post("/addresses", status_code=201)
async def enter_address(
    caller: MayWrite, body: AddressIn, session: SessionDep, response: Response, _key: KeyOptional = None
) -> AddressOut:
    """Enter an address that an organisation you act for holds."""
    row = await service.enter_address(session, given=body, caller=caller)
    mark(response, row.version)
    return reading.address_out(row)


@routes.get("/addresses")
async def list_addresses(
    caller: MayRead, session: SessionDep, page: PageDep, division_code: DistrictCode | None = None
) -> Page[AddressOut]:
    """Addresses of organisations you act for; all of the city for its staff."""
    rows, cursor = await queries.list_addresses(session, page, caller=caller, division_code=division_code)
    return Page(items=[reading.address_out(row) for row in rows], next_cursor=cursor)


@routes.get("/addresses/{address_id}")
async def read_address(caller: MayRead, address_id: AddressId, session: SessionDep, response: Response) -> AddressOut:
    """An address with what is taken of it."""
    row = await queries.find_address(session, address_id, caller=caller)
    mark(response, row.version)
    return reading.address_out(row)


@routes.patch("/addresses/{address_id}")
async def change_address(
    caller: MayWrite,
    address_id: AddressId,
    body: AddressChangeIn,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
) -> AddressOut:
    """Another area; never below what the firms there were registered with."""
    row = await service.change_address(session, address_id=address_id, given=body, if_match=if_match, caller=caller)
    mark(response, row.version)
    return reading.address_out(row)


@routes.post("/checks")
async def check_registration(
    caller: MayWrite, body: RegistrationIn, session: SessionDep, _key: KeyOptional = None
) -> CheckOut:
    """Could the firm be registered there now? Every reason against it, before anybody goes to the window."""
    return reading.check_out(await service.check_registration(session, given=body, caller=caller))


@routes.post("/registrations", status_code=201)
async def register_firm(
    caller: MayRegister, body: RegistrationIn, session: SessionDep, certifier: CertifierDep, _key: KeyOptional = None
) -> RegistrationOut:
    """Register a firm at an address from today, with its certificate; refused with all reasons at once."""
    return reading.registration_out(await service.register_firm(session, certifier, given=body, caller=caller))


@routes.get("/registrations")
async def list_registrations(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    organisation_id: OrganisationId | None = None,
    address_id: AddressId | None = None,
    status: RegistrationStatus | None = None,
) -> Page[RegistrationOut]:
    """Firms you act for, and firms at addresses you hold; all of the city for its staff."""
    rows, cursor = await queries.list_registrations(
        session, page, caller=caller, organisation_id=organisation_id, address_id=address_id, status=status
    )
    return Page(items=[reading.registration_out(row) for row in rows], next_cursor=cursor)


@routes.get("/registrations/{registration_id}")
async def read_registration(caller: MayRead, registration_id: RegistrationId, session: SessionDep) -> RegistrationOut:
    """A firm at an address, as it stands."""
    return reading.registration_out(await queries.find_registration(session, registration_id, caller=caller))


@routes.post("/registrations/{registration_id}/ending")
async def end_registration(
    caller: MayRegister,
    registration_id: RegistrationId,
    body: EndingIn,
    session: SessionDep,
    _key: KeyOptional = None,
) -> RegistrationOut:
    """The firm no longer stands there."""
    row = await hosting.end_registration(session, registration_id=registration_id, given=body, caller=caller)
    return reading.registration_out(row)


@routes.post("/registrations/{registration_id}/unreachable")
async def mark_unreachable(
    caller: MayWrite,
    registration_id: RegistrationId,
    body: ReasonIn,
    session: SessionDep,
    _key: KeyOptional = None,
) -> RegistrationOut:
    """The host cannot reach its firm: marked abnormal until it is reached."""
    row = await hosting.mark_registration(
        session,
        registration_id=registration_id,
        fact=RegistrationFact.FOUND_UNREACHABLE,
        reason=body.reason,
        caller=caller,
    )
    return reading.registration_out(row)


@routes.post("/registrations/{registration_id}/reached")
async def mark_reached(
    caller: MayWrite,
    registration_id: RegistrationId,
    body: ReasonIn,
    session: SessionDep,
    _key: KeyOptional = None,
) -> RegistrationOut:
    """The host has reached its firm again."""
    row = await hosting.mark_registration(
        session, registration_id=registration_id, fact=RegistrationFact.REACHED, reason=body.reason, caller=caller
    )
    return reading.registration_out(row)


@routes.get("/certificates/{number}")
async def read_address_certificate(caller: MayRead, number: Number, session: SessionDep) -> AddressCertificateOut:
    """The certificate of an address by the number on it, as it was signed, and whether the firm stands there still."""
    return reading.certificate_out(await queries.find_certificate(session, number, caller=caller))


@routes.get("/organisations/{organisation_id}/proof")
async def prove_address(
    caller: MayRead,
    organisation_id: OrganisationId,
    on: Annotated[date, Query(examples=["2026-11-22"], description="A day in Asia/Shanghai, today at the latest")],
    session: SessionDep,
    certifier: CertifierDep,
) -> AddressProofOut:
    """Where did the firm stand on the day? A signed answer, with each address and its certificate."""
    return await proofs.prove_address(session, certifier, organisation_id=organisation_id, on=on, caller=caller)
