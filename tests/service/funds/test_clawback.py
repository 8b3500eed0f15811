"""Paid money that comes back: its clock, its parts, set off and written off, with the whole trial balance in yuan."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from kernel import clock
from kernel.ids import decode_id, new_id
from kernel.workdays import Workdays
from policy.calendar import workdays
from services.funds.clawback import collecting, service
from services.funds.clawback.models import ClawbackReceipt
from services.funds.payments.models import PaymentOrder
from services.funds.payments.queries import hold_references
from services.funds.recounting import service as recounting
from tests.builders.bank import Movement
from tests.builders.processes import Process
from tests.policy.cases import default_settings
from tests.service.funds.city import City, calendars, count_by, open_city, until_held
from tests.service.funds.test_applications import RENT, apply, approve, invoice, review
from tests.service.funds.test_entitlements import pay
from tests.service.funds.test_payments import cancelled
from tests.service.funds.test_periods import move_clock
from tests.service.funds.test_statements import a_paying_account, day_of, take

pytestmark = pytest.mark.anyio
YUAN = 100
PATH = "/v1/funds/clawbacks"
PAID = {
    "authority": 1_000_000, "allotted": 700_000, "spent": 300_000,
    "treasury": 700_000, "funding": 1_000_000, "expense": 300_000,
}  # fmt: skip


async def xuzhou(funds: Process, **changed: Any) -> City:
    """Every value set that an operator might set, and a million in the budget."""
    given = {key: tuple(v) if isinstance(v, list) else v for key, v in default_settings("xuzhou").items()} | changed
    city = await open_city(funds, settings={key: value for key, value in given.items() if value is not None})
    await city.budget(1_000_000 * YUAN)
    return city


async def a_paid_award(city: City) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """(recognition, award, order): 300,000 paid to a key makerspace (XZ-23)."""
    told = await city.recognise(carrier=new_id(), organisation=city.organisation())
    award = await city.awarded(told)
    await pay(city, award, "ICBC-1")
    return told, award, await city.order_of(award)


async def found(city: City, order: Any, yuan: int, *, status: int = 201, who: str = "officer-1") -> Any:
    body = {
        "payment_order_id": order["id"], "cause": "false_evidence", "amount_fen": yuan * YUAN,
        "grounds": "发票经核验为虚开", "evidence": ["files/2026/000321.pdf"],
    }  # fmt: skip
    return await city.post(who, PATH, body, status=status)


async def step(city: City, row: Any, action: str, body: Any = None, *, who: str, status: int = 200, **more: Any) -> Any:
    return await city.post(who, f"{PATH}/{row['id']}/{action}", body, status=status, **more)


async def owed(city: City, order: Any, yuan: int) -> Any:
    """Found, told, answered by the payee and decided."""
    row = await found(city, order, yuan)
    await step(city, row, "notice", who="officer-1")
    payee = order["payee"]["organisation_id"]
    await step(city, row, "objection", {"objection": "不属实"}, who="portal-1", organisation=plain(payee))
    return await step(city, row, "decision", {"amount_fen": yuan * YUAN, "opinion": "予以追回"}, who="finance-1")


def plain(public: str) -> str:
    return str(decode_id(public.partition("_")[0], public))


async def seen(city: City, row: Any) -> str:
    """The ETag of the debt as it stands."""
    now = await city.get(f"{PATH}/{row['id']}")
    return f'"v{now["version"]}"'


async def entered(city: City, row: Any, yuan: int, reference: str, *, status: int = 201) -> Any:
    body = {"amount_fen": yuan * YUAN, "received_on": city.today, "bank_reference": reference}
    return await step(city, row, "receipts", body, who="finance-1", status=status)


async def received(city: City, row: Any, yuan: int, reference: str) -> Any:
    """Entered by one person and confirmed by another."""
    receipt = await entered(city, row, yuan, reference)
    return await step(city, row, f"receipts/{receipt['id']}/confirmation", who="finance-2")


def reasons(answer: Any) -> list[str]:
    return [reason["code"] for reason in answer["reasons"]]


async def test_an_award_is_demanded_back_decided_by_another_person_and_comes_in_parts(funds: Process) -> None:
    city = await xuzhou(funds)
    _, _, order = await a_paid_award(city)
    assert await city.books() == PAID
    assert reasons(await found(city, order, 300_001, status=409)) == ["above_paid"]
    row = await found(city, order, 300_000)
    assert reasons(await found(city, order, 1, status=409)) == ["above_paid"]

    payee = {"organisation": plain(order["payee"]["organisation_id"])}
    assert (await city.call("portal-1", "GET", f"{PATH}/{row['id']}", **payee)).status_code == 404  # not told yet
    early = await step(city, row, "decision", {"amount_fen": 1, "opinion": "x"}, who="finance-1", status=409)
    assert early["code"] == "move_not_allowed"
    told = await step(city, row, "notice", who="officer-1")
    running = await step(
        city, row, "decision", {"amount_fen": 300_001 * YUAN, "opinion": "x"}, who="finance-1", status=409
    )
    assert reasons(running) == ["above_demand", "objection_time_running"]
    today, until = date.fromisoformat(city.today), date.fromisoformat(told["object_until_on"])
    assert until == workdays().add(today, 10).on
    await move_clock(city, (until - today).days + 1)
    late = await step(city, row, "objection", {"objection": "不属实"}, who="portal-1", status=409, **payee)
    assert late["code"] == "objection_too_late"
    own = await step(city, row, "decision", {"amount_fen": 1, "opinion": "x"}, who="officer-1", status=409)
    assert reasons(own) == ["prepared_by_same_person"]
    decided = await step(city, row, "decision", {"amount_fen": 250_000 * YUAN, "opinion": "部分属实"}, who="officer-2")
    assert (decided["status"], decided["outstanding_fen"]) == ("receivable", 250_000 * YUAN)
    assert await city.books() == PAID | {"expense": 50_000, "receivable": 250_000}

    days = [(date.fromisoformat(city.today) + timedelta(days=n)).isoformat() for n in (20, 40)]
    plan = {"instalments": [{"due_on": days[0], "amount_fen": 200_000 * YUAN}, {"due_on": days[1], "amount_fen": 1}]}
    assert reasons(await step(city, row, "plan", plan, who="finance-1", status=409)) == ["plan_does_not_add_up"]
    plan["instalments"][1]["amount_fen"] = 50_000 * YUAN
    await step(city, row, "plan", plan, who="finance-1")
    await agreed(city, row, plan)
    await comes_by_two(city, row)
    assert await city.books() == PAID | {
        "allotted": 750_000, "spent": 250_000, "treasury": 750_000, "expense": 50_000, "receivable": 200_000,
    }  # fmt: skip
    assert (await entered(city, row, 1, "IN-1", status=409))["code"] == "receipt_taken"
    assert reasons(await entered(city, row, 200_001, "IN-2", status=409)) == ["above_outstanding"]
    await move_clock(city, (date.fromisoformat(days[0]) - date.fromisoformat(city.today)).days + days_moved(city) + 1)
    (overdue,) = await eventually(city, "clawback.overdue")
    assert (overdue["due_fen"], overdue["collected_fen"]) == (200_000 * YUAN, 50_000 * YUAN)

    both = [await entered(city, row, 200_000, f"IN-{n}") for n in (3, 4)]
    two = await asyncio.gather(*(confirmed(city, row, receipt) for receipt in both))
    assert sorted(two) == [200, 409]  # what is owed comes once
    whole = await city.get(f"{PATH}/{row['id']}")
    assert (whole["status"], len(whole["parts"]), len(whole["plan"])) == ("collected", 2, 2)
    assert [receipt["confirmed_by"] is None for receipt in whole["receipts"]].count(True) == 2
    assert await city.books() == PAID | {
        "allotted": 950_000, "spent": 50_000, "treasury": 950_000, "expense": 50_000,
    }  # fmt: skip
    (line,) = await city.confirm(city.line(order, "ICBC-9", outcome="returned"))
    assert line["outcome"] == "recovered_meanwhile"
    chain = await city.get(f"/v1/funds/payment-orders/{order['id']}/chain")
    assert [(one["role"], one["amount_fen"]) for one in chain["clawbacks"]] == [("demanded_back", 250_000 * YUAN)]
    assert [entry["fact"] for entry in chain["entries"]][2:] == [
        "clawback.upheld", "clawback.received", "clawback.received",
    ]  # fmt: skip
    await city.assert_sound()


async def agreed(city: City, row: Any, plan: Any) -> None:
    """A proposed plan is replaced after somebody read it, and agreed to by another person who read the new one."""
    endless = {"instalments": [{"due_on": "9999-12-31", "amount_fen": 250_000 * YUAN}]}
    refused = await step(city, row, "plan", endless, who="finance-1", status=422)
    assert [error["pointer"] for error in refused["errors"]] == ["/instalments/0/due_on"]
    read = await seen(city, row)
    plan["instalments"] = plan["instalments"][::-1]
    await step(city, row, "plan", plan, who="finance-1")  # replaced after somebody read it
    await step(city, row, "plan/approval", who="finance-2", status=428)
    await step(city, row, "plan/approval", who="finance-2", status=412, if_match=read)
    read = await seen(city, row)
    own = await step(city, row, "plan/approval", who="finance-1", status=409, if_match=read)
    assert reasons(own) == ["prepared_by_same_person"]
    await step(city, row, "plan/approval", who="finance-2", if_match=read)


async def comes_by_two(city: City, row: Any) -> None:
    """50,000 come in: entered by one person, booked by another's word."""
    mistyped = await entered(city, row, 5_000, "IN-1")
    await step(city, row, f"receipts/{mistyped['id']}/rejection", who="finance-1")
    gone = await step(city, row, f"receipts/{mistyped['id']}/confirmation", who="finance-2", status=409)
    assert gone["code"] == "receipt_ended"
    receipt = await entered(city, row, 50_000, "IN-1")
    alone = await step(city, row, f"receipts/{receipt['id']}/confirmation", who="finance-1", status=409)
    assert reasons(alone) == ["prepared_by_same_person"]
    assert await city.books() == PAID | {"expense": 50_000, "receivable": 250_000}  # nothing by one person's word
    await step(city, row, f"receipts/{receipt['id']}/confirmation", who="finance-2")


def days_moved(city: City) -> int:
    """Days the city's clock stands ahead, the day that has begun counted."""
    return (clock.now(city.code) - clock.real_now()).days + 1


async def confirmed(city: City, row: Any, receipt: Any) -> int:
    path = f"{PATH}/{row['id']}/receipts/{receipt['id']}/confirmation"
    answer = await city.call("finance-2", "POST", path, {})
    return int(answer.status_code)


async def eventually(city: City, kind: str, *, count: int = 1) -> list[dict[str, Any]]:
    for _ in range(100):
        told = await city.events(kind)
        if len(told) >= count:
            return told
        await asyncio.sleep(0.05)
    return []


async def test_a_debt_is_set_off_against_a_coming_payment_of_the_same_payee_and_the_rest_written_off(
    funds: Process,
) -> None:
    city = await xuzhou(funds)
    told, _, order = await a_paid_award(city)
    row = await owed(city, order, 300_000)
    payee = UUID(told["organisation_id"])
    rent = await approve(city, await review(city, await apply(city, "apply-operation-subsidy", RENT, applicant=payee)))
    coming = await city.get(f"/v1/funds/payment-orders/{rent['payment_order_id']}")
    assert coming["amount_fen"] == 75_000 * YUAN

    async def offset(against: Any, yuan: int, *, status: int = 200) -> Any:
        body = {"payment_order_id": against["id"], "amount_fen": yuan * YUAN}
        return await step(city, row, "offsets", body, who="finance-1", status=status)

    assert reasons(await offset(coming, 75_001, status=409)) == ["above_payment"]
    assert set(reasons(await offset(order, 300_001, status=409))) == {"above_outstanding"}
    assert "same_payment" in reasons(await offset(order, 1, status=409))
    other = await approve(city, await review(city, await apply(city, "apply-operation-subsidy", RENT)))
    assert reasons(await offset({"id": other["payment_order_id"]}, 1, status=409)) == ["another_payee"]
    await offset(coming, 25_000)
    owing = PAID | {"encumbered": 125_000, "payable": 125_000, "expense": 150_000, "receivable": 275_000}
    assert await city.books() == owing | {"allotted": 575_000}

    late = await city.call("finance-2", "POST", f"/v1/funds/payment-orders/{coming['id']}/release", {}, if_match='"v1"')
    assert late.status_code == 412  # nobody releases what they did not see
    coming = await city.get(f"/v1/funds/payment-orders/{coming['id']}")
    batch = await city.send(coming)
    assert (coming["offset_fen"], batch["total_fen"]) == (25_000 * YUAN, 50_000 * YUAN)
    assert (await offset(coming, 1, status=409))["code"] == "move_not_allowed"
    whole = city.line(coming, "ICBC-2")
    assert [line["outcome"] for line in await city.confirm(whole)] == ["wrong_amount"]
    assert [line["outcome"] for line in await city.confirm(whole | {"amount_fen": 50_000 * YUAN})] == ["settled"]
    assert await city.books() == PAID | {
        "allotted": 575_000, "encumbered": 75_000, "payable": 75_000, "expense": 150_000, "receivable": 275_000,
        "spent": 350_000, "treasury": 650_000,
    }  # fmt: skip
    chain = await city.get(f"/v1/funds/payment-orders/{coming['id']}/chain")
    assert [(one["role"], one["amount_fen"]) for one in chain["clawbacks"]] == [("set_off", 25_000 * YUAN)]

    read = await seen(city, row)
    await step(city, row, "write-off", {"reason": "法院裁定破产"}, who="finance-2")
    await step(city, row, "write-off/approval", who="finance-3", status=412, if_match=read)
    read = await seen(city, row)
    own = await step(city, row, "write-off/approval", who="finance-2", status=409, if_match=read)
    assert reasons(own) == ["prepared_by_same_person"]
    decider = await step(city, row, "write-off/approval", who="finance-1", status=409, if_match=read)
    assert reasons(decider) == ["decided_by_same_person"]
    ended = await step(city, row, "write-off/approval", who="officer-1", if_match=read)
    assert (ended["status"], ended["collected_fen"], ended["written_off_fen"]) == (
        "written_off", 25_000 * YUAN, 275_000 * YUAN,
    )  # fmt: skip
    books = await city.books()
    assert (books["written_off"], books.get("receivable")) == (275_000, None)
    assert [told["outcome"] for told in await city.events("clawback.closed")] == ["written_off"]
    await city.assert_sound()


async def test_what_is_left_of_a_payment_of_a_payee_that_is_no_more_is_cancelled_and_its_set_off_stays(
    funds: Process,
) -> None:
    city = await xuzhou(funds)
    told, _, order = await a_paid_award(city)
    row = await owed(city, order, 300_000)
    payee = UUID(told["organisation_id"])
    form = RENT | {"invoices": [invoice("26327000000000000001", 150_000)]}
    rent = await approve(city, await review(city, await apply(city, "apply-operation-subsidy", form, applicant=payee)))
    coming = await city.get(f"/v1/funds/payment-orders/{rent['payment_order_id']}")
    body = {"payment_order_id": coming["id"], "amount_fen": 25_000 * YUAN}
    await step(city, row, "offsets", body, who="finance-1")
    city.payees[payee] |= {"status": "deregistered"}
    ended = await cancelled(city, coming, "finance-2")
    assert (ended["status"], ended["offset_fen"]) == ("cancelled", 25_000 * YUAN)
    assert [told["amount_fen"] for told in await city.events("payment.cancelled")] == [50_000 * YUAN]
    assert await city.books() == PAID | {"expense": 25_000, "receivable": 275_000}
    again = await apply(city, "apply-operation-subsidy", form)
    assert reasons(again) == ["invoice_used"], "it was paid for by what was set off"
    await city.assert_sound()


async def test_what_is_wholly_set_off_never_goes_to_the_bank_though_it_is_of_another_fund(funds: Process) -> None:
    city = await xuzhou(funds)
    told, _, order = await a_paid_award(city)
    await city.budget(100_000 * YUAN, fund="investor.case_support")
    row = await owed(city, order, 300_000)
    form = await apply(city, "apply-investor-support", {}, applicant=UUID(told["organisation_id"]))
    await review(city, form, about="纪要〔2026〕9号", decided_amount_fen=100_000 * YUAN)
    paid = await approve(city, form)
    body = {"payment_order_id": paid["payment_order_id"], "amount_fen": 100_000 * YUAN}
    own = await step(city, row, "offsets", body, who="finance-1", status=409)
    assert reasons(own) == ["prepared_by_same_person"]  # to set off the last fen is to release it
    tomorrow = date.fromisoformat(city.today) + timedelta(days=1)
    await due_from(city, paid["payment_order_id"], tomorrow)
    early = await step(city, row, "offsets", body, who="finance-2", status=409)
    assert (early["code"], early["not_before"]) == ("not_yet_due", tomorrow.isoformat())  # no sooner than to the bank
    await due_from(city, paid["payment_order_id"], None)
    await step(city, row, "offsets", body, who="finance-2")
    assert (await city.get(f"/v1/funds/applications/{form['id']}"))["status"] == "paid"
    assert await city.books() == {
        "authority": 1_100_000, "allotted": 800_000, "spent": 300_000, "treasury": 800_000, "funding": 1_100_000,
        "expense": 100_000, "receivable": 200_000,
    }  # fmt: skip
    await city.assert_sound()


async def due_from(city: City, order_id: str, day: date | None) -> None:
    """As the order of an instalment has it."""
    async with city.process.app.state.sessions() as session, session.begin():
        order = await session.get_one(PaymentOrder, UUID(plain(order_id)))
        order.not_before = day


async def test_a_line_of_a_statement_pays_a_debt_once(funds: Process) -> None:
    city = await xuzhou(funds)
    await a_paying_account(city)
    _, _, order = await a_paid_award(city)
    row = await owed(city, order, 300_000)
    movements = [Movement("120000.00", "IN-77", None), Movement("-1.00", "OUT-1", None)]
    (statement,) = (await take(city, day_of(city, movements)))["items"]
    lines = (await city.get(f"/v1/funds/statements/{statement['id']}"))["lines"]
    paying = {"statement_line_id": lines[0]["id"]}
    receipt = await step(city, row, "receipts", paying, who="finance-1", status=201)
    path = f"receipts/{receipt['id']}/confirmation"
    assert reasons(await step(city, row, path, who="finance-1", status=409)) == ["prepared_by_same_person"]
    assert not (await city.get(f"/v1/funds/statements/{statement['id']}"))["lines"][0]["matched"]
    collected = await step(city, row, path, who="finance-2")
    assert collected["collected_fen"] == 120_000 * YUAN
    for line in lines:
        again = await step(city, row, "receipts", {"statement_line_id": line["id"]}, who="finance-1", status=409)
        assert again["code"] == "not_a_receipt"
    assert (await city.get(f"/v1/funds/statements/{statement['id']}"))["lines"][0]["matched"]
    await city.assert_sound()


async def test_who_a_debtor_merged_into_owes_it_in_its_place(funds: Process) -> None:
    city = await xuzhou(funds)
    told, _, order = await a_paid_award(city)
    row = await owed(city, order, 300_000)
    successor = city.organisation()
    form = await apply(city, "apply-operation-subsidy", RENT, applicant=successor)
    coming = await approve(city, await review(city, form))
    body = {"payment_order_id": coming["payment_order_id"], "amount_fen": 75_000 * YUAN}
    assert reasons(await step(city, row, "offsets", body, who="finance-2", status=409)) == ["another_payee"]
    city.payees[UUID(told["organisation_id"])] |= {"status": "merged", "successor_id": str(successor)}
    await step(city, row, "offsets", body, who="finance-2")
    assert (await city.get(f"/v1/funds/applications/{form['id']}"))["status"] == "paid"
    books = await city.books()
    assert (books["receivable"], books.get("payable")) == (225_000, None)
    await city.assert_sound()


async def test_money_the_bank_sent_once_is_booked_once(funds: Process) -> None:
    city = await xuzhou(funds)
    _, _, order = await a_paid_award(city)
    row = await owed(city, order, 300_000)
    assert (await entered(city, row, 100, "ICBC-1", status=409))["code"] == "reference_of_payment"
    other = await city.awarded(await city.recognise(carrier=new_id(), organisation=city.organisation()))
    await pay(city, other, "ICBC-2")
    waiting = await entered(city, row, 100, "IN-1")
    back = city.line(await city.order_of(other), "IN-1", outcome="returned")
    (line,) = await city.confirm(back)
    assert line["outcome"] == "returned"
    twice = await step(city, row, f"receipts/{waiting['id']}/confirmation", who="finance-2", status=409)
    assert twice["code"] == "reference_of_payment"
    await received(city, row, 100, "IN-2")
    third = await city.awarded(await city.recognise(carrier=new_id(), organisation=city.organisation()))
    await pay(city, third, "ICBC-3")
    paid = await city.order_of(third)
    (line,) = await city.confirm(city.line(paid, "IN-2", outcome="returned"))
    assert line["outcome"] == "bank_reference_reused"

    waiting = await entered(city, row, 100, "IN-3")
    async with city.process.app.state.sessions() as session, session.begin():
        await session.execute(text(f"SELECT pg_advisory_xact_lock(hashtextextended('ledger:{city.code}', 0))"))
        path = f"receipts/{waiting['id']}/confirmation"
        receipt = asyncio.create_task(step(city, row, path, who="finance-2"))  # booked, but for the last of it
        await until_held(session, receipt)
        back = asyncio.create_task(city.confirm(city.line(paid, "IN-3", outcome="returned")))
        await until_held(session, receipt, back)
    await receipt
    assert [line["outcome"] for line in await back] == ["bank_reference_reused"]
    await city.assert_sound()


async def test_money_that_came_once_pays_one_of_two_debts(funds: Process) -> None:
    city = await xuzhou(funds)
    await a_paying_account(city)
    _, _, order = await a_paid_award(city)
    one, other = [await owed(city, order, 100_000) for _ in range(2)]
    (statement,) = (await take(city, day_of(city, [Movement("500.00", "IN-1", None)])))["items"]
    (line,) = (await city.get(f"/v1/funds/statements/{statement['id']}"))["lines"]
    by_hand = {"amount_fen": 500 * YUAN, "received_on": city.today, "bank_reference": "IN-1"}
    async with city.process.app.state.sessions() as session, session.begin():
        await hold_references(session, city.code)
        begun = [
            asyncio.create_task(city.call("finance-1", "POST", f"{PATH}/{row['id']}/receipts", body))
            for row, body in ((one, by_hand), (other, {"statement_line_id": line["id"]}))
        ]
        await until_held(session, *begun)
        assert not any(task.done() for task in begun)  # each waits before it looks for what was entered
    answers = [await task for task in begun]
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    (refused,) = [answer.json()["code"] for answer in answers if answer.status_code == 409]
    assert refused == "receipt_taken"


async def test_money_entered_for_two_debts_is_booked_for_one(funds: Process) -> None:
    """As rows have it that were entered before whoever enters waited for whoever else does."""
    city = await xuzhou(funds)
    _, _, order = await a_paid_award(city)
    debts = [await owed(city, order, 100_000) for _ in range(2)]
    one, other = [await entered(city, row, 500, f"IN-{n}") for n, row in enumerate(debts)]
    async with city.process.app.state.sessions() as session, session.begin():
        receipt = await session.get_one(ClawbackReceipt, decode_id("cwr", other["id"]))
        receipt.bank_reference, receipt.bank_code = "IN-0", "313303000018"
    await step(city, debts[0], f"receipts/{one['id']}/confirmation", who="finance-2")
    twice = await step(city, debts[1], f"receipts/{other['id']}/confirmation", who="finance-2", status=409)
    assert twice["code"] == "receipt_taken"
    await step(city, debts[1], f"receipts/{other['id']}/rejection", who="finance-2")


async def test_a_demand_that_is_dropped_leaves_everything_as_it_was(funds: Process) -> None:
    city = await xuzhou(funds, **{"clawback.objection_working_days": None})
    _, _, order = await a_paid_award(city)
    row = await found(city, order, 300_000)
    refused = await step(city, row, "notice", who="officer-1", status=409)
    assert [(reason["code"], reason["facts"]["parameter"]) for reason in refused["reasons"]] == [
        ("parameter_open", "clawback.objection_working_days")
    ]
    dropped = await step(city, row, "decision", {"amount_fen": None, "opinion": "查无实据"}, who="finance-1")
    assert (dropped["status"], await city.books()) == ("dropped", PAID)
    assert (await found(city, order, 300_000))["status"] == "found"
    elsewhere = await open_city(funds)
    assert (await elsewhere.call("officer-1", "GET", f"{PATH}/{row['id']}")).status_code == 404
    await city.assert_sound()


async def test_the_time_to_object_and_to_pay_runs_by_the_notice_of_the_year_that_came_later(
    funds: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = await xuzhou(funds)
    before, after = calendars(clock.today(city.code))
    _, _, order = await a_paid_award(city)
    payee = {"organisation": plain(order["payee"]["organisation_id"])}
    count_by(monkeypatch, before, recounting, service)
    answered, silent = await found(city, order, 1), await found(city, order, 2)
    for row in (answered, silent):
        told = await step(city, row, "notice", who="officer-1")
    assert told["provisional"]
    await comes_out(city, monkeypatch, told["object_until_on"], after)
    decision = {"amount_fen": 100, "opinion": "予以追回"}
    early = await step(city, silent, "decision", decision, who="finance-1", status=409)
    assert reasons(early) == ["objection_time_running"]
    moved = await step(city, answered, "objection", {"objection": "不属实"}, who="portal-1", **payee)
    assert (moved["status"], moved["provisional"]) == ("objected", False)
    assert moved["object_until_on"] > told["object_until_on"]

    count_by(monkeypatch, before, service)
    debt = await step(city, answered, "decision", decision, who="finance-1")
    days = [one["object_until_on"] for one in await city.events("clawback.notified")]
    assert days == [told["object_until_on"]] * 2, "who has answered is not told that there is longer to answer"
    count_by(monkeypatch, after, recounting)
    await comes_out(city, monkeypatch, debt["pay_until_on"], after)
    later = await until_later(city, debt)
    *_, again = await eventually(city, "clawback.notified", count=3)
    assert (again["clawback_id"], again["object_until_on"]) == (plain(silent["id"]), moved["object_until_on"])
    assert await city.events("clawback.overdue") == []
    await move_clock(city, (later - clock.on_date(clock.real_now())).days + 1)
    (overdue,) = await eventually(city, "clawback.overdue")
    assert overdue["due_fen"] == 100


async def comes_out(city: City, monkeypatch: pytest.MonkeyPatch, told_on: str, after: Workdays) -> None:
    """A year's notice, and the day told before is over."""
    count_by(monkeypatch, after, service, collecting)
    await move_clock(city, (date.fromisoformat(told_on) - clock.on_date(clock.real_now())).days + 1)


async def until_later(city: City, debt: Any) -> date:
    """The last day to pay, once it has been counted again."""
    for _ in range(100):
        now = await city.get(f"{PATH}/{debt['id']}")
        if now["pay_until_on"] > debt["pay_until_on"]:
            return date.fromisoformat(now["pay_until_on"])
        await asyncio.sleep(0.05)
    raise AssertionError(f"still to be paid until {debt['pay_until_on']}")
