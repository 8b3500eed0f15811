"""What the events process is made of."""

from fastapi import FastAPI

from contracts.subscriptions import SUBSCRIPTIONS
from kernel.app import create_app
from kernel.identity import Keys
from kernel.settings import ServiceSettings
from services.events.calendar import api as calendar

PUBLIC_ROUTES = calendar.PUBLIC_ROUTES


def build(settings: ServiceSettings, *, keys: Keys | None = None) -> FastAPI:
    """The app. `keys` replaces the window's published keys in tests."""
    return create_app(
        settings,
        title="众创一站通 · 活动 Events",
        routers=[calendar.routes],
        subscribers=SUBSCRIPTIONS["events"],
        keys=keys,
    )
