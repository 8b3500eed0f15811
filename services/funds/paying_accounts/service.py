"""The city's own account: one enters it, another approves it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.db import among
from kernel.ids import new_id
from kernel.problems import Conflict, NotFound, refuse_if
from services.funds.approvals.rules import second_person_findings
from services.funds.paying_accounts.models import PayingAccount
from services.funds.paying_accounts.schemas import PayingAccountIn


class AlreadyApproved(Conflict):
    code, title_zh, title_en = "already_approved", "该账户已审批", "The account was approved before"


class NoPayingAccount(Conflict):
    code, title_zh, title_en = "no_paying_account", "尚无已审批的付款账户", "The city has no approved paying account"


async def propose_account(
    session: AsyncSession, *, given: PayingAccountIn, caller: Caller, at: datetime
) -> PayingAccount:
    """Enter an account; nothing is paid from it yet."""
    row = PayingAccount(
        id=new_id(), city_code=caller.city, proposed_by=caller.acting_for, proposed_at=at, **given.model_dump()
    )
    session.add(row)
    return row


async def approve_account(session: AsyncSession, *, account_id: UUID, caller: Caller, at: datetime) -> PayingAccount:
    """Another person puts it into force. Raises NotFound, AlreadyApproved, Refusal."""
    wanted = select(PayingAccount).where(PayingAccount.id == account_id, PayingAccount.city_code == caller.city)
    row: PayingAccount | None = await session.scalar(wanted.with_for_update())
    if row is None:
        raise NotFound
    if row.approved_by is not None:
        raise AlreadyApproved
    refuse_if(second_person_findings(approver=caller.acting_for, prepared_by=row.proposed_by, decided_by=None))
    row.approved_by, row.approved_at = caller.acting_for, at
    return row


async def accounts_of(session: AsyncSession, city_code: str) -> list[PayingAccount]:
    """All, the newest first."""
    wanted = select(PayingAccount).where(PayingAccount.city_code == city_code)
    return list(await session.scalars(wanted.order_by(PayingAccount.recorded_at.desc(), PayingAccount.id)))


async def account_in_force(session: AsyncSession, city_code: str) -> PayingAccount | None:
    """The one approved last."""
    wanted = select(PayingAccount).where(PayingAccount.city_code == city_code, PayingAccount.approved_at.is_not(None))
    row: PayingAccount | None = await session.scalar(wanted.order_by(PayingAccount.approved_at.desc()).limit(1))
    return row


async def accounts_numbered(
    session: AsyncSession, city_code: str, numbers: Collection[str]
) -> dict[str, PayingAccount]:
    """Those that are or were in force, by number: what was sent before another was approved is paid from it still."""
    approved = (PayingAccount.city_code == city_code, PayingAccount.approved_at.is_not(None))
    wanted = select(PayingAccount).where(*approved, among(PayingAccount.account_number, numbers))
    return {row.account_number: row for row in await session.scalars(wanted.order_by(PayingAccount.approved_at))}
