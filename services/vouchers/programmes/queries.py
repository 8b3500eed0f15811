"""Reads of tranches and their balances."""

from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.paging import PageQuery, page_of
from kernel.problems import NotFound
from ledger.tables import account
from services.vouchers.chart import TrancheBooks
from services.vouchers.integrity.findings.models import RedemptionFinding
from services.vouchers.integrity.findings.states import Status as FindingStatus
from services.vouchers.issuance.models import Voucher
from services.vouchers.programmes.models import Tranche
from services.vouchers.programmes.rules import SubLedger
from services.vouchers.redemption.models import Redemption
from services.vouchers.redemption.states import Status


async def tranche_of(session: AsyncSession, tranche_id: UUID, *, caller: Caller) -> Tranche:
    """One tranche; 404 for another city's."""
    tranche = await session.get(Tranche, tranche_id)
    if tranche is None:
        raise NotFound
    caller.must_act_in(tranche.city_code)
    return tranche


async def list_tranches(session: AsyncSession, page: PageQuery, *, caller: Caller) -> tuple[list[Tranche], str | None]:
    """Tranches of the caller's city, oldest first."""
    found = select(Tranche).where(Tranche.city_code == caller.city)
    return await page_of(session, found, page, (Tranche.opened_at, Tranche.id))


async def unissued_fen(session: AsyncSession, tranche: Tranche) -> int:
    """What may still be issued; the posting itself decides when two issue at once."""
    return int(await session.scalar(select(_balance(tranche, TrancheBooks(tranche.id).unissued))) or 0)


async def sub_ledger(session: AsyncSession, tranche: Tranche) -> SubLedger:
    """Balances and registers of a tranche in one statement: one moment."""
    books = TrancheBooks(tranche.id)
    # One statement is one snapshot; two would let a redemption slip in between balance and register.
    row = await session.execute(
        select(
            _balance(tranche, books.unissued),
            _balance(tranche, books.issued),
            _balance(tranche, books.in_transit),
            _balance(tranche, books.settled),
            _balance(tranche, books.returning),
            _sum(Voucher.remaining_fen, Voucher.tranche_id == tranche.id),
            _sum(Redemption.amount_fen, Redemption.tranche_id == tranche.id, Redemption.status == Status.IN_TRANSIT),
            _sum(Redemption.amount_fen, Redemption.tranche_id == tranche.id, Redemption.status == Status.SETTLED),
            _reversed(tranche, FindingStatus.CONFIRMED),
            _reversed(tranche, FindingStatus.BOOKED),
        )
    )
    return SubLedger(*(int(value or 0) for value in row.one()))


def _balance(tranche: Tranche, code: str) -> ScalarSelect[int]:
    of_account = (account.c.city_code == tranche.city_code, account.c.code == code)
    return select(account.c.posted_fen).where(*of_account).scalar_subquery()


def _reversed(tranche: Tranche, status: FindingStatus) -> ScalarSelect[int]:
    of_tranche = (RedemptionFinding.tranche_id == tranche.id, RedemptionFinding.status == status)
    return _sum(RedemptionFinding.amount_fen, *of_tranche)


def _sum(column: Any, *conditions: Any) -> ScalarSelect[int]:
    return select(func.coalesce(func.sum(column), 0)).where(*conditions).scalar_subquery()
