"""Reading settlement statements and what they pay for."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from kernel.auth import Caller
from kernel.paging import asked_for
from kernel.problems import NotFound
from policy.snapshots import Acceptance
from services.funds.tranches.models import BookedRedemption, RedemptionReversal, Tranche
from services.funds.voucher_settlements.models import VoucherSettlement, VoucherSettlementLine
from services.funds.voucher_settlements.rules import Owed, Side
from services.funds.voucher_settlements.states import Status


async def get_settlement(
    session: AsyncSession, settlement_id: UUID, caller: Caller, *, lock: bool = False
) -> VoucherSettlement:
    """A statement of the caller's city. Raises NotFound."""
    row = await session.get(VoucherSettlement, settlement_id, with_for_update=lock or None, populate_existing=lock)
    if row is None:
        raise NotFound
    caller.must_act_in(row.city_code)
    return row


def settlements_of(
    city_code: str, *, status: Status | None, provider_id: UUID | None, tranche_id: UUID | None
) -> Select[VoucherSettlement]:
    """Statements of a city, to be paged."""
    asked = {
        VoucherSettlement.status: status,
        VoucherSettlement.provider_id: provider_id,
        VoucherSettlement.tranche_id: tranche_id,
    }
    return select(VoucherSettlement).where(VoucherSettlement.city_code == city_code, *asked_for(asked))


async def due_to(session: AsyncSession, city_code: str, provider_id: UUID) -> list[VoucherSettlement]:
    """Statements of a provider that have no order yet."""
    wanted = settlements_of(city_code, status=Status.DUE, provider_id=provider_id, tranche_id=None)
    return list(await session.scalars(wanted.order_by(VoucherSettlement.id)))


async def policy_of(session: AsyncSession, settlement_id: UUID) -> tuple[str, Acceptance]:
    """The policy whose clauses its order cites, as it was when the tranche was set aside. Raises NotFound.

    By then the city may have another edition, even one without the programme.
    """
    row = await session.get(VoucherSettlement, settlement_id)
    if row is None or row.policy_hash is None:
        raise NotFound
    return row.policy_hash, set_aside(await session.get_one(Tranche, row.tranche_id))


def set_aside(tranche: Tranche) -> Acceptance:
    """The moment whose policy the vouchers of a tranche, and paying for them, rest on."""
    return Acceptance(clock.on_date(tranche.allotted_at), tranche.allotted_at)


async def redeemed_side(session: AsyncSession, ids: Collection[UUID], whose: Owed) -> Side:
    """How many of these redemptions are booked for the provider in the tranche, and what they add up to."""
    found = await session.execute(
        select(func.count(), func.coalesce(func.sum(BookedRedemption.amount_fen), 0)).where(
            BookedRedemption.id.in_(ids),
            BookedRedemption.city_code == whose.city_code,
            BookedRedemption.tranche_id == whose.tranche_id,
            BookedRedemption.provider_id == whose.provider_id,
        )
    )
    number, fen = found.one()
    return Side(number, int(fen))


async def reversed_side(session: AsyncSession, ids: Collection[UUID], whose: Owed) -> Side:
    """The same of what was reversed."""
    found = await session.execute(
        select(func.count(), func.coalesce(func.sum(RedemptionReversal.amount_fen), 0))
        .join(BookedRedemption, BookedRedemption.id == RedemptionReversal.redemption_id)
        .where(
            RedemptionReversal.id.in_(ids),
            RedemptionReversal.city_code == whose.city_code,
            RedemptionReversal.tranche_id == whose.tranche_id,
            BookedRedemption.provider_id == whose.provider_id,
        )
    )
    number, fen = found.one()
    return Side(number, int(fen))


async def lines_of(
    session: AsyncSession, settlement_id: UUID
) -> list[tuple[BookedRedemption, RedemptionReversal | None]]:
    """Every line: a redemption, or one with what was reversed of it."""
    redemption_id = func.coalesce(VoucherSettlementLine.redemption_id, RedemptionReversal.redemption_id)
    found = await session.execute(
        select(BookedRedemption, RedemptionReversal)
        .select_from(VoucherSettlementLine)
        .outerjoin(RedemptionReversal, RedemptionReversal.id == VoucherSettlementLine.reversal_id)
        .join(BookedRedemption, BookedRedemption.id == redemption_id)
        .where(VoucherSettlementLine.settlement_id == settlement_id)
        .order_by(BookedRedemption.recorded_at, BookedRedemption.id, VoucherSettlementLine.reversal_id.nulls_first())
    )
    return [(booked, reversal) for booked, reversal in found]
