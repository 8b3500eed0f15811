"""Reading the books."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from kernel.paging import PageQuery
from kernel.problems import NotFound
from ledger.batch import Posted
from ledger.entries import Side
from ledger.reading import Balance, JournalEntry, Line, balances, journal, statement, trial_balance
from ledger.tables import account
from services.funds.books.schemas import (
    AccountOut,
    JournalEntryOut,
    StatementLineOut,
    TrialBalanceOut,
    TrialLineOut,
)
from services.funds.chart import PayerLevel
from services.funds.ids import reference_out
from services.funds.journal import BOOK
from services.funds.payments.chain import entry_out

STATEMENT_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Which:
    """Which budget lines: of a fund, a policy year, a payer level; of all where nothing is said.

    Every entry balances within each line, so whatever is asked for adds up by itself.
    """

    fund: str | None = None
    policy_year: int | None = None
    payer_level: PayerLevel | None = None

    def has(self, balance: Balance) -> bool:
        """Whether an account belongs to one of them."""
        return (
            self.fund in {None, balance.programme}
            and self.policy_year in {None, balance.policy_year}
            and self.payer_level in {None, balance.payer_level}
        )


async def accounts_page(
    session: AsyncSession, city_code: str, page: PageQuery, *, which: Which
) -> tuple[list[AccountOut], str | None]:
    """Accounts by code, with their balances."""
    wanted = select(account.c.code).where(account.c.city_code == city_code)
    for column, value in (
        (account.c.programme, which.fund),
        (account.c.policy_year, which.policy_year),
        (account.c.payer_level, which.payer_level),
    ):
        if value is not None:
            wanted = wanted.where(column == value)
    position = page.position()
    if position is not None:
        wanted = wanted.where(account.c.code > position[0])
    codes = list(await session.scalars(wanted.order_by(account.c.code).limit(page.limit + 1)))
    shown = codes[: page.limit]
    found = await balances(session, shown, city_code=city_code)
    cursor = page.seal([shown[-1]]) if len(codes) > page.limit else None
    return [account_out(found[code]) for code in shown], cursor


def account_out(balance: Balance) -> AccountOut:
    """An account as it stands on the wire."""
    return AccountOut(
        code=balance.code,
        kind=balance.kind,
        normal_side=_side(balance.normal_side),
        name_zh=balance.name_zh,
        name_en=balance.name_en,
        fund=balance.programme,
        policy_year=balance.policy_year,
        payer_level=balance.payer_level,
        balance_fen=balance.balance_fen,
        held_fen=balance.held_fen,
        available_fen=balance.available_fen,
    )


def _side(side: Side) -> Literal["debit", "credit"]:
    return "debit" if side is Side.DEBIT else "credit"


async def trial_balance_of(
    session: AsyncSession, city_code: str, *, effective_on: date | None, known_at: datetime | None, which: Which
) -> TrialBalanceOut:
    """Every account of those lines that was touched, on the side its balance stands."""
    found = await trial_balance(session, city_code=city_code, effective_on=effective_on, known_at=known_at)
    lines = [_trial_line(balance) for balance in found if balance.version and which.has(balance)]
    debit_fen, credit_fen = sum(line.debit_fen for line in lines), sum(line.credit_fen for line in lines)
    return TrialBalanceOut(
        effective_on=effective_on,
        known_at=known_at,
        lines=lines,
        debit_fen=debit_fen,
        credit_fen=credit_fen,
        balanced=debit_fen == credit_fen,
    )


def _trial_line(balance: Balance) -> TrialLineOut:
    signed = balance.balance_fen if balance.normal_side is Side.DEBIT else -balance.balance_fen
    return TrialLineOut(
        code=balance.code,
        name_zh=balance.name_zh,
        name_en=balance.name_en,
        debit_fen=max(signed, 0),
        credit_fen=max(-signed, 0),
    )


async def journal_page(
    session: AsyncSession, city_code: str, page: PageQuery, *, case_id: UUID | None, reference: UUID | None
) -> tuple[list[JournalEntryOut], str | None]:
    """Entries by document number."""
    found = await journal(
        session,
        city_code=city_code,
        book=BOOK,
        case_id=case_id,
        reference=reference,
        after=_after(city_code, page),
        limit=page.limit + 1,
    )
    shown = found[: page.limit]
    cursor = page.seal([shown[-1].posted.period, shown[-1].posted.number]) if len(found) > page.limit else None
    return [journal_entry_out(entry) for entry in shown], cursor


def _after(city_code: str, page: PageQuery) -> Posted | None:
    position = page.position()
    if position is None:
        return None
    period, number = position
    return Posted(UUID(int=0), city_code, BOOK, period, number, clock.real_now())


def journal_entry_out(entry: JournalEntry) -> JournalEntryOut:
    """A journal entry with its lineage as it stands on the wire."""
    return JournalEntryOut(
        **entry_out(entry).__dict__,
        actor=entry.actor,
        reference=reference_out(entry.fact, entry.reference) if entry.reference else None,
        determination_id=entry.determination_id,
        case_id=entry.case_id,
        approvals=list(entry.approvals),
        reason=entry.reason,
    )


async def account_of(session: AsyncSession, city_code: str, code: str) -> AccountOut:
    """One account. Raises NotFound."""
    found = await balances(session, [code], city_code=city_code)
    if code not in found:
        raise NotFound
    return account_out(found[code])


async def statement_lines(
    session: AsyncSession, city_code: str, code: str, *, after_version: int, limit: int
) -> list[StatementLineOut]:
    """Legs of an account in posting order."""
    found = await statement(session, code, city_code=city_code, after_version=after_version, limit=limit)
    return [_statement_line(line) for line in found]


def _statement_line(line: Line) -> StatementLineOut:
    return StatementLineOut(
        version=line.version,
        entry_id=line.entry_id,
        document=line.document,
        fact=line.fact,
        effective_on=line.effective_on,
        recorded_at=line.recorded_at,
        side=_side(line.side),
        amount_fen=line.amount_fen,
        balance_after_fen=line.balance_after_fen,
    )
