"""The plain door against the walk: the same batch leaves the same rows, to the last hash, and has the same answer."""

import os
import random
from collections import Counter
from contextlib import suppress
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from kernel import clock
from kernel.ids import new_id
from kernel.problems import Problem
from ledger.batch import POST, Batch, Outcome, Posted, answers, batch, waves
from ledger.chart import close_account, open_accounts
from ledger.entries import Account, Announcement, Capture, Command, Entry, Hold, Kind, Leg, credit, debit, reversed_legs
from ledger.holding import place_hold
from ledger.posting import post_all
from tests.service.ledger.conftest import CHART, TODAY, City, command, transfer

STEPS = int(os.environ.get("LEDGER_MODEL_STEPS", "50"))  # some thousand when posting changes
WALK = POST.partition(", ($28")[0].replace("ledger_post_batch", "ledger_walk") + ", {careful})"
WALK_PARAMETERS = 27
CODES = [*(account.code for account in CHART), "closed"]
HELD = ["allotted", "cash"]
MONTHS = [[date(2026, 9, 30)], [date(2026, 10, 1), date(2026, 10, 31)], [TODAY], [TODAY, date(2026, 11, 1)]]
WORDS = [None, None, "因", "NULL", '{},"\\N', " \r\t\x01\x7f\u2028 ", "e\u0301 \U0001f600"]
_TABLES = ("ledger_account", "ledger_period", "ledger_entry", "ledger_leg", "ledger_hold", "outbox_batch")
# All a city's rows, but for the numbers of a sequence: those are not taken back.
_ROWS = " UNION ALL ".join(
    f"SELECT (to_jsonb(t) - '{{seq,seqs}}'::text[])::text AS stored FROM {table} t WHERE city_code = $1"
    for table in _TABLES
)
pytestmark = pytest.mark.anyio


class Story:
    """Random batches, each through the door, taken back, and by the walk: no id, moment or account differs."""

    def __init__(self, city: City, owner: Any, seed: int) -> None:
        self.city, self.owner, self.chance = city, owner, random.Random(seed)  # noqa: S311 - a story, not a secret
        self.told: list[Command] = []
        self.holds: list[tuple[UUID, str]] = []
        self.seen: Counter[str] = Counter()

    async def step(self, minutes: int) -> None:
        clock.set_offset(self.city.code, timedelta(minutes=minutes))
        if self.often(0.4):
            await self.place()
        days = self.chance.choice(MONTHS)
        commands = [self.command(days) for _ in range(self.chance.randint(1, 8))]
        for wave in waves(commands):
            await self.post([commands[place] for place in wave])

    async def post(self, commands: list[Command]) -> None:
        sent = batch(self.city.code, "funds", clock.now(self.city.code), commands)
        async with self.owner.transaction():
            door = self.owner.transaction()
            await door.start()
            plain, *left = await self.posted(POST, sent)
            await door.rollback()
            careful = str(not plain).lower()  # what was not plain was taken with care
            assert await self.posted(WALK.format(careful=careful), sent) == (plain, *left)
        self.seen.update(["plain" if plain else "walked", *(_code(outcome) for outcome in left[0])])
        self.told.extend(commands)

    async def posted(self, statement: str, sent: Batch) -> tuple[bool, list[object], list[str]]:
        parameters = sent.parameters if statement == POST else sent.parameters[:WALK_PARAMETERS]
        row = await self.owner.fetchrow(statement, *parameters)
        stored = [found["stored"] for found in await self.owner.fetch(_ROWS, self.city.code)]
        return row["plain"], [_plainly(outcome) for outcome in answers(sent, row)], sorted(stored)

    async def place(self) -> None:
        code, due = self.chance.choice(HELD), timedelta(minutes=self.chance.choice([2, 99]))
        hold = Hold(code, self.chance.randint(1, 200), clock.now(self.city.code) + due, "held")
        with suppress(Problem):
            async with self.city.session() as session:
                held = await place_hold(session, hold, city_code=self.city.code, key=str(new_id()))
            self.holds.append((held.hold_id, code))

    def command(self, days: list[date]) -> Command:
        if self.told and self.often(0.02):
            known = self.chance.choice(self.told)
            return Command(self.entry(days) if self.often(0.5) else known.entry, known.key, known.actor)
        told = Announcement("moved", "我", '{"n":1}') if self.often(0.5) else None
        return Command(self.entry(days), str(new_id()), f"officer:{self.word()}", told, self.word(), new_id())

    def entry(self, days: list[date]) -> Entry:
        on = self.chance.choice(days)
        if self.holds and self.often(0.03):
            return self.capture(on)
        if self.told and self.often(0.03):
            one = self.chance.choice(self.told)
            return Entry("back", on, reversed_legs(one.entry.legs), reason="wrong", reverses=one.entry_id or new_id())
        reference, determination, case = (new_id() if self.often(0.5) else None for _ in range(3))
        approvals = [new_id() for _ in range(self.chance.choice([0, 0, 1, 3]))]
        return Entry("moved", on, self.legs(), reference, determination, case, approvals, self.word())

    def capture(self, on: date) -> Entry:
        hold, code = self.chance.choice(self.holds)
        legs = [debit(code, 3), credit("spent", 3)] if code == "allotted" else [debit("spent", 3), credit(code, 3)]
        return Entry("paid", on, legs, capture=Capture(hold, 3, self.often(0.5)))

    def legs(self) -> list[Leg]:
        """Mostly what is posted; now and then too much, to an account that is closed or none, or one on both sides."""
        fen = self.chance.randint(1, 60)
        if self.often(0.25):
            return [debit(self.chance.choice(["treasury", "cash"]), fen), credit("allotted", fen)]
        one, other, third, fourth = self.chance.choices(CODES[:-1], k=4)
        if self.often(0.02):
            other = self.chance.choice(["closed", "unknown"])
        if self.often(0.5):
            return [debit(one, fen), credit(other, fen)]
        return [debit(one, fen), credit(other, fen + 7), debit(third, 9), credit(fourth, 2)]

    def word(self) -> str | None:
        return self.chance.choice(WORDS)

    def often(self, share: float) -> bool:  # allow float: a probability
        return self.chance.random() < share


def _plainly(outcome: Outcome) -> object:
    return (outcome.code, outcome.reasons) if isinstance(outcome, Problem) else outcome


def _code(outcome: Any) -> str:
    return ("duplicate" if outcome.duplicate else "posted") if isinstance(outcome, Posted) else outcome[0]


@pytest.mark.parametrize("seed", range(3, 3 + int(os.environ.get("LEDGER_MODEL_SEEDS", "1"))))
async def test_a_batch_leaves_the_same_books_either_way(city: City, seed: int) -> None:
    async with city.session() as session:
        await open_accounts(session, [Account("closed", Kind.ASSET, "已关", "Closed")], city_code=city.code)
        await close_account(session, "closed", city_code=city.code)
    for code in ("allotted", "encumbered", "appropriated"):
        await city.post(transfer("treasury", code, 90, on=MONTHS[0][0]), key=code)
    await city.post(transfer("cash", "treasury", 90), key="cash")
    async with city.owner() as owner:
        story = Story(city, owner, seed)
        for number in range(STEPS):
            if number == STEPS // 2:
                await city.close("2026-09")
            await story.step(number)
    assert min(story.seen["plain"], story.seen["walked"], story.seen["posted"] / 20) > STEPS / 10


# What a batch of two says of its accounts, treasury and allotted, and of its bodies: by its place from the end.
LIES = {
    "no bodies": (-5, None, asyncpg.InvalidParameterValueError),
    "bodies of others": (-5, b"0" * 64, asyncpg.InvalidParameterValueError),
    "no lowest": (-4, None, None),
    "no highest": (-3, "{10,NULL}", None),
}


@pytest.mark.parametrize("what", LIES)
async def test_the_books_do_not_believe_whoever_counts(city: City, what: str) -> None:
    place, lie, refused = LIES[what]
    commands = [command(transfer("treasury", "allotted", 5), key) for key in "ab"]
    parameters = [*batch(city.code, "funds", clock.now(city.code), commands).parameters]
    parameters[place] = lie
    async with city.runtime() as runtime:
        if refused is None:
            await runtime.fetchrow(POST, *parameters)
        else:
            with pytest.raises(refused):
                await runtime.fetchrow(POST, *parameters)
    assert await city.balances() == ({} if refused else {"treasury": 10, "allotted": 10})


async def test_nothing_is_overdrawn_whatever_is_said_to_be_the_lowest(city: City) -> None:
    sent = batch(city.code, "funds", clock.now(city.code), [command(transfer("allotted", "treasury", 5), "a")])
    async with city.runtime() as runtime:
        with pytest.raises(asyncpg.CheckViolationError):
            await runtime.fetchrow(POST, *sent.parameters[:-4], "{0,0}", "{0,0}", *sent.parameters[-2:])


async def test_the_walk_is_no_door(city: City) -> None:
    """Of what is said to be a body it reads none."""
    sent = batch(city.code, "funds", clock.now(city.code), [command(transfer("treasury", "allotted", 5), "a")])
    async with city.runtime() as runtime:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await runtime.fetchrow(WALK.format(careful="false"), *sent.parameters[:WALK_PARAMETERS])


async def test_a_reversal_reads_its_original_not_the_journal(city: City) -> None:
    """It read every entry there is, twice, while the city's books were locked: 1.4 s in a journal of a million."""
    posted = await city.post(transfer("treasury", "allotted", 5), key="money")
    async with city.session() as session:
        moves = [command(transfer("treasury", "allotted", 1), f"m{n}") for n in range(20)]
        await post_all(session, moves, city_code=city.code, book="funds")
    back = Entry("back", TODAY, transfer("allotted", "treasury", 5).legs, reason="wrong", reverses=posted.entry_id)
    sent = batch(city.code, "funds", clock.now(city.code), [command(back, "back")])
    async with city.owner() as owner, owner.transaction():
        row = await owner.fetchrow(POST, *sent.parameters)
        read = "SELECT idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'ledger_entry'"
        assert (row["plain"], await owner.fetchval(read) < 10) == (True, True)
