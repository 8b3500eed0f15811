"""Reads of settlement."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from kernel.auth import Caller
from kernel.owning import is_own, is_staff, own_only
from kernel.paging import PageQuery, asked_for, page_of
from kernel.problems import NotFound
from ledger.tables import account
from services.vouchers.chart import TrancheBooks
from services.vouchers.integrity.findings.models import RedemptionFinding
from services.vouchers.integrity.findings.states import Status as FindingStatus
from services.vouchers.programmes.models import Tranche
from services.vouchers.redemption.models import Redemption
from services.vouchers.redemption.states import Status as RedemptionStatus
from services.vouchers.settlement.models import Settlement, SettlementLine
from services.vouchers.settlement.rules import Control, Item
from services.vouchers.settlement.states import LET_BE_PAID, Status

DAY = timedelta(days=1)
_TAKEN_BACK = (FindingStatus.CONFIRMED, FindingStatus.BOOKED)


async def settlement_for(
    session: AsyncSession, settlement_id: UUID, *, caller: Caller, lock: bool = False
) -> Settlement:
    """One statement; 404 for another city's, or another provider's unless staff asks."""
    row = await session.get(Settlement, settlement_id, with_for_update=lock or None)
    if row is None:
        raise NotFound
    caller.must_act_in(row.city_code)
    if not is_own(caller, row.organisation_id):
        raise NotFound
    return row


async def list_settlements(
    session: AsyncSession,
    page: PageQuery,
    *,
    caller: Caller,
    status: Status | None,
    organisation_id: UUID | None,
    tranche_id: UUID | None,
) -> tuple[list[Settlement], str | None]:
    """Statements of the city for its staff, a provider's own for itself; oldest first."""
    wanted = {
        Settlement.status: status,
        Settlement.tranche_id: tranche_id,
        Settlement.organisation_id: organisation_id,
    }
    own = own_only(caller, Settlement.organisation_id)
    found = select(Settlement).where(Settlement.city_code == caller.city, *asked_for(wanted), *own)
    return await page_of(session, found, page, (Settlement.recorded_at, Settlement.id))


async def list_notices(
    session: AsyncSession, page: PageQuery, *, city_code: str, on: date
) -> tuple[list[Settlement], str | None]:
    """What is on public notice on the day."""
    found = select(Settlement).where(
        Settlement.city_code == city_code, Settlement.status == Status.PUBLISHED, Settlement.notice_until_on >= on
    )
    return await page_of(session, found, page, (Settlement.recorded_at, Settlement.id))


async def lines_of(
    session: AsyncSession, page: PageQuery, settlement_id: UUID
) -> tuple[list[SettlementLine], str | None]:
    """Lines of a statement, as they were drawn up."""
    found = select(SettlementLine).where(SettlementLine.settlement_id == settlement_id)
    return await page_of(session, found, page, (SettlementLine.recorded_at, SettlementLine.id))


async def documents_of(session: AsyncSession, settlement_id: UUID) -> tuple[list[UUID], list[UUID]]:
    """Redemptions a statement pays for, and findings whose reversals it takes off."""
    found = await session.execute(
        select(SettlementLine.redemption_id, SettlementLine.finding_id)
        .where(SettlementLine.settlement_id == settlement_id)
        .order_by(SettlementLine.recorded_at, SettlementLine.id)
    )
    lines = found.all()
    return [line[0] for line in lines if line[1] is None], [line[1] for line in lines if line[1] is not None]


async def whole(session: AsyncSession, settlement_id: UUID) -> list[tuple[SettlementLine, Redemption]]:
    """Every line with its redemption."""
    found = await session.execute(
        select(SettlementLine, Redemption)
        .join(Redemption, Redemption.id == SettlementLine.redemption_id)
        .where(SettlementLine.settlement_id == settlement_id)
        .order_by(SettlementLine.recorded_at, SettlementLine.id)
    )
    return [(line, redemption) for line, redemption in found]


async def unsettled(session: AsyncSession, *, tranche_id: UUID, organisation_id: UUID, until_on: date) -> list[Item]:
    """What no statement has yet: redemptions booked by then, and what was taken back of them or of settled ones."""
    before = clock.start_of(until_on + DAY)
    of_provider = (Redemption.tranche_id == tranche_id, Redemption.organisation_id == organisation_id)
    booked = await session.execute(
        select(Redemption.id, Redemption.amount_fen, Redemption.booked_at)
        .where(*of_provider, Redemption.status == RedemptionStatus.SETTLED, Redemption.booked_at < before)
        .where(~_redemption_is_listed())
        .order_by(Redemption.booked_at, Redemption.id)
    )
    items = [Item(row[0], None, row[1], _day(row[2])) for row in booked]
    taken_back = await session.execute(
        select(Redemption.id, RedemptionFinding.id, RedemptionFinding.amount_fen, RedemptionFinding.confirmed_at)
        .join(RedemptionFinding, RedemptionFinding.redemption_id == Redemption.id)
        .where(*of_provider, RedemptionFinding.status.in_(_TAKEN_BACK), RedemptionFinding.confirmed_at < before)
        .where(Redemption.booked_at < before, ~_finding_is_listed())
        .order_by(RedemptionFinding.confirmed_at, RedemptionFinding.id)
    )
    return items + [Item(row[0], row[1], -row[2], _day(row[3])) for row in taken_back]


def _day(at: datetime | None) -> date:
    return clock.on_date(at) if at is not None else date.max  # a CHECK says there is one


async def findings_outside(session: AsyncSession, settlement_id: UUID) -> int:
    """Findings on the statement's redemptions that wait, or that neither it nor a confirmed statement has."""
    redemptions = select(SettlementLine.redemption_id).where(SettlementLine.settlement_id == settlement_id)
    counted = select(func.count()).where(
        RedemptionFinding.redemption_id.in_(redemptions),
        RedemptionFinding.status.in_((FindingStatus.PROPOSED, *_TAKEN_BACK)),
        ~_finding_is_listed(or_(Settlement.id == settlement_id, Settlement.status.in_(LET_BE_PAID))),
    )
    return int(await session.scalar(counted) or 0)


async def control_for(session: AsyncSession, row: Settlement, *, caller: Caller) -> Control | None:
    """Control totals of the statement's tranche for the city's staff; None for a provider: they are of all of them."""
    if not is_staff(caller):
        return None
    return await control_of(session, await session.get_one(Tranche, row.tranche_id))


async def control_of(session: AsyncSession, tranche: Tranche) -> Control:
    """The settled account of a tranche, what stands in statements and what does not: one statement, one moment."""
    settled = select(account.c.posted_fen).where(
        account.c.city_code == tranche.city_code, account.c.code == TrancheBooks(tranche.id).settled
    )
    of_tranche = select(Redemption.id).where(Redemption.tranche_id == tranche.id)
    listed = _sum(SettlementLine.amount_fen, SettlementLine.redemption_id.in_(of_tranche), ~SettlementLine.withdrawn)
    waiting = _sum(
        Redemption.amount_fen,
        Redemption.tranche_id == tranche.id,
        Redemption.status == RedemptionStatus.SETTLED,
        ~_redemption_is_listed(),
    )
    taken_back = _sum(
        RedemptionFinding.amount_fen,
        RedemptionFinding.tranche_id == tranche.id,
        RedemptionFinding.status.in_(_TAKEN_BACK),
        ~_finding_is_listed(),
    )
    row = await session.execute(select(settled.scalar_subquery(), listed, waiting - taken_back))
    return Control(*(int(value or 0) for value in row.one()))


def _sum(column: Any, *conditions: Any) -> ScalarSelect[int]:
    return select(func.coalesce(func.sum(column), 0)).where(*conditions).scalar_subquery()


def _redemption_is_listed() -> ColumnElement[bool]:
    return exists().where(
        SettlementLine.redemption_id == Redemption.id, SettlementLine.finding_id.is_(None), ~SettlementLine.withdrawn
    )


def _finding_is_listed(*where: ColumnElement[bool]) -> ColumnElement[bool]:
    """In any statement, or in one of which `where` is true."""
    live = (SettlementLine.finding_id == RedemptionFinding.id, ~SettlementLine.withdrawn)
    return exists().where(*live, Settlement.id == SettlementLine.settlement_id, *where)
