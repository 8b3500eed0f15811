"""The events process: `uvicorn --factory services.events.main:build`."""

from fastapi import FastAPI

from contracts.subscriptions import SUBSCRIPTIONS
from kernel.app import create_app
from kernel.identity import Keys
from kernel.settings import ServiceSettings
from services.events.calendar import api as calendar
from services.events.counting import api as counting
from services.events.overview import api as overview
from services.events.published import api as published

PUBLIC_ROUTES = calendar.PUBLIC_ROUTES


def build(settings: ServiceSettings | None = None, *, keys: Keys | None = None) -> FastAPI:
    """The app; settings come from the environment unless a test gives them."""
    return create_app(
        settings or ServiceSettings(),
        title="众创一站通 · 活动 Events",
        routers=[calendar.routes, counting.internal, overview.internal, published.internal],
        subscriptions=SUBSCRIPTIONS,
        keys=keys,
    )
