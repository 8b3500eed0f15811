"""Awards are approved, orders released, sent and confirmed: in order, out of order, doubled."""

import asyncio
from datetime import timedelta
from typing import Any

from devtools.resilience.model import City, Order
from devtools.resilience.people import People, day, wire
from kernel import clock
from kernel.ids import new_id

ORDERS = "/v1/funds/payment-orders"
LINES_MAX = 5
WORDS = ["settled"] * 6 + ["rejected", "returned", "returned"]


async def recognition(people: People) -> None:
    """The registry tells of a recognised makerspace, perhaps twice."""
    city = people.city
    case_id, organisation = new_id(), city.organisation(people.chance.randrange(10, 40))
    told: dict[str, Any] = {
        "case_id": str(case_id), "recognition_id": str(new_id()), "carrier_id": str(new_id()),
        "organisation_id": str(organisation), "carrier_kind": "makerspace", "level": "municipal", "is_key": True,
        "recognised_on": day(people), "certificate_number": "XZ-2026-0001", "determination_id": str(new_id()),
        "decided_by": "person:officer-2", "accepted_on": day(people),
        "accepted_at": (clock.real_now() + timedelta(days=city.days, minutes=-1)).isoformat(),
    }  # fmt: skip
    times = people.chance.randint(1, 2)
    if await people.tell("registry", "carrier.recognised", told, subject=told["carrier_id"], times=times):
        city.cases[wire("case", case_id)] = False


async def approval(people: People) -> None:
    """One or two finance people approve the award of a case."""
    city = people.city
    case_id = people.some([case for case, is_approved in city.cases.items() if not is_approved])
    if case_id is None:
        return
    found = (await people.get(f"/v1/funds/entitlements?case_id={case_id}"))["items"]
    if len(found) != 1:
        people.caller.flaws.append(f"{city.code}: {len(found)} awards of one recognition")
        return
    path = f"/v1/funds/entitlements/{found[0]['id']}/approval"
    approved = await people.once(path, ["finance-1", "finance-2"], [{}, {}])
    if approved is not None:
        if city.cases[case_id]:
            people.caller.flaws.append(f"{city.code}: approved twice: {case_id}")
        city.cases[case_id] = True
        await learn_order(people, approved.body["payment_order_id"])


async def learn_order(people: People, order_id: str) -> None:
    """An acknowledged approval has an order; it is what the books owe from now on."""
    read = await people.get(f"{ORDERS}/{order_id}")
    order = Order(order_id, read["fund"], read["amount_fen"])
    if order_id in people.city.orders:
        people.caller.flaws.append(f"{people.city.code}: one order for two subjects: {order_id}")
    people.city.orders[order_id] = order


async def release(people: People) -> None:
    order = people.some([one for one in people.city.orders.values() if one.status in {"prepared", "reopened"}])
    if order is None:
        return
    read = await people.get(f"{ORDERS}/{order.id}")
    if read is None:
        people.caller.flaws.append(f"{people.city.code}: an acknowledged order is gone: {order.id}")
        return
    if_match = f'"v{read["version"]}"'
    released = await people.once(
        f"{ORDERS}/{order.id}/release", ["finance-3", "finance-4"], [{}, {}], if_match=if_match
    )
    order.releases += released is not None


async def batch(people: People) -> None:
    """A few released orders, put into a file by one or two at the same moment."""
    city = people.city
    ready = [one for one in city.orders.values() if one.status == "released"]
    chosen = people.chance.sample(ready, min(len(ready), people.chance.randint(1, LINES_MAX)))
    if not chosen:
        return
    body = {"order_ids": [one.id for one in chosen]}
    made = await people.once("/v1/funds/payment-batches", ["finance-3", "finance-4"], [body, body])
    if made is not None:
        city.sequences.append(made.body["sequence"])
        for order in chosen:
            order.batches += 1


async def confirmation(people: People) -> None:
    """What the bank says: new lines, lines it said before, some twice in one file, sometimes two files at once."""
    city = people.city
    lines = [line for line in (_line(people) for _ in range(people.chance.randint(1, LINES_MAX))) if line is not None]
    if not lines:
        return
    lines += people.chance.sample(lines, people.chance.randint(0, len(lines)))
    if city.lines:
        lines.append(people.chance.choice(city.lines))
    new = [line for line in lines if line not in city.lines]
    city.lines += [line for place, line in enumerate(new) if line not in new[:place]]
    files = 2 if people.chance.randrange(4) == 0 else 1
    await asyncio.gather(*(_confirm(people, lines) for _ in range(files)))


async def _confirm(people: People, lines: list[dict[str, Any]]) -> None:
    answer = await people.post("finance-5", "/v1/funds/confirmations", {"lines": lines})
    if not answer.ok:
        return
    for line, outcome in zip(lines, answer.body["lines"], strict=True):
        if outcome["outcome"] == line["outcome"] and not outcome["repeated"]:
            _count(people.city, line)


def _count(city: City, line: dict[str, Any]) -> None:
    order = city.orders[line["order_id"]]
    if line["outcome"] == "settled":
        order.settles += 1
    elif line["outcome"] == "rejected":
        order.rejects += 1
    else:
        order.returns += 1


def _line(people: People) -> dict[str, Any] | None:
    sent = [one for one in people.city.orders.values() if one.batches]
    order = people.some([one for one in sent if one.status == "batched"] or sent)
    if order is None:
        return None
    word = people.chance.choice(WORDS)
    wrong = people.chance.randrange(10) == 0
    line: dict[str, Any] = {
        "order_id": order.id, "outcome": word, "amount_fen": order.amount_fen + wrong,
        "bank_reference": f"LS-{new_id().hex}", "settled_on": day(people),
    }  # fmt: skip
    return line if word == "settled" else line | {"reason": "账户不符"}
