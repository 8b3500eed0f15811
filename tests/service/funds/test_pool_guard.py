"""XZ-33, WH-22, LZ-47: what banks report each month, and when that stops new loans (熔断) and lets them go on."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from kernel import clock
from kernel.ids import encode_id, new_id
from services.funds.loan_pool.guard.queries import hold_guard
from services.funds.loan_pool.lending.models import Loan
from tests.policy.cases import default_settings, snapshot_with
from tests.service.funds.town import LONG_AGO, POOL, Town

pytestmark = pytest.mark.anyio
RULE = {
    "loan_pool.guard.numerator": "overdue_balance", "loan_pool.guard.denominator": "outstanding_balance",
    "loan_pool.guard.bad_after_days": 30, "loan_pool.guard.bank_line": 500, "loan_pool.guard.bank_resume": 300,
    "loan_pool.guard.pool_line": 800, "loan_pool.guard.pool_resume": 400,
}  # fmt: skip


async def sets(pool: Town, **more: Any) -> None:
    """The city's operator has set the guard."""
    values = default_settings("xuzhou") | {"fund.loan_risk.period": "one_off"} | RULE
    values |= {f"loan_pool.guard.{key}": value for key, value in more.items()}
    snapshot = snapshot_with("xuzhou", values, recorded_at=LONG_AGO)
    await pool.knows(snapshot.with_settings([]).with_settings([]))


async def admits(pool: Town, bank: UUID) -> UUID:
    body = {"bank_id": encode_id("org", bank), "product": "成果转化贷", "agreement": "协议 2"}
    await pool.post(pool.person("operator-1", "operator"), f"{POOL}/banks", body, 201)
    return bank


def month_of(pool: Town) -> str:
    """The last month that is over."""
    return (clock.today(pool.city).replace(day=1) - timedelta(days=1)).strftime("%Y-%m")


def line(reference: str, balance_fen: int, days: int = 0) -> dict[str, Any]:
    return {"loan_reference": reference, "balance_fen": balance_fen, "days_overdue": days}


async def reports(pool: Town, *lines: dict[str, Any], status: int = 201, bank: UUID | None = None, **more: Any) -> Any:
    body = {"month": month_of(pool), "lines": list(lines)} | more
    return await pool.post(pool.bank_client(bank), f"{POOL}/arrears-reports", body, status)


async def repaid(pool: Town, reference: str) -> None:
    async with pool.process.app.state.sessions() as session, session.begin():
        mine = (Loan.city_code == pool.city, Loan.bank_reference == reference)
        await session.execute(update(Loan).where(*mine).values(status="repaid"))


async def lent(pool: Town, *, months: int = 3, **principals: int) -> None:
    """Loans of the bank by reference, on the first of the month; then so many months go by."""
    first = clock.today(pool.city).replace(day=1)
    for reference, principal in principals.items():
        days = {"disbursed_on": first.isoformat(), "due_on": (first + timedelta(days=700)).isoformat()}
        await pool.registers(reference, principal_fen=principal, **days)
    await pool.moves_clock((first.replace(day=28) + timedelta(days=30 * months) - clock.today(pool.city)).days)


async def registers(pool: Town, status: int, bank: UUID | None = None) -> Any:
    return await pool.post(pool.bank_client(bank), f"{POOL}/loans", pool.loan(f"HT-{new_id().hex[:8]}"), status)


async def test_while_the_rule_is_open_nothing_stops_by_itself_and_the_answer_says_so(pool: Town) -> None:
    await lent(pool, A=1000)
    taken = await reports(pool, line("A", 1000, 80))
    for verdict in taken["guard"]:
        assert (verdict["automatic"], verdict["suspended"], verdict["ratio_bp"]) == (False, False, None)
        named = {reason["facts"]["parameter"]: reason["clauses"] for reason in verdict["reasons"]}
        assert named == {key: ["XZ-33"] for key in RULE}
    assert [verdict["bank_id"] for verdict in taken["guard"]] == [encode_id("org", pool.bank), None]
    await registers(pool, 201)
    assert await pool.told("pool.suspended") == []


async def test_a_report_is_refused_with_all_that_is_wrong(pool: Town) -> None:
    other = await admits(pool, new_id())
    foreign = pool.loan("Z", principal_fen=1000)
    await pool.post(pool.bank_client(other), f"{POOL}/loans", foreign, 201)
    await lent(pool, A=1000, B=1000, C=1000, D=1000)
    wrong = [line("A", 1001), line("Z", 10), line("B", 10, 2000), line("B", 10), line("C", 0, 3)]
    refused = await reports(pool, *wrong, status=409)
    assert [(one["code"], one["facts"].get("line")) for one in refused["reasons"]] == [
        ("balance_above_principal", 1),
        ("loan_not_registered", 2),
        ("loan_listed_twice", 3), ("days_overdue_wrong", 3),
        ("loan_listed_twice", 4),
        ("days_overdue_wrong", 5),
        ("loan_left_out", None),
    ]  # fmt: skip
    assert refused["reasons"][-1]["facts"] == {"loan_reference": "D"}
    assert all(one["clauses"] == ["XZ-33"] for one in refused["reasons"])
    assert (await pool.get(pool.bank_client(), f"{POOL}/arrears-reports"))["items"] == []


async def test_days_overdue_are_counted_by_the_calendar_from_the_due_date(pool: Town) -> None:
    first = clock.today(pool.city)
    due = first + timedelta(days=10)
    await pool.registers("A", principal_fen=1000, due_on=due.isoformat())
    await pool.moves_clock(150)
    ended = date.fromisoformat(month_of(pool) + "-01").replace(day=28) + timedelta(days=4)
    ended -= timedelta(days=ended.day)
    overdue = (ended - due).days
    await reports(pool, line("A", 1000, overdue - 1), status=409)
    taken = await reports(pool, line("A", 1000, overdue))
    assert (taken["report"]["as_of"], taken["report"]["overdue_fen"]) == (ended.isoformat(), 1000)


async def test_a_revision_stands_beside_what_it_corrects(pool: Town) -> None:
    await lent(pool, A=1000)
    now = clock.today(pool.city).strftime("%Y-%m")
    assert (await reports(pool, line("A", 1000), status=409, month=now))["code"] == "month_not_over"
    first = (await reports(pool, line("A", 1000, 5)))["report"]
    assert (await reports(pool, line("A", 900), status=422))["code"] == "revision_without_reason"
    second = (await reports(pool, line("A", 900), reason="还款入账日更正"))["report"]
    assert ([first["revision"], second["revision"]], first["reason"]) == ([1, 2], None)
    listed = (await pool.get(pool.bank_client(), f"{POOL}/arrears-reports?month={month_of(pool)}"))["items"]
    assert [(one["revision"], one["balance_fen"], one["overdue_fen"]) for one in listed] == [
        (1, 1000, 1000),
        (2, 900, 0),
    ]
    old = await pool.get(pool.bank_client(), f"{POOL}/arrears-reports/{first['id']}/lines")
    assert [(one["balance_fen"], one["days_overdue"]) for one in old["items"]] == [(1000, 5)]
    async with pool.bank_client(new_id()) as stranger:
        assert (await stranger.get(f"{POOL}/arrears-reports/{first['id']}/lines")).status_code == 404
        assert (await stranger.get(f"{POOL}/arrears-reports")).json()["items"] == []


async def test_a_bank_stops_at_its_line_and_goes_on_only_when_cured(pool: Town) -> None:
    await sets(pool)
    other = await admits(pool, new_id())
    await pool.post(pool.bank_client(other), f"{POOL}/loans", pool.loan("Z", principal_fen=100_000), 201)
    await lent(pool, A=1000, B=19_000)
    below = await reports(pool, line("A", 1000, 30), line("B", 19_000))  # more than 30 days is bad, 30 is not
    assert [(one["suspended"], one["ratio_bp"]) for one in below["guard"]] == [(False, 0), (False, 0)]
    stopped = await reports(pool, line("A", 1000, 31), line("B", 19_000), reason="更正")
    assert [(one["suspended"], one["ratio_bp"]) for one in stopped["guard"]] == [(True, 500), (False, 83)]
    refused = await registers(pool, 409)
    assert refused["code"] == "registration_suspended"
    assert [(one["code"], one["clauses"]) for one in refused["reasons"]] == [("bank_suspended", ["XZ-33"])]
    assert refused["reasons"][0]["facts"] == {"ratio_bp": 500, "line_bp": 500, "resume_bp": 300}
    in_bulk = await pool.post(pool.bank_client(), f"{POOL}/loans/bulk", {"items": [pool.loan("HT-9")]}, 200)
    assert in_bulk["items"][0]["problem"]["code"] == "registration_suspended"
    await registers(pool, 201, other)
    between = await reports(pool, line("A", 800, 31), line("B", 19_200 - 200), reason="更正")
    assert between["guard"][0]["suspended"]
    await registers(pool, 409)
    cured = await reports(pool, line("A", 500, 31), line("B", 19_000), reason="更正")
    assert (cured["guard"][0]["suspended"], cured["guard"][0]["ratio_bp"]) == (False, 256)
    await registers(pool, 201)
    (told,), (resumed,) = await pool.told("pool.suspended"), await pool.told("pool.resumed")
    assert (told["bank_id"], told["ratio_bp"]) == (str(pool.bank), 500)
    assert (resumed["suspension_id"], resumed["how"]) == (told["suspension_id"], "cured")
    listed = (await pool.get(pool.bank_client(), f"{POOL}/suspensions"))["items"]
    assert [(one["status"], one["ended_at"] is not None) for one in listed] == [("cured", True)]


async def test_the_pools_stop_is_everybodys_and_old_loans_stay_claimable(pool: Town) -> None:
    await sets(pool)
    other = await admits(pool, new_id())
    first = clock.today(pool.city)
    loan_id = await pool.registers("A", principal_fen=200_000_000, due_on=(first + timedelta(days=30)).isoformat())
    await pool.moves_clock(150)
    ended = clock.today(pool.city).replace(day=1) - timedelta(days=1)
    taken = await reports(pool, line("A", 200_000_000, (ended - first).days - 30))
    assert [one["suspended"] for one in taken["guard"]] == [True, True]
    refused = await registers(pool, 409)
    assert [one["code"] for one in refused["reasons"]] == ["bank_suspended", "pool_suspended"]
    assert [one["code"] for one in (await registers(pool, 409, other))["reasons"]] == ["pool_suspended"]
    claim = await pool.lodges(loan_id)
    assert claim["status"] == "lodged"
    seen = (await pool.get(pool.bank_client(other), f"{POOL}/suspensions"))["items"]
    assert [one["bank_id"] for one in seen] == [None]


async def test_an_officer_lifts_what_another_proposed_and_the_next_report_may_stop_again(pool: Town) -> None:
    await sets(pool, pool_line=10_000, pool_resume=9_000)
    await lent(pool, A=1000, B=9000)
    await reports(pool, line("A", 1000, 60), line("B", 9000))
    (standing,) = (await pool.get(pool.bank_client(), f"{POOL}/standing"))["suspensions"]
    where, reason = f"{POOL}/suspensions/{standing['id']}", {"reason": "已会商"}
    early = await pool.post(pool.person("officer-1", "officer"), f"{where}/lift", {}, 409)
    assert early["code"] == "move_not_allowed"
    await pool.post(pool.bank_client(), f"{where}/lift-proposal", reason, 403)
    proposed = await pool.post(pool.person("officer-1", "officer"), f"{where}/lift-proposal", reason, 200)
    assert (proposed["status"], proposed["reason"]) == ("lift_proposed", "已会商")
    await registers(pool, 409)
    same = await pool.post(pool.person("officer-1", "officer"), f"{where}/lift", {}, 409)
    assert [one["code"] for one in same["reasons"]] == ["prepared_by_same_person"]
    lifted = await pool.post(pool.person("officer-2", "officer"), f"{where}/lift", {}, 200)
    assert lifted["status"] == "lifted"
    await registers(pool, 201)
    assert [one["how"] for one in await pool.told("pool.resumed")] == ["lifted"]
    await reports(pool, line("A", 1000, 60), line("B", 9000), reason="更正")
    assert len(await pool.told("pool.suspended")) == 2
    assert (await registers(pool, 409))["code"] == "registration_suspended"


async def test_two_lift_at_once_and_it_ends_once(pool: Town) -> None:
    await sets(pool, pool_line=10_000, pool_resume=9_000)
    await lent(pool, A=1000, B=9000)
    await reports(pool, line("A", 1000, 60), line("B", 9000))
    (standing,) = (await pool.get(pool.bank_client(), f"{POOL}/standing"))["suspensions"]
    where = f"{POOL}/suspensions/{standing['id']}"
    await pool.post(pool.person("officer-1", "officer"), f"{where}/lift-proposal", {"reason": "已会商"}, 200)

    async def lift(name: str) -> int:
        async with pool.person(name, "officer") as officer:
            answer = await officer.post(f"{where}/lift", headers={"Idempotency-Key": new_id().hex})
        return int(answer.status_code)

    assert sorted(await asyncio.gather(*(lift(f"officer-{n}") for n in range(2, 6)))) == [200, 409, 409, 409]
    assert len(await pool.told("pool.resumed")) == 1


async def test_a_registration_under_way_is_waited_for_and_the_next_one_meets_the_stop(pool: Town) -> None:
    await sets(pool)
    other = await admits(pool, new_id())
    await lent(pool, A=1000)
    async with pool.process.app.state.sessions() as under_way:
        await hold_guard(under_way, pool.city, shared=True)
        reporting = asyncio.create_task(reports(pool, line("A", 1000, 60)))
        await asyncio.sleep(0.5)
        registering = asyncio.create_task(registers(pool, 409, other))
        await asyncio.sleep(0.5)
        assert not reporting.done()
        assert not registering.done()
        await under_way.rollback()
    assert [one["suspended"] for one in (await reporting)["guard"]] == [True, True]
    assert [one["code"] for one in (await registering)["reasons"]] == ["pool_suspended"]


async def test_all_banks_together_stay_within_the_multiple_of_the_fund(pool: Town) -> None:
    await sets(pool, pool_leverage=1000)  # a tenth of 20,000,000 yuan
    other = await admits(pool, new_id())

    async def register(bank: UUID) -> int:
        body = pool.loan(f"HT-{new_id().hex[:8]}", principal_fen=150_000_000)
        async with pool.bank_client(bank) as client:
            answer = await client.post(f"{POOL}/loans", json=body, headers={"Idempotency-Key": new_id().hex})
        if answer.status_code == 409:
            assert [one["code"] for one in answer.json()["reasons"]] == ["pool_leverage_exceeded"]
        return int(answer.status_code)

    assert sorted(await asyncio.gather(*(register(bank) for bank in (pool.bank, other) * 2))) == [201, 409, 409, 409]


async def test_a_batch_counts_its_own_loans_towards_the_multiple_of_the_fund(pool: Town) -> None:
    await sets(pool, pool_leverage=1000)
    other = await admits(pool, new_id())
    await pool.post(pool.bank_client(other), f"{POOL}/loans", pool.loan(principal_fen=80_000_000), 201)
    loans = [pool.loan(f"HT-{n}", principal_fen=70_000_000) for n in range(3)]
    told = await pool.post(pool.bank_client(), f"{POOL}/loans/bulk", {"items": loans}, 200)
    assert [item["outcome"] for item in told["items"]] == ["created", "refused", "refused"]
    (reason,) = told["items"][2]["problem"]["reasons"]
    assert (reason["code"], reason["facts"]["would_be_fen"]) == ("pool_leverage_exceeded", 220_000_000)


async def test_what_arrears_may_cost_is_forecast_by_the_pools_share(pool: Town) -> None:
    first = clock.today(pool.city).replace(day=1)
    days = {"disbursed_on": first.isoformat(), "due_on": (first + timedelta(days=700)).isoformat()}
    await pool.registers("D", principal_fen=400, refinances=True, **days)
    await lent(pool, A=1000, B=2000, C=500, months=4)
    await reports(pool, line("A", 1000, 61), line("B", 2000, 60), line("C", 500), line("D", 400, 61))
    told = await pool.get(pool.person("finance-1", "finance"), f"{POOL}/standing")
    # 30 % of the loss is the city's; a claim needs more than 60 days; of D, which paid off another, there is none
    assert (told["claimable_fen"], told["watched_fen"], told["reasons"]) == (300, 600, [])
    assert (told["registered_fen"], told["outstanding_fen"], told["overdue_fen"]) == (3900, 3900, 3400)
    strange = encode_id("org", new_id())
    await repaid(pool, "C")
    over = await pool.get(pool.person("finance-1", "finance"), f"{POOL}/standing")
    assert (over["registered_fen"], over["under_cover_fen"]) == (3900, 3400), "what the guard takes, and the quota"
    await repaid(pool, "A")
    over = await pool.get(pool.person("finance-1", "finance"), f"{POOL}/standing")
    assert (over["claimable_fen"], over["watched_fen"]) == (0, 600), "though the newest report has it overdue"
    assert over["overdue_fen"] == 3400
    nobody = await pool.get(pool.person("finance-1", "finance"), f"{POOL}/standing?bank_id={strange}")
    assert (nobody["registered_fen"], nobody["overdue_fen"]) == (0, 0)
    own = await pool.get(pool.bank_client(new_id()), f"{POOL}/standing?bank_id={encode_id('org', pool.bank)}")
    assert own["registered_fen"] == 0


async def test_a_repaid_loan_leaves_the_next_report(pool: Town) -> None:
    await lent(pool, A=1000, B=1000)
    await reports(pool, line("A", 0), line("B", 1000))
    await pool.moves_clock(150)
    await reports(pool, line("B", 1000))
    assert (await reports(pool, line("A", 0), status=409, reason="更正"))["reasons"][0]["code"] == "loan_left_out"


async def test_who_has_not_reported_is_seen(pool: Town) -> None:
    silent = await admits(pool, new_id())
    await lent(pool, A=1000)
    await reports(pool, line("A", 1000))
    listed = (await pool.get(pool.person("officer-1", "officer"), f"{POOL}/banks"))["items"]
    assert [(one["bank_id"], one["reported_month"]) for one in listed] == [
        (encode_id("org", pool.bank), month_of(pool)), (encode_id("org", silent), None),
    ]  # fmt: skip


async def test_what_was_reported_as_repaid_is_not_claimed_until_the_report_is_revised(pool: Town) -> None:
    """A bank keeps its ratio by one statement and claims by another: one of the two is wrong, and it says which."""
    loan_id = await pool.registers("A", principal_fen=200_000_000)
    due = clock.today(pool.city) + timedelta(days=30)
    await pool.moves_clock(150)
    ended = clock.today(pool.city).replace(day=1) - timedelta(days=1)
    await reports(pool, line("A", 0))
    refused = await pool.lodges(loan_id, status=409)
    (reason,) = refused["reasons"]
    assert (reason["code"], reason["clauses"]) == ("outstanding_above_reported", ["XZ-33"])
    assert reason["facts"] == {"reported_fen": 0, "stated_fen": 100_000_001}
    bulk = {"items": [pool.loss(loan_id) | {"bank_reference": "DC-1"}]}
    (item,) = (await pool.post(pool.bank_client(), f"{POOL}/claims/bulk", bulk, 200))["items"]
    assert [one["code"] for one in item["problem"]["reasons"]] == ["outstanding_above_reported"]
    dry = await pool.post(pool.bank_client(), f"{POOL}/claims/dry-run", pool.loss(loan_id), 200)
    assert (dry["outcome"], dry["payable_fen"]) == ("not_eligible", 0)
    await reports(pool, line("A", 100_000_001, (ended - due).days), reason="误报为已还清")
    assert (await pool.lodges(loan_id))["status"] == "lodged"


async def test_a_payout_confirmed_after_the_reports_it_was_missing_in_is_reported_before_it_is_claimed(
    pool: Town,
) -> None:
    """Unconfirmed it stood in no report, and its arrears counted nowhere."""
    start = clock.today(pool.city)
    days = {"disbursed_on": start + timedelta(days=1), "due_on": start + timedelta(days=30)}
    loan_id = await pool.registers("A", **{name: on.isoformat() for name, on in days.items()})
    await pool.moves_clock(150)
    await reports(pool)
    confirmed = {"disbursed_on": days["disbursed_on"].isoformat(), "amount_fen": 200_000_000}
    path = f"{POOL}/loans/{loan_id}/disbursement"
    await pool.post(pool.bank_client(), path, confirmed, 200, **{"If-Match": '"v1"'})
    (reason,) = (await pool.lodges(loan_id, status=409))["reasons"]
    assert (reason["code"], reason["facts"]["reported_fen"]) == ("outstanding_above_reported", 0)
    ended = clock.today(pool.city).replace(day=1) - timedelta(days=1)
    overdue = (ended - days["due_on"]).days
    taken = await reports(pool, line("A", 100_000_001, overdue), reason="补报已放款贷款")
    assert taken["report"]["overdue_fen"] == 100_000_001
    assert (await pool.lodges(loan_id))["status"] == "lodged"
