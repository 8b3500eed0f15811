"""The run: rounds of random acts under kill -9, each followed by stillness and comparison."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from devtools.bench.policy_city import SET_ON, a_snapshot
from devtools.resilience import budgets, payments, pool
from devtools.resilience.checks import check_all
from devtools.resilience.client import Caller
from devtools.resilience.ground import FUNDS, POSTGRES, Ground
from devtools.resilience.holds import Pot
from devtools.resilience.model import City
from devtools.resilience.people import People
from policy.snapshots import Setting, Snapshot

Act = Callable[[People], Awaitable[None]]
BEGINNING: tuple[Act, ...] = (*[budgets.budget] * 6, budgets.tranche, pool.loan, pool.loan, payments.recognition)
CLIENTS, POT_CLIENTS = 20, 4
CITIES_AT_ONCE = 2
POT_REST_MS = 50  # the books of the cities are what this is about
STILL_SECONDS = 180
PAUSE_MS_MAX = 6_000
# How often each is chosen, by hundredths or so.
ACTS: dict[Act, int] = {
    budgets.budget: 6, budgets.tranche: 2, budgets.redemption: 12, budgets.close_month: 3, budgets.time_passes: 1,
    payments.recognition: 5, payments.approval: 8, payments.release: 14, payments.batch: 10,
    payments.confirmation: 16, pool.loan: 8, pool.claim: 10, pool.decision: 14, pool.recovery: 8,
}  # fmt: skip


@dataclass
class Report:
    """What the run did, and what was wrong."""

    seed: int
    rounds: int = 0
    acts: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    documents: int = 0
    paid_fen: int = 0
    flaws: list[str] = field(default_factory=list)


@dataclass
class Run:
    """Everything of one run. Kills and starts happen in the main thread, between the steps of the loop."""

    ground: Ground
    seed: int
    round_seconds: int
    say: Callable[[str], None]
    report: Report = field(init=False)
    people: list[People] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.report = Report(self.seed)
        self._chance = random.Random(self.seed)  # noqa: S311 - a plan to be repeated, not a secret
        self._acts, self._weights = list(ACTS), list(ACTS.values())

    async def play(self, *, seconds: int) -> Report:
        """Rounds until the time is over; ends early when something is wrong."""
        self._caller = Caller(self.ground, self._chance)
        self._pot = Pot(self.ground.database.runtime_url, self._chance)
        await self._pot.open()
        ends = time.monotonic() + seconds
        try:
            while (left := int(ends - time.monotonic())) > 0 and not self.report.flaws:
                await self._round(min(self.round_seconds, left))
        finally:
            await self._pot.close()
            await self._caller.close()
        return self.report

    async def _round(self, seconds: int) -> None:
        self.report.rounds += 1
        await self._open_city()
        ends = time.monotonic() + seconds
        await asyncio.wait_for(
            asyncio.gather(
                self._disturb(ends),
                *(self._client(ends) for _ in range(CLIENTS)),
                *(self._spender(ends) for _ in range(POT_CLIENTS)),
            ),
            seconds + STILL_SECONDS,
        )
        await check_all(self.ground, self.people, self._caller)
        await self._pot.check()
        self._sum_up()

    async def _open_city(self) -> None:
        """A new one each round: the envelopes of the old ones run out. Those are still compared at the end of each."""
        one = People(City(len(self.people) + 1), self._caller, self._chance)
        code = one.city.code
        named = {"city_code": code, "pack_id": "xuzhou", "name_zh": "沙箱", "name_en": "Box", "is_sandbox": True}
        await one.tell("window", "city.opened", named, subject=code)
        policy = policy_of(code)
        told = {"version": policy.version, "hash": policy.hash, "pack_id": policy.pack.pack, "body": policy.body}
        await one.tell("window", "policy.snapshot_published", told, subject=code, times=2)
        await budgets.admit_bank(one)
        for act in (*BEGINNING, budgets.time_passes, pool.claim, pool.claim):
            await act(one)
        self.people.append(one)

    async def _client(self, ends: float) -> None:
        while time.monotonic() < ends:
            (act,) = self._chance.choices(self._acts, self._weights)
            await act(self._chance.choice(self.people[-CITIES_AT_ONCE:]))
            self.report.acts[act.__name__] += 1

    async def _spender(self, ends: float) -> None:
        while time.monotonic() < ends:
            await self._pot.act()
            self.report.acts["holds"] += 1
            await asyncio.sleep(POT_REST_MS / 1000)

    async def _disturb(self, ends: float) -> None:
        """One of the two is killed, or both at once, at random moments; whatever is dead comes back a moment later."""
        while (left_ms := int((ends - time.monotonic()) * 1000)) > 0:
            await asyncio.sleep(self._chance.randrange(500, PAUSE_MS_MAX) / 1000)
            if time.monotonic() >= ends or left_ms < 1_000:  # noqa: PLR2004 - a second
                break
            for victim in self._victims():
                self.ground.kill(victim)
                self.report.kills[victim] += 1
            await asyncio.sleep(self._chance.randrange(300) / 1000)
            self.ground.await_ready()
        self.ground.await_ready()

    def _victims(self) -> list[str]:
        """Each once for certain, then any."""
        for victim in (FUNDS, POSTGRES):
            if not self.report.kills[victim]:
                return [victim]
        return self._chance.choice([[FUNDS], [FUNDS], [POSTGRES], [FUNDS, POSTGRES]])

    def _sum_up(self) -> None:
        cities = [one.city for one in self.people]
        self.report.flaws = [*self._caller.flaws, *self._pot.flaws]
        self.report.told = self._caller.told + self._pot.told
        self.report.documents = sum(city.entries for city in cities) + self._pot.entries
        self.report.paid_fen = sum(one.amount_fen for city in cities for one in city.orders.values() if one.is_settled)
        done, documents = sum(self.report.acts.values()), self.report.documents
        self.say(f"round {self.report.rounds}: {done} acts, {documents} documents, kills {dict(self.report.kills)}")


def policy_of(code: str) -> Snapshot:
    """Xuzhou's with everything set, known since the beginning of the year."""
    period = Setting(parameter="fund.loan_risk.period", value="one_off", effective_on=SET_ON.date(), recorded_at=SET_ON,
                     reason="run", set_by="person:operator-1", approved_by="person:officer-2")  # fmt: skip
    return a_snapshot().with_settings([period]).model_copy(update={"city_code": code})
