"""The events process: `uvicorn --factory services.events.main:build`."""

from fastapi import FastAPI

from contracts.subscriptions import SUBSCRIPTIONS
from kernel.app import create_app
from kernel.identity import Keys
from kernel.timers import TimerHandler
from services.events.attendance.feeds import api as feeds
from services.events.attendance.records import api as records
from services.events.attendance.registrations import api as registrations
from services.events.attendance.registrations.offers import OFFER_LAPSES, lapse_offer
from services.events.calendar import api as calendar
from services.events.counting import api as counting
from services.events.hosting import api as hosting
from services.events.matching import api as matching
from services.events.overview import api as overview
from services.events.published import api as published
from services.events.settings import EventSettings

PUBLIC_ROUTES = calendar.PUBLIC_ROUTES | feeds.PUBLIC_ROUTES
ROUTERS = (
    calendar.routes,
    registrations.routes,
    records.routes,
    feeds.routes,
    hosting.routes,
    matching.routes,
    counting.internal,
    published.internal,
)
TIMERS: dict[str, TimerHandler] = {OFFER_LAPSES: lapse_offer}


def build(settings: EventSettings | None = None, *, keys: Keys | None = None) -> FastAPI:
    """The app; settings come from the environment unless a test gives them."""
    return create_app(
        settings or EventSettings(),
        title="众创一站通 · 活动 Events",
        routers=ROUTERS,
        routers=[calendar.routes, counting.internal, overview.internal, published.internal],
        subscriptions=SUBSCRIPTIONS,
        timers=TIMERS,
        keys=keys,
    )
