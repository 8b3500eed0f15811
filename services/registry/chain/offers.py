"""How an offered transfer ends, whoever ends it."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from kernel.auth import Caller
from kernel.moves import status_after
from kernel.timers import cancel
from services.registry.chain.models import Offer
from services.registry.chain.queries import open_offer
from services.registry.chain.states import OFFER_MOVES, OfferFact

OFFER_EXPIRES = "chain.offer_expires"
OVERTAKEN = "项目去向已定,移苗失效 overtaken: the project went another way"


async def answer(session: AsyncSession, offer: Offer, fact: OfferFact, caller: Caller) -> None:
    """Accepted, refused or withdrawn: it expires no more."""
    offer.status = status_after(fact, offer.status, OFFER_MOVES)
    offer.answered_at, offer.answered_by = clock.now(offer.city_code), caller.acting_for
    await cancel(session, kind=OFFER_EXPIRES, object_id=offer.id)


async def overtake_offer(session: AsyncSession, project_id: UUID, caller: Caller) -> None:
    """What was offered of a project that has just gone another way is withdrawn, so that it bars nothing."""
    offer = await open_offer(session, project_id)
    if offer is not None:
        await answer(session, offer, OfferFact.WITHDRAWN, caller)
        offer.reason = OVERTAKEN
