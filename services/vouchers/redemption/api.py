"""Routes of redemptions. Codes come in bodies only: addresses are logged."""

from typing import Annotated

from contracts.asking import may_own
from kernel.auth import Caller, may
from kernel.idempotency import KeyRequired
from kernel.neighbours import Funds, Registry
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, WorkDep, router
from services.vouchers.ids import RedemptionId, VoucherId
from services.vouchers.redemption import queries, service
from services.vouchers.redemption.schemas import PreviewOut, RedemptionIn, RedemptionOut
from services.vouchers.redemption.states import Status
from services.vouchers.settings import CodeKey

MayRead = Annotated[Caller, may_own("vouchers:read")]
MayRedeem = Annotated[Caller, may("vouchers:redeem")]
routes = router(prefix="/v1/vouchers/redemptions", tags=["vouchers: redemptions"])


@routes.post("", status_code=201)
async def redeem_voucher(
    caller: MayRedeem,
    body: RedemptionIn,
    key: CodeKey,
    registry: Registry,
    funds: Funds,
    work: WorkDep,
    _key: KeyRequired,
) -> RedemptionOut:
    """Redeem as much of a voucher as the policy pays for the service. Refused with every reason.

    The registry is asked whether holder and provider existed on the day of service, and without a registered contract
    how they are related. An invoice pays once over all programmes, services and cities: the register of funds is asked
    first.
    """
    redemption = await service.redeem_voucher(
        work, registry, funds, claim=body.to_claim(), code_hash=body.code_hash(key), caller=caller
    )
    return RedemptionOut.model_validate(redemption)


@routes.post("/preview")
async def preview_redemption(
    caller: MayRedeem, body: RedemptionIn, key: CodeKey, registry: Registry, funds: Funds, work: WorkDep
) -> PreviewOut:
    """What a redemption would pay now, or every reason against it. Nothing is redeemed or reserved."""
    voucher, would_pay_fen, found = await service.preview_redemption(
        work, registry, funds, claim=body.to_claim(), code_hash=body.code_hash(key), caller=caller
    )
    return PreviewOut.of(voucher, would_pay_fen, found)


@routes.get("")
async def list_redemptions(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    status: Status | None = None,
    voucher_id: VoucherId | None = None,
) -> Page[RedemptionOut]:
    """Redemptions of the city for its staff; a provider's own, and for a holder those of its vouchers."""
    rows, cursor = await queries.list_redemptions(session, page, caller=caller, status=status, voucher_id=voucher_id)
    return Page(items=[RedemptionOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.get("/{redemption_id}")
async def get_redemption(caller: MayRead, redemption_id: RedemptionId, session: SessionDep) -> RedemptionOut:
    """One redemption."""
    return RedemptionOut.model_validate(await queries.redemption_for(session, redemption_id, caller=caller))
