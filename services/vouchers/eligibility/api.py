"""What the window may know of an organisation's vouchers when it scans the city's programmes for it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from contracts.vouchers import VoucherFacts
from kernel import clock
from kernel.auth import Internal
from kernel.routing import SessionDep, router
from kernel.schemas import CityCode
from services.vouchers.eligibility import queries
from services.vouchers.integrity.bars.queries import barred_days
from services.vouchers.integrity.bars.rules import barred_until

internal: APIRouter = router(prefix="/internal/eligibility-facts", tags=["internal"])


@internal.get("", include_in_schema=False)
async def tell_voucher_facts(
    _caller: Internal,
    session: SessionDep,
    organisation_id: Annotated[UUID, Query()],
    city: Annotated[CityCode, Query()],
) -> VoucherFacts:
    """What counts against its quotas, and whether it is barred; of an organisation without vouchers, and of none there
    is, the list is empty."""
    issued = await queries.issued_to(session, organisation_id, city_code=city)
    bars = await barred_days(session, [organisation_id], city_code=city)
    until = barred_until(bars, clock.today(city))
    return VoucherFacts(organisation_id=organisation_id, issued=issued, barred_until=until)
