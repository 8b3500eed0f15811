"""The funds process: `uvicorn --factory services.funds.main:build`."""

from fastapi import FastAPI

from contracts.policy import PolicySnapshotPublished
from contracts.subscriptions import SUBSCRIPTIONS
from kernel.app import create_app
from kernel.identity import Keys
from kernel.inbox import Consumer
from kernel.settings import ServiceSettings
from kernel.timers import TimerHandler
from policy.store import on_snapshot_published

ROUTERS = ()
CONSUMERS: dict[str, Consumer] = {
    PolicySnapshotPublished.TYPE: on_snapshot_published,
}
TIMERS: dict[str, TimerHandler] = {}


def build(settings: ServiceSettings | None = None, *, keys: Keys | None = None) -> FastAPI:
    """The app; settings come from the environment unless a test gives them."""
    return create_app(
        settings or ServiceSettings(),
        title="众创一站通 · 资金 Funds",
        routers=ROUTERS,
        subscribers=SUBSCRIPTIONS["funds"],
        consumers=CONSUMERS,
        timers=TIMERS,
        keys=keys,
    )
