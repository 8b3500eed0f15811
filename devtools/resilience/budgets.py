"""Money comes in, is set aside for vouchers, and redemptions are booked."""

from typing import Any

from devtools.resilience.model import AWARDS, POOL, Tranche
from devtools.resilience.people import People, day, wire
from kernel.ids import decode_id, new_id

BUDGET_FEN, TRANCHE_FEN, VOUCHER_FEN = 200_000_000, 30_000_000, 400_000
PROVIDERS = range(50, 55)


async def budget(people: People) -> None:
    """More for one of the funds."""
    await money(people, people.chance.choice([AWARDS, POOL]))


async def money(people: People, fund: str) -> None:
    """Appropriate, and allot what may be more than that."""
    city, chance = people.city, people.chance
    path = f"/v1/funds/budgets/{fund}/{city.today.year}"
    fen = chance.randrange(1, BUDGET_FEN)
    granted = await people.post("finance-1", f"{path}/appropriations", {"amount_fen": fen, "document": "徐财预1号"})
    if granted.ok:
        city.appropriated[fund] += fen
        city.budget_steps += 1
    fen = chance.randrange(1, BUDGET_FEN)
    allotted = await people.post("finance-2", f"{path}/allotments", {"amount_fen": fen, "document": "徐财预2号"})
    if allotted.ok:
        city.allotted[fund] += fen
        city.budget_steps += 1


async def tranche(people: People) -> None:
    """Set money aside for vouchers."""
    fen = people.chance.randrange(1, TRANCHE_FEN)
    body = {"programme": "voucher.innovation", "policy_year": people.city.today.year, "amount_fen": fen}
    made = await people.post("finance-1", "/v1/funds/tranches", body)
    if made.ok:
        people.city.tranches[made.body["id"]] = Tranche(made.body["id"], made.body["fund"], fen)


async def redemption(people: People) -> None:
    """The vouchers service tells of a redemption: once, twice at once, or again under another event's id."""
    found = people.some([one for one in people.city.tranches.values() if one.amount_fen > one.promised_fen])
    if found is None:
        return
    fen = people.chance.randrange(1, min(VOUCHER_FEN, found.amount_fen - found.promised_fen) + 1)
    found.promised_fen += fen
    redemption_id, provider = new_id(), people.city.organisation(people.chance.choice(PROVIDERS))
    data: dict[str, Any] = {
        "case_id": str(new_id()), "redemption_id": str(redemption_id), "voucher_id": str(new_id()),
        "tranche_id": str(decode_id("trn", found.id)), "provider_id": str(provider), "amount_fen": fen,
    }  # fmt: skip
    subject = data["voucher_id"]
    if await people.tell("vouchers", "voucher.redeemed", data, subject=subject, times=people.chance.randint(1, 2)):
        found.booked[str(redemption_id)] = (str(provider), fen)
    if people.chance.randrange(4) == 0:
        await people.tell("vouchers", "voucher.redeemed", data, subject=subject)


async def close_month(people: People) -> None:
    """Somebody proposes to close or reopen a month of the books, another agrees; mostly they may not."""
    periods = (await people.get("/v1/funds/books/periods"))["items"]
    found = people.some([one["period"] for one in periods if one["period"] < day(people)[:7]])
    if found is None:
        return
    change = "reopen" if people.city.months[found] else people.chance.choice(["close", "close", "close", "reopen"])
    path = f"/v1/funds/books/periods/{found}/changes"
    proposed = await people.post("finance-1", path, {"change": change, "reason": "账务核对无误"})
    if not proposed.ok:
        return
    path = f"/v1/funds/books/period-changes/{proposed.body['id']}/decision"
    decided = await people.once(path, ["finance-2", "finance-3"], [{"approve": True}] * 2)
    if decided is not None:
        people.city.months[found] += 1 if change == "close" else -1
    else:
        await people.post("finance-2", path, {"approve": False, "opinion": "条件不备"})


async def time_passes(people: People) -> None:
    """Two months later; told twice, as events may be."""
    people.city.days += people.chance.randint(62, 75)
    moved = {"city_code": people.city.code, "offset_seconds": people.city.days * 86_400}
    await people.tell("window", "city.clock_moved", moved, subject=people.city.code, times=2)


async def admit_bank(people: People) -> None:
    """The city's bank becomes a partner."""
    body = {"bank_id": wire("org", people.city.organisation(1)), "product": "成果转化贷", "agreement": "协议 1"}
    answer = await people.post("operator-1", "/v1/funds/loan-pool/banks", body)
    if not answer.ok:
        people.caller.flaws.append(f"{people.city.code}: the bank was not admitted: {answer.body}")
