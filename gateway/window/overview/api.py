"""The overview: a city at a glance, for those who run it."""

import asyncio
from typing import Annotated

from gateway.window.overview.gathering import gather_overview
from gateway.window.overview.queries import case_counts, unanswered
from gateway.window.overview.schemas import OverviewOut
from gateway.window.overview.views import Own, overview_shown
from gateway.window.policies.queries import policy_for
from gateway.window.ratings.queries import rated_by_item
from gateway.window.targets.counts import gather_counts
from gateway.window.targets.views import targets_shown
from kernel.auth import Caller, may
from kernel.neighbours import Events, Funds, Registry, Vouchers
from kernel.routing import WorkDep, router
from kernel.standing import standing_of
from policy.store import accepted_now

routes = router(prefix="/v1/window/overview", tags=["overview"])
MayRead = Annotated[Caller, may("overview:read")]


@routes.get("")
async def read_overview(
    caller: MayRead, work: WorkDep, funds: Funds, vouchers: Vouchers, registry: Registry, events: Events
) -> OverviewOut:
    """Cases, what waits for whom, ratings, targets and a line of each service, with one word for all self-audits.

    Services are asked at once and within seconds; who does not answer is named in `missing`.
    """
    city, at = caller.city, accepted_now(caller.city)
    session = await work.open()
    snapshot = await policy_for(session, city, at)
    own = Own(
        cases=await case_counts(session, city, on=at.on),
        rated=await rated_by_item(session, city),
        unanswered=await unanswered(session, city),
        standing=await standing_of(session, city),
    )
    await work.close()  # nothing is held while the services answer
    services = {"funds": funds, "vouchers": vouchers, "registry": registry, "events": events}
    answers, counted = await asyncio.gather(
        gather_overview(services, city),
        gather_counts(snapshot, at=at, on=at.on, counters={"registry": registry, "events": events}),
    )
    targets = targets_shown(snapshot, counted, at=at, on=at.on).items
    return overview_shown(snapshot, own, answers, targets, on=at.on)
