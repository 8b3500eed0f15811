"""Allotments by group commit: many draw on one budget line at the same moment, and none waits for another's commit.

A whole command is a key, an entry, a row and an answer. What has gathered goes in one statement: the entries by one
call of the ledger, then rows and answers of those that stand. A refusal costs the others nothing. Nearly always no key
is known: a unique key of the database says when one is, and only then they are looked up.
"""

from collections.abc import AsyncIterator, Hashable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date

import asyncpg
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from kernel import clock
from kernel.idempotency import InFlight
from kernel.kept_answers import KEEP, KEPT_COLUMNS, Kept, Keyed, kept_columns, known_answers
from kernel.problems import Problem
from ledger.arrays import array_of
from ledger.batch import POST, POST_PARAMETERS, answers, batch
from ledger.batcher import POST_DURABLY, GroupCommit
from ledger.entries import Command
from ledger.links import Books
from services.funds.books.roots import expect_root
from services.funds.journal import BOOK
from services.funds.programmes.schemas import AllotmentOut

_COLUMNS = (
    *("id uuid", "fund text", "policy_year integer", "payer_level text", "amount_fen bigint", "document text"),
    *("entry_id uuid", "made_by text", "made_at timestamptz", *KEPT_COLUMNS),
)
_KINDS = [column.split()[1] for column in _COLUMNS]
_MOMENT = POST_PARAMETERS + 1
_THEN_ALLOT = f"""
    standing AS (
        SELECT made.*, ${_MOMENT}::timestamptz AS recorded_at FROM posted,
               unnest({", ".join(f"${place}::{kind}[]" for place, kind in enumerate(_KINDS, _MOMENT + 1))})
               WITH ORDINALITY AS made({", ".join(name.split()[0] for name in _COLUMNS)}, place)
         WHERE plain OR outcomes[place] = 'posted'),
    allotments AS (
        INSERT INTO allotment (id, city_code, fund, policy_year, payer_level, amount_fen, document, entry_id, made_by,
                               made_at, recorded_at)
        SELECT id, $1, fund, policy_year, payer_level, amount_fen, document, entry_id, made_by, made_at, recorded_at
          FROM standing),
    kept AS ({KEEP})
    SELECT * FROM posted"""
_ALLOT, _ALLOT_DURABLY = (f"WITH posted AS ({post}), {_THEN_ALLOT}" for post in (POST, POST_DURABLY))
CREATED = 201


@dataclass(frozen=True, slots=True)
class Allotting:
    """One command: what is answered when it stands, and what must be posted for that."""

    keyed: Keyed
    made: AllotmentOut
    command: Command

    @property
    def answer(self) -> Kept:
        return Kept(CREATED, self.made.model_dump_json().encode())


class Allotments(GroupCommit[Allotting, Kept]):
    """One per process."""

    def __init__(self, database_url: str, sessions: async_sessionmaker[AsyncSession]) -> None:
        super().__init__(
            database_url, _allot_all, run_durably=_allot_durably, conflicts=lambda intent: (intent.keyed.scope,)
        )
        self._sessions = sessions
        self._in_flight: set[bytes] = set()
        self._rooted: set[tuple[str, date]] = set()

    async def allot(self, intent: Allotting, *, city_code: str) -> Kept:
        """Committed when it returns. Raises the ledger's refusals, KeyReused, InFlight, or Unavailable."""
        if intent.keyed.scope in self._in_flight:
            raise InFlight
        self._in_flight.add(intent.keyed.scope)
        try:
            await self._expect_root(city_code)
            return await self.submit(intent, city_code)
        finally:
            self._in_flight.discard(intent.keyed.scope)

    async def _expect_root(self, city_code: str) -> None:
        """Once a day and city."""
        day = (city_code, clock.today(city_code))
        if day not in self._rooted:
            async with self._sessions.begin() as session:
                await expect_root(session, city_code)
            self._rooted = {one for one in self._rooted if one[0] != city_code} | {day}


@asynccontextmanager
async def group_commit(app: FastAPI) -> AsyncIterator[None]:
    """A part of the process: `app.state.allotments` while it lives."""
    app.state.allotments = Allotments(app.state.settings.database_url, app.state.sessions)
    app.state.allotments.start()
    try:
        yield
    finally:
        await app.state.allotments.close()


async def _allot_all(books: Books, city: Hashable, intents: Sequence[Allotting]) -> list[Kept | Problem]:
    """An answer or a refusal for each, in order."""
    try:
        outcomes = await _allot_new(books, str(city), intents)
    except asyncpg.UniqueViolationError:
        found = await known_answers(books, [intent.keyed for intent in intents])
        new = [intent for intent in intents if intent.keyed.scope not in found]
        made = await _allot_new(books, str(city), new) if new else []
        found |= {intent.keyed.scope: outcome for intent, outcome in zip(new, made, strict=True)}
        outcomes = [found[intent.keyed.scope] for intent in intents]
    return await _as_answered_before(books, intents, outcomes)


async def _allot_durably(books: Books, city: Hashable, intents: Sequence[Allotting]) -> list[Kept | None]:
    """None for what may have been answered before: that is looked up where it becomes durable, too."""
    try:
        outcomes = await _allot_new(books, str(city), intents, _ALLOT_DURABLY)
    except asyncpg.UniqueViolationError:
        return [None] * len(intents)
    return [None if isinstance(outcome, Problem) else outcome for outcome in outcomes]


async def _as_answered_before(
    books: Books, intents: Sequence[Allotting], outcomes: Sequence[Kept | Problem]
) -> list[Kept | Problem]:
    """A key whose first sending took the last there was is refused by the ledger now, and yet stands."""
    refused = [one.keyed for one, outcome in zip(intents, outcomes, strict=True) if isinstance(outcome, Problem)]
    known = await known_answers(books, refused) if refused else {}
    return [known.get(one.keyed.scope, outcome) for one, outcome in zip(intents, outcomes, strict=True)]


async def _allot_new(
    books: Books, city_code: str, intents: Sequence[Allotting], statement: str = _ALLOT
) -> list[Kept | Problem]:
    """Raises UniqueViolationError, and leaves nothing, when one of the keys is known."""
    given = [(intent.keyed, intent.answer) for intent in intents]
    rows = [
        (made.id, made.fund, made.policy_year, made.payer_level, made.amount_fen, made.document, made.entry_id,
         made.made_by, made.made_at)
        for made in (intent.made for intent in intents)
    ]  # fmt: skip
    values = [*zip(*rows, strict=True), *kept_columns(given)]
    columns = [array_of(kind, column) for kind, column in zip(_KINDS, values, strict=True)]
    sent = batch(city_code, BOOK, clock.now(city_code), [intent.command for intent in intents])
    row = await books.fetchrow(statement, *sent.parameters, clock.real_now(), *columns)
    return [
        outcome if isinstance(outcome, Problem) else kept
        for outcome, (_, kept) in zip(answers(sent, row), given, strict=True)
    ]
