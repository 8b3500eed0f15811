"""The funds process: `uvicorn --factory services.funds.main:build`."""

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events import HostingCostConfirmed
from contracts.policy import PolicySnapshotPublished
from contracts.registry import CarrierRecognised, OrganisationDeregistered, OrganisationMerged
from contracts.registry_carriers import CarrierRecognitionEnded
from contracts.registry_reports import CarrierEvaluated
from contracts.subscriptions import SUBSCRIPTIONS
from contracts.vouchers import RedemptionReversed, SettlementConfirmed, VoucherRedeemed
from contracts.window import CaseAccepted, CaseOpened, CaseSupplemented, CaseSupplementLapsed
from kernel.app import create_app
from kernel.identity import Keys
from kernel.inbox import Consumer, Received
from kernel.settings import ServiceSettings
from kernel.timers import TimerHandler
from policy.determination_routes import impact_routes
from services.funds.angel import wiring as angel
from services.funds.applications import api as applications
from services.funds.applications.intake import KIND as APPLICATION
from services.funds.applications.intake import on_case_accepted
from services.funds.applications.reactions import DETERMINE as RULE_ON_APPLICATION
from services.funds.applications.reactions import application_payment_cancelled, applications_moved
from services.funds.applications.reactions import on_determination_due as on_application_due
from services.funds.applications.supplements import on_case_supplemented, on_supplement_lapsed
from services.funds.assurance import api as assurance
from services.funds.books import api as books
from services.funds.books.roots import ROOT, tell_root
from services.funds.clawback import api as clawback
from services.funds.clawback.collecting import on_due_day_over
from services.funds.clawback.queries import owed_back
from services.funds.clawback.recounting import DUE
from services.funds.eligibility import api as eligibility
from services.funds.entitlements import api as entitlements
from services.funds.entitlements.endings import END, on_end_due
from services.funds.entitlements.reactions import (
    DETERMINE,
    entitlement_demand_fell,
    entitlement_payment_cancelled,
    entitlement_payments_reopened,
    entitlements_moved,
    on_carrier_evaluated,
    on_carrier_recognised,
    on_determination_due,
    on_policy_published,
    on_recognition_ended,
)
from services.funds.guidance_fund import wiring as guidance_fund
from services.funds.hosting.reactions import on_hosting_cost_confirmed
from services.funds.invoices import api as invoices
from services.funds.loan_pool import wiring as loan_pool
from services.funds.objections import api as objections
from services.funds.overview import api as overview
from services.funds.paying_accounts import api as paying_accounts
from services.funds.payments import api as payments
from services.funds.payments.reactions import payee_ended
from services.funds.payments.subjects import Subject, register
from services.funds.periods import api as periods
from services.funds.programmes import api as programmes
from services.funds.programmes.allotting import group_commit
from services.funds.recounting.expecting import CALENDAR_DAY
from services.funds.recounting.service import on_calendar_day
from services.funds.spending import api as spending
from services.funds.spending.recounting import DUE as REPORT_DUE
from services.funds.spending.recounting import MISSED as REPORT_MISSED
from services.funds.spending.service import AGAIN as FOUND_AGAIN
from services.funds.spending.service import on_found_again, on_report_due, on_report_missed, report_demand_fell
from services.funds.statements import api as statements
from services.funds.tranches import api as tranches
from services.funds.tranches.service import on_redemption_reversed, on_voucher_redeemed
from services.funds.voucher_settlements import api as voucher_settlements
from services.funds.voucher_settlements.service import on_settlement_confirmed
from services.funds.withdrawals import api as withdrawals

ROUTERS = (
    programmes.routes,
    withdrawals.routes,
    *loan_pool.ROUTERS,
    *angel.ROUTERS,
    *guidance_fund.ROUTERS,
    entitlements.lists,
    entitlements.routes,
    objections.routes,
    clawback.routes,
    spending.routes,
    applications.routes,
    payments.routes,
    paying_accounts.routes,
    statements.routes,
    tranches.routes,
    tranches.internal,
    voucher_settlements.routes,
    books.routes,
    periods.routes,
    assurance.routes,
    assurance.determinations,
    assurance.internal,
    impact_routes(),
    eligibility.internal,
    overview.internal,
    invoices.internal,
)


async def on_case_opened(session: AsyncSession, event: Received[CaseOpened]) -> None:
    """The window has numbered a case that one of ours asked for."""
    await loan_pool.on_case_opened(session, event)
    await angel.on_case_opened(session, event)


async def on_organisation_merged(session: AsyncSession, event: Received[OrganisationMerged]) -> None:
    """What it was still to be paid goes to its successor, as people release it."""
    gone, successor = event.data.organisation_id, event.data.successor_id
    await payee_ended(session, city_code=event.city_code, organisation_id=gone, successor_id=successor)


async def on_organisation_deregistered(session: AsyncSession, event: Received[OrganisationDeregistered]) -> None:
    """What it was still to be paid waits for people: it may have been entered by mistake."""
    gone = event.data.organisation_id
    await payee_ended(session, city_code=event.city_code, organisation_id=gone, successor_id=None)


CONSUMERS: dict[str, Consumer] = {
    CaseOpened.TYPE: on_case_opened,
    PolicySnapshotPublished.TYPE: on_policy_published,
    CarrierRecognised.TYPE: on_carrier_recognised,
    CarrierEvaluated.TYPE: on_carrier_evaluated,
    CarrierRecognitionEnded.TYPE: on_recognition_ended,
    OrganisationMerged.TYPE: on_organisation_merged,
    OrganisationDeregistered.TYPE: on_organisation_deregistered,
    VoucherRedeemed.TYPE: on_voucher_redeemed,
    RedemptionReversed.TYPE: on_redemption_reversed,
    SettlementConfirmed.TYPE: on_settlement_confirmed,
    CaseAccepted.TYPE: on_case_accepted,
    CaseSupplemented.TYPE: on_case_supplemented,
    CaseSupplementLapsed.TYPE: on_supplement_lapsed,
    HostingCostConfirmed.TYPE: on_hosting_cost_confirmed,
}
TIMERS: dict[str, TimerHandler] = {
    DETERMINE: on_determination_due,
    RULE_ON_APPLICATION: on_application_due,
    ROOT: tell_root,
    DUE: on_due_day_over,
    END: on_end_due,
    REPORT_DUE: on_report_due,
    REPORT_MISSED: on_report_missed,
    FOUND_AGAIN: on_found_again,
    CALENDAR_DAY: on_calendar_day,
    **guidance_fund.TIMERS,
}
register(
    APPLICATION,
    Subject(
        "apl",
        moved=applications_moved,
        cancelled=application_payment_cancelled,
        demand_fell=report_demand_fell,
        recovered=owed_back,
        demandable=True,
    ),
)
register(
    "entitlement",
    Subject(
        "ent",
        moved=entitlements_moved,
        recovered=owed_back,
        reopened=entitlement_payments_reopened,
        demand_fell=entitlement_demand_fell,
        cancelled=entitlement_payment_cancelled,
        demandable=True,
    ),
)
for kind, subject in guidance_fund.SUBJECTS.items():
    register(kind, subject)


def build(settings: ServiceSettings | None = None, *, keys: Keys | None = None) -> FastAPI:
    """The app; settings come from the environment unless a test gives them."""
    return create_app(
        settings or ServiceSettings.of_environment(),
        title="众创一站通 · 资金 Funds",
        routers=ROUTERS,
        subscriptions=SUBSCRIPTIONS,
        consumers=CONSUMERS,
        timers=TIMERS,
        parts=[group_commit],
        keys=keys,
    )
