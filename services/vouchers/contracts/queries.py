"""Reads of contracts."""

from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.owning import is_own, own_only
from kernel.paging import PageQuery, asked_for, page_of
from kernel.problems import NotFound
from services.vouchers.contracts.models import Contract
from services.vouchers.contracts.states import OPEN, Status
from services.vouchers.issuance.models import Voucher


async def contract_for(session: AsyncSession, contract_id: UUID, *, caller: Caller) -> Contract:
    """One contract, for the city's staff, the voucher's holder and the provider; 404 for everybody else."""
    contract = await session.get(Contract, contract_id)
    if contract is None:
        raise NotFound
    caller.must_act_in(contract.city_code)
    if not is_own(caller, contract.holder_id, contract.organisation_id):
        raise NotFound
    return contract


async def lock_with_voucher(session: AsyncSession, contract: Contract) -> Voucher:
    """The voucher's row first, as everybody who spends of it; both are then as they stand now."""
    voucher = await session.get_one(Voucher, contract.voucher_id, with_for_update=True, populate_existing=True)
    await session.refresh(contract, with_for_update=True)
    return voucher


async def open_contracts(session: AsyncSession, voucher_id: UUID) -> list[Contract]:
    """What still holds value of the locked voucher."""
    found = select(Contract).where(Contract.voucher_id == voucher_id, Contract.status.in_(OPEN))
    return list(await session.scalars(found.order_by(Contract.id).with_for_update()))


async def contract_of_voucher(
    session: AsyncSession, contract_id: UUID, *, voucher_id: UUID, lock: bool
) -> Contract | None:
    """The contract a claim names, when it is one of this voucher."""
    found = select(Contract).where(Contract.id == contract_id, Contract.voucher_id == voucher_id)
    contract: Contract | None = await session.scalar(found.with_for_update() if lock else found)
    return contract


async def is_registered(session: AsyncSession, voucher: Voucher, *, organisation_id: UUID, number: str) -> bool:
    """Whether the holder's contract of this number with the provider counts on a voucher; the unique index decides when
    two arrive. Of other holders' contracts nobody learns here."""
    same = (
        Contract.city_code == voucher.city_code,
        Contract.holder_id == voucher.holder_id,
        Contract.organisation_id == organisation_id,
        Contract.number == number,
    )
    counts = Contract.status.in_((Status.RESERVED, Status.SERVED, Status.REDEEMED))
    return bool(await session.scalar(select(exists().where(*same, counts))))


async def list_contracts(
    session: AsyncSession, page: PageQuery, *, caller: Caller, status: Status | None, voucher_id: UUID | None
) -> tuple[list[Contract], str | None]:
    """Contracts of the city for its staff, for others those they are a party to; oldest first."""
    wanted = asked_for({Contract.status: status, Contract.voucher_id: voucher_id})
    found = select(Contract).where(
        Contract.city_code == caller.city, *wanted, *own_only(caller, Contract.holder_id, Contract.organisation_id)
    )
    return await page_of(session, found, page, (Contract.recorded_at, Contract.id))
