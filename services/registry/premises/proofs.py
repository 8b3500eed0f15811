"""A signed answer to where a firm stood on a day, for who has to trust it without asking again."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from kernel.auth import Caller
from kernel.schemas import utc_text
from services.registry.certificates.proofs import DayNotOver
from services.registry.certificates.signing import Certifier
from services.registry.organisations.queries import find_organisation
from services.registry.premises.queries import stood_on
from services.registry.premises.schemas import AddressProofOut
from services.registry.premises.statements import proof_statement


async def prove_address(
    session: AsyncSession, certifier: Certifier, *, organisation_id: UUID, on: date, caller: Caller
) -> AddressProofOut:
    """Of any day up to today. Raises DayNotOver for a later one."""
    firm = await find_organisation(session, organisation_id, caller=caller)
    if on > clock.today(firm.city_code):
        raise DayNotOver
    stood = await stood_on(session, firm.id, on)
    stated_at = utc_text(clock.now(firm.city_code))
    statement = proof_statement(city_code=firm.city_code, firm=firm, on=on, stood=stood, stated_at=stated_at)
    return AddressProofOut(
        organisation_id=firm.id,
        on=on,
        registered=bool(stood),
        statement=statement,
        signature=certifier.sign(statement),
        key_id=certifier.key_id,
    )
