"""What stands out among the city's vouchers, gathered anew each time it is asked for. Nothing is kept."""

from kernel.auth import Caller
from kernel.client import ServiceClient
from kernel.routing import Work
from services.vouchers.integrity.signals import queries
from services.vouchers.integrity.signals.queries import Period
from services.vouchers.integrity.signals.rules import held_together, pairs_above_the_rest
from services.vouchers.integrity.signals.schemas import SignalsIn, SignalsOut
from services.vouchers.organisations import groups_of


async def gather_signals(work: Work, registry: ServiceClient, *, asked: SignalsIn, caller: Caller) -> SignalsOut:
    """Here first; then, with no transaction open, the registry is asked who stands under one controller."""
    period, limit = Period(caller.city, asked.from_on, asked.until_on), asked.limit
    session = await work.open()
    pairs = await queries.pairs(session, period)
    held = await queries.holders(session, period)
    same_day = await queries.same_day(session, period, limit=limit)
    at_bound = await queries.at_bound(session, period, limit=limit)
    await work.close()
    groups = await groups_of(registry, list(held)[: asked.holders], city_code=caller.city)
    return SignalsOut.of(
        pairs=pairs_above_the_rest(pairs)[:limit],
        pairs_counted=len(pairs),
        redemptions_counted=sum(pair.redemptions for pair in pairs),
        together=held_together(held, groups)[:limit],
        holders_counted=len(held),
        holders_asked=min(len(held), asked.holders),
        same_day=same_day,
        at_bound=at_bound,
    )
