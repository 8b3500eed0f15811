"""XZ-33: a loan after its registration: paid out, extended once, repaid, withdrawn, refinanced, its borrower gone."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from kernel import clock
from kernel.ids import decode_id, encode_id, new_id
from tests.builders.neighbours import answers
from tests.policy.cases import default_settings, snapshot_with
from tests.service.funds.town import LONG_AGO, POOL, Town, registry_answer

pytestmark = pytest.mark.anyio


async def sets(pool: Town, **life: Any) -> None:
    values = default_settings("xuzhou") | {"fund.loan_risk.period": "one_off"}
    values |= {f"loan_pool.life.{key}": value for key, value in life.items()}
    await pool.knows(
        snapshot_with("xuzhou", values, recorded_at=LONG_AGO).with_settings([]).with_settings([]).with_settings([])
    )


async def registered(pool: Town, reference: str = "HT-1", *, days: int = 5, **more: Any) -> str:
    """A loan to be paid out in so many days, due 90 days from now."""
    today = clock.today(pool.city)
    plan = {"disbursed_on": today + timedelta(days=days), "due_on": today + timedelta(days=90)}
    return await pool.registers(reference, **{key: day.isoformat() for key, day in plan.items()}, **more)


async def step(pool: Town, loan_id: str, what: str, body: Any, status: int = 200, **who: Any) -> Any:
    """A step of the bank, or of somebody else, who has read the loan before."""
    async with pool.bank_client() as bank:
        seen = (await bank.get(f"{POOL}/loans/{loan_id}")).headers["etag"]
    client = pool.person(*who["by"]) if who else pool.bank_client()
    return await pool.post(client, f"{POOL}/loans/{loan_id}/{what}", body, status, **{"If-Match": seen})


OFFICER = ("officer-1", "officer")


async def test_a_loan_registered_beforehand_is_covered_for_what_was_paid_out(pool: Town) -> None:
    loan_id = await registered(pool)
    unpaid = await pool.lodges(loan_id, status=409)
    assert "loan_not_disbursed" in [reason["code"] for reason in unpaid["reasons"]]
    await pool.moves_clock(6)
    today = clock.today(pool.city)
    wrong = {"disbursed_on": (today + timedelta(days=1)).isoformat(), "amount_fen": 200_000_001}
    refused = await step(pool, loan_id, "disbursement", wrong, 409)
    assert [reason["code"] for reason in refused["reasons"]] == ["payout_above_registered", "payout_in_future"]
    paid = {"disbursed_on": today.isoformat(), "amount_fen": 90_000_000}
    loan = await step(pool, loan_id, "disbursement", paid)
    assert (loan["status"], loan["paid_out_fen"], loan["principal_fen"]) == ("disbursed", 90_000_000, 200_000_000)
    assert (await step(pool, loan_id, "disbursement", paid, 409))["code"] == "move_not_allowed"
    await pool.moves_clock(160)
    above = await pool.lodges(loan_id, status=409)
    assert [reason["code"] for reason in above["reasons"]] == ["outstanding_above_registered"]
    dry = await pool.post(
        pool.bank_client(), f"{POOL}/claims/dry-run", pool.loss(loan_id, outstanding_principal_fen=90_000_000), 200
    )
    assert (dry["eligible_fen"], dry["payable_fen"]) == (90_000_000, 27_000_000)
    told = (await pool.get(pool.bank_client(), f"{POOL}/loans/{loan_id}/history"))["items"]
    assert [(one["fact"], one["amount_fen"]) for one in told] == [
        ("loan.registered", 200_000_000), ("loan.disbursed", 90_000_000),
    ]  # fmt: skip


@pytest.mark.parametrize(("days", "status"), [(19, 200), (20, 200), (21, 409)])
async def test_a_payout_is_confirmed_in_the_days_the_city_set(pool: Town, days: int, status: int) -> None:
    await sets(pool, confirm_within_days=20)
    loan_id = await registered(pool)
    registered_on = clock.today(pool.city)
    await pool.moves_clock(days)
    body = {"disbursed_on": (registered_on + timedelta(days=5)).isoformat(), "amount_fen": 1}
    answer = await step(pool, loan_id, "disbursement", body, status)
    if status == 409:
        (reason,) = answer["reasons"]
        assert (reason["code"], reason["clauses"]) == ("confirmed_too_late", ["XZ-33"])
        assert reason["facts"] == {"last_on": (registered_on + timedelta(days=20)).isoformat()}


async def test_a_loan_is_extended_once_with_a_reason_by_a_second_person(pool: Town) -> None:
    loan_id = await pool.registers()
    due_on = clock.today(pool.city) + timedelta(days=30)
    later = {"due_on": (due_on + timedelta(days=60)).isoformat(), "reason": "订单回款延后"}
    assert (await step(pool, loan_id, "extension/grant", {}, 409, by=OFFICER))["code"] == "extension_not_asked"
    same = await step(pool, loan_id, "extension", later | {"due_on": due_on.isoformat()}, 409)
    assert same["code"] == "extension_not_later"
    assert (await step(pool, loan_id, "extension", later | {"reason": " "}, 422))["code"] == "invalid"
    asked = await step(pool, loan_id, "extension", later)
    assert (asked["extension_to"], asked["extended_to"]) == (later["due_on"], None)
    assert (await step(pool, loan_id, "extension", later, 409))["code"] == "extended_once"
    assert (await step(pool, loan_id, "extension/grant", {}, 403))["code"] == "forbidden"
    granted = await step(pool, loan_id, "extension/grant", {}, by=OFFICER)
    assert (granted["due_on"], granted["extended_to"]) == (due_on.isoformat(), later["due_on"])
    await pool.moves_clock(100)  # 70 days past the old due day, 10 past the new one
    early = await pool.lodges(loan_id, status=409)
    assert [reason["code"] for reason in early["reasons"]] == ["not_overdue_long_enough"]
    assert early["reasons"][0]["facts"]["overdue_days"] == 10
    await pool.moves_clock(151)
    assert (await pool.lodges(loan_id))["status"] == "lodged"
    assert (await step(pool, loan_id, "extension", later, 409))["code"] == "extended_once"


async def test_an_extension_is_refused_with_the_reason_and_may_be_asked_again(pool: Town) -> None:
    loan_id = await pool.registers()
    due_on = clock.today(pool.city) + timedelta(days=30)
    later = {"due_on": (due_on + timedelta(days=600)).isoformat(), "reason": "订单回款延后"}
    no = {"reason": "续期过长,请改报三个月。"}
    assert (await step(pool, loan_id, "extension/refusal", no, 409, by=OFFICER))["code"] == "extension_not_asked"
    await step(pool, loan_id, "extension", later)
    assert (await step(pool, loan_id, "extension/refusal", no, 403))["code"] == "forbidden"
    refused = await step(pool, loan_id, "extension/refusal", no, by=OFFICER)
    assert (refused["extension_to"], refused["extension_refused_because"]) == (None, no["reason"])
    assert (await step(pool, loan_id, "extension/grant", {}, 409, by=OFFICER))["code"] == "extension_not_asked"
    shorter = later | {"due_on": (due_on + timedelta(days=90)).isoformat()}
    asked = await step(pool, loan_id, "extension", shorter)
    assert (asked["extension_to"], asked["extension_refused_because"]) == (shorter["due_on"], None)
    granted = await step(pool, loan_id, "extension/grant", {}, by=OFFICER)
    assert granted["extended_to"] == shorter["due_on"]
    told = (await pool.get(pool.bank_client(), f"{POOL}/loans/{loan_id}/history"))["items"]
    assert [one["fact"] for one in told][-2:] == ["loan.extension_refused", "loan.extended"]
    assert [(one["outcome"], one["due_on"]) for one in await pool.told("loan.extension_decided")] == [
        ("refused", due_on.isoformat()), ("granted", shorter["due_on"]),
    ]  # fmt: skip
    today = clock.today(pool.city)
    await pool.moves_clock(2)
    day = await pool.get(pool.bank_client(), f"{POOL}/daily-files/{today}")
    assert [one["count"] for one in day["totals"] if one["fact"] == "loan.extension_refused"] == [1]
    assert (await step(pool, loan_id, "extension/refusal", no, 409, by=OFFICER))["code"] == "extension_not_asked"


async def test_a_loan_that_is_due_is_not_extended_any_more(pool: Town) -> None:
    loan_id = await pool.registers()
    await pool.moves_clock(31)
    body = {"due_on": (clock.today(pool.city) + timedelta(days=60)).isoformat(), "reason": "回款延后"}
    assert (await step(pool, loan_id, "extension", body, 409))["code"] == "loan_already_due"


async def test_what_was_repaid_or_withdrawn_frees_its_room_and_cannot_be_claimed(pool: Town) -> None:
    repaid, withdrawn = await pool.registers("HT-1"), await registered(pool, "HT-2")
    assert (await pool.get(pool.bank_client(), f"{POOL}/standing"))["under_cover_fen"] == 400_000_000
    today = clock.today(pool.city)
    early = {"on": (today - timedelta(days=1)).isoformat()}
    assert (await step(pool, repaid, "repayment", early, 409))["code"] == "day_out_of_place"
    assert (await step(pool, repaid, "repayment", {"on": today.isoformat()}))["status"] == "repaid"
    assert (await step(pool, repaid, "withdrawal", {}, 409))["code"] == "move_not_allowed"
    assert (await step(pool, withdrawn, "withdrawal", {}))["status"] == "withdrawn"
    assert (await pool.get(pool.bank_client(), f"{POOL}/standing"))["under_cover_fen"] == 0
    await pool.moves_clock(200)
    for loan_id, code in ((repaid, "loan_repaid"), (withdrawn, "loan_withdrawn")):
        refused = await pool.lodges(loan_id, status=409)
        assert [(reason["code"], reason["clauses"]) for reason in refused["reasons"]] == [(code, ["XZ-33"])]


async def test_a_loan_with_a_claim_is_not_repaid_and_of_both_at_once_one_wins(pool: Town) -> None:
    loan_id = await pool.registers()
    await pool.moves_clock(100)
    day = {"on": clock.today(pool.city).isoformat()}

    async def send(path: str, body: Any, **headers: str) -> int:
        async with pool.bank_client() as bank:
            answer = await bank.post(f"{POOL}/{path}", json=body, headers={"Idempotency-Key": new_id().hex} | headers)
        return int(answer.status_code)

    claim = pool.loss(loan_id) | {"bank_reference": "DC-1"}
    statuses = await asyncio.gather(
        send("claims", claim), send(f"loans/{loan_id}/repayment", day, **{"If-Match": '"v1"'})
    )
    assert sorted(statuses) in ([200, 409], [201, 409])


async def test_a_refinanced_loan_is_refused_on_claim_by_name(pool: Town) -> None:
    loan_id = await pool.registers(refinances=True)
    await pool.moves_clock(100)
    refused = await pool.lodges(loan_id, status=409)
    (reason,) = refused["reasons"]
    assert (reason["code"], reason["clauses"]) == ("loan_refinances", ["XZ-33"])
    assert "借新还旧" in reason["text"]


async def test_a_loss_from_before_the_registration_is_not_the_pools(pool: Town) -> None:
    today = clock.today(pool.city)
    old = {"disbursed_on": (today - timedelta(days=200)).isoformat(), "due_on": (today - timedelta(days=1)).isoformat()}
    refused = await pool.post(pool.bank_client(), f"{POOL}/loans", pool.loan(**old), 409)
    assert [(reason["code"], reason["clauses"]) for reason in refused["reasons"]] == [
        ("registered_after_due", ["XZ-33"])
    ]
    loan_id = await pool.registers(**old | {"due_on": today.isoformat()})
    await pool.moves_clock(100)
    assert (await pool.lodges(loan_id))["status"] == "lodged"


async def test_whether_a_borrower_that_left_is_covered_is_for_the_policy_to_say(pool: Town) -> None:
    loan_id = await pool.registers()
    day = {"on": clock.today(pool.city).isoformat()}
    assert (await step(pool, loan_id, "moving-out", day, 403))["code"] == "forbidden"
    await step(pool, loan_id, "moving-out", day, by=OFFICER)
    assert (await step(pool, loan_id, "moving-out", day, 409, by=OFFICER))["code"] == "moved_out_before"
    await pool.moves_clock(100)
    (undecided,) = (await pool.lodges(loan_id, status=409))["reasons"]
    assert (undecided["code"], undecided["clauses"]) == ("parameter_open", ["XZ-33"])
    assert undecided["facts"]["parameter"] == "loan_pool.life.covers_moved_out"
    await sets(pool, covers_moved_out=False)
    (refused,) = (await pool.lodges(loan_id, status=409))["reasons"]
    assert (refused["code"], refused["facts"]) == ("borrower_moved_out", {"moved_out_on": day["on"]})


async def test_a_borrower_that_left_is_covered_where_the_city_says_so(pool: Town) -> None:
    await sets(pool, covers_moved_out=True)
    loan_id = await pool.registers()
    await step(pool, loan_id, "moving-out", {"on": clock.today(pool.city).isoformat()}, by=OFFICER)
    await pool.moves_clock(100)
    assert (await pool.lodges(loan_id))["status"] == "lodged"


async def test_who_changes_a_loan_has_read_it(pool: Town) -> None:
    loan_id = await pool.registers()
    day, path = {"on": clock.today(pool.city).isoformat()}, f"{POOL}/loans/{loan_id}/repayment"
    await pool.post(pool.bank_client(), path, day, 428)
    stale = await pool.post(pool.bank_client(), path, day, 412, **{"If-Match": '"v7"'})
    assert stale["code"] == "stale"
    await pool.post(pool.bank_client(new_id()), path, day, 404, **{"If-Match": '"v1"'})


@pytest.mark.parametrize("status", ["deregistered", "merged"])
async def test_a_borrower_or_bank_that_is_no_more_is_neither_covered_nor_listed_nor_admitted(
    pool: Town, status: str
) -> None:
    loan, ended, other = pool.loan("HT-1"), {"status": status}, pool.loan("HT-2")
    gone = str(decode_id("org", loan["borrower_id"]))
    answers(
        pool.process, "registry", lambda path: {**registry_answer(path, pool.city), **(ended if gone in path else {})}
    )  # type: ignore[dict-item]
    refused = await pool.post(pool.bank_client(), f"{POOL}/loans", loan, 409)
    assert [(one["code"], one["clauses"]) for one in refused["reasons"]] == [("borrower_inactive", ["XZ-33"])]
    told = await pool.post(pool.bank_client(), f"{POOL}/loans/bulk", {"items": [loan, other]}, 200)
    assert [item["outcome"] for item in told["items"]] == ["refused", "created"]
    firm = {"borrower_id": loan["borrower_id"], "facts": {"is_tech_small_firm": True}}
    unlisted = await pool.post(pool.bank_client(), f"{POOL}/library", firm, 409)
    assert [one["code"] for one in unlisted["reasons"]] == ["borrower_inactive"]
    bank = {"bank_id": loan["borrower_id"], "product": "贷", "agreement": "协议 2"}
    assert (await pool.post(pool.person("operator-1", "operator"), f"{POOL}/banks", bank, 409))[
        "code"
    ] == "bank_inactive"


async def test_a_bank_does_not_borrow_from_itself(pool: Town) -> None:
    own = pool.loan(borrower_id=encode_id("org", pool.bank))
    refused = await pool.post(pool.bank_client(), f"{POOL}/loans", own, 409)
    assert [one["code"] for one in refused["reasons"]] == ["borrower_is_the_bank"]


@pytest.mark.parametrize("status", ["deregistered", "merged"])
async def test_a_partner_that_is_no_more_in_law_registers_nothing_new_and_keeps_its_claims(
    pool: Town, status: str
) -> None:
    standing = await pool.registers("HT-0")
    gone, ended = str(pool.bank), {"status": status}
    answers(
        pool.process, "registry", lambda path: {**registry_answer(path, pool.city), **(ended if gone in path else {})}
    )  # type: ignore[dict-item]
    by_code = pool.loan("HT-2") | {"borrower_credit_code": "91320300MA1MABC18R", "borrower_name": "淮海传感"}
    del by_code["borrower_id"]
    for loan in (pool.loan("HT-1"), by_code):
        assert (await pool.post(pool.bank_client(), f"{POOL}/loans", loan, 409))["code"] == "bank_inactive"
    told = await pool.post(pool.bank_client(), f"{POOL}/loans/bulk", {"items": [pool.loan("HT-1"), by_code]}, 200)
    assert [item["problem"]["code"] for item in told["items"]] == ["bank_inactive"] * 2
    firm = {"borrower_id": pool.loan()["borrower_id"], "facts": {"is_tech_small_firm": True}}
    assert (await pool.post(pool.bank_client(), f"{POOL}/library", firm, 409))["code"] == "bank_inactive"
    await pool.moves_clock(100)
    assert (await pool.lodges(standing))["status"] == "lodged"
