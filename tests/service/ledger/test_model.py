"""Any mixture of commands against a plain model of the books: the same outcomes, the same balances."""

import asyncio
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.batch import Posted
from ledger.entries import Entry, credit, debit
from ledger.posting import try_post
from tests.service.ledger.conftest import CHART, TODAY, City, command

SIDES = {account.code: 1 if account.normal_side == "D" else -1 for account in CHART}
SPENDABLE = {account.code for account in CHART if account.spendable}
CODES = [*SIDES, "unknown"]

amounts = st.integers(1, 50)
codes = st.sampled_from(CODES)
entries = st.one_of(
    st.builds(lambda d, c, n: ((d, n), (c, -n)), codes, codes, amounts),
    st.builds(lambda d, c1, c2, n, m: ((d, n + m), (c1, -n), (c2, -m)), codes, codes, codes, amounts, amounts),
)
batches = st.lists(st.lists(st.tuples(st.sampled_from("abcdefghij"), entries), min_size=1, max_size=6), max_size=6)


@dataclass
class Model:
    """The books as a child would keep them."""

    balances: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SIDES, 0))
    keys: dict[str, object] = field(default_factory=dict)

    def post(self, key: str, legs: tuple[tuple[str, int], ...]) -> str:
        if key in self.keys:
            return "posted" if self.keys[key] == legs else "posting_key_reused"
        if any(code not in SIDES for code, _ in legs):
            return "unknown_account"
        after = dict(self.balances)
        for code, fen in legs:
            after[code] += SIDES[code] * fen
        if any(after[code] < 0 and after[code] < self.balances[code] for code in SPENDABLE):
            return "insufficient_available"
        self.balances, self.keys[key] = after, legs
        return "posted"


@pytest.mark.anyio
async def test_the_ledger_does_what_the_model_does(city: City) -> None:
    async def tell(story: list[list[tuple[str, tuple[tuple[str, int], ...]]]], number: int) -> None:
        model = Model(await balances(city))
        for batch in story:
            commands = [
                command(Entry("moved", TODAY, [leg(code, fen) for code, fen in legs]), f"{number}{key}")
                for key, legs in batch
            ]
            async with city.session() as session:
                outcomes = await try_post(session, commands, city_code=city.code, book="funds")
            assert [outcome_code(outcome) for outcome in outcomes] == [model.post(key, legs) for key, legs in batch]
        assert await balances(city) == model.balances

    await run_examples(tell)


async def run_examples(tell: object) -> None:
    """Hypothesis is synchronous: it runs in a thread and hands each story back to this loop."""
    loop = asyncio.get_running_loop()
    numbers = iter(range(10_000))

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(batches)
    def examples(story: object) -> None:
        asyncio.run_coroutine_threadsafe(tell(story, next(numbers)), loop).result(30)

    await asyncio.to_thread(examples)


def leg(code: str, fen: int) -> object:
    return debit(code, fen) if fen > 0 else credit(code, -fen)


def outcome_code(outcome: object) -> str:
    return "posted" if isinstance(outcome, Posted) else outcome.code


async def balances(city: City) -> dict[str, int]:
    return dict.fromkeys(SIDES, 0) | await city.balances()
