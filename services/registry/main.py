"""The registry process: `uvicorn --factory services.registry.main:build`."""

from fastapi import FastAPI

from contracts.policy import PolicySnapshotPublished
from contracts.subscriptions import SUBSCRIPTIONS
from contracts.window import CaseAccepted, CaseSupplemented, CaseSupplementLapsed
from kernel.app import create_app
from kernel.identity import Keys
from kernel.inbox import Consumer
from kernel.timers import TimerHandler
from policy.determination_routes import impact_routes
from services.registry.cancellation import api as cancellation
from services.registry.cancellation.recounting import CURE_LAPSES
from services.registry.cancellation.service import lapse
from services.registry.carriers import api as carriers
from services.registry.certificates import api as certificates
from services.registry.certificates.signing import Certifier
from services.registry.chain import api as chain
from services.registry.chain.offers import OFFER_EXPIRES
from services.registry.chain.transfers import expire_offer
from services.registry.counting import api as counting
from services.registry.departments import api as departments
from services.registry.determinations import api as determinations
from services.registry.divisions import api as divisions
from services.registry.eligibility import api as eligibility
from services.registry.endings import api as endings
from services.registry.evaluation import api as evaluation
from services.registry.evaluation.recounting import NOTICE_CLOSES as RESULTS_NOTICE_CLOSES
from services.registry.evaluation.rounds import REPORTING_CLOSES, close_reporting, close_results_notice
from services.registry.examinations import api as examinations
from services.registry.experts import api as experts
from services.registry.held_data import api as held_data
from services.registry.mentors.pool import api as mentors
from services.registry.mentors.sessions import api as mentor_sessions
from services.registry.operator_changes import api as operator_changes
from services.registry.operator_changes.service import CHANGE_DUE, on_change_due
from services.registry.organisations import api as organisations
from services.registry.overlaps import api as overlaps
from services.registry.overview import api as overview
from services.registry.panels import api as panels
from services.registry.parties import api as parties
from services.registry.people import api as people
from services.registry.premises import api as premises
from services.registry.premises import hosts_api as premises_hosts
from services.registry.premises.leaving import MOVE_ENDS, end_move
from services.registry.progress.bodies import api as progress_bodies
from services.registry.progress.duties import api as progress_duties
from services.registry.progress.duties.service import (
    CALENDAR_KEPT,
    OVERDUE,
    REMINDER,
    on_policy_published,
)
from services.registry.progress.plans import api as progress_plans
from services.registry.progress.reports import api as progress_reports
from services.registry.progress.reports.circulation import remind, tell_overdue
from services.registry.progress.scores import api as progress_scores
from services.registry.recognition import api as recognition
from services.registry.recognition.intake import on_case_accepted
from services.registry.recognition.notice import NOTICE_CLOSES, close_notice
from services.registry.recognition.supplements import on_case_supplemented, on_supplement_lapsed
from services.registry.recounting.service import on_calendar_day
from services.registry.settings import RegistrySettings
from services.registry.statistics import api as statistics
from services.registry.statistics import rounds as statistics_rounds
from services.registry.talent import api as talent
from services.registry.tenancy import api as tenancy
from services.registry.tenant_imports import api as tenant_imports
from services.registry.tenant_imports.service import IMPORT_CONTINUES, read_part
from services.registry.upkeep import api as upkeep
from services.registry.upkeep.terms import TERM_ENDS, end_expired

ROUTERS = (
    organisations.routes,
    organisations.internal,
    endings.of_organisations,
    endings.routes,
    held_data.routes,
    parties.routes,
    parties.internal,
    people.routes,
    departments.routes,
    divisions.routes,
    carriers.routes,
    operator_changes.routes,
    tenancy.routes,
    tenant_imports.routes,
    overlaps.routes,
    certificates.routes,
    chain.routes,
    premises.routes,
    premises_hosts.routes,
    recognition.routes,
    statistics.routes,
    statistics.internal,
    evaluation.routes,
    upkeep.routes,
    cancellation.routes,
    examinations.routes,
    experts.routes,
    panels.routes,
    mentors.routes,
    mentor_sessions.routes,
    progress_bodies.routes,
    progress_duties.routes,
    progress_reports.routes,
    progress_plans.routes,
    progress_scores.routes,
    talent.routes,
    determinations.routes,
    impact_routes(),
    counting.internal,
    overview.internal,
    eligibility.internal,
)
CONSUMERS: dict[str, Consumer] = {
    PolicySnapshotPublished.TYPE: on_policy_published,
    CaseAccepted.TYPE: on_case_accepted,
    CaseSupplemented.TYPE: on_case_supplemented,
    CaseSupplementLapsed.TYPE: on_supplement_lapsed,
}
TIMERS: dict[str, TimerHandler] = {
    NOTICE_CLOSES: close_notice,
    CHANGE_DUE: on_change_due,
    IMPORT_CONTINUES: read_part,
    **statistics_rounds.TIMERS,
    OFFER_EXPIRES: expire_offer,
    MOVE_ENDS: end_move,
    REPORTING_CLOSES: close_reporting,
    RESULTS_NOTICE_CLOSES: close_results_notice,
    TERM_ENDS: end_expired,
    CURE_LAPSES: lapse,
    CALENDAR_KEPT: on_calendar_day,
    OVERDUE: tell_overdue,
    REMINDER: remind,
}


def build(settings: RegistrySettings | None = None, *, keys: Keys | None = None) -> FastAPI:
    """The app; settings come from the environment unless a test gives them."""
    settings = settings or RegistrySettings.of_environment()
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
