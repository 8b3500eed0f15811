"""Reading claims."""

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Select, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.paging import asked_for
from kernel.problems import NotFound
from services.funds.loan_pool.access import must_see
from services.funds.loan_pool.claims.models import LossClaim
from services.funds.loan_pool.claims.rules import Drawn
from services.funds.loan_pool.claims.states import COMMITTED, Status
from services.funds.loan_pool.lending.models import Loan


async def get_claim(session: AsyncSession, claim_id: UUID, caller: Caller, *, lock: bool = False) -> LossClaim:
    """A claim the caller may see. Raises NotFound."""
    claim = await session.get(LossClaim, claim_id, with_for_update=lock or None, populate_existing=lock)
    if claim is None:
        raise NotFound
    must_see(caller, city_code=claim.city_code, bank_id=claim.bank_id)
    return claim


async def drawn(session: AsyncSession, loan: Loan, *, year: int) -> Drawn:
    """What of the city's pool was approved for the borrower, for the bank in a policy year, and for all in it."""
    amount, in_year = LossClaim.approved_fen, LossClaim.policy_year == year

    def total(*of: ColumnElement[bool]) -> ColumnElement[int]:
        return cast(func.coalesce(func.sum(amount).filter(*of), 0), BigInteger)

    wanted = select(
        total(Loan.borrower_id == loan.borrower_id), total(in_year, LossClaim.bank_id == loan.bank_id), total(in_year)
    ).join(Loan, Loan.id == LossClaim.loan_id)
    counted = LossClaim.status.in_(COMMITTED)
    found = await session.execute(wanted.where(LossClaim.city_code == loan.city_code, counted))
    borrower_fen, bank_year_fen, year_fen = found.one()
    return Drawn(borrower_fen, bank_year_fen, year_fen)


async def paid_fen(session: AsyncSession, city_code: str, bank_id: UUID | None) -> int:
    """What the pool has paid to a bank, or to all, ever."""
    wanted = select(func.sum(LossClaim.paid_fen)).where(LossClaim.city_code == city_code)
    total = await session.scalar(wanted if bank_id is None else wanted.where(LossClaim.bank_id == bank_id))
    return int(total or 0)


async def hold_pool(session: AsyncSession, city_code: str) -> None:
    """One decision of a city's pool at a time: two would both see the room a cap leaves."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"loan_pool:{city_code}", 0))))


async def standing_claim(session: AsyncSession, loan_id: UUID) -> LossClaim | None:
    """The claim on a loan that was not refused; a loan has at most one."""
    wanted = select(LossClaim).where(LossClaim.loan_id == loan_id, LossClaim.status != Status.REFUSED)
    claim: LossClaim | None = await session.scalar(wanted)
    return claim


async def claim_by_reference(session: AsyncSession, city_code: str, bank_id: UUID, reference: str) -> LossClaim | None:
    """What stands under a reference of the bank, if anything."""
    found: LossClaim | None = await session.scalar(claims_of(city_code, bank_id=bank_id, bank_reference=reference))
    return found


def claims_of(
    city_code: str,
    *,
    bank_id: UUID | None,
    bank_reference: str | None = None,
    status: Status | None = None,
    loan_id: UUID | None = None,
    loan_reference: str | None = None,
    lodged: tuple[date | None, date | None] = (None, None),
) -> Select[LossClaim]:
    """Claims of a city, of one bank or all, to be paged. `lodged`: from and to, both included."""
    asked = {
        LossClaim.bank_id: bank_id, LossClaim.bank_reference: bank_reference, LossClaim.status: status,
        LossClaim.loan_id: loan_id,
    }  # fmt: skip
    first, last = lodged
    wanted = select(LossClaim).where(LossClaim.city_code == city_code)
    if loan_reference is not None:
        of_loan = select(Loan.id).where(Loan.city_code == city_code, Loan.bank_reference == loan_reference)
        wanted = wanted.where(LossClaim.loan_id.in_(of_loan))
    wanted = wanted.where(*asked_for(asked))
    wanted = wanted.where(LossClaim.lodged_on >= first) if first is not None else wanted
    return wanted.where(LossClaim.lodged_on <= last) if last is not None else wanted
