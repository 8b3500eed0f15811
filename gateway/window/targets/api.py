"""The numeric goals of a city's documents, and where each stands."""

from typing import Annotated

from fastapi import Path, Query

from gateway.window.policies import queries
from gateway.window.targets.counts import gather_counts
from gateway.window.targets.schemas import TargetsOut
from gateway.window.targets.views import targets_shown
from kernel.auth import Caller, may
from kernel.neighbours import Events, Registry
from kernel.routing import WorkDep, router
from kernel.schemas import Day
from policy.store import accepted_now

routes = router(prefix="/v1/window/policies/{city}", tags=["policies"])
MayRead = Annotated[Caller, may("policies:read")]
City = Annotated[str, Path(max_length=20, description="GB/T 2260 code, or a sandbox of it", examples=["320300"])]


@routes.get("/targets")
async def list_targets(
    caller: MayRead,
    city: City,
    work: WorkDep,
    registry: Registry,
    events: Events,
    on: Annotated[Day | None, Query(description="As of this day; default today")] = None,
) -> TargetsOut:
    """Every target with its operator, how it is counted, and the count where one of our services keeps it."""
    queries.readable_city(caller, city)
    at = accepted_now(city)
    snapshot = await queries.policy_for(await work.open(), city, at)
    await work.close()  # nothing is held while the services count
    counters = {"registry": registry, "events": events}
    counted = await gather_counts(snapshot, at=at, on=on or at.on, counters=counters)
    return targets_shown(snapshot, counted, at=at, on=on or at.on)
