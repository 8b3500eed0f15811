"""What the window may know of an organisation's money when it scans the city's programmes for it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from contracts.funds import PaymentFacts
from kernel.auth import Internal
from kernel.routing import SessionDep, router
from kernel.schemas import CityCode
from services.funds.eligibility import queries

internal: APIRouter = router(prefix="/internal/eligibility-facts", tags=["internal"])


@internal.get("", include_in_schema=False)
async def tell_payment_facts(
    _caller: Internal,
    session: SessionDep,
    organisation_id: Annotated[UUID, Query()],
    city: Annotated[CityCode, Query()],
) -> PaymentFacts:
    """Awards and payments. Of an organisation that was never paid, and of none there is, both lists are empty."""
    return PaymentFacts(
        organisation_id=organisation_id,
        awards=await queries.awards_of(session, organisation_id, city_code=city),
        paid=await queries.paid_to(session, organisation_id, city_code=city),
    )
