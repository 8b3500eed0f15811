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
from services.registry.cancellation import api as cancellation
from services.registry.cancellation.service import CURE_LAPSES, lapse
from services.registry.carriers import api as carriers
from services.registry.certificates import api as certificates
from services.registry.certificates.signing import Certifier
from services.registry.counting import api as counting
from services.registry.determinations import api as determinations
from services.registry.eligibility import api as eligibility
from services.registry.examinations import api as examinations
from services.registry.experts import api as experts
from services.registry.organisations import api as organisations
from services.registry.panels import api as panels
from services.registry.recognition import api as recognition
from services.registry.recognition.intake import on_case_accepted
from services.registry.recognition.notice import NOTICE_CLOSES, NOTICE_RESETTLES, close_notice, resettle_notice
from services.registry.settings import RegistrySettings
from services.registry.upkeep import api as upkeep
from services.registry.upkeep.terms import TERM_ENDS, end_expired

ROUTERS = (
    organisations.routes,
    organisations.internal,
    carriers.routes,
    certificates.routes,
    recognition.routes,
    upkeep.routes,
    cancellation.routes,
    examinations.routes,
    experts.routes,
    panels.routes,
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
    NOTICE_RESETTLES: resettle_notice,
    TERM_ENDS: end_expired,
    CURE_LAPSES: lapse,
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
