"""Allotments by group commit: many draw on one budget line at the same moment, and none waits for another's commit.

A whole command is a key, an entry, a row and an answer. What has gathered goes in one transaction: keys first, then the
entries by one call of the ledger, then rows and answers of those that stand. A refusal costs the others nothing.
"""

from collections.abc import AsyncIterator, Hashable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from kernel import clock
from kernel.idempotency import InFlight
from kernel.kept_answers import Kept, Keyed, keep_answers, known_answers
from kernel.problems import Problem
from ledger.batch import POST, Posted, answers, batch
from ledger.batcher import GroupCommit
from ledger.entries import Command
from services.funds.books.roots import expect_root
from services.funds.journal import BOOK
from services.funds.programmes.schemas import AllotmentOut

_ROWS = """
    INSERT INTO allotment (id, city_code, fund, policy_year, payer_level, amount_fen, document, entry_id, made_by,
                           made_at, recorded_at)
    SELECT id, $2, fund, policy_year, payer_level, amount_fen, document, entry_id, made_by, made_at, $11
      FROM unnest($1::uuid[], $3::text[], $4::integer[], $5::text[], $6::bigint[], $7::text[], $8::uuid[], $9::text[],
                  $10::timestamptz[])
           AS made(id, fund, policy_year, payer_level, amount_fen, document, entry_id, made_by, made_at)"""
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
        super().__init__(database_url, _allot_all, conflicts=lambda intent: (intent.keyed.scope,))
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


async def _allot_all(connection: Any, city: Hashable, intents: Sequence[Allotting]) -> list[Kept | Problem]:
    """One transaction; an answer or a refusal for each, in order."""
    city_code = str(city)
    async with connection.transaction():
        found = await known_answers(connection, [intent.keyed for intent in intents])
        new = [intent for intent in intents if intent.keyed.scope not in found]
        if new:
            sent = batch(city_code, BOOK, clock.now(city_code), [intent.command for intent in new])
            outcomes = answers(sent, await connection.fetchrow(POST, *sent.parameters))
            standing = [one for one, outcome in zip(new, outcomes, strict=True) if isinstance(outcome, Posted)]
            given = [(one.keyed, one.answer) for one in standing]
            found |= {one.keyed.scope: outcome for one, outcome in zip(new, outcomes, strict=True)
                      if isinstance(outcome, Problem)}  # fmt: skip
            found |= {key.scope: answer for key, answer in given}
            if standing:
                await _write_rows(connection, city_code, [one.made for one in standing])
                await keep_answers(connection, given)
    return [found[intent.keyed.scope] for intent in intents]


async def _write_rows(connection: Any, city_code: str, made: Sequence[AllotmentOut]) -> None:
    await connection.execute(
        _ROWS,
        [one.id for one in made],
        city_code,
        [one.fund for one in made],
        [one.policy_year for one in made],
        [one.payer_level for one in made],
        [one.amount_fen for one in made],
        [one.document for one in made],
        [one.entry_id for one in made],
        [one.made_by for one in made],
        [one.made_at for one in made],
        clock.real_now(),
    )
