"""A proof answers for any day up to today: recognised or not, by which certificate, under which rule version."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from kernel.auth import Caller
from kernel.problems import Invalid
from kernel.schemas import utc_text
from services.registry.cancellation.queries import cancellations_among
from services.registry.carriers.models import Carrier, CarrierLevel
from services.registry.carriers.queries import find_carrier
from services.registry.certificates.models import Certificate
from services.registry.certificates.queries import certificates_of
from services.registry.certificates.rules import OnTheDay, highest_first, proof_statement
from services.registry.certificates.schemas import ProofOut
from services.registry.certificates.signing import Certifier
from services.registry.upkeep.models import RecognitionTerm
from services.registry.upkeep.queries import terms_among


class DayNotOver(Invalid):
    code, title_zh, title_en = "day_in_future", "该日期尚未到来", "That day has not come yet"


async def prove(session: AsyncSession, certifier: Certifier, *, carrier_id: UUID, on: date, caller: Caller) -> ProofOut:
    """Recognised on the day or not, signed."""
    carrier = await find_carrier(session, carrier_id, caller=caller)
    if on > clock.today(carrier.city_code):
        raise DayNotOver
    held = await _held_on(session, carrier, on)
    statement: dict[str, Any] = proof_statement(
        city_code=carrier.city_code,
        carrier_id=carrier.id,
        on=on,
        held=held,
        stated_at=utc_text(clock.now(carrier.city_code)),
    )
    best = held[0] if held else None
    return ProofOut(
        carrier_id=carrier.id,
        on=on,
        recognised=best is not None,
        level=best.level.level if best else None,
        is_key=best.level.is_key if best else None,
        certificate_number=best.certificate_number if best else None,
        statement=statement,
        signature=certifier.sign(statement),
        key_id=certifier.key_id,
    )


async def _held_on(session: AsyncSession, carrier: Carrier, on: date) -> list[OnTheDay]:
    """The levels that stood on the day: a term that ran out ends one, whether or not its timer has fired yet."""
    standing = [level for level in carrier.levels if level.held_on(on)]
    ids = [level.recognition_id for level in standing]
    terms, papers = await terms_among(session, ids), await certificates_of(session, carrier.id)
    curing = {
        one.recognition_id
        for one in await cancellations_among(session, ids)
        if one.opened_on <= on and (one.settled_on is None or on < one.settled_on)
    }
    found = [_on_the_day(level, on, terms, papers, in_cure_period=level.recognition_id in curing) for level in standing]
    return highest_first(one for one in found if one.valid_until is None or on <= one.valid_until)


def _on_the_day(
    level: CarrierLevel,
    on: date,
    terms: Sequence[RecognitionTerm],
    papers: Sequence[Certificate],
    *,
    in_cure_period: bool,
) -> OnTheDay:
    begun = [term for term in terms if term.recognition_id == level.recognition_id]
    # A renewal that began later must not lengthen the validity as it was known on the day; the last one stands.
    running = [term for term in begun if term.begins_on <= on] or begun[:1]
    issued = [paper for paper in papers if paper.recognition_id == level.recognition_id]
    present = [paper for paper in issued if paper.issued_on <= on] or issued[:1]
    return OnTheDay(
        level=level,
        certificate_number=present[-1].number if present else level.certificate_number,
        valid_until=running[-1].valid_until if running else None,
        in_cure_period=in_cure_period,
    )
