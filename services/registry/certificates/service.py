"""Certificates are issued with the recognition they prove; a proof answers for any day up to today."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from kernel.auth import Caller
from kernel.ids import encode_id, new_id
from kernel.problems import Invalid
from kernel.schemas import utc_text
from services.registry.carriers.models import Carrier, CarrierLevel
from services.registry.carriers.queries import find_carrier
from services.registry.certificates.models import Certificate, CertificateCounter
from services.registry.certificates.rules import (
    certificate_number,
    certificate_statement,
    highest_first,
    proof_statement,
)
from services.registry.certificates.schemas import ProofOut
from services.registry.certificates.signing import Certifier


class DayNotOver(Invalid):
    code, title_zh, title_en = "day_in_future", "该日期尚未到来", "That day has not come yet"


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
    session: AsyncSession, certifier: Certifier, *, carrier: Carrier, level: CarrierLevel, issued_on: date
) -> Certificate:
    """Sign and keep the certificate of a level, in the transaction that gives it."""
    operator = carrier.operator
    statement = certificate_statement(
        number=level.certificate_number,
        carrier={"id": encode_id("car", carrier.id), "name": carrier.name, "kind": carrier.kind.value},
        operator={
            "id": encode_id("org", operator.id), "name": operator.name, "credit_code": operator.credit_code,
        },
        level=level,
        issued_on=issued_on,
    )  # fmt: skip
    certificate = Certificate(
        id=new_id(),
        city_code=carrier.city_code,
        number=level.certificate_number,
        carrier_id=carrier.id,
        recognition_id=level.recognition_id,
        issued_on=issued_on,
        statement=statement,
        signature=certifier.sign(statement),
        key_id=certifier.key_id,
    )
    session.add(certificate)
    return certificate


async def prove(session: AsyncSession, certifier: Certifier, *, carrier_id: UUID, on: date, caller: Caller) -> ProofOut:
    """Recognised on the day or not, signed."""
    carrier = await find_carrier(session, carrier_id, caller=caller)
    if on > clock.today(carrier.city_code):
        raise DayNotOver
    held = highest_first(level for level in carrier.levels if level.held_on(on))
    statement: dict[str, Any] = proof_statement(
        city_code=carrier.city_code,
        carrier_id=carrier.id,
        on=on,
        levels=held,
        stated_at=utc_text(clock.now(carrier.city_code)),
    )
    best = held[0] if held else None
    return ProofOut(
        carrier_id=carrier.id,
        on=on,
        recognised=best is not None,
        level=best.level if best else None,
        is_key=best.is_key if best else None,
        certificate_number=best.certificate_number if best else None,
        statement=statement,
        signature=certifier.sign(statement),
        key_id=certifier.key_id,
    )
