"""What stands for and against a firm at an address at this moment: rows gathered under lock, then the pure rules."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry import FIRM_KINDS
from kernel.auth import Caller
from kernel.findings import Finding
from services.registry.organisations.models import Organisation
from services.registry.premises.models import AddressHost, AddressRegistration, RegisteredAddress
from services.registry.premises.queries import (
    hosted_number,
    is_makerspace,
    organisation_to_register,
    principal_among,
    read_address,
    read_host,
    standing_of,
)
from services.registry.premises.rules import (
    HOST_PARAMETERS,
    INSIDE_MAKERSPACES,
    MODES,
    CityTerms,
    Firm,
    Host,
    Place,
    registration_findings,
)
from services.registry.premises.schemas import RegistrationIn
from services.registry.premises.states import HostStatus, Mode
from services.registry.terms import Terms, terms_today


@dataclass(frozen=True, slots=True)
class Judged:
    """The rows, locked, with every reason against; `replaced` ends when the firm moves, away from `left_host`."""

    address: RegisteredAddress
    firm: Organisation
    host: AddressHost | None
    left_host: AddressHost | None
    replaced: AddressRegistration | None
    terms: Terms
    findings: list[Finding]


async def judge(session: AsyncSession, given: RegistrationIn, caller: Caller) -> Judged:
    """Locks firm, hosts and address in this order, so that two who come at once are judged one after the other."""
    firm = await organisation_to_register(session, given.organisation_id, caller)
    standing = await standing_of(session, firm.id)
    principal = principal_among(standing)
    replaced = principal if given.replaces_principal and given.mode is not Mode.FURTHER else None
    left = replaced.host_id if replaced else None
    wanted = sorted(key for key in {given.host_id, left} if key is not None)
    hosts = {key: await read_host(session, key, caller.city) for key in wanted}
    host = hosts[given.host_id] if given.host_id else None
    address = await read_address(session, given.address_id, caller.city)
    kept = [row for row in standing if row is not replaced]
    terms = await terms_today(session, caller.city)
    parameters = HOST_PARAMETERS[given.mode].to_register() if given.mode in HOST_PARAMETERS else ()
    found = registration_findings(
        mode=given.mode,
        area_sqm=given.area_sqm,
        trades=given.trades,
        place=_place(address, replaced),
        firm=Firm(
            is_firm=firm.kind in FIRM_KINDS,
            is_active=firm.is_active,
            principal=next((row.mode for row in kept if row.mode is not Mode.FURTHER), None),
            stands_here=any(row.address_id == address.id for row in kept),
            inside_makerspace=await is_makerspace(session, given.carrier_id, caller.city),
        ),
        host=await _host(session, host, address, replaced) if host else None,
        terms=_city_terms(terms, given.mode),
    )
    left_host = hosts[left] if left else None
    return Judged(address, firm, host, left_host, replaced, terms, [*terms.open(parameters), *found])


def _place(address: RegisteredAddress, replaced: AddressRegistration | None) -> Place:
    others = [row for row in address.standing if replaced is None or row.id != replaced.id]
    return Place(
        area_sqm=address.area_sqm,
        taken_sqm=sum(row.area_sqm for row in others),
        firms=len(others),
        holder_active=address.holder.is_active,
    )


async def _host(
    session: AsyncSession, host: AddressHost, address: RegisteredAddress, replaced: AddressRegistration | None
) -> Host:
    gone = replaced is not None and replaced.host_id == host.id
    return Host(
        mode=host.mode,
        takes_firms=host.status is HostStatus.ACTIVE,
        is_active=host.organisation.is_active,
        has_address=address.holder_id == host.organisation_id,
        hosted=await hosted_number(session, host.id) - gone,
    )


def _city_terms(terms: Terms, mode: Mode) -> CityTerms:
    clauses = {key: terms.clauses(key) for key in (MODES, INSIDE_MAKERSPACES)}
    names = HOST_PARAMETERS.get(mode)
    if names is not None:
        clauses |= {"excluded_trades": terms.clauses(names.excluded_trades), "limit": terms.clauses(names.limit)}
    return CityTerms(
        allowed=terms.names(MODES),
        inside_only=terms.names(INSIDE_MAKERSPACES),
        excluded_trades=terms.names(names.excluded_trades) if names else (),
        host_limit=terms.value(names.limit) if names else None,
        clauses=clauses,
    )
