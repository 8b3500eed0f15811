"""Proof that the books are what was posted: the database's own check, and a second one that needs no database.

`audit` recomputes balances, holds, numbers, reversals, guards, turnover and the chain in SQL. `broken_link` follows a
chain in Python from the entries alone, so that a bank or an auditor who was given an export can do the same:

    body = sha256 of the lines: fact, reference, effective_on, actor, determination, case, approvals, reason,
           reversed entry, hold, amount captured, legs (`account amount`, debits above zero, joined by commas)
    link = sha256 of: the link before, the body, and the lines: id, idempotency key, period, number,
           recorded_at in microseconds since 1970
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from ledger.reading import JournalEntry

_AUDIT = text("SELECT check_name, subject, detail FROM ledger_verify(:city_code, :whole)")
_OPENINGS = text(
    "SELECT book || '-' || period AS name FROM ledger_period p WHERE city_code = :city_code AND status <> 'closed'"
    " AND opening_hash <> ledger_genesis(city_code, book) AND NOT EXISTS (SELECT FROM ledger_entry e"
    " WHERE e.book = p.book AND e.city_code = p.city_code AND e.period < p.period AND e.hash = p.opening_hash)"
    " ORDER BY 1"
)
_COVERAGE = text(
    "SELECT coalesce(sum(last_number) FILTER (WHERE :whole OR status <> 'closed'), 0)::bigint AS read,"
    " coalesce(sum(last_number) FILTER (WHERE NOT :whole AND status = 'closed'), 0)::bigint AS covered,"
    " max(closed_at) FILTER (WHERE NOT :whole) AS covered_at FROM ledger_period WHERE city_code = :city_code"
)
# A proof of a million entries takes longer than any other statement may.
_PATIENT = text(
    "SELECT set_config('statement_timeout', '120s', true), set_config('work_mem', '128MB', true),"
    " set_config('jit', 'off', true)"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ROOT = text("SELECT root, entries, chains FROM ledger_daily_root(:city_code, :on)")


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is not as posted: which check, on what, and how it differs."""

    check: str
    subject: str
    detail: str


@dataclass(frozen=True, slots=True)
class DailyRoot:
    """What leaves the house at the end of a Shanghai day. `entries` counts all documents up to then."""

    city_code: str
    on: date
    root: bytes
    entries: int
    chains: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many entries an audit reads, and how many it takes from closed months, the last of them closed then."""

    read: int
    covered: int
    covered_at: datetime | None


async def audit(session: AsyncSession, *, city_code: str, whole: bool = True) -> list[Flaw]:
    """Everything wrong with a city's books, in one consistent look; an empty list is the proof.

    Whole, it reads all of them; otherwise closed months stand by their heads, counts and turnover.
    """
    await session.execute(_PATIENT)
    rows = await session.execute(_AUDIT, {"city_code": city_code, "whole": whole})
    return [Flaw(row.check_name, row.subject, row.detail) for row in rows]


async def audit_to_close(session: AsyncSession, *, city_code: str) -> list[Flaw]:
    """What is wrong with the months that are open, each read from its opening on, and that it opens on what stands.

    Closed months were read like this when they closed: what becomes of them since, `audit` of the whole finds.
    """
    flaws = await audit(session, city_code=city_code, whole=False)
    openings = await session.scalars(_OPENINGS, {"city_code": city_code})
    detail = "it does not open on its book's genesis or an earlier period"
    return [*flaws, *(Flaw("opening_unknown", name, detail) for name in openings)]


async def coverage(session: AsyncSession, *, city_code: str, whole: bool) -> Coverage:
    """What an audit of now looks at."""
    return Coverage(*(await session.execute(_COVERAGE, {"city_code": city_code, "whole": whole})).one())


async def daily_root(session: AsyncSession, *, city_code: str, on: date) -> DailyRoot:
    """One hash over all chains as they stood when the Shanghai day `on` ended."""
    row = (await session.execute(_ROOT, {"city_code": city_code, "on": on})).one()
    return DailyRoot(city_code, on, row.root, row.entries, row.chains)


def broken_link(entries: Iterable[JournalEntry], *, opening: bytes) -> JournalEntry | None:
    """The first entry of one book and period that does not follow from its content and its predecessor."""
    before = opening
    for number, entry in enumerate(entries, 1):
        if entry.posted.number != number or entry.hash != _link(before, entry):
            return entry
        before = entry.hash
    return None


def _link(before: bytes, entry: JournalEntry) -> bytes:
    posted = entry.posted
    assigned = assigned_lines(posted.entry_id, entry.key, posted.period, posted.number, posted.recorded_at)
    return sha256(before + sha256(_joined(body_lines(entry))).digest() + _joined(assigned)).digest()


def assigned_lines(entry_id: UUID, key: str, period: str, number: int, recorded_at: datetime) -> list[str]:
    """What the ledger adds to the body of an entry, line by line."""
    micros = (recorded_at - _EPOCH) // timedelta(microseconds=1)
    return _lines(entry_id, key, period, number, micros)


def body_lines(entry: JournalEntry) -> list[str]:
    """What an entry says, line by line, as it is hashed."""
    return _lines(
        entry.fact,
        entry.reference,
        entry.effective_on,
        entry.actor,
        entry.determination_id,
        entry.case_id,
        ",".join(map(str, entry.approvals)),
        entry.reason,
        entry.reverses,
        entry.hold_id,
        entry.hold_fen,
        ",".join(f"{leg.account} {leg.signed_fen}" for leg in entry.legs),
    )


def _lines(*values: object) -> list[str]:
    return ["" if value is None else str(value) for value in values]


def _joined(lines: Iterable[str]) -> bytes:
    return "\n".join(lines).encode()
