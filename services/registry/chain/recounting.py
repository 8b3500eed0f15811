"""Offers that lapse in a year without a notice of holidays, counted again."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.timers import schedule_after
from kernel.workdays import Workdays, is_news, settled
from services.registry.carriers.models import Carrier
from services.registry.chain.models import Offer
from services.registry.chain.offers import OFFER_EXPIRES
from services.registry.chain.queries import lock_project, read_offer
from services.registry.chain.states import OfferStatus
from services.registry.recounting.telling import tell_settled


async def recount_offers(session: AsyncSession, city_code: str, *, days: Workdays) -> None:
    """Every provisional one of the city, each under the lock of its project."""
    waiting = (Offer.city_code == city_code, Offer.status == OfferStatus.OFFERED, Offer.expires_provisional)
    found = select(Offer.id, Offer.project_id).where(*waiting).order_by(Offer.project_id)
    for offer_id, project_id in (await session.execute(found)).all():
        await lock_project(session, project_id)
        offer = await read_offer(session, offer_id)
        if offer.status is OfferStatus.OFFERED:
            await recount_offer(session, offer, days)


async def recount_offer(session: AsyncSession, offer: Offer, days: Workdays) -> None:
    """One of them; who asks holds the lock of its project."""
    if not offer.expires_provisional or offer.working_days is None:
        return
    told_on = offer.expires_on
    due = settled(told_on, days.add(offer.offered_on, offer.working_days))
    if not is_news(told_on, due):
        return
    offer.expires_on, offer.expires_provisional = due.on, due.provisional
    await schedule_after(session, due.on, kind=OFFER_EXPIRES, object_id=offer.id, city_code=offer.city_code)
    answers: UUID | None = await session.scalar(select(Carrier.operator_id).where(Carrier.id == offer.to_carrier_id))
    await tell_settled(
        session, offer.city_code, kind="transfer_offer", object_id=offer.id, told_on=told_on, due=due,
        organisation_id=answers,
    )  # fmt: skip
