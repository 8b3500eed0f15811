"""Ledger transfers per second, everything on, beside what PostgreSQL itself can do in the same minutes.

`reference` is pgbench at its best client count on a minimal one-transfer function; `own_function` is pgbench calling
our posting function with batches of a hundred; `commit` is one row per transaction, the machine's own limit. `empty` is
the same load with nothing posted: what the machine takes for batches that only become durable.
"""

from collections.abc import Iterator

from devtools.bench.ledger_books import Books, books
from devtools.bench.registry import Bar, Contest, Measure, benchmark

TIMES_THE_REFERENCE = 5
SHARE_OF_OWN_FUNCTION = 0.60
P99_US_MAX = 5_000
COMMIT_CLIENTS = 16
SINGLE_CALLERS = 16


@benchmark(
    "ledger.hot.batched",
    unit="transfers/s",
    bars=[Bar(TIMES_THE_REFERENCE, of="reference"), Bar(SHARE_OF_OWN_FUNCTION, of="own_function")],
)
def one_hot_account_batched() -> Iterator[Contest]:
    yield from _contest("batched", "hot")


@benchmark("ledger.hot.single", unit="transfers/s")
def one_hot_account_single() -> Iterator[Contest]:
    yield from _contest("single", "hot", callers=SINGLE_CALLERS)


@benchmark("ledger.spread.batched", unit="transfers/s")
def ten_thousand_accounts_batched() -> Iterator[Contest]:
    yield from _contest("batched", "spread")


@benchmark("ledger.spread.single", unit="transfers/s")
def ten_thousand_accounts_single() -> Iterator[Contest]:
    yield from _contest("single", "spread", callers=SINGLE_CALLERS)


@benchmark("ledger.hot.p99_at_10000_per_second", unit="µs", bars=[Bar(P99_US_MAX, at_most=True)])
def latency_at_a_steady_rate() -> Iterator[Contest]:
    with books() as ground:
        ground.ours("latency", "hot")
        yield Contest(lambda: ground.ours("latency", "hot"), {"empty": lambda: ground.ours("empty", "hot")})
        _prove(ground)


def _contest(way: str, accounts: str, *, callers: int = 64) -> Iterator[Contest]:
    with books() as ground:
        clients = ground.best_clients(accounts)
        beside: dict[str, Measure | None] = {
            "reference": lambda: ground.reference(accounts, clients=clients),
            "own_function": lambda: ground.own_function(accounts),
            "commit": lambda: ground.reference("commit", clients=COMMIT_CLIENTS),
        }
        ground.ours(way, accounts, callers=callers)
        yield Contest(lambda: ground.ours(way, accounts, callers=callers), beside)
        _prove(ground)


def _prove(ground: Books) -> None:
    """A figure counts only when the books are right."""
    flaws = ground.flaws()
    if flaws:
        raise RuntimeError("\n".join(flaws[:10]))
