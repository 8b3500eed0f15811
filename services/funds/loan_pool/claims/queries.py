"""Reading claims."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Select, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.db import among
from kernel.paging import asked_for
from kernel.problems import NotFound
from services.funds.loan_pool.access import must_see
from services.funds.loan_pool.claims.models import LossClaim
from services.funds.loan_pool.claims.rules import Drawn
from services.funds.loan_pool.claims.states import COMMITTED, FALLEN, Status
from services.funds.loan_pool.lending.models import Loan, PoolBank


async def get_claim(session: AsyncSession, claim_id: UUID, caller: Caller, *, lock: bool = False) -> LossClaim:
    """A claim the caller may see. Raises NotFound."""
    claim = await session.get(LossClaim, claim_id, with_for_update=lock or None, populate_existing=lock)
    if claim is None:
        raise NotFound
    must_see(caller, city_code=claim.city_code, bank_id=claim.bank_id)
    return claim


async def drawn(session: AsyncSession, loan: Loan, *, year: int, borrowers: Collection[UUID] = ()) -> Drawn:
    """What of the city's pool was approved for the borrower, for the bank in a policy year, and for all in it.

    `borrowers`: firms that count as the same one.
    """
    in_year = LossClaim.policy_year == year
    wanted = _approved(
        _total(among(Loan.borrower_id, {loan.borrower_id, *borrowers})),
        _total(in_year, LossClaim.bank_id == loan.bank_id),
        _total(in_year),
        city_code=loan.city_code,
    )
    borrower_fen, bank_year_fen, year_fen = (await session.execute(wanted)).one()
    return Drawn(borrower_fen, bank_year_fen, year_fen)


async def drawn_by_borrower(
    session: AsyncSession, bank: PoolBank, loans: Collection[Loan], *, year: int
) -> dict[UUID, Drawn]:
    """The same for many loans of a bank, by their borrowers."""
    in_year, borrowers = LossClaim.policy_year == year, {loan.borrower_id for loan in loans}
    of_year = _approved(_total(in_year, LossClaim.bank_id == bank.bank_id), _total(in_year), city_code=bank.city_code)
    bank_year_fen, year_fen = (await session.execute(of_year)).one()
    ever = _approved(Loan.borrower_id, _total(), city_code=bank.city_code).group_by(Loan.borrower_id)
    rows = await session.execute(ever.where(among(Loan.borrower_id, borrowers)))
    by_borrower = {row.borrower_id: row[1] for row in rows}
    return {borrower: Drawn(by_borrower.get(borrower, 0), bank_year_fen, year_fen) for borrower in borrowers}


def _total(*of: ColumnElement[bool]) -> ColumnElement[int]:
    approved = func.sum(LossClaim.approved_fen)
    return cast(func.coalesce(approved.filter(*of) if of else approved, 0), BigInteger)


def _approved(*columns: Any, city_code: str) -> Select[Any]:
    wanted = select(*columns).join(Loan, Loan.id == LossClaim.loan_id)
    return wanted.where(LossClaim.city_code == city_code, LossClaim.status.in_(COMMITTED))


async def paid_fen(session: AsyncSession, city_code: str, bank_id: UUID | None) -> int:
    """What the pool has paid to a bank, or to all, ever."""
    wanted = select(func.sum(LossClaim.paid_fen)).where(LossClaim.city_code == city_code)
    total = await session.scalar(wanted if bank_id is None else wanted.where(LossClaim.bank_id == bank_id))
    return int(total or 0)


async def hold_pool(session: AsyncSession, city_code: str) -> None:
    """One decision of a city's pool at a time: two would both see the room a cap leaves."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"loan_pool:{city_code}", 0))))


async def standing_claim(session: AsyncSession, loan_id: UUID) -> LossClaim | None:
    """The claim on a loan that was neither refused nor taken back; a loan has at most one."""
    wanted = select(LossClaim).where(LossClaim.loan_id == loan_id, LossClaim.status.not_in(FALLEN))
    claim: LossClaim | None = await session.scalar(wanted)
    return claim


async def standing_claims(session: AsyncSession, loan_ids: Collection[UUID]) -> dict[UUID, LossClaim]:
    """The same of many loans, by loan."""
    wanted = select(LossClaim).where(among(LossClaim.loan_id, loan_ids), LossClaim.status.not_in(FALLEN))
    return {claim.loan_id: claim for claim in await session.scalars(wanted)}


async def claims_by_reference(
    session: AsyncSession, bank: PoolBank, references: Collection[str]
) -> dict[str, LossClaim]:
    """What stands under these references of a bank, by reference."""
    wanted = claims_of(bank.city_code, bank_id=bank.bank_id).where(among(LossClaim.bank_reference, references))
    return {claim.bank_reference: claim for claim in await session.scalars(wanted)}


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
