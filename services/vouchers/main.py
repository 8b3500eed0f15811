"""The vouchers process: `uvicorn --factory services.vouchers.main:build`."""

from fastapi import FastAPI

from contracts.funds import RedemptionBooked, RedemptionReversalBooked, TrancheAllotted
from contracts.funds_settlements import VoucherSettlementAnnulled, VoucherSettlementPaid, VoucherSettlementReturned
from contracts.policy import PolicySnapshotPublished
from contracts.subscriptions import SUBSCRIPTIONS
from contracts.window import CaseAccepted, CaseSupplemented, CaseSupplementLapsed
from kernel.app import create_app
from kernel.identity import Keys
from kernel.inbox import Consumer
from kernel.timers import TimerHandler
from policy.determination_routes import impact_routes
from policy.store import on_snapshot_published
from services.vouchers.applications import api as applications
from services.vouchers.applications.service import on_case_accepted, on_case_supplemented, on_supplement_lapsed
from services.vouchers.contracts import api as service_contracts
from services.vouchers.contracts.ending import LAPSES, lapse_contract
from services.vouchers.determinations import api as determinations
from services.vouchers.eligibility import api as eligibility
from services.vouchers.integrity.bars import api as bars
from services.vouchers.integrity.findings import api as findings
from services.vouchers.integrity.findings.service import on_reversal_booked
from services.vouchers.integrity.measures import api as measures
from services.vouchers.integrity.signals import api as signals
from services.vouchers.issuance import api as issuance
from services.vouchers.issuance.service import EXPIRES, expire_voucher
from services.vouchers.overview import api as overview
from services.vouchers.programmes import api as programmes
from services.vouchers.programmes.service import on_tranche_allotted
from services.vouchers.providers import api as providers
from services.vouchers.redemption import api as redemption
from services.vouchers.redemption.service import on_redemption_booked
from services.vouchers.settings import VoucherSettings
from services.vouchers.settlement import api as settlement
from services.vouchers.settlement.service import (
    NOTICE_ENDS,
    end_notice,
    on_settlement_annulled,
    on_settlement_paid,
    on_settlement_returned,
)

ROUTERS = (
    programmes.routes,
    providers.routes,
    applications.routes,
    issuance.routes,
    service_contracts.routes,
    redemption.routes,
    measures.routes,
    bars.routes,
    findings.routes,
    signals.routes,
    settlement.routes,
    determinations.routes,
    impact_routes(),
    eligibility.internal,
    overview.internal,
)
CONSUMERS: dict[str, Consumer] = {
    PolicySnapshotPublished.TYPE: on_snapshot_published,
    CaseAccepted.TYPE: on_case_accepted,
    CaseSupplemented.TYPE: on_case_supplemented,
    CaseSupplementLapsed.TYPE: on_supplement_lapsed,
    TrancheAllotted.TYPE: on_tranche_allotted,
    RedemptionBooked.TYPE: on_redemption_booked,
    RedemptionReversalBooked.TYPE: on_reversal_booked,
    VoucherSettlementPaid.TYPE: on_settlement_paid,
    VoucherSettlementReturned.TYPE: on_settlement_returned,
    VoucherSettlementAnnulled.TYPE: on_settlement_annulled,
}
TIMERS: dict[str, TimerHandler] = {EXPIRES: expire_voucher, LAPSES: lapse_contract, NOTICE_ENDS: end_notice}


def build(settings: VoucherSettings | None = None, *, keys: Keys | None = None) -> FastAPI:
    """The app; settings come from the environment unless a test gives them."""
    return create_app(
        settings or VoucherSettings.of_environment(),
        title="众创一站通 · 创新券 Vouchers",
        routers=ROUTERS,
        subscriptions=SUBSCRIPTIONS,
        consumers=CONSUMERS,
        timers=TIMERS,
        keys=keys,
    )
