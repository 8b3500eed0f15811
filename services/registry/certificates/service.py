"""Certificates are issued with the recognition they prove, printed for people, and verified for whoever holds one."""

from datetime import date

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from kernel.ids import encode_id, new_id
from services.registry.cancellation import queries as cancellations
from services.registry.carriers.models import Carrier, CarrierLevel
from services.registry.certificates.models import Certificate, CertificateCounter
from services.registry.certificates.queries import find_issued, level_of, replacement_of
from services.registry.certificates.rules import (
    Issued,
    certificate_number,
    certificate_statement,
    standing,
    standing_statement,
)
from services.registry.certificates.schemas import CertificateOut, VerificationOut
from services.registry.certificates.signing import Certifier
from services.registry.organisations.models import Organisation
from services.registry.upkeep.queries import valid_until as last_valid_day


async def next_number(session: AsyncSession, city_code: str, year: int) -> str:
    """The next certificate number of a city; the counter stays locked until the caller's transaction ends."""
    first = insert(CertificateCounter).values(city_code=city_code, year=year, last=1)
    sequence = await session.scalar(
        first.on_conflict_do_update(
            index_elements=["city_code", "year"], set_={"last": CertificateCounter.last + 1}
        ).returning(CertificateCounter.last)
    )
    return certificate_number(city_code=city_code, year=year, sequence=sequence or 1)


async def issue_certificate(
    session: AsyncSession, certifier: Certifier, *, carrier: Carrier, level: CarrierLevel, issued: Issued
) -> Certificate:
    """Sign and keep the certificate of a level, in the transaction that gives, renews or changes it."""
    statement = certificate_statement(
        carrier={"id": encode_id("car", carrier.id), "name": carrier.name, "kind": carrier.kind.value},
        operator=operator_named(carrier.operator),
        level=level,
        issued=issued,
    )
    certificate = Certificate(
        id=new_id(),
        city_code=carrier.city_code,
        number=issued.number,
        carrier_id=carrier.id,
        recognition_id=level.recognition_id,
        replaces=issued.replaces,
        issued_on=issued.issued_on,
        statement=statement,
        signature=certifier.sign(statement),
        key_id=certifier.key_id,
    )
    session.add(certificate)
    return certificate


def operator_named(operator: Organisation) -> dict[str, str | None]:
    """What a certificate says of who runs the carrier."""
    return {"id": encode_id("org", operator.id), "name": operator.name, "credit_code": operator.credit_code}


async def verify_certificate(session: AsyncSession, certifier: Certifier, number: str) -> VerificationOut:
    """The certificate as it was signed, and how it stands today, signed too. Raises NotFound."""
    certificate = await find_issued(session, number)
    level, today = await level_of(session, certificate), clock.today(certificate.city_code)
    replaced_by = await replacement_of(session, certificate)
    until = _printed_day(certificate) if replaced_by else await last_valid_day(session, level.recognition_id)
    stands = standing(
        on=today,
        ended_on=level.ended_on,
        valid_until=until,
        is_replaced=replaced_by is not None,
        is_curing=await cancellations.is_open(session, level.recognition_id),
    )
    said = standing_statement(
        number=number,
        standing=stands,
        on=today,
        valid_until=until,
        ended_on=level.ended_on,
        replaced_by=replaced_by,
    )
    return VerificationOut(
        number=number,
        standing=stands,
        on=today,
        valid_until=until,
        ended_on=level.ended_on,
        replaced_by=replaced_by,
        certificate=CertificateOut.model_validate(certificate),
        statement=said,
        signature=certifier.sign(said),
        key_id=certifier.key_id,
    )


def _printed_day(certificate: Certificate) -> date | None:
    said = certificate.statement.get("valid_until")
    return date.fromisoformat(said) if said else None
