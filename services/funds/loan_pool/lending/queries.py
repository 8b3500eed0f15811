"""Reading banks and loans."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.db import among
from kernel.paging import asked_for
from kernel.problems import NotFound, Refusal
from services.funds.loan_pool.access import must_see
from services.funds.loan_pool.arrears.queries import reported_months
from services.funds.loan_pool.claims.models import LossClaim
from services.funds.loan_pool.claims.states import FALLEN
from services.funds.loan_pool.claims.states import Status as ClaimStatus
from services.funds.loan_pool.lending.models import Loan, PoolAgreement, PoolBank
from services.funds.loan_pool.lending.states import OVER, Status


class BankNotAdmitted(Refusal):
    code, title_zh, title_en = "bank_not_admitted", "该行不是合作银行", "The bank is not a partner of the pool"


async def admitted_bank(session: AsyncSession, city_code: str, bank_id: UUID, *, lock: bool = False) -> PoolBank:
    """A partner bank. Raises BankNotAdmitted."""
    bank = await session.get(PoolBank, (city_code, bank_id), with_for_update=lock or None)
    if bank is None:
        raise BankNotAdmitted
    return bank


async def get_bank(session: AsyncSession, city_code: str, bank_id: UUID, *, lock: bool = False) -> PoolBank:
    """A partner bank asked for by its address. Raises NotFound."""
    try:
        return await admitted_bank(session, city_code, bank_id, lock=lock)
    except BankNotAdmitted:
        raise NotFound from None


async def exposure_fen(session: AsyncSession, city_code: str, bank_id: UUID | None) -> int:
    """What is under cover of the bank, or of all banks without one: neither repaid, withdrawn nor compensated."""
    lent = func.sum(func.coalesce(Loan.paid_out_fen, Loan.principal_fen))
    wanted = select(lent).where(*under_cover(city_code))
    total = await session.scalar(wanted if bank_id is None else wanted.where(Loan.bank_id == bank_id))
    return int(total or 0)


def under_cover(city_code: str) -> tuple[ColumnElement[bool], ...]:
    """What a loan of the city under cover is."""
    compensated = exists().where(
        LossClaim.city_code == city_code, LossClaim.loan_id == Loan.id, LossClaim.status == ClaimStatus.PAID
    )
    return (Loan.city_code == city_code, Loan.status.not_in(OVER), ~compensated)


async def registered_fen(session: AsyncSession, city_code: str, bank_id: UUID | None) -> int:
    """What the bank, or all banks, ever registered and did not withdraw."""
    wanted = select(func.sum(Loan.principal_fen))
    wanted = wanted.where(Loan.city_code == city_code, Loan.status != Status.WITHDRAWN)
    total = await session.scalar(wanted if bank_id is None else wanted.where(Loan.bank_id == bank_id))
    return int(total or 0)


async def has_claim(session: AsyncSession, loan_id: UUID) -> bool:
    """Whether a claim on the loan stands."""
    wanted = select(LossClaim.id).where(LossClaim.loan_id == loan_id, LossClaim.status.not_in(FALLEN))
    return await session.scalar(wanted.limit(1)) is not None


async def loans_by_reference(session: AsyncSession, bank: PoolBank, references: Collection[str]) -> dict[str, Loan]:
    """What stands under these references of a bank, by reference."""
    wanted = loans_of(bank.city_code, bank_id=bank.bank_id).where(among(Loan.bank_reference, references))
    return {loan.bank_reference: loan for loan in await session.scalars(wanted)}


async def lock_loans(session: AsyncSession, bank: PoolBank, loan_ids: Collection[UUID]) -> dict[UUID, Loan]:
    """Those of the loans that are the bank's, by id, each locked."""
    wanted = loans_of(bank.city_code, bank_id=bank.bank_id).where(among(Loan.id, loan_ids))
    found = await session.scalars(wanted.order_by(Loan.id).with_for_update())
    return {loan.id: loan for loan in found}


async def get_loan(session: AsyncSession, loan_id: UUID, caller: Caller, *, lock: bool = False) -> Loan:
    """A loan the caller may see. Raises NotFound."""
    loan = await session.get(Loan, loan_id, with_for_update=lock or None, populate_existing=lock)
    if loan is None:
        raise NotFound
    must_see(caller, city_code=loan.city_code, bank_id=loan.bank_id)
    return loan


def banks_of(city_code: str, *, bank_id: UUID | None) -> Select[PoolBank]:
    """Partner banks of a city, one or all, to be paged."""
    return select(PoolBank).where(PoolBank.city_code == city_code, *asked_for({PoolBank.bank_id: bank_id}))


async def agreed_anew(session: AsyncSession, city_code: str, bank_ids: Collection[UUID]) -> dict[UUID, PoolAgreement]:
    """What is in force of those banks that agreed anew since their admission."""
    wanted = select(PoolAgreement).where(PoolAgreement.city_code == city_code, among(PoolAgreement.bank_id, bank_ids))
    latest = wanted.ext(distinct_on(PoolAgreement.bank_id)).order_by(
        PoolAgreement.bank_id, PoolAgreement.agreed_at.desc(), PoolAgreement.id.desc()
    )
    return {row.bank_id: row for row in await session.scalars(latest)}


@dataclass(frozen=True, slots=True)
class OfBanks:
    """What is known of banks beside their admission: what they agreed since, and the newest month they reported."""

    agreed: Mapping[UUID, PoolAgreement]
    months: Mapping[UUID, str]


async def known_of_banks(session: AsyncSession, city_code: str, bank_ids: Collection[UUID]) -> OfBanks:
    """By bank."""
    agreed = await agreed_anew(session, city_code, bank_ids)
    return OfBanks(agreed, await reported_months(session, city_code, bank_ids))


async def quota_of(session: AsyncSession, bank: PoolBank) -> int | None:
    """The most the bank may have under cover at once. Who holds the bank's row has it for good."""
    agreed = (await agreed_anew(session, bank.city_code, [bank.bank_id])).get(bank.bank_id)
    return agreed.quota_fen if agreed is not None else bank.quota_fen


async def agreements_of(session: AsyncSession, city_code: str, bank_id: UUID) -> Sequence[PoolAgreement]:
    """All a bank agreed after its admission, the latest first."""
    wanted = select(PoolAgreement).where(PoolAgreement.city_code == city_code, PoolAgreement.bank_id == bank_id)
    return (await session.scalars(wanted.order_by(PoolAgreement.agreed_at.desc(), PoolAgreement.id.desc()))).all()


def loans_of(
    city_code: str,
    *,
    bank_id: UUID | None,
    bank_reference: str | None = None,
    borrower_id: UUID | None = None,
    status: Status | None = None,
    due_by: date | None = None,
) -> Select[Loan]:
    """Loans of a city, of one bank or all, to be paged."""
    asked = {
        Loan.bank_id: bank_id, Loan.bank_reference: bank_reference, Loan.borrower_id: borrower_id, Loan.status: status,
    }  # fmt: skip
    wanted = select(Loan).where(Loan.city_code == city_code)
    wanted = wanted.where(*asked_for(asked))
    return wanted.where(Loan.due_on <= due_by) if due_by is not None else wanted
