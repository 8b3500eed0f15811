"""Addresses entered and measured anew; firms registered at them with a certificate, and taken off again."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry_carriers import AddressRegistered
from kernel import clock
from kernel.auth import Caller
from kernel.etags import must_match
from kernel.findings import Finding, findings
from kernel.ids import encode_id, new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, named_constraint, refuse_if
from services.registry.certificates.service import next_number
from services.registry.certificates.signing import Certifier
from services.registry.organisations.models import Organisation
from services.registry.organisations.queries import find_organisation
from services.registry.premises.judging import Judged, judge
from services.registry.premises.leaving import gone_if_empty
from services.registry.premises.models import AddressCertificate, AddressRegistration, RegisteredAddress
from services.registry.premises.queries import find_address, find_registration
from services.registry.premises.rules import (
    address_key,
    area_findings,
    division_findings,
    holder_deregistered,
    marking_of,
)
from services.registry.premises.schemas import AddressChangeIn, AddressIn, EndingIn, RegistrationIn
from services.registry.premises.statements import address_statement
from services.registry.premises.states import REGISTRATION_MOVES, RegistrationFact, RegistrationStatus
from services.registry.terms import terms_today

MOVED = "迁移至新住所 moved to another address"


class AddressKnown(Conflict):
    code, title_zh, title_en = "address_known", "该地址已登记", "The address is entered already"


class FirmRegisteredAlready(Conflict):
    code, title_zh, title_en = "firm_registered_already", "该企业已有主住所", "The firm has a principal address already"


class AddressTaken(Conflict):
    code, title_zh, title_en = "address_taken", "该地址已有企业单独登记", "A firm stands at the address alone"


class FirmHereAlready(Conflict):
    code, title_zh, title_en = "firm_here_already", "企业已登记在该地址", "The firm stands here already"


named_constraint("uq_registered_address_city_code_address_key", AddressKnown)
named_constraint("uq_address_registration_principal", FirmRegisteredAlready)
named_constraint("uq_address_registration_alone", AddressTaken)
named_constraint("uq_address_registration_place", FirmHereAlready)


async def enter_address(session: AsyncSession, *, given: AddressIn, caller: Caller) -> RegisteredAddress:
    """Of an organisation the caller acts for, in a division of the city by today's code."""
    holder = await find_organisation(session, given.holder_id, caller=caller)
    terms = await terms_today(session, caller.city)
    divisions = division_findings(
        code=given.division_code, city_code=caller.city, divisions=terms.snapshot.pack.divisions
    )
    refuse_if([*findings((not holder.is_active, holder_deregistered())), *divisions])
    row = RegisteredAddress(
        id=new_id(),
        city_code=caller.city,
        address_key=address_key(given.address),
        registered_by=caller.subject,
        registered_at=clock.now(caller.city),
        version=1,
        **given.model_dump(),
    )
    session.add(row)
    await session.flush()
    return await find_address(session, row.id, caller=caller)


async def change_address(
    session: AsyncSession, *, address_id: UUID, given: AddressChangeIn, if_match: str, caller: Caller
) -> RegisteredAddress:
    """Another area; refused below what the firms there need, which must move first."""
    row = await find_address(session, address_id, caller=caller, for_update=True)
    must_match(if_match, row.version)
    needed = sum(standing.area_sqm for standing in row.standing)
    refuse_if(area_findings(area_sqm=given.area_sqm, needed_sqm=needed, firms=len(row.standing)))
    row.area_sqm, row.title_evidence = given.area_sqm, given.title_evidence
    row.version += 1
    await session.flush()
    return await find_address(session, row.id, caller=caller)


async def check_registration(session: AsyncSession, *, given: RegistrationIn, caller: Caller) -> list[Finding]:
    """Every reason against it; nothing is written."""
    return (await judge(session, given, caller)).findings


async def register_firm(
    session: AsyncSession, certifier: Certifier, *, given: RegistrationIn, caller: Caller
) -> AddressRegistration:
    """The firm stands at the address from today, and the certificate other departments take is signed with it."""
    judged = await judge(session, given, caller)
    refuse_if(judged.findings)
    today = clock.today(caller.city)
    if judged.replaced is not None:
        end(judged.replaced, today, MOVED)
        # One principal address stands, the unique index says: the old one ends before the new one begins.
        await session.flush()
    if judged.left_host is not None:
        await gone_if_empty(session, judged.left_host)
    number = await next_number(session, caller.city, today.year)
    row = _registration(judged, given, number, today, caller)
    session.add(row)
    await session.flush()
    session.add(_certificate(certifier, judged, row))
    told = AddressRegistered(
        registration_id=row.id,
        address_id=row.address_id,
        organisation_id=row.organisation_id,
        host_id=row.host_id,
        mode=row.mode,
        registered_on=today,
        certificate_number=number,
    )
    await record(session, told, city_code=row.city_code, subject=row.organisation_id)
    await session.flush()
    return await find_registration(session, row.id, caller=caller)


def end(row: AddressRegistration, on: date, reason: str) -> None:
    """From `on` the firm no longer stands there."""
    row.status = status_after(RegistrationFact.ENDED, row.status, REGISTRATION_MOVES)
    row.ended_on, row.reason = on, reason


def ending_findings(row: AddressRegistration, given: EndingIn, today: date) -> list[Finding]:
    """Neither ahead of its day nor before it began."""
    facts = {"registered_on": row.registered_on.isoformat()}
    early = Finding("before_registration", (), "早于登记日期。", "That is before it was registered.", facts)
    future = Finding("date_in_future", (), "日期不得晚于今日。", "The date may not lie in the future.")
    return findings((given.on > today, future), (given.on < row.registered_on, early))


def _registration(
    judged: Judged, given: RegistrationIn, number: str, today: date, caller: Caller
) -> AddressRegistration:
    plain = given.model_dump(exclude={"replaces_principal"})
    return AddressRegistration(
        id=new_id(),
        city_code=caller.city,
        status=RegistrationStatus.STANDING,
        marking=marking_of(given.mode),
        certificate_number=number,
        registered_on=today,
        registered_by=caller.acting_for,
        policy_version=judged.terms.snapshot.version,
        policy_hash=judged.terms.snapshot.hash,
        **plain,
    )


def _certificate(certifier: Certifier, judged: Judged, row: AddressRegistration) -> AddressCertificate:
    address, firm = judged.address, judged.firm
    host: Organisation | None = judged.host.organisation if judged.host else None
    statement = address_statement(
        number=row.certificate_number,
        city_code=row.city_code,
        registration_id=row.id,
        address={
            "id": encode_id("adr", address.id), "text": address.address, "division_code": address.division_code,
            "area_sqm": row.area_sqm,
        },
        firm=firm,
        host=host,
        mode=row.mode.value,
        marking=row.marking,
        trades=list(row.trades),
        registered_on=row.registered_on,
        policy={"version": row.policy_version, "hash": row.policy_hash},
    )  # fmt: skip
    return AddressCertificate(
        id=new_id(),
        city_code=row.city_code,
        number=row.certificate_number,
        registration_id=row.id,
        issued_on=row.registered_on,
        statement=statement,
        signature=certifier.sign(statement),
        key_id=certifier.key_id,
    )
