"""Loans, losses and what is recovered of them."""

from datetime import timedelta

from devtools.resilience.model import City, Claim
from devtools.resilience.payments import learn_order
from devtools.resilience.people import People, day, wire
from kernel.ids import new_id

POOL_PATH = "/v1/funds/loan-pool"
PRINCIPAL_FEN = 20_000_000
DOCUMENTS = ["claim_application", "loan_contract", "disbursement_voucher"]


async def loan(people: People) -> None:
    """A loan under a new reference, or once more under one that stands."""
    city = people.city
    known = people.some(list(city.loans))
    again = known is not None and people.chance.randrange(5) == 0
    reference = known if again and known is not None else f"HT-{new_id().hex}"
    body = {
        "bank_reference": reference, "borrower_id": wire("org", city.organisation(2)), "principal_fen": PRINCIPAL_FEN,
        "disbursed_on": day(people), "due_on": (city.today + timedelta(days=1)).isoformat(),
    }  # fmt: skip
    made = await people.once(f"{POOL_PATH}/loans", ["bank-1", "bank-2"], [body, body])
    if made is None:
        return
    if reference in city.loans:
        people.caller.flaws.append(f"{city.code}: one reference, two loans: {reference}")
    city.loans[reference] = made.body["id"]


async def claim(people: People) -> None:
    """A loss, lodged under one reference or two at the same moment."""
    city = people.city
    loan_id = people.some(list(city.loans.values()))
    if loan_id is None:
        return
    fen = people.chance.randrange(1, PRINCIPAL_FEN)
    loss = {"loan_id": loan_id, "outstanding_principal_fen": fen, "outstanding_interest_fen": fen // 20,
            "recovered_fen": 0, "documents": DOCUMENTS}  # fmt: skip
    bodies = [loss | {"bank_reference": f"DC-{new_id().hex}"} for _ in range(2)]
    lodged = await people.once(f"{POOL_PATH}/claims", ["bank-1", "bank-2"], bodies)
    if lodged is None:
        return
    if loan_id in {one.loan_id for one in city.claims.values()}:
        people.caller.flaws.append(f"{city.code}: two claims on one loan: {loan_id}")
    city.claims[lodged.body["id"]] = Claim(lodged.body["id"], loan_id)


async def decision(people: People) -> None:
    """An officer reviews, one or two finance people decide."""
    found = people.some([one for one in people.city.claims.values() if not one.is_decided])
    if found is None:
        return
    path = f"{POOL_PATH}/claims/{found.id}"
    if not found.is_reviewed:
        reviewed = await people.once(f"{path}/review", ["officer-1", "officer-2"], [{"opinion": "属实"}] * 2)
        found.is_reviewed |= reviewed is not None
    body = {"policy_year": people.city.today.year}
    decided = await people.once(f"{path}/decision", ["finance-1", "finance-2"], [body, body])
    if decided is None:
        return
    if found.is_decided:
        people.caller.flaws.append(f"{people.city.code}: decided twice: {found.id}")
    found.is_decided, found.order_id = True, decided.body["payment_order_id"]
    found.province_fen = (decided.body["layers_fen"] or {}).get("province", 0) if found.order_id else 0
    if found.order_id is not None:
        await learn_order(people, found.order_id)


async def recovery(people: People) -> None:
    """The bank got something back, and the pool's share arrives."""
    found = people.some(paid_claims(people.city))
    if found is None:
        return
    fen = people.chance.randrange(1, PRINCIPAL_FEN // 4)
    body = {"bank_reference": f"ZS-{new_id().hex}", "recovered_fen": fen, "costs_fen": fen // 10,
            "recovered_on": day(people)}  # fmt: skip
    reported = await people.once(f"{POOL_PATH}/claims/{found.id}/recoveries", ["bank-1", "bank-2"], [body, body])
    if reported is not None:
        made = reported.body
        found.recoveries[made["id"]], found.relieved[made["id"]] = made["returned_fen"], made["layers_fen"]["province"]
    waiting = people.some([one for one in found.recoveries if one not in found.received])
    if waiting is None:
        return
    received = {"received_on": day(people)}
    path = f"{POOL_PATH}/recoveries/{waiting}/receipt"
    if await people.once(path, ["finance-1", "finance-2"], [received, received]) is not None:
        if waiting in found.received:
            people.caller.flaws.append(f"{people.city.code}: received twice: {waiting}")
        found.received.add(waiting)


def paid_claims(city: City) -> list[Claim]:
    return [one for one in city.claims.values() if one.order_id in city.orders and city.orders[one.order_id].is_settled]
