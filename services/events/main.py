"""The events process: `uvicorn --factory services.events.main:build`."""

from fastapi import FastAPI

from contracts.policy import PolicySnapshotPublished
from contracts.subscriptions import SUBSCRIPTIONS
from kernel.app import create_app
from kernel.identity import Keys
from kernel.settings import ServiceSettings
from policy.store import on_snapshot_published
from services.events.calendar import api as calendar
from services.events.competitions import api as competitions
from services.events.counting import api as counting
from services.events.judging import api as judging
from services.events.published import api as published
from services.events.results import api as results
from services.events.results.notice import NOTICE_CLOSES, close_notice

PUBLIC_ROUTES = calendar.PUBLIC_ROUTES | results.PUBLIC_ROUTES


def build(settings: ServiceSettings | None = None, *, keys: Keys | None = None) -> FastAPI:
    """The app; settings come from the environment unless a test gives them."""
    return create_app(
        settings or ServiceSettings(),
        title="众创一站通 · 活动 Events",
        routers=[
            calendar.routes,
            competitions.routes,
            judging.routes,
            results.routes,
            results.internal,
            results.determinations,
            counting.internal,
            published.internal,
        ],
        subscriptions=SUBSCRIPTIONS,
        consumers={PolicySnapshotPublished.TYPE: on_snapshot_published},
        timers={NOTICE_CLOSES: close_notice},
        keys=keys,
    )
