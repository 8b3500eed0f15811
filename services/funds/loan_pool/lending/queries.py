"""Reading banks and loans."""

from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.problems import NotFound, Refusal
from services.funds.loan_pool.access import must_see
from services.funds.loan_pool.lending.models import Loan, PoolBank


class BankNotAdmitted(Refusal):
    code, title_zh, title_en = "bank_not_admitted", "该行不是合作银行", "The bank is not a partner of the pool"


async def admitted_bank(session: AsyncSession, city_code: str, bank_id: UUID, *, lock: bool = False) -> PoolBank:
    """A partner bank. Raises BankNotAdmitted."""
    bank = await session.get(PoolBank, (city_code, bank_id), with_for_update=lock or None)
    if bank is None:
        raise BankNotAdmitted
    return bank


async def exposure_fen(session: AsyncSession, city_code: str, bank_id: UUID) -> int:
    """Principal of all loans the bank has registered."""
    total = await session.scalar(
        select(func.sum(Loan.principal_fen)).where(Loan.city_code == city_code, Loan.bank_id == bank_id)
    )
    return int(total or 0)


async def get_loan(session: AsyncSession, loan_id: UUID, caller: Caller, *, lock: bool = False) -> Loan:
    """A loan the caller may see. Raises NotFound."""
    loan = await session.get(Loan, loan_id, with_for_update=lock or None)
    if loan is None:
        raise NotFound
    must_see(caller, city_code=loan.city_code, bank_id=loan.bank_id)
    return loan


def banks_of(city_code: str) -> Select[PoolBank]:
    """Partner banks of a city, to be paged."""
    return select(PoolBank).where(PoolBank.city_code == city_code)


def loans_of(city_code: str, *, bank_id: UUID | None, bank_reference: str | None) -> Select[Loan]:
    """Loans of a city, of one bank or all, to be paged."""
    wanted = select(Loan).where(Loan.city_code == city_code)
    if bank_id is not None:
        wanted = wanted.where(Loan.bank_id == bank_id)
    return wanted.where(Loan.bank_reference == bank_reference) if bank_reference is not None else wanted
