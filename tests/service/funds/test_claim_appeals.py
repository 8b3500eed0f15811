"""XZ-33: a refused claim lodged again, or appealed: in time, once, decided by somebody who had no part in it; one taken
back before it is decided."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from kernel import clock
from kernel.ids import decode_id, new_id
from ledger.reading import trial_balance
from services.funds.loan_pool.claims.models import LossClaim
from tests.builders.neighbours import answers
from tests.policy.cases import default_settings, snapshot_with
from tests.service.funds.town import LONG_AGO, POOL, Town, registry_answer

pytestmark = pytest.mark.anyio
GROUNDS = {"grounds": "凭证已随申请提交", "documents": ["claim_application", "disbursement_voucher"]}


async def sets(pool: Town, **life: Any) -> None:
    values = default_settings("xuzhou") | {"fund.loan_risk.period": "one_off"}
    values |= {f"loan_pool.life.{key}": value for key, value in life.items()}
    await pool.knows(snapshot_with("xuzhou", values, recorded_at=LONG_AGO).with_settings([]).with_settings([]))


async def refused_claim(pool: Town) -> dict[str, Any]:
    """Lodged whole; what a clerk then mislaid makes the decision a refusal. 100 days after the fund was allotted."""
    loan_id = await pool.registers()
    await pool.moves_clock(100)
    return await refused(pool, await pool.lodges(loan_id))


async def refused(pool: Town, claim: dict[str, Any]) -> dict[str, Any]:
    path = f"{POOL}/claims/{claim['id']}"
    await pool.post(pool.person("officer-1", "officer"), f"{path}/review", {"opinion": "缺凭证"}, 200)
    async with pool.process.app.state.sessions() as session, session.begin():
        row = await session.get_one(LossClaim, decode_id("clm", claim["id"]))
        row.documents = ["loan_contract"]
    assert (await pool.decides(claim["id"], by="finance-1"))["status"] == "refused"
    return claim


async def decides(
    pool: Town, claim: dict[str, Any], by: str, status: int, *, granted: bool = True, year: int = 0
) -> Any:
    first = clock.today(pool.city) - timedelta(days=100)
    body = {"granted": granted, "opinion": "经复核", "policy_year": year or first.year}
    return await pool.post(pool.person(by, "finance"), f"{POOL}/claims/{claim['id']}/appeal/decision", body, status)


async def appeals(pool: Town, claim: dict[str, Any], status: int = 201) -> Any:
    return await pool.post(pool.bank_client(), f"{POOL}/claims/{claim['id']}/appeal", GROUNDS, status)


async def books(pool: Town) -> dict[str, int]:
    """The whole trial balance in fen, by account without its line and payee; accounts at zero left out."""
    async with pool.process.app.state.sessions() as session:
        lines = await trial_balance(session, city_code=pool.city)
    found: dict[str, int] = {}
    for line in lines:
        if line.balance_fen:
            name = line.code.split("/")[3]
            found[name] = found.get(name, 0) + line.balance_fen
    return found


async def test_without_a_set_time_there_is_no_appeal_and_the_clause_is_named(pool: Town) -> None:
    claim = await refused_claim(pool)
    problem = await appeals(pool, claim, 409)
    assert (problem["code"], [reason["clauses"] for reason in problem["reasons"]]) == ("policy_open", [["XZ-33"]])
    assert problem["reasons"][0]["facts"]["parameter"] == "loan_pool.life.appeal_working_days"


async def test_an_appeal_is_granted_by_a_third_person_and_paid_to_the_fen(pool: Town) -> None:
    await sets(pool, appeal_working_days=10)
    claim = await refused_claim(pool)
    opened = {
        "authority": 2_000_000_000,
        "allotted": 2_000_000_000,
        "treasury": 2_000_000_000,
        "funding": 2_000_000_000,
    }
    assert await books(pool) == opened
    appeal = await appeals(pool, claim)
    assert (appeal["granted"], appeal["refused_determination_id"]) == (None, appeal["refused_determination_id"])
    assert await books(pool) == opened
    assert (await appeals(pool, claim, 409))["code"] == "appealed_before"
    refused = await decides(pool, claim, "finance-1", 409)
    assert [reason["code"] for reason in refused["reasons"]] == ["decided_by_same_person"]
    reviewer = await decides(pool, claim, "officer-1", 409)
    assert [reason["code"] for reason in reviewer["reasons"]] == ["prepared_by_same_person"]
    decided = await decides(pool, claim, "finance-3", 200)
    assert (decided["granted"], decided["opinion"]) == (True, "经复核")
    now = await pool.get(pool.bank_client(), f"{POOL}/claims/{claim['id']}")
    assert (now["status"], now["approved_fen"], now["reasons"]) == ("approved", 30_000_000, [])
    assert now["determination_id"] != appeal["refused_determination_id"]
    opened |= {"borne": 40_000_001, "owed": 40_000_001}  # the province's, for the record
    assert await books(pool) == opened | {
        "allotted": 1_970_000_000, "encumbered": 30_000_000, "expense": 30_000_000, "payable": 30_000_000,
    }  # fmt: skip
    await pool.pays(now["payment_order_id"], 30_000_000)
    assert await books(pool) == opened | {
        "allotted": 1_970_000_000, "spent": 30_000_000, "expense": 30_000_000, "treasury": 1_970_000_000,
    }  # fmt: skip
    told = (await pool.get(pool.bank_client(), f"{POOL}/claims/{claim['id']}/history"))["items"]
    assert [one["fact"] for one in told] == [
        "claim.lodged", "claim.reviewed", "claim.refused", "claim.appealed", "claim.approved", "claim.paid",
    ]  # fmt: skip


async def test_a_rejected_appeal_leaves_the_refusal_and_moves_no_money(pool: Town) -> None:
    await sets(pool, appeal_working_days=10)
    claim = await refused_claim(pool)
    before = await books(pool)
    await appeals(pool, claim)
    assert (await pool.lodges(claim["loan_id"], "DC-2", 409))["reasons"][0]["code"] == "loan_already_claimed"
    await decides(pool, claim, "finance-3", 200, granted=False)
    now = await pool.get(pool.bank_client(), f"{POOL}/claims/{claim['id']}")
    assert (now["status"], now["reasons"] != [], await books(pool)) == ("refused", True, before)
    assert (await decides(pool, claim, "finance-3", 409))["code"] == "move_not_allowed"
    assert (await appeals(pool, claim, 409))["code"] == "appealed_before"


async def test_what_the_policy_refuses_no_appeal_grants(pool: Town) -> None:
    await sets(pool, appeal_working_days=10)
    claim = await refused_claim(pool)
    body = {"grounds": "应予补偿"}
    await pool.post(pool.bank_client(), f"{POOL}/claims/{claim['id']}/appeal", body, 201)
    refused = await decides(pool, claim, "finance-3", 409)
    assert {reason["code"] for reason in refused["reasons"]} == {"document_missing"}
    read = await pool.get(pool.bank_client(), f"{POOL}/claims/{claim['id']}/appeal")
    assert (read["granted"], read["documents"]) == (None, [])


async def test_the_time_to_appeal_ends_by_working_days(pool: Town) -> None:
    await sets(pool, appeal_working_days=1)
    claim = await refused_claim(pool)
    await pool.moves_clock(120)
    late = await appeals(pool, claim, 409)
    assert (late["code"], "last_on" in late) == ("appeal_too_late", True)


async def test_two_who_decide_one_appeal_at_once_pay_once(pool: Town) -> None:
    await sets(pool, appeal_working_days=10)
    claim = await refused_claim(pool)
    await appeals(pool, claim)
    year = (clock.today(pool.city) - timedelta(days=100)).year

    async def decide(name: str) -> int:
        async with pool.person(name, "finance") as finance:
            answer = await finance.post(
                f"{POOL}/claims/{claim['id']}/appeal/decision",
                json={"granted": True, "opinion": "经复核", "policy_year": year},
                headers={"Idempotency-Key": new_id().hex},
            )
        return int(answer.status_code)

    assert sorted(await asyncio.gather(*(decide(f"finance-{n}") for n in range(3, 7)))) == [200, 409, 409, 409]
    orders = await pool.get(pool.person("finance-1", "finance"), "/v1/funds/payment-orders")
    assert [order["amount_fen"] for order in orders["items"]] == [30_000_000]


async def test_a_refused_claim_is_lodged_again_whole_under_a_reference_of_its_own(pool: Town) -> None:
    claim = await refused_claim(pool)
    assert (await pool.lodges(claim["loan_id"], status=409))["code"] == "claim_already_lodged"
    again = await pool.lodges(claim["loan_id"], "DC-1-2")
    assert (again["status"], again["case_id"] != claim["case_id"]) == ("lodged", True)
    async with pool.bank_client(new_id()) as stranger:
        assert (await stranger.get(f"{POOL}/claims/{claim['id']}/appeal")).status_code == 404


async def changes_loan(pool: Town, claim: dict[str, Any], what: str, who: Any, on: date, status: int = 200) -> Any:
    async with pool.bank_client() as bank:
        seen = (await bank.get(f"{POOL}/loans/{claim['loan_id']}")).headers["etag"]
    path = f"{POOL}/loans/{claim['loan_id']}/{what}"
    return await pool.post(who, path, {"on": on.isoformat()}, status, **{"If-Match": seen})


async def test_a_loan_repaid_after_the_refusal_is_not_paid_for_on_appeal(pool: Town) -> None:
    await sets(pool, appeal_working_days=10)
    claim, today = await refused_claim(pool), clock.today(pool.city)
    await changes_loan(pool, claim, "repayment", pool.bank_client(), today)
    assert (await appeals(pool, claim, 409))["code"] == "loan_repaid"


async def test_under_appeal_a_loan_is_not_repaid(pool: Town) -> None:
    await sets(pool, appeal_working_days=10)
    claim = await refused_claim(pool)
    await appeals(pool, claim)
    refused = await changes_loan(pool, claim, "repayment", pool.bank_client(), clock.today(pool.city), 409)
    assert refused["code"] == "claim_stands"


@pytest.mark.parametrize(
    ("days", "covers", "status"), [(0, False, "refused"), (0, True, "approved"), (1, False, "approved")]
)
async def test_that_the_borrower_had_left_is_found_in_the_review(
    pool: Town, days: int, covers: bool, status: str
) -> None:
    """Told after the claim was lodged, it counts all the same; who left later had its loss in the city."""
    await sets(pool, covers_moved_out=covers)
    loan_id = await pool.registers()
    await pool.moves_clock(100)
    claim = await pool.lodges(loan_id) | {"loan_id": loan_id}
    left = clock.today(pool.city) + timedelta(days=days)
    await pool.moves_clock(100 + days)
    await changes_loan(pool, claim, "moving-out", pool.person("officer-1", "officer"), left)
    await pool.post(
        pool.person("officer-1", "officer"), f"{POOL}/claims/{claim['id']}/review", {"opinion": "属实"}, 200
    )
    decided = await pool.decides(claim["id"], year=(left - timedelta(days=100 + days)).year)
    assert decided["status"] == status
    why = await pool.get(pool.bank_client(), f"{POOL}/claims/{claim['id']}/explanation")
    codes = ["borrower_moved_out"] if status == "refused" else []
    assert [[one["code"] for one in found["reasons"]] for found in (decided, why)] == [codes, codes]
    assert (why["outcome"] == "eligible", why["reductions"] != []) == (status == "approved",) * 2


async def test_while_the_city_has_not_said_whether_it_covers_who_left_nothing_is_decided(pool: Town) -> None:
    loan_id = await pool.registers()
    await pool.moves_clock(100)
    claim = await pool.lodges(loan_id) | {"loan_id": loan_id}
    officer = pool.person("officer-1", "officer")
    await changes_loan(pool, claim, "moving-out", officer, clock.today(pool.city))
    path = f"{POOL}/claims/{claim['id']}"
    await pool.post(pool.person("officer-1", "officer"), f"{path}/review", {"opinion": "属实"}, 200)
    assert (await pool.decides(claim["id"], status=409))["code"] == "policy_open"
    assert (await pool.get(pool.bank_client(), path))["status"] == "reviewed"


async def test_nor_is_an_appeal_granted_or_refused_by_what_the_city_has_not_said(pool: Town) -> None:
    await sets(pool, appeal_working_days=10)
    loan_id = await pool.registers()
    await pool.moves_clock(100)
    claim = await refused(pool, await pool.lodges(loan_id)) | {"loan_id": loan_id}
    await changes_loan(pool, claim, "moving-out", pool.person("officer-1", "officer"), clock.today(pool.city))
    await appeals(pool, claim)
    open_yet = await decides(pool, claim, "finance-3", 409)
    assert (open_yet["code"], [one["code"] for one in open_yet["reasons"]]) == ("policy_open", ["parameter_open"])


async def test_a_claim_is_refused_and_an_appeal_rejected_without_an_account(pool: Town) -> None:
    """Only who is paid needs one."""
    await sets(pool, appeal_working_days=10)

    def answer(path: str) -> Any:
        told = registry_answer(path, pool.city)
        return {**told, "account_number": None} if path.endswith("/payee") else told  # type: ignore[dict-item]

    answers(pool.process, "registry", answer)
    claim = await refused_claim(pool)
    await appeals(pool, claim)
    assert (await decides(pool, claim, "finance-3", 409))["code"] == "payee_account_missing"
    assert (await decides(pool, claim, "finance-3", 200, granted=False))["granted"] is False


async def test_who_refused_does_not_decide_the_appeal_by_deciding_the_claim_again(pool: Town) -> None:
    await sets(pool, appeal_working_days=10)
    claim = await refused_claim(pool)
    await appeals(pool, claim)
    async with pool.process.app.state.sessions() as session, session.begin():
        row = await session.get_one(LossClaim, decode_id("clm", claim["id"]))
        row.documents = ["claim_application", "loan_contract", "disbursement_voucher"]
    year = (clock.today(pool.city) - timedelta(days=100)).year
    assert (await pool.decides(claim["id"], by="finance-1", year=year, status=409))["code"] == "move_not_allowed"
    assert (await pool.get(pool.bank_client(), f"{POOL}/claims/{claim['id']}"))["status"] == "appealed"


async def takes_back(pool: Town, claim: dict[str, Any], status: int = 200, bank: UUID | None = None) -> Any:
    body = {"reason": "借款企业已还清"}
    return await pool.post(pool.bank_client(bank), f"{POOL}/claims/{claim['id']}/withdrawal", body, status)


async def test_a_claim_is_taken_back_until_it_is_decided_and_its_loan_is_free_again(pool: Town) -> None:
    """The borrower paid after all, or the bank wrote a wrong amount: nobody pays first and asks it back afterwards."""
    loan_id = await pool.registers()
    await pool.moves_clock(100)
    claim = await pool.lodges(loan_id)
    path = f"{POOL}/claims/{claim['id']}"
    await takes_back(pool, claim, 404, bank=new_id())
    await pool.post(pool.person("officer-1", "officer"), f"{path}/review", {"opinion": "属实"}, 200)
    gone = await takes_back(pool, claim)
    assert (gone["status"], gone["withdrawn_because"], gone["approved_fen"]) == ("withdrawn", "借款企业已还清", 0)
    assert (await takes_back(pool, claim, 409))["code"] == "move_not_allowed"
    assert (await pool.decides(claim["id"], status=409))["code"] == "move_not_allowed"
    (told,) = await pool.told("claim.withdrawn")
    assert (told["case_id"], told["case_outcome"]) == (str(decode_id("case", claim["case_id"])), "withdrawn")
    items = (await pool.get(pool.bank_client(), f"{path}/history"))["items"]
    assert [(one["fact"], one["amount_fen"]) for one in items[2:]] == [("claim.withdrawn", 103_000_001)]

    assert (await pool.lodges(loan_id, status=409))["code"] == "claim_already_lodged"
    anew = await pool.lodges(loan_id, "DC-2", outstanding_principal_fen=100)
    assert (await pool.lodges(loan_id, "DC-3", status=409))["reasons"][0]["code"] == "loan_already_claimed"
    await takes_back(pool, anew)
    loan = await changes_loan(pool, claim, "repayment", pool.bank_client(), clock.today(pool.city))
    assert loan["status"] == "repaid"


async def test_a_decided_claim_is_taken_back_no_more(pool: Town) -> None:
    claim = await refused_claim(pool)
    assert (await takes_back(pool, claim, 409))["code"] == "move_not_allowed"
    again = await pool.lodges(claim["loan_id"], "DC-2")
    await pool.post(
        pool.person("officer-1", "officer"), f"{POOL}/claims/{again['id']}/review", {"opinion": "属实"}, 200
    )
    year = (clock.today(pool.city) - timedelta(days=100)).year
    assert (await pool.decides(again["id"], year=year))["status"] == "approved"
    assert (await takes_back(pool, again, 409))["code"] == "move_not_allowed"
