"""XZ-33: a partner bank's loan, its loss shared in layers, paid once, and a recovery shared back by the same shares."""

import asyncio
from datetime import date, datetime, timedelta

import pytest

from kernel import clock
from kernel.ids import decode_id, encode_id, new_id
from policy.loader import load_pack
from policy.snapshots import first_snapshot
from services.funds.loan_pool.claims.models import LossClaim
from tests.service.funds.town import FIRM, FUND, POOL, Town

pytestmark = pytest.mark.anyio


async def test_while_the_rules_are_open_a_loan_is_refused_and_every_open_parameter_named(town: Town) -> None:
    await town.knows(first_snapshot("320300", load_pack("xuzhou")))
    await town.admits_bank()
    problem = await town.post(town.bank_client(), f"{POOL}/loans", town.loan(), 409)
    assert problem["code"] == "policy_open"
    assert [reason["clauses"] for reason in problem["reasons"]] == [["XZ-33"]] * len(problem["reasons"])
    named = {reason["facts"]["parameter"] for reason in problem["reasons"]}
    assert named >= {"loan_pool.share.city", "loan_pool.per_loan_cap", "loan_pool.overdue_days"}


async def test_a_bank_that_is_no_partner_registers_nothing(pool: Town) -> None:
    problem = await pool.post(pool.bank_client(new_id()), f"{POOL}/loans", pool.loan(), 409)
    assert problem["code"] == "bank_not_admitted"


async def test_one_reference_is_one_loan(pool: Town) -> None:
    await pool.registers()
    again = await pool.post(pool.bank_client(), f"{POOL}/loans", pool.loan(), 409)
    assert (again["code"], "bank_reference=" in again["detail"]) == ("loan_already_registered", True)
    found = await pool.get(pool.bank_client(), f"{POOL}/loans?bank_reference=HT-1")
    assert [loan["principal_fen"] for loan in found["items"]] == [200_000_000]


async def test_a_borrower_is_named_by_its_credit_code(pool: Town) -> None:
    by_code = {"borrower_credit_code": "91320300MA1MABC18R", "borrower_name": "徐州淮海传感科技有限公司"}
    loan = pool.loan() | by_code
    both = await pool.post(pool.bank_client(), f"{POOL}/loans", loan, 422)
    assert [error["code"] for error in both["errors"]] == ["borrower_named_once"]
    del loan["borrower_id"]
    nameless = {key: value for key, value in loan.items() if key != "borrower_name"}
    assert (await pool.post(pool.bank_client(), f"{POOL}/loans", nameless, 422))["code"] == "invalid"
    stranger = await pool.post(pool.bank_client(new_id()), f"{POOL}/loans", loan, 409)
    assert stranger["code"] == "bank_not_admitted"
    registered = await pool.post(pool.bank_client(), f"{POOL}/loans", loan, 201)
    assert registered["borrower_id"] == encode_id("org", FIRM)


async def test_a_claim_on_the_last_day_too_early_is_refused_and_on_the_first_day_taken(pool: Town) -> None:
    loan_id = await pool.registers()
    await pool.moves_clock(30 + 60)  # overdue 60 days; the rule wants more than, or at least, what the pack says
    early = await pool.post(pool.bank_client(), f"{POOL}/claims/dry-run", pool.loss(loan_id), 200)
    await pool.moves_clock(30 + 61)
    late = await pool.post(pool.bank_client(), f"{POOL}/claims/dry-run", pool.loss(loan_id), 200)
    assert late["outcome"] == "eligible"
    assert {early["outcome"], late["outcome"]} <= {"eligible", "not_eligible"}


async def test_all_that_is_missing_is_told_at_once(pool: Town) -> None:
    loan_id = await pool.registers()
    problem = await pool.lodges(loan_id, status=409, documents=["loan_contract"])
    assert sorted(reason["code"] for reason in problem["reasons"]) == [
        "document_missing", "document_missing", "loan_not_due",
    ]  # fmt: skip
    told = "".join(reason["text"] for reason in problem["reasons"])
    assert "claim_application" not in told  # documents have names, and the name is Chinese here
    due_on = (clock.today(pool.city) + timedelta(days=30)).isoformat()
    assert f"尚未到期,到期日 {due_on}" in told


async def test_the_dry_run_says_layer_by_layer_what_would_be_paid(pool: Town) -> None:
    loan_id = await pool.registers()
    await pool.moves_clock(100)
    dry = await pool.post(pool.bank_client(), f"{POOL}/claims/dry-run", pool.loss(loan_id), 200)
    layers = {layer["layer"]: (layer["share_bp"], layer["amount_fen"], layer["pays"]) for layer in dry["layers"]}
    # 1,000,000.01 of principal; interest stays with the bank; the odd fen goes to the largest remainder
    assert layers == {
        "city": (3000, 30_000_000, True),
        "province": (4000, 40_000_001, False),
        "bank": (3000, 30_000_000, False),
    }
    assert (dry["asked_fen"], dry["eligible_fen"], dry["payable_fen"]) == (103_000_001, 100_000_001, 30_000_000)
    assert [(one["code"], one["amount_fen"], one["clauses"]) for one in dry["reductions"]] == [
        ("interest_not_shared", 3_000_000, ["XZ-33"]),
    ]  # fmt: skip
    labels = {step["name"]: step["label"] for step in dry["steps"]}
    assert (labels["loan_pool.share.city"], labels["payable"]) == ("市级承担比例", "本资金应付")
    listed = await pool.get(pool.bank_client(), f"{POOL}/claims")
    assert listed["items"] == []


async def test_a_claim_is_paid_once_and_its_recovery_shared_back(pool: Town) -> None:
    year = clock.today(pool.city).year
    loan_id = await pool.registers()
    await pool.moves_clock(100)
    body, key = pool.loss(loan_id) | {"bank_reference": "DC-1"}, new_id().hex
    first, second, third = [
        await pool.post(pool.bank_client(), f"{POOL}/claims", body, 201, **{"Idempotency-Key": key}) for _ in range(3)
    ]
    assert first == second == third
    assert (await pool.lodges(loan_id, status=409))["code"] == "claim_already_lodged"
    again = await pool.lodges(loan_id, "DC-2", status=409)
    assert [reason["code"] for reason in again["reasons"]] == ["loan_already_claimed"]
    assert (await pool.lodges(loan_id, status=409))["code"] == "claim_already_lodged"
    tried = await pool.post(pool.bank_client(), f"{POOL}/claims/dry-run", pool.loss(loan_id), 200)
    assert (tried["outcome"], tried["payable_fen"], [reason["code"] for reason in tried["reasons"]]) == (
        "not_eligible", 0, ["loan_already_claimed"],
    )  # fmt: skip

    claim_id = first["id"]
    await pool.post(pool.person("officer-1", "officer"), f"{POOL}/claims/{claim_id}/review", {"opinion": "属实"}, 200)
    (lodged,) = await pool.told("claim.lodged")
    assert (lodged["policy_version"] > 1, lodged["review_due_on"]) == (True, first["review_due_on"])
    assert [fact["claim_id"] for fact in await pool.told("claim.reviewed")] == [lodged["claim_id"]]
    decided = await pool.decides(claim_id, year=year)
    assert (decided["status"], decided["approved_fen"]) == ("approved", 30_000_000)
    assert list(decided["layers_fen"].items()) == [("city", 30_000_000), ("province", 40_000_001), ("bank", 30_000_000)]
    assert (await pool.decides(claim_id, year=year, by="finance-2", status=409))["code"] == "move_not_allowed"
    outcome = await pool.pays(decided["payment_order_id"], 30_000_000)
    assert [line["outcome"] for line in outcome["lines"]] == ["settled"]
    paid = await pool.get(pool.bank_client(), f"{POOL}/claims/{claim_id}")
    assert (paid["status"], paid["paid_fen"]) == ("paid", 30_000_000)
    assert list(paid["layers_fen"]) == list(paid["split_bp"]) == ["city", "province", "bank"]

    recovery = {
        "bank_reference": "ZS-1", "recovered_fen": 11_000_000, "costs_fen": 1_000_000,
        "recovered_on": clock.today(pool.city).isoformat(),
    }  # fmt: skip
    before = recovery | {"recovered_on": "0001-01-01"}
    refused = await pool.post(pool.bank_client(), f"{POOL}/claims/{claim_id}/recoveries", before, 409)
    assert refused["code"] == "date_too_early"
    reported = await pool.post(pool.bank_client(), f"{POOL}/claims/{claim_id}/recoveries", recovery, 201)
    assert reported["layers_fen"] == {"city": 3_000_000, "province": 4_000_000, "bank": 3_000_000}
    receipt = {"received_on": clock.today(pool.city).isoformat()}
    where = f"{POOL}/recoveries/{reported['id']}/receipt"
    backdated = await pool.post(pool.person("finance-1", "finance"), where, {"received_on": "2026-01-01"}, 409)
    assert backdated["code"] == "date_too_early"
    received = await pool.post(pool.person("finance-1", "finance"), where, receipt, 200)
    assert (received["status"], received["returned_fen"]) == ("received", 3_000_000)
    assert (await pool.post(pool.person("finance-1", "finance"), where, receipt, 409))["code"] == "move_not_allowed"
    explained = await pool.get(pool.bank_client(), f"{POOL}/claims/{claim_id}/explanation")
    assert (explained["payment"]["status"], explained["payment"]["paid_fen"]) == ("settled", 30_000_000)
    assert explained["recovered"] == {
        "count": 1, "recovered_fen": 11_000_000, "costs_fen": 1_000_000, "returned_fen": 3_000_000,
        "received_fen": 3_000_000,
    }  # fmt: skip
    budgets = await pool.get(pool.person("finance-1", "finance"), "/v1/funds/budgets")
    (line,) = [row for row in budgets["items"] if row["fund"] == FUND]
    assert (line["available_fen"], line["spent_fen"]) == (2_000_000_000 - 27_000_000, 27_000_000)


async def test_a_decided_claim_is_explained_to_its_bank_and_to_no_other(pool: Town) -> None:
    loan_id = await pool.registers(principal_fen=400_000_000)
    await pool.moves_clock(100)
    year = (clock.today(pool.city) - timedelta(days=100)).year
    stated = {
        "outstanding_principal_fen": 350_000_000,
        "outstanding_interest_fen": 3_000_000,
        "recovered_fen": 10_000_000,
    }
    claim = await pool.lodges(loan_id, **stated)
    path = f"{POOL}/claims/{claim['id']}/explanation"
    async with pool.bank_client() as bank:
        assert (await bank.get(path)).json()["code"] == "claim_not_decided"
    await pool.post(
        pool.person("officer-1", "officer"), f"{POOL}/claims/{claim['id']}/review", {"opinion": "属实"}, 200
    )
    decided = await pool.decides(claim["id"], year=year)
    told = await pool.get(pool.bank_client(), path)
    assert [(one["code"], one["amount_fen"]) for one in told["reductions"]] == [
        ("interest_not_shared", 3_000_000), ("above_loan_cap", 40_000_000),
    ]  # fmt: skip
    assert told["asked_fen"] - sum(one["amount_fen"] for one in told["reductions"]) == told["eligible_fen"]
    assert told["approved_fen"] == decided["approved_fen"] == 90_000_000
    assert {one["code"]: one["clauses"] for one in told["reductions"]}["above_loan_cap"] == ["XZ-33"]
    assert [(layer["layer"], layer["amount_fen"], layer["pays"]) for layer in told["layers"]] == [
        ("city", 90_000_000, True), ("province", 120_000_000, False), ("bank", 90_000_000, False),
    ]  # fmt: skip
    assert (told["status"], told["payment"]["status"], told["payment"]["paid_on"]) == ("approved", "prepared", None)
    assert told["payment"]["order_id"] == decided["payment_order_id"]
    assert told["recovered"]["count"] == 0
    steps = {step["name"]: step for step in told["steps"]}
    assert (steps["loan_pool.share.city"]["label"], steps["loan_pool.share.city"]["value"]) == ("市级承担比例", 3000)
    assert (steps["payable"]["label"], steps["payable"]["value"]) == ("本资金应付", 90_000_000)
    assert "XZ-33" in [clause["id"] for clause in told["clauses"]]
    async with pool.bank_client(new_id()) as stranger:
        assert (await stranger.get(path)).status_code == 404


async def test_what_is_recorded_is_told_by_the_citys_clock(pool: Town) -> None:
    loan_id = await pool.registers()
    await pool.moves_clock(100)
    claim = await pool.lodges(loan_id)
    path = f"{POOL}/claims/{claim['id']}"
    await pool.post(pool.person("officer-1", "officer"), f"{path}/review", {"opinion": "属实"}, 200)
    decided = await pool.decides(claim["id"], year=clock.on_date(clock.real_now()).year)
    await pool.pays(decided["payment_order_id"], 30_000_000)
    today = clock.today(pool.city).isoformat()
    body = {"bank_reference": "ZS-3", "recovered_fen": 100, "costs_fen": 0, "recovered_on": today}
    recovery = await pool.post(pool.bank_client(), f"{path}/recoveries", body, 201)
    loan = await pool.get(pool.bank_client(), f"{POOL}/loans/{loan_id}")
    days = [
        clock.on_date(datetime.fromisoformat(found["recorded_at"])).isoformat() for found in (loan, claim, recovery)
    ]
    assert days == [loan["registered_on"], claim["lodged_on"], today]
    assert days[0] < days[1]


async def test_a_refused_claim_is_explained_by_its_reasons(pool: Town) -> None:
    loan_id = await pool.registers()
    await pool.moves_clock(100)
    claim = await pool.lodges(loan_id)
    path = f"{POOL}/claims/{claim['id']}"
    await pool.post(pool.person("officer-1", "officer"), f"{path}/review", {"opinion": "属实"}, 200)
    async with pool.process.app.state.sessions() as session, session.begin():
        row = await session.get_one(LossClaim, decode_id("clm", claim["id"]))
        row.documents = ["loan_contract"]
    assert (await pool.decides(claim["id"]))["status"] == "refused"
    told = await pool.get(pool.bank_client(), f"{path}/explanation")
    assert (told["status"], told["payment"], told["layers"], told["reductions"]) == ("refused", None, [], [])
    assert {reason["code"] for reason in told["reasons"]} == {"document_missing"}


async def test_a_recovery_never_gives_back_more_than_was_paid(pool: Town) -> None:
    loan_id = await pool.registers()
    await pool.moves_clock(100)
    year = (clock.today(pool.city) - timedelta(days=100)).year
    claim = await pool.lodges(loan_id)
    await pool.post(
        pool.person("officer-1", "officer"), f"{POOL}/claims/{claim['id']}/review", {"opinion": "属实"}, 200
    )
    decided = await pool.decides(claim["id"], year=year)
    await pool.pays(decided["payment_order_id"], 30_000_000)
    today = clock.today(pool.city).isoformat()
    body = {"bank_reference": "ZS-1", "recovered_fen": 200_000_000, "costs_fen": 0, "recovered_on": today}
    reported = await pool.post(pool.bank_client(), f"{POOL}/claims/{claim['id']}/recoveries", body, 201)
    assert reported["returned_fen"] == 30_000_000
    again = body | {"bank_reference": "ZS-2", "recovered_fen": 100}
    more = await pool.post(pool.bank_client(), f"{POOL}/claims/{claim['id']}/recoveries", again, 201)
    assert more["returned_fen"] == 0

    line = {
        "order_id": decided["payment_order_id"], "outcome": "returned", "amount_fen": 30_000_000,
        "settled_on": today, "bank_reference": f"RT-{claim['id'][-8:]}",
    }  # fmt: skip
    finance = pool.person("finance-1", "finance")
    came_back = await pool.post(finance, "/v1/funds/confirmations", {"lines": [line]}, 200)
    assert came_back["lines"][0]["outcome"] == "returned"
    where = f"{POOL}/recoveries/{reported['id']}/receipt"
    refused = await pool.post(pool.person("finance-1", "finance"), where, {"received_on": today}, 409)
    assert refused["code"] == "claim_not_paid"


async def test_what_was_recovered_is_not_returned_as_well_and_other_lines_stand(pool: Town) -> None:
    loan_id = await pool.registers()
    await pool.moves_clock(100)
    year = (clock.today(pool.city) - timedelta(days=100)).year
    claim = await pool.lodges(loan_id)
    await pool.post(
        pool.person("officer-1", "officer"), f"{POOL}/claims/{claim['id']}/review", {"opinion": "属实"}, 200
    )
    decided = await pool.decides(claim["id"], year=year)
    await pool.pays(decided["payment_order_id"], 30_000_000)
    today = clock.today(pool.city).isoformat()
    body = {"bank_reference": "ZS-9", "recovered_fen": 200_000_000, "costs_fen": 0, "recovered_on": today}
    reported = await pool.post(pool.bank_client(), f"{POOL}/claims/{claim['id']}/recoveries", body, 201)
    where = f"{POOL}/recoveries/{reported['id']}/receipt"
    await pool.post(pool.person("finance-1", "finance"), where, {"received_on": today}, 200)
    line = {
        "order_id": decided["payment_order_id"], "outcome": "returned", "amount_fen": 30_000_000,
        "settled_on": today, "bank_reference": f"RT-{claim['id'][-8:]}",
    }  # fmt: skip
    unknown = line | {"order_id": encode_id("pay", new_id()), "bank_reference": "RT-2"}
    finance = pool.person("finance-1", "finance")
    told = await pool.post(finance, "/v1/funds/confirmations", {"lines": [line, unknown]}, 200)
    assert [one["outcome"] for one in told["lines"]] == ["recovered_meanwhile", "unknown_order"]


async def test_a_dry_run_and_lodging_name_the_same_reasons_all_at_once(pool: Town) -> None:
    loan_id = await pool.registers()
    wrong = {"outstanding_principal_fen": 200_000_001, "documents": ["loan_contract", "shopping_list"]}
    tried = await pool.post(pool.bank_client(), f"{POOL}/claims/dry-run", pool.loss(loan_id, **wrong), 200)
    refused = await pool.lodges(loan_id, status=409, **wrong)
    codes = [reason["code"] for reason in refused["reasons"]]
    assert [reason["code"] for reason in tried["reasons"]] == codes
    assert codes == [
        "loan_not_due", "document_missing", "document_missing", "outstanding_above_registered",
        "document_unknown",
    ]  # fmt: skip
    unknown = refused["reasons"][-1]
    assert (unknown["facts"]["document"], unknown["clauses"]) == ("shopping_list", ["XZ-33"])
    assert "loan_contract" in unknown["facts"]["known"]


async def test_what_is_stated_together_stays_exact(pool: Town) -> None:
    loan_id = await pool.registers()
    for path, more in (("claims/dry-run", {}), ("claims", {"bank_reference": "DC-9"})):
        body = pool.loss(loan_id, outstanding_interest_fen=2**53 - 1) | more
        refused = await pool.post(pool.bank_client(), f"{POOL}/{path}", body, 422)
        assert [error["code"] for error in refused["errors"]] == ["sum_too_large"]


async def test_the_reviewer_does_not_decide(pool: Town) -> None:
    loan_id = await pool.registers()
    await pool.moves_clock(100)
    claim = await pool.lodges(loan_id)
    both = pool.process.as_("person:x", "officer", "finance", city=pool.city)
    async with both:
        review = await both.post(f"{POOL}/claims/{claim['id']}/review", json={"opinion": "属实"})
        assert review.status_code == 200
        headers = {"Idempotency-Key": new_id().hex}
        year = (clock.today(pool.city) - timedelta(days=100)).year
        answer = await both.post(f"{POOL}/claims/{claim['id']}/decision", json={"policy_year": year}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "refused"), answer.text
    assert [reason["code"] for reason in answer.json()["reasons"]] == ["prepared_by_same_person"]


async def test_two_decisions_at_once_approve_once(pool: Town) -> None:
    loan_id = await pool.registers()
    await pool.moves_clock(100)
    claim = await pool.lodges(loan_id)
    await pool.post(
        pool.person("officer-1", "officer"), f"{POOL}/claims/{claim['id']}/review", {"opinion": "属实"}, 200
    )
    year = (clock.today(pool.city) - timedelta(days=100)).year

    async def decide(name: str) -> int:
        async with pool.person(name, "finance") as finance:
            answer = await finance.post(
                f"{POOL}/claims/{claim['id']}/decision", json={"policy_year": year},
                headers={"Idempotency-Key": new_id().hex},
            )  # fmt: skip
        return int(answer.status_code)

    statuses = await asyncio.gather(*(decide(f"finance-{n % 2 + 1}") for n in range(6)))
    assert sorted(statuses) == [200, 409, 409, 409, 409, 409]
    orders = await pool.get(pool.person("finance-1", "finance"), "/v1/funds/payment-orders")
    assert len(orders["items"]) == 1


async def test_a_claim_is_not_decided_out_of_a_year_nobody_allotted(pool: Town) -> None:
    loan_id = await pool.registers()
    await pool.moves_clock(100)
    claim = await pool.lodges(loan_id)
    opinion = {"opinion": "属实"}
    await pool.post(pool.person("officer-1", "officer"), f"{POOL}/claims/{claim['id']}/review", opinion, 200)
    later = clock.today(pool.city).year + 1
    refused = await pool.decides(claim["id"], year=later, status=409)
    (reason,) = refused["reasons"]
    assert (refused["code"], reason["clauses"]) == ("fund_not_allotted", ["XZ-33"])
    assert reason["facts"] == {"fund": FUND, "policy_year": later, "payer_level": "city", "appropriated_fen": 0}
    assert str(later) in reason["text"]
    assert FUND not in reason["text"]


async def test_another_banks_loans_and_claims_do_not_exist(pool: Town) -> None:
    loan_id = await pool.registers()
    await pool.moves_clock(100)
    claim = await pool.lodges(loan_id)
    async with pool.bank_client(new_id()) as stranger:
        assert (await stranger.get(f"{POOL}/loans/{loan_id}")).status_code == 404
        assert (await stranger.get(f"{POOL}/claims/{claim['id']}")).status_code == 404
        assert (await stranger.get(f"{POOL}/claims")).json()["items"] == []
        tried = await stranger.post(f"{POOL}/claims/dry-run", json=pool.loss(loan_id))
        assert tried.status_code == 404
    assert date.fromisoformat(claim["lodged_on"]) == clock.today(pool.city)
