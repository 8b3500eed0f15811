"""Reading the books: balances now, the trial balance of any day as known on any other, statements, the journal."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, DateTime, Select, TableValuedAlias, func, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from ledger.batch import Posted
from ledger.entries import Leg, Side
from ledger.tables import account, entry, hold, leg


@dataclass(frozen=True, slots=True)
class Balance:
    """One account. `balance_fen` counts in the direction of the normal side; `available_fen` is it less holds."""

    code: str
    kind: str
    normal_side: Side
    name_zh: str
    name_en: str
    programme: str | None
    policy_year: int | None
    payer_level: str | None
    balance_fen: int
    held_fen: int
    version: int

    @property
    def available_fen(self) -> int:
        return self.balance_fen - self.held_fen


@dataclass(frozen=True, slots=True)
class Line:
    """One leg on an account's statement."""

    version: int
    entry_id: UUID
    document: str
    fact: str
    effective_on: date
    recorded_at: datetime
    side: Side
    amount_fen: int
    balance_after_fen: int
    reference: UUID | None


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """An entry with everything that leads from it to the clause and to the payment."""

    posted: Posted
    fact: str
    effective_on: date
    actor: str
    reference: UUID | None
    determination_id: UUID | None
    case_id: UUID | None
    approvals: tuple[UUID, ...]
    reason: str | None
    reverses: UUID | None
    hold_id: UUID | None
    hold_fen: int | None
    key: str
    hash: bytes
    legs: tuple[Leg, ...]


async def balances(session: AsyncSession, codes: Sequence[str], *, city_code: str) -> dict[str, Balance]:
    """The accounts as they stand now, by code. Unknown codes are absent."""
    rows = await session.execute(_balance_columns().where(_in(city_code), account.c.code.in_(codes)))
    return {row.code: _balance(row, row.posted_fen, row.held_fen, row.version) for row in rows}


async def trial_balance(
    session: AsyncSession,
    *,
    city_code: str,
    effective_on: date | None = None,
    known_at: datetime | None = None,
) -> list[Balance]:
    """Every account, by code: now, or as of the end of `effective_on`, as the books knew it at `known_at`.

    For an earlier day `held_fen` is 0 and `version` counts the legs that belong to the answer.
    """
    wanted = _balance_columns().where(_in(city_code)).order_by(account.c.code)
    if effective_on is None and known_at is None:
        rows = await session.execute(wanted)
        return [_balance(row, row.posted_fen, row.held_fen, row.version) for row in rows]
    # One statement: balances and what is taken off them are of one moment.
    later = _later(city_code, effective_on, known_at)
    rows = await session.execute(
        wanted.add_columns(later.c.debits_fen, later.c.legs).outerjoin(later, later.c.account_id == account.c.id)
    )
    return [_without(row, row.debits_fen or 0, row.legs or 0) for row in rows]


async def statement(
    session: AsyncSession, code: str, *, city_code: str, after_version: int = 0, limit: int = 100
) -> list[Line]:
    """The legs of an account in posting order, after a version (the cursor of the page before)."""
    rows = await session.execute(
        select(leg, entry.c.book, entry.c.period, entry.c.number, entry.c.fact, entry.c.effective_on,
               entry.c.recorded_at, entry.c.reference)
        .join(account, account.c.id == leg.c.account_id)
        .join(entry, entry.c.id == leg.c.entry_id)
        .where(_in(city_code), account.c.code == code, leg.c.account_version > after_version)
        .order_by(leg.c.account_version)
        .limit(limit)
    )  # fmt: skip
    return [
        Line(
            row.account_version,
            row.entry_id,
            f"{row.book}-{row.period}-{row.number:06}",
            row.fact,
            row.effective_on,
            row.recorded_at,
            Side(row.side),
            row.amount_fen,
            row.balance_after_fen,
            row.reference,
        )
        for row in rows
    ]


async def journal(
    session: AsyncSession,
    *,
    city_code: str,
    book: str | None = None,
    case_id: UUID | None = None,
    reference: UUID | None = None,
    entry_ids: Sequence[UUID] | None = None,
    after: Posted | None = None,
    limit: int = 100,
) -> list[JournalEntry]:
    """Entries by book, period and number, with their legs and lineage; `after` is the last one of the page before."""
    place = (entry.c.book, entry.c.period, entry.c.number)
    query = select(entry).where(entry.c.city_code == city_code).order_by(*place).limit(limit)
    for column, wanted in ((entry.c.book, book), (entry.c.case_id, case_id), (entry.c.reference, reference)):
        if wanted is not None:
            query = query.where(column == wanted)
    if entry_ids is not None:
        query = query.where(entry.c.id.in_(entry_ids))
    if after is not None:
        query = query.where(tuple_(*place) > tuple_(literal(after.book), literal(after.period), literal(after.number)))
    rows = (await session.execute(query)).all()
    legs = await _legs(session, [row.id for row in rows])
    return [_journal_entry(row, legs[row.id]) for row in rows]


async def held_total(session: AsyncSession, code: str, *, city_code: str, now: datetime) -> int:
    """What is really held on an account at `now`: due holds count no more, though no sweep has passed."""
    remaining = hold.c.amount_fen - hold.c.captured_fen - hold.c.released_fen
    total = await session.scalar(
        select(func.coalesce(func.sum(remaining), 0))
        .join(account, account.c.id == hold.c.account_id)
        .where(_in(city_code), account.c.code == code, hold.c.status == "pending", hold.c.due_at > now)
    )
    return int(total or 0)


def _in(city_code: str) -> ColumnElement[bool]:
    return account.c.city_code == city_code


def _balance_columns() -> Select[Any]:
    return select(account)


def _later(city_code: str, effective_on: date | None, known_at: datetime | None) -> TableValuedAlias:
    """By account: debits less credits of the legs that do not belong to the answer, and how many they are.

    Balances are kept as they are now, so the question is what has come since: of closed months the turnover tells.
    """
    asked = (literal(city_code), literal(effective_on, Date), literal(known_at, DateTime(timezone=True)))
    return func.ledger_later(*asked).table_valued("account_id", "debits_fen", "legs")


def _without(row: Any, debits_fen: int, legs: int) -> Balance:
    """An account as it stood before those legs."""
    raised = debits_fen if Side(row.normal_side) is Side.DEBIT else -debits_fen
    return _balance(row, row.posted_fen - raised, 0, row.version - legs)


def _balance(row: Any, balance_fen: int, held_fen: int, version: int) -> Balance:
    return Balance(
        row.code,
        row.kind,
        Side(row.normal_side),
        row.name_zh,
        row.name_en,
        row.programme,
        row.policy_year,
        row.payer_level,
        balance_fen,
        held_fen,
        version,
    )


async def _legs(session: AsyncSession, entry_ids: Sequence[UUID]) -> dict[UUID, list[Leg]]:
    found: dict[UUID, list[Leg]] = defaultdict(list)
    rows = await session.execute(
        select(leg.c.entry_id, account.c.code, leg.c.side, leg.c.amount_fen)
        .join(account, account.c.id == leg.c.account_id)
        .where(leg.c.entry_id.in_(entry_ids))
        .order_by(leg.c.entry_id, leg.c.line)
    )
    for row in rows:
        found[row.entry_id].append(Leg(row.code, row.amount_fen if row.side == Side.DEBIT else -row.amount_fen))
    return found


def _journal_entry(row: Any, legs: Sequence[Leg]) -> JournalEntry:
    return JournalEntry(
        Posted(row.id, row.city_code, row.book, row.period, row.number, row.recorded_at),
        row.fact,
        row.effective_on,
        row.actor,
        row.reference,
        row.determination_id,
        row.case_id,
        tuple(row.approvals or ()),
        row.reason,
        row.reverses,
        row.hold_id,
        row.hold_fen,
        row.idempotency_key,
        row.hash,
        tuple(legs),
    )
