"""What is compared when everybody is still: the books, the lists and the numbers against the model."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import asyncpg

from devtools.resilience.client import Caller
from devtools.resilience.ground import Ground
from devtools.resilience.model import City
from devtools.resilience.people import People
from kernel.db import plain_dsn

SHOWN_MAX = 5
AGAIN = 40  # acknowledged answers asked for again
_SERIES = """
    SELECT period, count(*) AS n, min(number) AS low, max(number) AS high FROM ledger_entry
     WHERE city_code = $1 AND book = 'funds' GROUP BY period"""
_POSITIONS = """
    SELECT count(*) AS n, coalesce(max(position), 0) AS high, count(DISTINCT position) AS distinct_positions
      FROM outbox_event WHERE position IS NOT NULL"""


async def check_all(ground: Ground, people: list[People], caller: Caller) -> None:
    """Every difference becomes a flaw of the caller's."""
    connection: Any = await asyncpg.connect(plain_dsn(ground.database.runtime_url))
    try:
        for one in people:
            found = [*await _books(one), *await _objects(one), *await _numbers(connection, one.city)]
            caller.flaws += [f"{one.city.code}: {flaw}" for flaw in found]
        stamped = await connection.fetchrow(_POSITIONS)
        if len(set(stamped)) > 1:
            caller.flaws.append(f"outbox positions have gaps or doubles: {dict(stamped)}")
    finally:
        await connection.close()
    kept = caller.kept
    for intent, answer in caller.chance.sample(kept, min(AGAIN, len(kept))):
        await caller.repeat(intent, answer)


async def _books(people: People) -> list[str]:
    balanced = (await people.get("/v1/funds/books/trial-balance"))["balanced"]
    found: Counter[tuple[str, str]] = Counter()
    flaws = [] if balanced else ["the trial balance does not balance"]
    for line in await _every(people, "/v1/funds/books/accounts"):
        fund, _, _, name, *_ = line["code"].split("/")
        found[fund, name] += line["balance_fen"]
        if line["balance_fen"] < 0:
            flaws.append(f"below zero: {line['code']} {line['balance_fen']}")
    stands, wanted = {name: fen for name, fen in found.items() if fen}, people.city.balances()
    differ = sorted(name for name in stands.keys() | wanted.keys() if stands.get(name, 0) != wanted.get(name, 0))
    flaws += [f"{name}: books {stands.get(name, 0)}, model {wanted.get(name, 0)}" for name in differ]
    proof = await people.get("/v1/funds/books/verification")
    flaws += [f"verification: {flaw}" for flaw in proof["flaws"][:SHOWN_MAX]]
    audit = await people.get("/v1/funds/assurance")
    broken = [(check["check"], check["breaks"][:SHOWN_MAX]) for check in audit["checks"] if not check["green"]]
    return flaws + [f"self-audit: {one}" for one in broken]


async def _objects(people: People) -> list[str]:
    """Nothing acknowledged is missing, nothing unacknowledged is there, everything stands where it was put."""
    city, flaws = people.city, []
    orders = {one["id"]: one for one in await _every(people, "/v1/funds/payment-orders")}
    flaws += _same("orders", set(orders), set(city.orders))
    for order in city.orders.values():
        read = orders.get(order.id, {})
        stands = (read.get("status"), read.get("attempt"), read.get("amount_fen"))
        if stands != (order.status, order.attempt, order.amount_fen):
            flaws.append(f"order {order.id}: {stands}, model {order}")
    batches = sorted(one["sequence"] for one in await _every(people, "/v1/funds/payment-batches"))
    if batches != sorted(city.sequences) or batches != list(range(1, len(batches) + 1)):
        flaws.append(f"batches {batches}, model {sorted(city.sequences)}")
    cases = Counter(one["case_id"] for one in await _every(people, "/v1/funds/entitlements"))
    flaws += _same("awards", set(cases.elements()), set(city.cases)) + [
        f"twice: {one}" for one in cases if cases[one] > 1
    ]
    loans = {one["bank_reference"]: one["id"] for one in await _every(people, "/v1/funds/loan-pool/loans")}
    flaws += _same("loans", set(loans.items()), set(city.loans.items()))
    return flaws + await _claims(people) + await _periods(people)


async def _claims(people: People) -> list[str]:
    city = people.city
    claims = {one["id"]: one for one in await _every(people, "/v1/funds/loan-pool/claims")}
    flaws = _same("claims", set(claims), set(city.claims))
    for claim in city.claims.values():
        status = claims.get(claim.id, {}).get("status")
        order = city.orders.get(claim.order_id or "")
        wanted = (
            {"paid"} if order and order.is_settled
            else {"approved"} if order
            else {"refused", "approved"} if claim.is_decided
            else {"reviewed"} if claim.is_reviewed
            else {"lodged"}
        )  # fmt: skip
        if status not in wanted:
            flaws.append(f"claim {claim.id} is {status}, model {claim}")
    return flaws


async def _periods(people: People) -> list[str]:
    periods = (await people.get("/v1/funds/books/periods"))["items"]
    closed = {one["period"] for one in periods if one["status"] == "closed"}
    return _same("closed months", closed, {month for month, times in people.city.months.items() if times})


async def _numbers(connection: Any, city: City) -> list[str]:
    """Documents, orders: none missing, none doubled, and as many as were acknowledged."""
    series = await connection.fetch(_SERIES, city.code)
    flaws = [f"documents of {row['period']}: {dict(row)}" for row in series
             if row["low"] != 1 or row["high"] != row["n"]]  # fmt: skip
    documents = sum(row["n"] for row in series)
    if documents != city.entries:
        flaws.append(f"{documents} documents, model {city.entries}")
    numbers = Counter[str]()
    years: dict[str, list[int]] = {}
    for row in await connection.fetch("SELECT number FROM payment_order WHERE city_code = $1", city.code):
        numbers[row["number"]] += 1
        years.setdefault(row["number"][:8], []).append(int(row["number"][8:]))
    flaws += [f"order number twice: {one}" for one, times in numbers.items() if times > 1]
    return flaws + [f"order numbers with gaps: {year}" for year, found in years.items()
                    if sorted(found) != list(range(1, len(found) + 1))]  # fmt: skip


async def _every(people: People, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = await people.get(f"{path}?limit=100{cursor}")
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        cursor = f"&cursor={page['next_cursor']}"


def _same(what: str, found: set[Any], wanted: set[Any]) -> list[str]:
    return [f"{what}: {text}" for text in _differences(found, wanted)]


def _differences(found: set[Any], wanted: set[Any]) -> Iterator[str]:
    if missing := wanted - found:
        yield f"{len(missing)} acknowledged are missing: {json.dumps(sorted(map(str, missing))[:SHOWN_MAX])}"
    if extra := found - wanted:
        yield f"{len(extra)} nobody was told of: {json.dumps(sorted(map(str, extra))[:SHOWN_MAX])}"
