"""The events process: `uvicorn --factory services.events.main:build`."""

from fastapi import FastAPI

from contracts.policy import PolicySnapshotPublished
from contracts.registry import OrganisationEntrusted
from contracts.subscriptions import SUBSCRIPTIONS
from kernel.app import create_app
from kernel.cities import CityClosed
from kernel.identity import Keys
from kernel.inbox import Consumer
from kernel.timers import TimerHandler
from policy.store import on_snapshot_published
from services.events.attendance.feeds import api as feeds
from services.events.attendance.feeds.following import on_city_closed, on_entrusted
from services.events.attendance.records import api as records
from services.events.attendance.registrations import api as registrations
from services.events.attendance.registrations.offers import OFFER_LAPSES, lapse_offer
from services.events.calendar import api as calendar
from services.events.competitions import api as competitions
from services.events.counting import api as counting
from services.events.hosting import api as hosting
from services.events.judging import api as judging
from services.events.matching import api as matching
from services.events.overview import api as overview
from services.events.published import api as published
from services.events.results import api as results
from services.events.results.notice import NOTICE_CLOSES, close_notice
from services.events.settings import EventSettings

PUBLIC_ROUTES = calendar.PUBLIC_ROUTES | feeds.PUBLIC_ROUTES | results.PUBLIC_ROUTES
ROUTERS = (
    calendar.routes,
    registrations.routes,
    records.routes,
    feeds.routes,
    competitions.routes,
    judging.routes,
    results.routes,
    results.internal,
    results.determinations,
    hosting.routes,
    matching.routes,
    counting.internal,
    overview.internal,
    published.internal,
)
CONSUMERS: dict[str, Consumer] = {
    PolicySnapshotPublished.TYPE: on_snapshot_published,
    OrganisationEntrusted.TYPE: on_entrusted,
    CityClosed.TYPE: on_city_closed,
}
TIMERS: dict[str, TimerHandler] = {OFFER_LAPSES: lapse_offer, NOTICE_CLOSES: close_notice}


def build(settings: EventSettings | None = None, *, keys: Keys | None = None) -> FastAPI:
    """The app; settings come from the environment unless a test gives them."""
    return create_app(
        settings or EventSettings.of_environment(),
        title="众创一站通 · 活动 Events",
        routers=ROUTERS,
        subscriptions=SUBSCRIPTIONS,
        consumers=CONSUMERS,
        timers=TIMERS,
        keys=keys,
    )
