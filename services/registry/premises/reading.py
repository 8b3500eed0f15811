"""Addresses, hosts, registrations and certificates as they are shown."""

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock, context
from kernel.findings import Finding
from kernel.problems import reason_document
from services.registry.premises.models import AddressCertificate, AddressHost, AddressRegistration, RegisteredAddress
from services.registry.premises.queries import hosted_number, reports_of
from services.registry.premises.rules import REPORTS, years_owed
from services.registry.premises.schemas import (
    AddressCertificateOut,
    AddressOut,
    CheckOut,
    HostDetailOut,
    HostOut,
    RegistrationOut,
)
from services.registry.recognition.schemas import ReasonOut


def address_out(row: RegisteredAddress) -> AddressOut:
    """With what the firms there take of its area."""
    counted = {"taken_sqm": sum(firm.area_sqm for firm in row.standing), "firms": len(row.standing)}
    plain = {name: getattr(row, name) for name in AddressOut.model_fields if name not in counted}
    return AddressOut(**plain, **counted)


def host_out(row: AddressHost) -> HostOut:
    """As lists show it."""
    plain = {name: getattr(row, name) for name in HostOut.model_fields if name != "name"}
    return HostOut(name=row.organisation.name, **plain)


async def host_detail(session: AsyncSession, row: AddressHost) -> HostDetailOut:
    """With the firms it holds and the reports it owes."""
    owed = years_owed(
        admitted_on=row.admitted_on,
        left_on=row.left_on,
        today=clock.today(row.city_code),
        reported=[report.year for report in await reports_of(session, row.id)],
        owes_reports=REPORTS in row.duties,
    )
    hosted = await hosted_number(session, row.id)
    return HostDetailOut(hosted=hosted, reports_owed=owed, **host_out(row).model_dump())


def registration_out(row: AddressRegistration) -> RegistrationOut:
    """With the names of firm and address."""
    said = {
        "address": row.address.address,
        "firm_name": row.organisation.name,
        "credit_code": row.organisation.credit_code,
    }
    plain = {name: getattr(row, name) for name in RegistrationOut.model_fields if name not in said}
    return RegistrationOut(**plain, **said)


def certificate_out(row: AddressCertificate) -> AddressCertificateOut:
    """The paper as it was signed, beside what the registration has become."""
    now = {"status": row.registration.status, "ended_on": row.registration.ended_on}
    plain = {name: getattr(row, name) for name in AddressCertificateOut.model_fields if name not in now}
    return AddressCertificateOut(**plain, **now)


def check_out(found: Iterable[Finding]) -> CheckOut:
    """In the reader's language."""
    language = context.current().language
    reasons = [ReasonOut(**reason_document(finding, language)) for finding in found]
    return CheckOut(fit=not reasons, reasons=reasons)
