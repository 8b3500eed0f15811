"""XZ-33: the pool's whole trial balance from the loan to a late recovery, and what stops new loans."""

from datetime import timedelta
from typing import Any

import pytest

from kernel import clock
from kernel.ids import encode_id, new_id
from ledger.reading import trial_balance
from tests.policy.cases import default_settings, snapshot_with
from tests.service.funds.test_pool_guard import lent, line, reports, sets
from tests.service.funds.town import LONG_AGO, POOL, Town

pytestmark = pytest.mark.anyio
YUAN = 100


async def books(town: Town) -> dict[str, int]:
    """The whole trial balance in yuan, by account without its line and payee; accounts at zero left out."""
    async with town.process.app.state.sessions() as session:
        lines = await trial_balance(session, city_code=town.city)
    return {one.code.split("/")[3]: one.balance_fen // YUAN for one in lines if one.balance_fen}


async def is_sound(town: Town) -> bool:
    found = await town.get(town.person("auditor-1", "auditor"), "/v1/funds/assurance")
    return bool(found["green"])


async def pays(town: Town, order_id: str, reference: str, *, status: int = 200) -> Any:
    """Release an order and confirm it; the answer of the release when it is refused."""
    order = await released(town, order_id, status=status)
    if status == 200:
        await town.post(town.person("finance-2", "finance"), "/v1/funds/payment-batches", {}, 201)
        await says(town, (order_id, order["amount_fen"], reference, "settled"))
    return order


async def released(town: Town, order_id: str, *, status: int = 200) -> Any:
    path, finance = f"/v1/funds/payment-orders/{order_id}", "finance-2"
    order = await town.get(town.person(finance, "finance"), path)
    seen = {"If-Match": f'"v{order["version"]}"'}
    return await town.post(town.person(finance, "finance"), f"{path}/release", {}, status, **seen)


async def says(town: Town, *words: tuple[str, int, str, str]) -> list[str]:
    """The bank's words in one confirmation: order, amount, reference, outcome. What became of each."""
    told = [
        {
            "order_id": order_id, "outcome": outcome, "amount_fen": amount_fen,
            "settled_on": clock.today(town.city).isoformat(), "bank_reference": reference,
        }
        for order_id, amount_fen, reference, outcome in words
    ]  # fmt: skip
    path = "/v1/funds/confirmations"
    answered = await town.post(town.person("finance-2", "finance"), path, {"lines": told}, 200)
    return [line["outcome"] for line in answered["lines"]]


async def test_a_negligent_banks_claim_is_paid_in_parts_closed_and_still_recovered(pool: Town) -> None:
    """XZ-33: 2,000,000 lost, 30 % the city's, a fifth of it cut for negligence, paid half now and half in a month."""
    year, start = clock.today(pool.city).year, 20_000_000
    budget = {"authority": start, "allotted": start, "treasury": start, "funding": start}
    loan_id = await pool.registers()
    await pool.moves_clock(100)
    claim = await pool.lodges(loan_id, outstanding_principal_fen=2_000_000 * YUAN, outstanding_interest_fen=0)
    path = f"{POOL}/claims/{claim['id']}"
    found = [
        {"finding": "放款后六个月未做贷后检查", "reduction_bp": 1500},
        {"finding": "未查征信", "reduction_bp": 500},
    ]
    opinion = {"opinion": "逾期属实", "negligence": found}
    await pool.post(pool.person("officer-1", "officer"), f"{path}/review", opinion, 200)
    assert await books(pool) == budget

    today = clock.today(pool.city)
    parts = [
        {"share_bp": 5000, "due_on": today.isoformat()},
        {"share_bp": 5000, "due_on": (today + timedelta(days=30)).isoformat()},
    ]
    finance = pool.person("finance-1", "finance")
    short = await pool.post(finance, f"{path}/decision", {"policy_year": year, "instalments": parts[:1]}, 422)
    assert [error["code"] for error in short["errors"]] == ["instalments_not_whole"]
    finance = pool.person("finance-1", "finance")
    decided = await pool.post(finance, f"{path}/decision", {"policy_year": year, "instalments": parts}, 200)
    assert (decided["approved_fen"], decided["negligence"]) == (480_000 * YUAN, found)
    assert decided["layers_fen"] == {"city": 480_000 * YUAN, "province": 800_000 * YUAN, "bank": 720_000 * YUAN}
    record = {"borne": 800_000, "owed": 800_000}  # the province's, which pays by itself
    assert await books(pool) == record | {
        "authority": start, "allotted": 19_520_000, "encumbered": 480_000, "treasury": start, "funding": start,
        "expense": 480_000, "payable": 480_000,
    }  # fmt: skip
    first, second = (await pool.get(pool.bank_client(), f"{path}/instalments"))["items"]
    assert [one["amount_fen"] for one in (first, second)] == [240_000 * YUAN, 240_000 * YUAN]

    early = await pays(pool, second["payment_order_id"], "-", status=409)
    assert (early["code"], early["not_before"]) == ("not_yet_due", second["due_on"])
    await pays(pool, first["payment_order_id"], "LS-1")
    half = record | {
        "authority": start, "allotted": 19_520_000, "encumbered": 240_000, "spent": 240_000, "treasury": 19_760_000,
        "funding": start, "expense": 480_000, "payable": 240_000,
    }  # fmt: skip
    assert await books(pool) == half
    shown = await pool.get(pool.bank_client(), path)
    assert (shown["status"], shown["paid_fen"]) == ("partly_paid", 240_000 * YUAN)
    await pool.moves_clock(131)
    await pays(pool, second["payment_order_id"], "LS-2")
    await comes_and_goes(pool, path, first, second, half)
    paid = record | {
        "authority": start, "allotted": 19_520_000, "spent": 480_000, "treasury": 19_520_000, "funding": start,
        "expense": 480_000,
    }  # fmt: skip
    assert await books(pool) == paid
    assert [fact["case_outcome"] for fact in await pool.told("claim.paid")] == [None, "granted", None, None, "granted"]

    twice = {
        "payment_order_id": first["payment_order_id"], "cause": "recalculated", "amount_fen": 1, "grounds": "多付",
        "evidence": [],
    }  # fmt: skip
    refused = await pool.post(pool.person("officer-1", "officer"), "/v1/funds/clawbacks", twice, 409)
    assert [one["code"] for one in refused["reasons"]] == ["not_demandable"]  # a claim is recovered, in shares
    await closes_and_recovers(pool, path, paid)
    by_loan = await pool.get(pool.bank_client(), f"{POOL}/claims?loan_reference=HT-1")
    assert [one["id"] for one in by_loan["items"]] == [claim["id"]]
    assert (await pool.get(pool.bank_client(), f"{POOL}/claims?loan_reference=HT-2"))["items"] == []


async def test_what_is_recovered_between_two_instalments_goes_back_by_the_whole_claim(pool: Town) -> None:
    """XZ-33: 600,000 approved, half of it paid; of 1,500,000 recovered the city's 30 % are more than that half."""
    year, loan_id, another = clock.today(pool.city).year, await pool.registers(), await pool.registers("HT-2")
    await pool.moves_clock(100)
    loss = {"outstanding_principal_fen": 2_000_000 * YUAN, "outstanding_interest_fen": 0}
    claim, paid = await pool.lodges(loan_id, **loss), await pool.lodges(another, "DC-2", **loss)
    whole = f"{POOL}/claims/{paid['id']}"
    await pool.post(pool.person("officer-1", "officer"), f"{whole}/review", {"opinion": "属实"}, 200)
    await pays(pool, (await pool.decides(paid["id"], year=year))["payment_order_id"], "LS-0")
    path, today = f"{POOL}/claims/{claim['id']}", clock.today(pool.city)
    await pool.post(pool.person("officer-1", "officer"), f"{path}/review", {"opinion": "属实"}, 200)
    days = (today + timedelta(days=30), today)
    parts = [{"share_bp": 5000, "due_on": day.isoformat()} for day in days]
    body = {"policy_year": year, "instalments": parts}
    await pool.post(pool.person("finance-1", "finance"), f"{path}/decision", body, 200)
    first, second = (await pool.get(pool.bank_client(), f"{path}/instalments"))["items"]
    assert [one["due_on"] for one in (first, second)] == [day.isoformat() for day in sorted(days)]
    await pays(pool, first["payment_order_id"], "LS-1")
    back = {"bank_reference": "ZS-1", "recovered_fen": 1_500_000 * YUAN, "recovered_on": today.isoformat()}
    recovery = await pool.post(pool.bank_client(), f"{path}/recoveries", back, 201)
    assert recovery["layers_fen"] == {"city": 450_000 * YUAN, "province": 600_000 * YUAN, "bank": 450_000 * YUAN}
    receipt = f"{POOL}/recoveries/{recovery['id']}/receipt"
    received = {"received_on": today.isoformat()}
    more = await pool.post(pool.person("finance-1", "finance"), receipt, received, 409)
    # What the line has spent for another claim is not for this one to give back.
    assert (more["code"], more["paid_fen"], more["returned_fen"]) == ("not_paid_so_far", 300_000 * YUAN, 450_000 * YUAN)
    await pool.moves_clock(131)
    await pays(pool, second["payment_order_id"], "LS-2")
    # It arrived before the second instalment was paid and is entered after it.
    await pool.post(pool.person("finance-1", "finance"), receipt, received, 200)
    assert (await books(pool))["expense"] == 750_000
    assert await is_sound(pool)


async def comes_and_goes(pool: Town, path: str, first: Any, second: Any, half: dict[str, int]) -> None:
    """A message about both parts of a claim is taken in its order; at last both are paid, as they were."""
    one, other = ((part["payment_order_id"], 240_000 * YUAN) for part in (first, second))
    assert await says(pool, (*other, "RT-2", "returned")) == ["returned"]
    assert await books(pool) == half
    await released(pool, other[0])
    await pool.post(pool.person("finance-2", "finance"), "/v1/funds/payment-batches", {}, 201)
    words = [(*one, "RT-1", "returned"), (*other, "LS-3", "settled"), (*other, "RT-3", "returned")]
    assert await says(pool, *words) == ["returned", "settled", "returned"]
    shown = await pool.get(pool.bank_client(), path)
    assert (shown["status"], shown["paid_fen"]) == ("approved", 0)
    for part in (one, other):
        await released(pool, part[0])
    await pool.post(pool.person("finance-2", "finance"), "/v1/funds/payment-batches", {}, 201)
    assert await says(pool, (*one, "LS-4", "settled"), (*other, "LS-5", "settled")) == ["settled", "settled"]


async def closes_and_recovers(pool: Town, path: str, paid: dict[str, int]) -> None:
    """Nothing more is expected of the claim; three years later something comes in all the same."""
    closing = {"reason": "终结本次执行,已核销"}
    closed = await pool.post(pool.person("officer-1", "officer"), f"{path}/closure", closing, 200)
    assert (closed["status"], closed["closed_on"]) == ("paid", clock.today(pool.city).isoformat())
    twice = await pool.post(pool.person("officer-1", "officer"), f"{path}/closure", closing, 409)
    assert twice["code"] == "claim_closed"
    await pool.moves_clock(131 + 3 * 365)
    on = clock.today(pool.city).isoformat()
    late = {"bank_reference": "ZS-1", "recovered_fen": 100_000 * YUAN, "costs_fen": 0, "recovered_on": on}
    recovery = await pool.post(pool.bank_client(), f"{path}/recoveries", late, 201)
    assert (recovery["after_closure"], recovery["returned_fen"]) == (True, 24_000 * YUAN)
    receipt = f"{POOL}/recoveries/{recovery['id']}/receipt"
    await pool.post(pool.person("finance-1", "finance"), receipt, {"received_on": on}, 200)
    assert await books(pool) == paid | {
        "allotted": 19_544_000,
        "spent": 456_000,
        "treasury": 19_544_000,
        "expense": 456_000,
        "borne": 760_000,
        "owed": 760_000,
    }
    assert await is_sound(pool)


async def test_an_officers_stop_is_not_cured_by_a_good_month_and_two_lift_it(pool: Town) -> None:
    await sets(pool)
    await lent(pool, A=1000)
    order = {"bank_id": encode_id("org", pool.bank), "reason": "现场检查发现资料不实"}
    where = f"{POOL}/suspensions"
    officer = pool.person("officer-1", "officer")
    row = await pool.post(officer, where, order, 201)
    assert (row["ratio_bp"], row["ordered_because"], row["status"]) == (None, order["reason"], "suspended")
    again = await pool.post(pool.person("officer-2", "officer"), where, order, 409)
    assert again["code"] == "suspended_already"
    stranger = order | {"bank_id": encode_id("org", new_id())}
    unknown = await pool.post(pool.person("officer-2", "officer"), where, stranger, 409)
    assert unknown["code"] == "bank_not_admitted"
    refused = await pool.post(pool.bank_client(), f"{POOL}/loans", pool.loan("HT-2"), 409)
    assert [(one["code"], one["facts"]) for one in refused["reasons"]] == [("bank_suspended", {"by_order": True})]
    taken = await reports(pool, line("A", 1000))
    assert [verdict["suspended"] for verdict in taken["guard"]] == [True, False]
    lift = f"{where}/{row['id']}/lift"
    await pool.post(pool.person("officer-1", "officer"), f"{lift}-proposal", {"reason": "已整改"}, 200)
    same = await pool.post(pool.person("officer-1", "officer"), lift, {}, 409)
    assert [one["code"] for one in same["reasons"]] == ["prepared_by_same_person"]
    assert (await pool.post(pool.person("officer-2", "officer"), lift, {}, 200))["status"] == "lifted"
    await pool.registers("HT-2")
    (told,) = await pool.told("pool.suspended")
    assert (told["how"], told["ratio_bp"]) == ("ordered", None)


async def test_an_order_that_ends_leaves_what_the_ratio_stops(pool: Town) -> None:
    """The report came while the order stood: without it the bank would have been stopped at five per cent."""
    await sets(pool)
    await lent(pool, A=1000)
    where = f"{POOL}/suspensions"
    order = {"bank_id": encode_id("org", pool.bank), "reason": "现场检查"}
    row = await pool.post(pool.person("officer-1", "officer"), where, order, 201)
    await reports(pool, line("A", 1000, 60))
    lift = f"{where}/{row['id']}/lift"
    await pool.post(pool.person("officer-1", "officer"), f"{lift}-proposal", {"reason": "检查已结束"}, 200)
    assert (await pool.post(pool.person("officer-2", "officer"), lift, {}, 200))["status"] == "lifted"
    refused = await pool.post(pool.bank_client(), f"{POOL}/loans", pool.loan("HT-2"), 409)
    found = {one["code"]: one["facts"].get("ratio_bp") for one in refused["reasons"]}
    assert found == {"bank_suspended": 10_000, "pool_suspended": 10_000}
    standing = await pool.get(pool.bank_client(), f"{POOL}/standing")
    assert {one["ordered_because"] for one in standing["suspensions"]} == {None}


async def test_quota_and_an_exhausted_pool_stop_new_loans_by_name(town: Town) -> None:
    """XZ-33: with nothing left in the fund no further loan is covered; a bank's agreement may set its own quota."""
    values = default_settings("xuzhou") | {"fund.loan_risk.period": "one_off"}
    await town.knows(snapshot_with("xuzhou", values, recorded_at=LONG_AGO))
    await town.has_fund(30_000_000)
    body = {"bank_id": encode_id("org", town.bank), "product": "贷", "agreement": "协议 2", "quota_fen": 500_000_000}
    await town.post(town.person("operator-1", "operator"), f"{POOL}/banks", body, 201)
    first, second = [await town.registers(reference) for reference in ("A", "B")]
    over = await town.post(town.bank_client(), f"{POOL}/loans", town.loan("C"), 409)
    assert [(one["code"], one["clauses"], one["facts"]["quota_fen"]) for one in over["reasons"]] == [
        ("bank_quota_exceeded", ["XZ-33"], 500_000_000)
    ]
    year = clock.today(town.city).year
    await town.moves_clock(100)
    claim = await town.lodges(first, outstanding_principal_fen=100_000_000)
    path = f"{POOL}/claims/{claim['id']}"
    await town.post(town.person("officer-1", "officer"), f"{path}/review", {"opinion": "属实"}, 200)
    assert (await town.decides(claim["id"], year=year))["approved_fen"] == 30_000_000
    refused = await town.post(town.bank_client(), f"{POOL}/loans", town.loan("C", principal_fen=100), 409)
    assert [(one["code"], one["clauses"]) for one in refused["reasons"]] == [("pool_exhausted", ["XZ-33"])]
    tried = await town.post(town.bank_client(), f"{POOL}/claims/dry-run", town.loss(second), 200)
    assert tried["outcome"] == "eligible"  # what was registered before stays covered
