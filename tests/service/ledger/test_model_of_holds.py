"""Any mixture of holds, captures, reversals and refusals against a plain model: the same outcomes, as much held."""

import os
import random
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from kernel import clock
from kernel.ids import new_id
from kernel.problems import Problem
from ledger.batch import Posted, waves
from ledger.entries import Capture, Command, Entry, Hold, Leg, credit, debit, reversed_legs
from ledger.holding import expire_due_holds, place_hold, void_hold
from ledger.posting import try_post
from ledger.refusals import Insufficient
from tests.service.ledger.conftest import CHART, TODAY, City

SIDES = {account.code: 1 if account.normal_side == "D" else -1 for account in CHART}
SPENDABLE = [account.code for account in CHART if account.spendable]
STEPS = int(os.environ.get("LEDGER_MODEL_STEPS", "60"))  # some thousand when posting or holding changes
_ACCOUNTS = text("SELECT code, posted_fen, held_fen FROM ledger_account WHERE city_code = :city")
_HOLDS = text("SELECT id, status FROM ledger_hold WHERE city_code = :city")
pytestmark = pytest.mark.anyio


@dataclass
class HeldMoney:
    account: str
    left_fen: int
    due_at: datetime
    status: str = "pending"


@dataclass
class Model:
    """The books as a child would keep them."""

    balances: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SIDES, 0))
    holds: dict[UUID, HeldMoney] = field(default_factory=dict)
    entries: dict[str, Command] = field(default_factory=dict)

    def held(self, code: str) -> int:
        return sum(one.left_fen for one in self.holds.values() if one.account == code and one.status == "pending")

    def expire(self, codes: set[str], now: datetime) -> None:
        for hold in self.holds.values():
            if hold.account in codes and hold.status == "pending" and hold.due_at <= now:
                hold.status = "expired"

    def post(self, commands: list[Command], now: datetime) -> list[str]:
        """One wave: as it came, or, when one of it is not plainly posted, with due holds ended."""
        holds = {one: replace(hold) for one, hold in self.holds.items()}
        tried = Model(self.balances, holds, dict(self.entries))
        outcomes = [tried.post_one(command, now) for command in commands]
        if set(outcomes) == {"posted"}:
            self.balances, self.holds, self.entries = tried.balances, tried.holds, tried.entries
            return outcomes
        self.expire({leg.account for command in commands for leg in command.entry.legs}, now)
        return [self.post_one(command, now) for command in commands]

    def post_one(self, command: Command, now: datetime) -> str:
        entry, known = command.entry, self.entries.get(command.key)
        if known is not None:
            same = (known.entry.legs, known.entry.reverses, _drawn(known)) == (
                entry.legs,
                entry.reverses,
                _drawn(command),
            )
            return "duplicate" if same else "posting_key_reused"
        verdict = self._refused_at_once(entry, now)
        if verdict:
            return verdict
        after = Counter(self.balances)
        for leg in entry.legs:
            after[leg.account] += SIDES[leg.account] * leg.signed_fen
        lowered = {leg.account for leg in entry.legs if SIDES[leg.account] * leg.signed_fen < 0}
        free = self._freed(entry)
        if any(after[code] < self.held(code) - free.get(code, 0) for code in lowered if code in SPENDABLE):
            return "insufficient_available"
        self.balances, self.entries[command.key] = dict(after), command
        self._draw(entry)
        return "posted"

    def _refused_at_once(self, entry: Entry, now: datetime) -> str | None:
        if any(leg.account not in SIDES for leg in entry.legs):
            return "unknown_account"
        if entry.capture:
            verdict = self._capture_refused(entry, now)
            if verdict:
                return verdict
        return self._reversal_refused(entry) if entry.reverses else None

    def _capture_refused(self, entry: Entry, now: datetime) -> str | None:
        taken = entry.capture
        assert taken
        hold = self.holds.get(taken.hold_id)
        if hold is None:
            return "hold_unknown"
        if hold.status == "expired" or (hold.status == "pending" and hold.due_at <= now):
            return "hold_expired"
        if hold.status != "pending":
            return "hold_ended"
        if taken.amount_fen > hold.left_fen:
            return "hold_exceeded"
        touching = [leg.signed_fen for leg in entry.legs if leg.account == hold.account]
        drawn = -SIDES[hold.account] * sum(touching)
        return "hold_mismatch" if not touching or taken.amount_fen > drawn else None

    def _reversal_refused(self, entry: Entry) -> str | None:
        original = next((one for one in self.entries.values() if one.entry_id == entry.reverses), None)
        if original is None:
            return "entry_unknown"
        if original.entry.reverses:
            return "reversal_of_reversal"
        open_fen: Counter[tuple[str, bool]] = Counter()
        for leg in original.entry.legs:
            open_fen[leg.account, leg.signed_fen > 0] += abs(leg.signed_fen)
        backs = [one.entry for one in self.entries.values() if one.entry.reverses == entry.reverses]
        for back in (*backs, entry):
            for leg in back.legs:
                open_fen[leg.account, leg.signed_fen < 0] -= abs(leg.signed_fen)
        return "already_reversed" if any(fen < 0 for fen in open_fen.values()) else None

    def _freed(self, entry: Entry) -> dict[str, int]:
        if not entry.capture:
            return {}
        hold = self.holds[entry.capture.hold_id]
        return {hold.account: hold.left_fen if entry.capture.release_rest else entry.capture.amount_fen}

    def _draw(self, entry: Entry) -> None:
        if entry.capture:
            hold = self.holds[entry.capture.hold_id]
            hold.left_fen -= self._freed(entry)[hold.account]
            hold.status = "pending" if hold.left_fen else "posted"


def _drawn(command: Command) -> tuple[UUID, int] | None:
    taken = command.entry.capture
    return (taken.hold_id, taken.amount_fen) if taken else None


class Story:
    """Random steps in a city and its model."""

    def __init__(self, city: City, seed: int) -> None:
        self.city, self.model, self.chance = city, Model(), random.Random(seed)  # noqa: S311 - a story, not a secret
        self.minutes = 0
        self.taken: set[UUID] = set()  # holds that the batch draws on already

    async def step(self) -> None:
        self.minutes += self.chance.choice([0, 0, 1, 3])
        clock.set_offset(self.city.code, timedelta(minutes=self.minutes))
        kind = self.chance.choices([self.post, self.place, self.void, self.sweep], [6, 4, 1, 1])[0]
        async with self.city.session() as session:
            await kind(session)
        await self.compare()

    async def post(self, session: Any) -> None:
        self.taken.clear()
        commands = [self.command() for _ in range(self.chance.randint(1, 6))]
        now = clock.now(self.city.code)
        outcomes = await try_post(session, commands, city_code=self.city.code, book="funds", now=now)
        expected = [""] * len(commands)
        for wave in waves(commands):
            for place, outcome in zip(wave, self.model.post([commands[at] for at in wave], now), strict=True):
                expected[place] = outcome
        assert [_code(outcome) for outcome in outcomes] == expected

    def command(self) -> Command:
        """Mostly one that is posted: what is refused takes its whole batch to the careful walk."""
        entries = list(self.model.entries.values())
        if entries and self.often(0.05):
            known = self.chance.choice(entries)
            entry = known.entry if self.often(0.5) else Entry("moved", TODAY, self.legs(self.fen()))
            return Command(entry, known.key, "officer:1", entry_id=new_id())
        legs, taken, reverses = self.legs(self.fen()), None, None
        if self.often(0.5) and self.model.holds:
            taken, legs = self.capture()
        if entries and self.often(0.1):
            original = self.chance.choice(entries)
            reverses, legs = original.entry_id, reversed_legs(original.entry.legs)
        reason = "wrong" if reverses else None
        entry = Entry("moved", TODAY, legs, capture=taken, reverses=reverses, reason=reason)
        return Command(entry, str(new_id()), "officer:1", entry_id=new_id())

    def capture(self) -> tuple[Capture, list[Leg]]:
        """Of a pending hold, now and then of an ended one or none that ever was; now and then of too much."""
        holds, now = self.model.holds, clock.now(self.city.code)
        pending = [one for one, held in holds.items() if held.status == "pending" and held.due_at > now]
        free = [one for one in pending if one not in self.taken] if self.often(0.9) else pending
        hold = self.chance.choice(free if free and not self.often(0.05) else [*holds, new_id()])
        self.taken.add(hold)
        code, left = (holds[hold].account, holds[hold].left_fen or 1) if hold in holds else ("cash", 1)
        fen = self.chance.randint(1, left + self.often(0.05))
        drawn = fen + self.chance.choice([0, 0, 0, 1, -1 if fen > 1 and self.often(0.2) else 0])
        lower, raised = (credit, debit) if SIDES[code] > 0 else (debit, credit)
        legs = [lower(code, drawn), raised(self.chance.choice([*SIDES]), drawn)]
        if self.often(0.1):  # its account has enough, another has not
            legs += [debit("allotted", 100_000), credit("spent", 100_000)]
        return Capture(hold, fen, self.often(0.4)), legs

    def legs(self, fen: int) -> list[Leg]:
        codes = [*SIDES, *(["unknown"] if self.often(0.02) else [])]
        one, other, third = (self.chance.choice(codes) for _ in range(3))
        if self.often(0.2):
            return [debit(one, fen + 3), credit(other, fen), credit(third, 3)]
        if self.often(0.2):
            return [debit(one, fen), credit(other, fen)]
        return [debit(self.chance.choice(["treasury", "cash"]), fen), credit(self.chance.choice(SPENDABLE[:3]), fen)]

    def fen(self) -> int:
        return self.chance.randint(1, 50)

    def often(self, share: float) -> bool:  # allow float: a probability
        return self.chance.random() < share

    async def place(self, session: Any) -> None:
        code, fen = self.chance.choice(SPENDABLE), self.chance.randint(1, 60)
        now = clock.now(self.city.code)
        self.model.expire({code}, now)
        due = now + timedelta(minutes=self.chance.choice([2, 10, 60]), seconds=30)
        enough = self.model.balances[code] - self.model.held(code) >= fen
        hold, key = Hold(code, fen, due, "held"), str(new_id())
        placing = place_hold(session, hold, city_code=self.city.code, key=key, actor="officer:1")
        if not enough:
            with pytest.raises(Insufficient):
                await placing
            return
        self.model.holds[(await placing).hold_id] = HeldMoney(code, fen, due)

    async def void(self, session: Any) -> None:
        for one in self.chance.sample(list(self.model.holds), min(1, len(self.model.holds))):
            hold = self.model.holds[one]
            self.model.expire({hold.account}, clock.now(self.city.code))
            wanted = {"pending": "voided", "voided": "voided", "expired": "hold_expired", "posted": "hold_ended"}[
                hold.status
            ]
            try:
                await void_hold(session, one, city_code=self.city.code, reason="no", actor="o")
                outcome = "voided"
            except Problem as refused:
                outcome = refused.code
            assert outcome == wanted
            hold.status = {"pending": "voided"}.get(hold.status, hold.status)

    async def sweep(self, session: Any) -> None:
        await expire_due_holds(session, city_code=self.city.code)
        self.model.expire(set(SIDES), clock.now(self.city.code))

    async def compare(self) -> None:
        async with self.city.sessions() as session:
            accounts = (await session.execute(_ACCOUNTS, {"city": self.city.code})).all()
            holds = (await session.execute(_HOLDS, {"city": self.city.code})).all()
        assert {code: (posted, held) for code, posted, held in accounts} == {
            code: (fen, self.model.held(code)) for code, fen in self.model.balances.items()
        }
        assert dict(tuple(row) for row in holds) == {one: hold.status for one, hold in self.model.holds.items()}


def _code(outcome: Posted | Problem) -> str:
    if isinstance(outcome, Posted):
        return "duplicate" if outcome.duplicate else "posted"
    return outcome.code


@pytest.mark.parametrize("seed", range(int(os.environ.get("LEDGER_MODEL_SEEDS", "1"))))
async def test_what_is_held_is_what_the_model_holds(city: City, seed: int) -> None:
    story = Story(city, seed)
    for _ in range(STEPS):
        await story.step()
