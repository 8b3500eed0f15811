"""Money held, captured in parts, given back, expired and reversed, straight at the ledger that funds posts with.

No route of funds holds money without paying it, so these clients are what a process with a batcher is: half of what
they post goes through group commit, half in a transaction of its own. The accounts are those of a city of their own.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine

from devtools.resilience.tokens import city_code
from kernel import clock
from kernel.ids import new_id
from kernel.problems import Problem, Unavailable
from ledger.batcher import Poster
from ledger.chart import open_accounts
from ledger.entries import Account, Capture, Command, Entry, Hold, Kind, Leg, credit, debit, reversal
from ledger.holding import expire_due_holds, place_hold, void_hold
from ledger.posting import post_all
from ledger.reading import balances
from ledger.verify import audit

CITY, BOOK = city_code(0), "funds"
SOURCE, POT, SINK = "source", "pot", "sink"
HOLD_FEN, INCOME_FEN = 10_000, 200_000
PATIENCE_SECONDS = 90
T = TypeVar("T")


@dataclass
class Held:
    """A hold as its owner knows it. `ended` once it was voided, captured to the end or has expired."""

    id: UUID
    left_fen: int
    is_short: bool  # falls due while the run lasts
    ended: bool = False
    captures: list[tuple[UUID, tuple[Leg, ...]]] = field(default_factory=list)


@dataclass
class Pot:
    """The model: `flaws` when the ledger differs."""

    database_url: str
    chance: random.Random
    flaws: list[str] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)
    income_fen: int = 0
    spent_fen: int = 0
    entries: int = 0
    holds: list[Held] = field(default_factory=list)
    busy: set[UUID] = field(default_factory=set)

    async def open(self) -> None:
        self._engine: AsyncEngine = create_async_engine(
            self.database_url, pool_size=4, connect_args={"timeout": 5, "server_settings": {"timezone": "UTC"}}
        )
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False, autoflush=False)
        self._poster = Poster(self.database_url)
        self._poster.start()
        chart = [
            Account(SOURCE, Kind.EQUITY, "来源", "Source"),
            Account(POT, Kind.ASSET, "资金池", "Pot", spendable=True),
            Account(SINK, Kind.EXPENSE, "支出", "Sink"),
        ]
        async with self._sessions.begin() as session:
            await open_accounts(session, chart, city_code=CITY)

    async def close(self) -> None:
        await self._poster.close()
        await self._engine.dispose()

    async def act(self) -> None:
        """One thing at random; no two at a time with one hold, so that the model knows what comes first."""
        kind = self.chance.choice([self._income, self._hold, self._hold, self._capture, self._capture,
                                   self._void, self._reverse, self._sweep])  # fmt: skip
        await kind()

    async def check(self) -> None:
        """When everybody is still: expired holds swept, every balance as the model has it, the journal whole."""
        await self._know(self._sweep_once)
        now_open = [one for one in self.holds if not one.ended and not one.is_short]
        short = [one for one in self.holds if not one.ended and one.is_short]
        async with self._sessions() as session:
            found = await balances(session, [SOURCE, POT, SINK], city_code=CITY)
            flaws = await audit(session, city_code=CITY)
        self.flaws += [f"holds: {flaw}" for flaw in flaws[:5]]
        stands = {name: balance.balance_fen for name, balance in found.items()}
        wanted = {SOURCE: self.income_fen, POT: self.income_fen - self.spent_fen, SINK: self.spent_fen}
        if stands != wanted:
            self.flaws.append(f"holds: the ledger has {stands}, the model {wanted}")
        low = sum(one.left_fen for one in now_open)
        high = low + sum(one.left_fen for one in short)
        if not low <= found[POT].held_fen <= high or found[POT].available_fen < 0:
            self.flaws.append(f"holds: {found[POT].held_fen} fen held, the model says {low} to {high}")

    async def _income(self) -> None:
        fen = self.chance.randrange(1, INCOME_FEN)
        if await self._post(Entry("pot.filled", self._today, [debit(POT, fen), credit(SOURCE, fen)])):
            self.income_fen += fen

    async def _hold(self) -> None:
        fen, is_short, key = self.chance.randrange(1, HOLD_FEN), self.chance.randrange(4) == 0, new_id().hex
        due_at = clock.real_now() + (timedelta(seconds=2) if is_short else timedelta(days=30))

        async def place() -> UUID:
            async with self._sessions.begin() as session:
                hold = Hold(POT, fen, due_at, "pot.held")
                return (await place_hold(session, hold, city_code=CITY, key=key, actor="run")).hold_id

        placed = await self._know(place)
        if placed is not None:
            self.holds.append(Held(placed, fen, is_short))
            if await self._know(place) != placed:
                self.flaws.append("holds: one key, two holds")

    async def _capture(self) -> None:
        """A part of a hold, or more than there is of it, which is refused."""
        one = self._take()
        if one is None:
            return
        fen, is_last = self.chance.randrange(1, one.left_fen + 2), self.chance.randrange(3) == 0
        legs = (debit(SINK, fen), credit(POT, fen))
        entry_id = new_id()
        entry = Entry("pot.spent", self._today, legs, capture=Capture(one.id, fen, release_rest=is_last))
        if await self._post(entry, entry_id=entry_id):
            if fen > one.left_fen:
                self.flaws.append("holds: more was captured than was held")
            self.spent_fen += fen
            one.left_fen -= fen
            one.captures.append((entry_id, legs))
            one.ended |= is_last or one.left_fen == 0
        self.busy.discard(one.id)

    async def _void(self) -> None:
        one = self._take()
        if one is None:
            return

        async def void() -> bool:
            async with self._sessions.begin() as session:
                await void_hold(session, one.id, city_code=CITY, reason="nobody needs it", actor="run")
            return True

        one.ended |= bool(await self._know(void)) or one.is_short  # one that is refused here has expired
        self.busy.discard(one.id)

    async def _reverse(self) -> None:
        """Take a capture back, in full or in part; never more than it was."""
        spent = [(one, capture) for one in self.holds if one.id not in self.busy for capture in one.captures]
        if not spent:
            return
        one, capture = self.chance.choice(spent)
        entry_id, legs = capture
        self.busy.add(one.id)
        whole = legs[0].amount_fen
        fen = self.chance.choice([whole, self.chance.randrange(1, whole + 1)])
        entry = reversal((debit(SINK, fen), credit(POT, fen)), of=entry_id, fact="pot.returned",
                         effective_on=self._today, reason="returned")  # fmt: skip
        if await self._post(entry):
            self.spent_fen -= fen
            one.captures.remove(capture)
            if fen < whole:
                left = whole - fen
                one.captures.append((entry_id, (debit(SINK, left), credit(POT, left))))
        self.busy.discard(one.id)

    async def _sweep(self) -> None:
        await self._know(self._sweep_once)

    async def _sweep_once(self) -> int:
        async with self._sessions.begin() as session:
            return await expire_due_holds(session, city_code=CITY)

    def _take(self) -> Held | None:
        free = [one for one in self.holds if not one.ended and one.id not in self.busy]
        if not free:
            return None
        one = self.chance.choice(free)
        self.busy.add(one.id)
        return one

    @property
    def _today(self) -> date:
        return clock.on_date(clock.real_now())

    async def _post(self, entry: Entry, *, entry_id: UUID | None = None) -> bool:
        """Whether it stands. Half of it by group commit."""
        command = Command(entry, new_id().hex, "run", entry_id=entry_id or new_id())
        batched = self.chance.randrange(2) == 0

        async def post() -> bool:
            if batched:
                await self._poster.post(command, city_code=CITY, book=BOOK)
                return True
            async with self._sessions.begin() as session:
                await post_all(session, [command], city_code=CITY, book=BOOK)
            return True

        stands = bool(await self._know(post))
        self.entries += stands
        if stands and self.chance.randrange(5) == 0 and not await self._know(post):
            self.flaws.append("holds: an acknowledged posting is refused when it is sent again")
        return stands

    async def _know(self, attempt: Callable[[], Awaitable[T]]) -> T | None:
        """Until the outcome is known; None for a refusal."""
        ends = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while asyncio.get_running_loop().time() < ends:
            try:
                answer = await attempt()
            except Unavailable:
                self.told["unknown"] += 1
            except Problem as refused:
                self.told[refused.code] += 1
                return None
            except (DBAPIError, OSError, TimeoutError) as lost:
                if isinstance(lost, DBAPIError) and not _is_away(lost):
                    raise
                self.told["unknown"] += 1
            else:
                self.told["done"] += 1
                return answer
            await asyncio.sleep(1 / 10)
        self.flaws.append("holds: no answer")
        return None


def _is_away(error: DBAPIError) -> bool:
    """The database is gone or asks to come back; anything else is our fault."""
    state = str(getattr(error.orig, "sqlstate", "") or "")
    return not state or state[:2] in {"08", "40", "55", "57"}
