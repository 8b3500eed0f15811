"""The vouchers process: `uvicorn --factory services.vouchers.main:build`."""

from fastapi import FastAPI

from contracts.funds import RedemptionBooked, TrancheAllotted
from contracts.policy import PolicySnapshotPublished
from contracts.subscriptions import SUBSCRIPTIONS
from contracts.window import CaseAccepted
from kernel.app import create_app
from kernel.identity import Keys
from kernel.inbox import Consumer
from kernel.timers import TimerHandler
from policy.determination_routes import impact_routes
from policy.store import on_snapshot_published
from services.vouchers.determinations import api as determinations
from services.vouchers.eligibility import api as eligibility
from services.vouchers.issuance import api as issuance
from services.vouchers.issuance.service import EXPIRES, expire_voucher, on_case_accepted
from services.vouchers.overview import api as overview
from services.vouchers.programmes import api as programmes
from services.vouchers.programmes.service import on_tranche_allotted
from services.vouchers.providers import api as providers
from services.vouchers.redemption import api as redemption
from services.vouchers.redemption.service import on_redemption_booked
from services.vouchers.settings import VoucherSettings

ROUTERS = (
    programmes.routes,
    providers.routes,
    issuance.routes,
    redemption.routes,
    determinations.routes,
    impact_routes(),
    eligibility.internal,
    overview.internal,
)
CONSUMERS: dict[str, Consumer] = {
    PolicySnapshotPublished.TYPE: on_snapshot_published,
    CaseAccepted.TYPE: on_case_accepted,
    TrancheAllotted.TYPE: on_tranche_allotted,
    RedemptionBooked.TYPE: on_redemption_booked,
}
TIMERS: dict[str, TimerHandler] = {EXPIRES: expire_voucher}


def build(settings: VoucherSettings | None = None, *, keys: Keys | None = None) -> FastAPI:
    """The app; settings come from the environment unless a test gives them."""
    return create_app(
        settings or VoucherSettings(),
        title="众创一站通 · 创新券 Vouchers",
        routers=ROUTERS,
        subscriptions=SUBSCRIPTIONS,
        consumers=CONSUMERS,
        timers=TIMERS,
        keys=keys,
    )
