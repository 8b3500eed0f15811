"""The registry process: `uvicorn --factory services.registry.main:build`."""

from fastapi import FastAPI

from contracts.policy import PolicySnapshotPublished
from contracts.subscriptions import SUBSCRIPTIONS
from contracts.window import CaseAccepted
from kernel.app import create_app
from kernel.identity import Keys
from kernel.inbox import Consumer
from kernel.timers import TimerHandler
from policy.determination_routes import impact_routes
from policy.store import on_snapshot_published
from services.registry.carriers import api as carriers
from services.registry.certificates import api as certificates
from services.registry.certificates.signing import Certifier
from services.registry.chain import api as chain
from services.registry.chain.offers import OFFER_EXPIRES
from services.registry.chain.transfers import expire_offer
from services.registry.counting import api as counting
from services.registry.determinations import api as determinations
from services.registry.eligibility import api as eligibility
from services.registry.organisations import api as organisations
from services.registry.premises import api as premises
from services.registry.premises import hosts_api as premises_hosts
from services.registry.premises.leaving import MOVE_ENDS, end_move
from services.registry.recognition import api as recognition
from services.registry.recognition.intake import on_case_accepted
from services.registry.recognition.notice import NOTICE_CLOSES, close_notice
from services.registry.settings import RegistrySettings

ROUTERS = (
    organisations.routes,
    organisations.internal,
    carriers.routes,
    certificates.routes,
    chain.routes,
    premises.routes,
    premises_hosts.routes,
    recognition.routes,
    determinations.routes,
    impact_routes(),
    counting.internal,
    eligibility.internal,
)
CONSUMERS: dict[str, Consumer] = {
    PolicySnapshotPublished.TYPE: on_snapshot_published,
    CaseAccepted.TYPE: on_case_accepted,
}
TIMERS: dict[str, TimerHandler] = {
    NOTICE_CLOSES: close_notice,
    OFFER_EXPIRES: expire_offer,
    MOVE_ENDS: end_move,
}


def build(settings: RegistrySettings | None = None, *, keys: Keys | None = None) -> FastAPI:
    """The app; settings come from the environment unless a test gives them."""
    settings = settings or RegistrySettings()
    app = create_app(
        settings,
        title="众创一站通 · 登记 Registry",
        routers=ROUTERS,
        subscriptions=SUBSCRIPTIONS,
        consumers=CONSUMERS,
        timers=TIMERS,
        keys=keys,
    )
    app.state.certifier = Certifier(settings.certificate_key_file)
    return app
