"""Awards nobody applied for (XZ-24, JX-19), what an ended recognition stops, and the use of bound money (JX-21)."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from kernel import clock
from kernel.ids import decode_id, encode_id, new_id
from kernel.timers import Timer
from services.funds.entitlements.endings import on_end_due
from services.funds.entitlements.models import Entitlement
from services.funds.recounting import service as recounting
from services.funds.spending import service as spending
from services.funds.spending.queries import found_nothing_left
from tests.builders.processes import Process
from tests.policy.cases import default_settings
from tests.service.funds.city import City, behind_the_bank, calendars, count_by, open_city
from tests.service.funds.test_applications import apply, approve, invoice, review
from tests.service.funds.test_clawback import PATH as CLAWBACKS
from tests.service.funds.test_clawback import eventually, plain, xuzhou
from tests.service.funds.test_clawback import found as demand
from tests.service.funds.test_periods import move_clock

pytestmark = pytest.mark.anyio
YUAN = 100
LISTS = "/v1/funds/publicity-lists"
REPORTS = "/v1/funds/spending-reports"


async def evaluate(city: City, organisation: UUID, grade: str = "excellent", **more: Any) -> dict[str, Any]:
    """The registry tells of a final grade. Answers what it told."""
    told = {
        "evaluation_id": str(new_id()), "round_id": str(new_id()), "programme": "evaluation.carriers",
        "carrier_id": str(new_id()), "organisation_id": str(organisation), "carrier_kind": "makerspace", "year": 2026,
        "grade": grade, "passed": True, "score_bp": 9_000, "participated": True, "determination_id": str(new_id()),
        "final_on": city.today, "decided_by": "person:officer-2", "accepted_on": city.today,
        "accepted_at": clock.now(city.code).isoformat(), "level": "municipal",
    } | more  # fmt: skip
    outcome = await city.process.tell("carrier.evaluated", told, city=city.code, subject=told["carrier_id"])
    assert outcome["outcome"] == "done", outcome
    return told


async def award_of(city: City, told: dict[str, Any]) -> Any:
    (found,) = [
        one
        for one in await city.entitlements(organisation_id=encode_id("org", UUID(told["organisation_id"])))
        if one["evaluation_year"] == told["year"]
    ]
    return found


async def confirm(city: City, award: Any, *, who: str = "portal-1", status: int = 200) -> Any:
    path, payee = f"/v1/funds/entitlements/{award['id']}/confirmation", plain(award["organisation_id"])
    return await city.post(who, path, status=status, organisation=payee)


async def published(city: City, programme: str) -> Any:
    """The confirmed awards stand on a list, and its notice is over."""
    made = await city.post("finance-3", LISTS, {"programme": programme}, status=201)
    await move_clock(city, (date.fromisoformat(made["until_on"]) - clock.on_date(clock.real_now())).days + 1)
    return made


async def end(city: City, told: dict[str, Any], *, level: str = "municipal") -> None:
    ended = {
        "recognition_id": told.get("recognition_id") or str(new_id()), "carrier_id": told["carrier_id"],
        "organisation_id": told["organisation_id"], "carrier_kind": "makerspace", "level": level, "is_key": True,
        "cause": "cancelled", "ended_on": city.today, "certificate_number": "XZ-2026-0001",
    }  # fmt: skip
    outcome = await city.process.tell("carrier.recognition_ended", ended, city=city.code, subject=told["carrier_id"])
    assert outcome["outcome"] == "done", outcome


async def test_a_graded_carrier_confirms_is_published_and_paid_without_having_applied(funds: Process) -> None:
    """XZ-24: about 200,000 for an excellent evaluation, computed on the fact."""
    city = await xuzhou(funds)
    told = await evaluate(city, city.organisation())
    await evaluate(city, UUID(told["organisation_id"]), **{k: v for k, v in told.items() if k != "organisation_id"})
    await evaluate(city, city.organisation(), "qualified")
    await evaluate(city, city.organisation(), participated=False)
    (award,) = await city.entitlements()
    assert (award["status"], award["grade"], award["case_id"]) == ("payable", "excellent", None)
    yuan = award["amount_fen"] // YUAN
    early = await city.approve(award, status=409)
    assert [reason["code"] for reason in early["reasons"]] == ["not_confirmed", "not_published"]
    assert (await city.post("finance-3", LISTS, {"programme": "evaluation.award"}, status=409))["code"] == (
        "nothing_to_publish"
    )
    assert (
        await city.call("portal-1", "POST", f"/v1/funds/entitlements/{award['id']}/confirmation", {})
    ).status_code == 404
    await confirm(city, award)
    made = await city.post("finance-3", LISTS, {"programme": "evaluation.award"}, status=201)
    running = await city.approve(award, status=409)
    assert [reason["code"] for reason in running["reasons"]] == ["notice_running"]
    shown = await city.get(f"{LISTS}/{made['id']}")
    assert [(item["entitlement_id"], item["amount_fen"]) for item in shown["items"]] == [(award["id"], yuan * YUAN)]
    await move_clock(city, (date.fromisoformat(made["until_on"]) - date.fromisoformat(city.today)).days + 1)
    await city.approve(award)
    order = await city.order_of(award)
    await city.send(order)
    await city.confirm(city.line(order, "ICBC-1"))
    assert await city.books() == {
        "authority": 1_000_000, "allotted": 1_000_000 - yuan, "spent": yuan, "treasury": 1_000_000 - yuan,
        "funding": 1_000_000, "expense": yuan,
    }  # fmt: skip
    asked = await review(
        city, await apply(city, "apply-evaluation-award", {}, applicant=UUID(told["organisation_id"])),
        about="2026年度评价", grade="excellent", carrier_kind="makerspace", level="municipal",
    )  # fmt: skip
    assert [reason["code"] for reason in asked["reasons"]] == ["already_awarded"]
    await city.assert_sound()


async def test_what_the_clause_does_not_name_is_not_paid_however_excellent(funds: Process) -> None:
    """XZ-24 names makerspaces and incubators; who was recognised when the round opened may not be any more."""
    city = await xuzhou(funds)
    accelerator = await award_of(city, await evaluate(city, city.organisation(), carrier_kind="accelerator"))
    assert (accelerator["status"], [reason["code"] for reason in accelerator["reasons"]]) == (
        "refused", ["criterion_not_met"],
    )  # fmt: skip
    unrecognised = await award_of(city, await evaluate(city, city.organisation(), level=None))
    assert (unrecognised["status"], [reason["code"] for reason in unrecognised["reasons"]]) == (
        "refused", ["criterion_not_met"],
    )  # fmt: skip


async def on_time(city: City, order: dict[str, Any]) -> None:
    """What is done by the timer of an award whose recognition has ended."""
    async with city.process.app.state.sessions() as session, session.begin():
        await on_end_due(session, Timer(object_id=str(decode_id("ent", order["subject"]))))


async def test_an_ended_recognition_stops_what_is_not_paid_and_finds_what_was_paid_too_shortly_before(
    funds: Process,
) -> None:
    city = await xuzhou(funds)
    paid, waiting, approved = [
        await city.recognise(carrier=new_id(), organisation=city.organisation()) for _ in range(3)
    ]
    graded = await evaluate(city, UUID(waiting["organisation_id"]), carrier_id=waiting["carrier_id"])
    for told in (paid, approved):
        await city.approve(await city.awarded(told))
    order = await city.order_of(await city.awarded(paid))
    await city.send(order)
    await behind_the_bank(city, order, Entitlement, end(city, paid))  # at the bank: waited for
    await behind_the_bank(city, order, Entitlement, on_time(city, order))
    assert (await city.awarded(paid))["status"] == "approved"
    await city.confirm(city.line(order, "ICBC-1"))
    (found,) = (await city.get(CLAWBACKS))["items"]
    assert (found["cause"], found["demanded_fen"], found["status"]) == ("recognition_ended", 300_000 * YUAN, "found")
    assert found["clauses"][-1] in {"XZ-21", "XZ-23"}
    await city.release(await city.order_of(await city.awarded(approved)))
    for told in (waiting, approved, approved, paid):
        await end(city, told)
    assert [(await city.awarded(told))["status"] for told in (waiting, approved)] == ["stopped", "stopped"]
    assert (await award_of(city, graded))["status"] == "stopped"
    cancelled = await city.order_of(await city.awarded(approved))
    assert cancelled["status"] == "cancelled"
    assert len((await city.get(CLAWBACKS))["items"]) == 1
    assert await city.books() == {
        "authority": 1_000_000, "allotted": 700_000, "spent": 300_000, "treasury": 700_000, "funding": 1_000_000,
        "expense": 300_000,
    }  # fmt: skip
    assert len(await city.events("entitlement.stopped")) == 3
    await city.assert_sound()


async def test_of_an_ended_award_only_what_was_not_demanded_back_before_is_found(funds: Process) -> None:
    city = await xuzhou(funds)
    told = await city.recognise(carrier=new_id(), organisation=city.organisation())
    await city.approve(await city.awarded(told))
    order = await city.order_of(await city.awarded(told))
    await city.send(order)
    await city.confirm(city.line(order, "ICBC-1"))
    graded = await evaluate(city, UUID(told["organisation_id"]), carrier_id=told["carrier_id"])
    await demand(city, order, 100_000)
    await end(city, told)
    assert (await award_of(city, graded))["status"] == "stopped", "what rests on it and is not paid is stopped with it"
    demanded = {one["cause"]: one["demanded_fen"] for one in (await city.get(CLAWBACKS))["items"]}
    assert demanded == {"false_evidence": 100_000 * YUAN, "recognition_ended": 200_000 * YUAN}
    await city.assert_sound()


async def test_money_that_comes_back_after_the_end_is_not_paid_again(funds: Process) -> None:
    city = await xuzhou(funds, **{"clawback.stands_months": None})
    told = await city.recognise(carrier=new_id(), organisation=city.organisation())
    await city.approve(await city.awarded(told))
    order = await city.order_of(await city.awarded(told))
    await city.send(order)
    await end(city, told)
    await city.confirm(city.line(order, "ICBC-1", outcome="rejected"))
    assert await eventually(city, "entitlement.stopped")
    assert (await city.order_of(await city.awarded(told)))["status"] == "cancelled"
    assert (await city.get(CLAWBACKS))["items"] == []  # the policy does not say how long it had to stand
    assert await city.books() == {
        "authority": 1_000_000,
        "allotted": 1_000_000,
        "treasury": 1_000_000,
        "funding": 1_000_000,
    }
    await city.assert_sound()


async def jiaxing(funds: Process) -> City:
    given = {key: tuple(v) if isinstance(v, list) else v for key, v in default_settings("jiaxing").items()}
    city = await open_city(funds, pack="jiaxing", settings=given)
    await city.budget(1_000_000 * YUAN, fund="upper.match")
    return city


async def a_match(city: City, reference: str) -> Any:
    """Paid: 200,000 beside a provincial award, bound to running the space. Answers the report that is expected."""
    row = await apply(city, "apply-upper-match", {})
    facts = {"carrier_kind": "makerspace", "upper_level": "provincial", "upper_received_fen": 200_000 * YUAN}
    await review(city, row, about=f"浙科发〔2026〕{reference}号", **facts)
    order = await city.get(f"/v1/funds/payment-orders/{(await approve(city, row))['payment_order_id']}")
    await city.send(order)
    await city.confirm(city.line(order, reference))
    (report,) = [one for one in (await city.get(REPORTS))["items"] if one["payment_order_id"] == order["id"]]
    return report


async def hand_in(city: City, report: Any, *lines: dict[str, Any], status: int = 200) -> Any:
    path, payee = f"{REPORTS}/{report['id']}/lines", plain(report["payee_id"])
    return await city.post("portal-1", path, {"lines": list(lines)}, status=status, organisation=payee)


async def check(city: City, report: Any, who: str = "officer-1", status: int = 200) -> Any:
    return await city.post(who, f"{REPORTS}/{report['id']}/check", {"opinion": "与发票核对"}, status=status)


async def test_bound_money_is_reported_by_purpose_and_what_went_elsewhere_is_demanded_back(funds: Process) -> None:
    """JX-20, JX-21: a match 1:1 is for running the space; the invoices stand in the one register."""
    city = await jiaxing(funds)
    report = await a_match(city, "1")
    assert (report["status"], report["amount_fen"], report["due_on"] > report["paid_on"]) == (
        "expected",
        200_000 * YUAN,
        True,
    )
    rent = {"purpose": "rent"} | invoice("26337000000000000001", 150_000)
    twice = await hand_in(city, report, rent, rent, status=409)
    assert [reason["code"] for reason in twice["reasons"]] == ["invoice_repeated"]
    coded = await hand_in(city, report, rent | {"code": "0000000000"}, status=422)
    assert [(error["pointer"], error["code"]) for error in coded["errors"]] == [("/lines/0/code", "invoice_code")]
    await hand_in(city, report, rent)
    travel = {"purpose": "other"} | invoice("26337000000000000002", 60_000)
    again = await hand_in(city, report, rent, travel)
    assert (again["status"], again["by_purpose"]) == ("submitted", {"rent": 150_000 * YUAN, "other": 60_000 * YUAN})
    short = await check(city, report)
    assert (short["status"], short["short_fen"]) == ("short", 50_000 * YUAN)
    found = await city.get(f"{CLAWBACKS}/{short['clawback_id']}")
    assert (found["cause"], found["demanded_fen"], found["clauses"][0]) == (
        "use_restriction_broken",
        50_000 * YUAN,
        "JX-21",
    )

    second = await a_match(city, "2")
    used = await hand_in(city, second, rent, status=409)
    assert [(reason["code"], reason["facts"]["number_last4"]) for reason in used["reasons"]] == [
        ("invoice_used", "0001")
    ]
    await hand_in(city, second, {"purpose": "staff"} | invoice("26337000000000000003", 200_000))
    assert (await check(city, second))["status"] == "in_order"
    await city.assert_sound()


async def told_by(city: City, times: int) -> list[bool]:
    """Whether each reminder was told as overdue, once there are so many."""
    for _ in range(100):
        told = await city.events("spending_report.due")
        if len(told) == times:
            break
        await asyncio.sleep(0.05)
    return [one["overdue"] for one in told]


async def test_a_report_that_never_comes_is_reminded_of_and_found(funds: Process) -> None:
    """JX-21: what nobody can show the use of has to come back, if people decide so."""
    city = await jiaxing(funds)
    report = await a_match(city, "1")
    days = (date.fromisoformat(report["due_on"]) - date.fromisoformat(city.today)).days
    await move_clock(city, days)
    assert await told_by(city, 1) == [False]
    await move_clock(city, days + 1)
    assert await told_by(city, 2) == [False, True]
    late = await city.get(f"{REPORTS}/{report['id']}")
    found = await city.get(f"{CLAWBACKS}/{late['clawback_id']}")
    assert (late["status"], found["demanded_fen"], found["found_by"]) == ("overdue", 200_000 * YUAN, "workload:funds")
    handed = await hand_in(city, late, {"purpose": "rent"} | invoice("26337000000000000004", 200_000))
    assert handed["is_late"]
    assert (await check(city, late))["status"] == "in_order"
    await city.assert_sound()


async def test_a_report_due_in_a_year_whose_notice_comes_later_is_not_missed_on_the_day_told_first(
    funds: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is found on the day told first, and what is handed in by the day it has become is not late."""
    city = await jiaxing(funds)
    before, after = calendars(clock.today(city.code))
    count_by(monkeypatch, before, recounting, spending)
    first, second = await a_match(city, "1"), await a_match(city, "2")
    assert first["provisional"]
    days = (date.fromisoformat(first["due_on"]) - date.fromisoformat(city.today)).days
    count_by(monkeypatch, after, spending)
    await move_clock(city, days + 1)
    handed = await hand_in(city, first, {"purpose": "rent"} | invoice("26337000000000000005", 200_000))
    assert (handed["is_late"], handed["provisional"], handed["due_on"] > first["due_on"]) == (False, False, True)
    await until_fired(city, "spending_report.missed", second["id"], date.fromisoformat(handed["due_on"]))
    told = await city.get(f"{REPORTS}/{second['id']}")
    assert (told["status"], told["due_on"], told["clawback_id"]) == ("expected", handed["due_on"], None)
    assert await city.events("spending_report.due") == []
    days += (date.fromisoformat(handed["due_on"]) - date.fromisoformat(first["due_on"])).days
    await move_clock(city, days)
    assert await told_by(city, 1) == [False]
    await move_clock(city, days + 1)
    assert await told_by(city, 2) == [False, True]


async def until_fired(city: City, kind: str, report: str, last_on: date) -> None:
    """The timer of a report has fired and stands at the end of another last day."""
    for _ in range(100):
        async with city.process.app.state.sessions() as session:
            timer = await session.scalar(select(Timer).where(Timer.kind == kind, Timer.object_id == plain(report)))
        if timer.due_at == clock.start_of(last_on + timedelta(days=1)):
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{kind} still stands at {timer.due_at}")


async def test_nobody_reports_on_money_the_bank_brought_back(funds: Process) -> None:
    city = await jiaxing(funds)
    report = await a_match(city, "1")
    order = await city.get(f"/v1/funds/payment-orders/{report['payment_order_id']}")
    await city.confirm(city.line(order, "R-1", outcome="returned"))
    other = await a_match(city, "2")
    await demand(city, await city.get(f"/v1/funds/payment-orders/{other['payment_order_id']}"), 200_000)
    days = (date.fromisoformat(report["due_on"]) - date.fromisoformat(city.today)).days
    await move_clock(city, days)
    assert await told_by(city, 1) == [False]
    await move_clock(city, days + 1)
    assert await told_by(city, 2) == [False, True], "only of what is with the payee"
    assert (await city.get(f"{REPORTS}/{other['id']}"))["status"] == "overdue"
    assert len((await city.get(CLAWBACKS))["items"]) == 1, "it was demanded back as a whole already"
    assert (await city.get(f"{REPORTS}/{report['id']}"))["status"] == "expected"
    await city.send(await city.get(f"/v1/funds/payment-orders/{order['id']}"))
    await city.confirm(city.line(order, "B-2"))
    anew = await city.get(f"{REPORTS}/{report['id']}")
    assert (anew["paid_on"], anew["due_on"] > city.today) == (city.today, True)
    await city.assert_sound()


async def test_a_report_is_not_checked_while_the_bank_has_the_money_back(funds: Process) -> None:
    """Else what is short would be demanded of nobody, and never again once it is paid anew."""
    city = await jiaxing(funds)
    report = await a_match(city, "1")
    order = await city.get(f"/v1/funds/payment-orders/{report['payment_order_id']}")
    await hand_in(city, report, {"purpose": "rent"} | invoice("26337000000000000005", 150_000))
    await city.confirm(city.line(order, "R-1", outcome="returned"))
    early = await check(city, report, status=409)
    assert [reason["code"] for reason in early["reasons"]] == ["not_paid"]
    await city.send(await city.get(f"/v1/funds/payment-orders/{order['id']}"))
    await city.confirm(city.line(order, "B-2"))
    short = await check(city, report)
    found = await city.get(f"{CLAWBACKS}/{short['clawback_id']}")
    assert (short["status"], found["demanded_fen"]) == ("short", 50_000 * YUAN)
    await city.assert_sound()


async def drop(city: City, row: Any) -> None:
    await city.post("finance-1", f"{CLAWBACKS}/{row['id']}/decision", {"amount_fen": None, "opinion": "查无实据"})


async def demanded(city: City, times: int) -> list[Any]:
    """Everything demanded back, by when it was found, once there is so much of it."""
    for _ in range(100):
        found = (await city.get(CLAWBACKS))["items"]
        if len(found) == times:
            break
        await asyncio.sleep(0.05)
    return sorted(found, key=lambda one: one["found_at"])


async def test_what_was_demanded_for_another_reason_and_dropped_is_found_for_the_end(funds: Process) -> None:
    city = await xuzhou(funds)
    told = await city.recognise(carrier=new_id(), organisation=city.organisation())
    await city.approve(await city.awarded(told))
    order = await city.order_of(await city.awarded(told))
    await city.send(order)
    await city.confirm(city.line(order, "ICBC-1"))
    whole = await demand(city, order, 300_000)
    await end(city, told)
    assert len(await demanded(city, 1)) == 1, "nothing is left of it"
    await drop(city, whole)
    _, found = await demanded(city, 2)
    assert (found["cause"], found["demanded_fen"]) == ("recognition_ended", 300_000 * YUAN)
    await drop(city, found)
    assert len(await demanded(city, 2)) == 2, "the same end is found once"
    await city.assert_sound()


async def test_a_report_that_never_came_is_found_when_another_demand_is_dropped(funds: Process) -> None:
    city = await jiaxing(funds)
    report = await a_match(city, "1")
    whole = await demand(city, await city.get(f"/v1/funds/payment-orders/{report['payment_order_id']}"), 200_000)
    await move_clock(city, (date.fromisoformat(report["due_on"]) - date.fromisoformat(city.today)).days + 1)
    assert (await told_by(city, 2))[-1], "reminded, and overdue"
    assert (await city.get(f"{REPORTS}/{report['id']}"))["clawback_id"] is None
    await drop(city, whole)
    _, found = await demanded(city, 2)
    assert (found["cause"], found["demanded_fen"]) == ("use_restriction_broken", 200_000 * YUAN)
    assert (await city.get(f"{REPORTS}/{report['id']}"))["clawback_id"] == found["id"]
    await city.assert_sound()


async def test_what_a_late_report_is_short_of_is_found_once_the_demand_for_its_lateness_is_dropped(
    funds: Process,
) -> None:
    city = await jiaxing(funds)
    report = await a_match(city, "1")
    await move_clock(city, (date.fromisoformat(report["due_on"]) - date.fromisoformat(city.today)).days + 1)
    (whole,) = await demanded(city, 1)
    await hand_in(city, report, {"purpose": "rent"} | invoice("26337000000000000005", 150_000))
    short = await check(city, report)
    assert (short["short_fen"], short["clawback_id"]) == (50_000 * YUAN, whole["id"]), "nothing is left of it"
    await drop(city, whole)
    _, found = await demanded(city, 2)
    assert (found["demanded_fen"], found["found_by"]) == (50_000 * YUAN, "person:officer-1")
    assert (await city.get(f"{REPORTS}/{report['id']}"))["clawback_id"] == found["id"]
    await drop(city, found)
    async with city.process.app.state.sessions() as session:
        again = await found_nothing_left(session, UUID(plain(report["payment_order_id"])))
    assert again is None, "what is short is found once"
    await city.assert_sound()


async def test_whom_a_payee_merged_into_reports_in_its_place_and_is_told_what_is_demanded_back(funds: Process) -> None:
    city = await jiaxing(funds)
    report = await a_match(city, "1")
    between, successor = city.organisation(), city.organisation()
    # As it may be told: the later merger first.
    for gone, into in ((between, successor), (UUID(plain(report["payee_id"])), between)):
        merged = {"organisation_id": str(gone), "successor_id": str(into), "effective_on": city.today}
        await city.process.tell("organisation.merged", merged, city=city.code)
    path, lines = f"{REPORTS}/{report['id']}/lines", [{"purpose": "rent"} | invoice("26337000000000000006", 1_000)]
    await city.post("portal-1", path, {"lines": lines}, status=404, organisation=str(between))
    await city.post("portal-1", path, {"lines": lines}, organisation=str(successor))
    short = await check(city, report)
    (told,) = await city.events("spending_report.checked")
    where = f"{CLAWBACKS}/{short['clawback_id']}"
    await city.post("officer-1", f"{where}/notice")
    (notice,) = await city.events("clawback.notified")
    assert {told["organisation_id"], notice["organisation_id"]} == {str(successor)}
    await city.post("portal-1", f"{where}/objection", {"objection": "不属实"}, organisation=str(successor))
    assert (await city.get(where))["payee_id"] == report["payee_id"], "the books stay in its name"
    await city.assert_sound()
