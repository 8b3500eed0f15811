"""That an entry is in the books a day's root speaks for: the links from the entry to its chain's head, and all heads.

`proves` needs nothing but this file and the standard library, so that a bank or an auditor who kept the root of a day
can check an entry without us. What is hashed is said in `ledger.verify`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from kernel.problems import Conflict, NotFound
from ledger.reading import JournalEntry, journal
from ledger.tables import entry
from ledger.verify import assigned_lines, body_lines, daily_root

LINKS_MAX = 10_000
_HEADS = text("SELECT book, period, number, hash FROM ledger_heads(:city_code, :on) ORDER BY book, period")


class DayNotOver(Conflict):
    code, title_zh, title_en = "day_not_over", "当日尚未结束", "The day is not over yet"


class ProofTooLong(Conflict):
    code, title_zh, title_en = "proof_too_long", "当日凭证过多,证明超出上限", "Too many entries follow it that day"


@dataclass(frozen=True, slots=True)
class Link:
    """What one link of the chain adds: the hash of the body (hex) and the lines the ledger assigned."""

    body: str
    assigned: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """A chain as it stood when the day ended; `hash` in hex."""

    book: str
    period: str
    number: int
    hash: str


@dataclass(frozen=True, slots=True)
class Proof:
    """`lines` are the entry's body, `before` the link before it; `links` begins with its own and ends at the head."""

    city_code: str
    on: date
    root: str
    book: str
    period: str
    lines: tuple[str, ...]
    before: str
    links: tuple[Link, ...]
    heads: tuple[Head, ...]


def proves(proof: Proof, *, root: str) -> bool:
    """Whether the entry stands in the books that `root` (hex, kept since that day) speaks for."""
    if not proof.links or sha256(_joined(proof.lines)).hexdigest() != proof.links[0].body:
        return False
    head = bytes.fromhex(proof.before)
    for link in proof.links:
        head = sha256(head + bytes.fromhex(link.body) + _joined(link.assigned)).digest()
    if not any((h.book, h.period, h.hash) == (proof.book, proof.period, head.hex()) for h in proof.heads):
        return False
    chains = [f"{h.book} {h.period} {h.number} {h.hash}" for h in proof.heads]
    return sha256(_joined([proof.city_code, proof.on.isoformat(), *chains])).hexdigest() == root


def _joined(lines: Sequence[str]) -> bytes:
    return "\n".join(lines).encode()


async def proof_of(session: AsyncSession, entry_id: UUID, *, city_code: str) -> Proof:
    """For the Shanghai day the entry was recorded. Raises NotFound, DayNotOver, ProofTooLong."""
    found = await journal(session, city_code=city_code, entry_ids=[entry_id])
    if not found:
        raise NotFound
    proved = found[0]
    on = clock.on_date(proved.posted.recorded_at)
    if on >= clock.today(city_code):
        raise DayNotOver
    root = await daily_root(session, city_code=city_code, on=on)
    rows = (await session.execute(_links(proved, on))).all()
    if len(rows) > LINKS_MAX:
        raise ProofTooLong
    heads = (await session.execute(_HEADS, {"city_code": city_code, "on": on})).all()
    return Proof(
        city_code,
        on,
        root.root.hex(),
        proved.posted.book,
        proved.posted.period,
        tuple(body_lines(proved)),
        rows[0].prev_hash.hex(),
        tuple(_link(row) for row in rows),
        tuple(Head(row.book, row.period, row.number, row.hash.hex()) for row in heads),
    )


def _links(proved: JournalEntry, on: date) -> Select[Any]:
    posted, c = proved.posted, entry.c
    return (
        select(c.id, c.idempotency_key, c.period, c.number, c.recorded_at, c.body_hash, c.prev_hash)
        .where(c.book == posted.book, c.city_code == posted.city_code, c.period == posted.period)
        .where(c.number >= posted.number, c.recorded_at < clock.start_of(on + timedelta(days=1)))
        .order_by(c.number)
        .limit(LINKS_MAX + 1)
    )


def _link(row: Any) -> Link:
    lines = assigned_lines(row.id, row.idempotency_key, row.period, row.number, row.recorded_at)
    return Link(row.body_hash.hex(), tuple(lines))
