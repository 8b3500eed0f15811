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
from services.registry.carriers import api as carriers
from services.registry.certificates import api as certificates
from services.registry.certificates.signing import Certifier
from services.registry.counting import api as counting
from services.registry.determinations import api as determinations
from services.registry.eligibility import api as eligibility
from services.registry.mentors.pool import api as mentors
from services.registry.mentors.sessions import api as mentor_sessions
from services.registry.organisations import api as organisations
from services.registry.progress.bodies import api as progress_bodies
from services.registry.progress.duties import api as progress_duties
from services.registry.progress.duties.service import (
    CALENDAR_KEPT,
    OVERDUE,
    REMINDER,
    on_calendar_day,
    on_policy_published,
)
from services.registry.progress.plans import api as progress_plans
from services.registry.progress.reports import api as progress_reports
from services.registry.progress.reports.circulation import remind, tell_overdue
from services.registry.progress.scores import api as progress_scores
from services.registry.recognition import api as recognition
from services.registry.recognition.intake import on_case_accepted
from services.registry.recognition.notice import NOTICE_CLOSES, close_notice
from services.registry.settings import RegistrySettings
from services.registry.talent import api as talent

ROUTERS = (
    organisations.routes,
    organisations.internal,
    carriers.routes,
    certificates.routes,
    mentors.routes,
    mentor_sessions.routes,
    progress_bodies.routes,
    progress_duties.routes,
    progress_reports.routes,
    progress_plans.routes,
    progress_scores.routes,
    recognition.routes,
    talent.routes,
    determinations.routes,
    impact_routes(),
    counting.internal,
    eligibility.internal,
)
CONSUMERS: dict[str, Consumer] = {
    PolicySnapshotPublished.TYPE: on_policy_published,
    CaseAccepted.TYPE: on_case_accepted,
}
TIMERS: dict[str, TimerHandler] = {
    CALENDAR_KEPT: on_calendar_day,
    NOTICE_CLOSES: close_notice,
    OVERDUE: tell_overdue,
    REMINDER: remind,
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
