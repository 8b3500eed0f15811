"""A case follows what other services make known, in whatever order it arrives."""

import asyncio
import itertools
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from gateway.window.cases.consumers import TIMERS
from kernel import clock
from kernel.cities import CityRow
from kernel.ids import encode_id, new_id
from kernel.timers import Timer
from tests.builders.processes import Process
from tests.service.window.rig import CASES, OTHER_PORTAL, OURS, PORTAL, a_case, an_application, key, set_values, told

pytestmark = pytest.mark.anyio
BANK = UUID(int=77)


async def an_accepted_case(window: Process, city: str) -> dict[str, Any]:
    case = await a_case(window, city)
    async with window.as_("person:officer-1", "officer", city=city) as officer:
        return (await officer.post(f"{CASES}/{case['id']}/acceptance")).json()


async def case_uuid(window: Process, city: str) -> str:
    (opened,) = await told(window, city, "case.opened")
    found: str = opened.data["case_id"]
    return found


async def read(window: Process, city: str, case_id: str, path: str = "") -> Any:
    async with window.as_("person:auditor", "auditor", city=city) as auditor:
        return (await auditor.get(f"{CASES}/{case_id}{path}")).json()


def recognised(case_id: str, **more: Any) -> dict[str, Any]:
    return {
        "case_id": case_id, "case_outcome": "granted", "recognition_id": str(new_id()), "carrier_id": str(new_id()),
        "organisation_id": str(OURS), "certificate_number": "XZ-2026-0001", "decided_by": "person:officer-2",
    } | more  # fmt: skip


async def test_a_review_runs_through_notice_to_its_outcome(window: Process, city: str) -> None:
    case = await an_accepted_case(window, city)
    plain = await case_uuid(window, city)
    await window.tell("recognition.reviewed", {"case_id": plain, "outcome": "eligible"}, city=city)
    assert (await read(window, city, case["id"]))["status"] == "in_review"
    notice = {"case_id": plain, "published_on": "2026-11-23", "closes_on": "2026-11-29", "provisional": False}
    await window.tell("recognition.notice_published", notice, city=city)
    waiting = (await read(window, city, case["id"]))["waiting"]
    assert (waiting["holder"], waiting["until"]) == ("public", "2026-11-29")
    await window.tell("carrier.recognised", recognised(plain), city=city)
    decided = await read(window, city, case["id"])
    assert (decided["status"], decided["outcome"], decided["clock"]["running"]) == ("decided", "granted", False)
    (closed,) = await told(window, city, "case.closed")
    assert closed.data["outcome"] == "granted"


async def test_the_timeline_has_every_service_and_no_person(window: Process, city: str) -> None:
    case = await an_accepted_case(window, city)
    plain = await case_uuid(window, city)
    later = (clock.now(city) + timedelta(seconds=5)).isoformat()
    await window.tell("carrier.recognised", recognised(plain), city=city, occurred_at=later, actor="person:officer-2")
    lines = (await read(window, city, case["id"], "/timeline"))["items"]
    kinds = [line["type"] for line in lines]
    assert kinds[:2] == ["case.opened", "case.accepted"]
    assert set(kinds[2:]) == {"carrier.recognised", "case.closed"}
    assert "person:" not in str(lines)
    told_of = next(line for line in lines if line["type"] == "carrier.recognised")
    assert (told_of["actor"], told_of["zh"]) == ("staff", "已认定")
    assert told_of["data"]["organisation_id"] == encode_id("org", OURS)
    assert "decided_by" not in told_of["data"]


async def test_the_same_event_twice_is_one_line(window: Process, city: str) -> None:
    case = await an_accepted_case(window, city)
    event = {"id": str(new_id()), "city": city}
    data = {"case_id": await case_uuid(window, city), "outcome": "eligible"}
    outcomes = [(await window.tell("recognition.reviewed", data, **event))["outcome"] for _ in range(2)]
    assert outcomes == ["done", "duplicate"]
    lines = (await read(window, city, case["id"], "/timeline"))["items"]
    assert [line["type"] for line in lines].count("recognition.reviewed") == 1


async def test_a_decided_case_stays_decided(window: Process, city: str) -> None:
    case = await an_accepted_case(window, city)
    plain = await case_uuid(window, city)
    await window.tell("carrier.recognised", recognised(plain), city=city)
    await window.tell("entitlement.paid", {"case_id": plain, "case_outcome": "refused"}, city=city)
    after = await read(window, city, case["id"])
    assert (after["status"], after["outcome"]) == ("decided", "granted")
    assert len(await told(window, city, "case.closed")) == 1


async def test_whoever_an_organisation_is_entrusted_to_acts_in_its_cases(window: Process, city: str) -> None:
    case = await a_case(window, city)
    told = {"organisation_id": str(OURS), "former": PORTAL, "present": OTHER_PORTAL}
    await window.tell("organisation.entrusted", told, city=city)
    path = f"{CASES}/{case['id']}"
    async with window.as_(PORTAL, "portal", city=city) as former:
        assert (await former.get(path)).status_code == 404
        assert (await former.post(f"{path}/withdrawal", json={})).status_code == 404
    async with window.as_(OTHER_PORTAL, "portal", city=city) as present:
        assert [one["id"] for one in (await present.get(CASES)).json()["items"]] == [case["id"]]
        assert (await present.post(f"{path}/withdrawal", json={})).json()["outcome"] == "withdrawn"


async def test_a_case_entered_at_the_counter_is_known_to_whoever_acts_for_the_applicant(
    window: Process, city: str
) -> None:
    application = {"json": an_application(), "headers": key()}
    async with window.as_("person:officer-1", "officer", city=city) as officer:
        case = (await officer.post(CASES, **application)).json()
        assert (await officer.get(f"{CASES}/{case['id']}")).status_code == 200
    async with window.as_(PORTAL, "portal", city=city) as portal:
        assert [one["id"] for one in (await portal.get(CASES)).json()["items"]] == [case["id"]]
    async with window.as_(OTHER_PORTAL, "portal", city=city) as other:
        assert (await other.get(CASES)).json()["items"] == []


async def test_an_applicant_reads_why_a_service_refused(window: Process, city: str) -> None:
    case = await an_accepted_case(window, city)
    reasons = [{"text": "上年度已领券", "clause": "XZ-11"}, {"text": "材料不实"}, {"clause": "XZ-11"}, "不符合"]
    fact = {
        "case_id": await case_uuid(window, city), "case_outcome": "refused", "applicant_id": str(OURS),
        "clauses": ["XZ-11"], "case_reasons": reasons,
    }  # fmt: skip
    await window.tell("voucher.application_refused", fact, city=city)
    refused = await read(window, city, case["id"])
    assert (refused["outcome"], refused["outcome_reasons"]) == (
        "refused",
        [{"text": "上年度已领券", "clause": "XZ-11"}, {"text": "材料不实", "clause": None}],
    )
    lines = (await read(window, city, case["id"], "/timeline"))["items"]
    (line,) = [one["data"] for one in lines if one["type"] == "voucher.application_refused"]
    assert (line["clauses"], "case_reasons" in line) == (["XZ-11"], False)


async def test_the_result_is_delivered_once(window: Process, city: str) -> None:
    case = await an_accepted_case(window, city)
    await window.tell("carrier.recognised", recognised(await case_uuid(window, city)), city=city)
    async with window.as_("person:officer-1", "officer", city=city) as officer:
        path = f"{CASES}/{case['id']}/delivery"
        delivered = await officer.post(path, json={"channel": "counter"})
        again = await officer.post(path, json={"channel": "post"})
    assert (delivered.json()["status"], delivered.json()["waiting"]) == ("delivered", None)
    assert again.status_code == 409


def a_claim(case_id: UUID) -> list[tuple[str, dict[str, Any], str]]:
    """What funds makes known of one claim, in its true order."""
    claim = {"case_id": str(case_id), "claim_id": str(UUID(int=case_id.int ^ 1))}
    lodged = claim | {
        "bank_id": str(BANK), "loan_id": str(new_id()), "item": "claim-loan-loss", "amount_fen": 100_00,
        "lodged_on": "2026-11-22", "lodged_at": "2026-11-22T02:00:00Z", "policy_version": 3,
        "review_due_on": "2026-12-04",
    }  # fmt: skip
    return [
        ("claim.lodged", lodged, "2026-11-22T02:00:00Z"),
        ("claim.reviewed", claim | {"bank_id": str(BANK)}, "2026-11-22T08:00:00Z"),
        ("claim.decided", claim | {"approved_fen": 40_00, "decided_by": "person:finance-1"}, "2026-11-23T02:00:00Z"),
        ("claim.paid", claim | {"amount_fen": 40_00, "case_outcome": "granted"}, "2026-11-24T02:00:00Z"),
    ]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[::2])
async def test_a_claims_case_ends_the_same_in_any_order(window: Process, city: str, order: tuple[int, ...]) -> None:
    case_id = new_id()
    events = a_claim(case_id)
    for place in order:
        kind, data, moment = events[place]
        outcome = await window.tell(kind, data, city=city, occurred_at=moment, actor="workload:funds")
        assert outcome["outcome"] == "done", outcome
    case = await read(window, city, encode_id("case", case_id))
    assert (case["status"], case["outcome"], case["closed_on"]) == ("decided", "granted", "2026-11-24")
    timeline = (await read(window, city, case["id"], "/timeline"))["items"]
    types = [line["type"] for line in timeline if line["type"].startswith("claim.")]
    assert types == ["claim.lodged", "claim.reviewed", "claim.decided", "claim.paid"]
    assert (case["policy_version"], case["clock"]["due_on"]) == (3, "2026-12-04")
    (opened,) = await told(window, city, "case.opened")
    assert (opened.data["subject_id"], opened.data["number"]) == (events[0][1]["claim_id"], case["number"])


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (0, 2, 1)])
async def test_a_claim_its_bank_takes_back_ends_its_case_as_withdrawn(
    window: Process, city: str, order: tuple[int, ...]
) -> None:
    case_id = new_id()
    events = a_claim(case_id)[:2]
    gone = events[1][1] | {"case_outcome": "withdrawn"}
    events.append(("claim.withdrawn", gone, "2026-11-23T02:00:00Z"))
    for place in order:
        kind, data, moment = events[place]
        assert (await window.tell(kind, data, city=city, occurred_at=moment))["outcome"] == "done"
    case = await read(window, city, encode_id("case", case_id))
    assert (case["status"], case["outcome"], case["closed_on"]) == ("withdrawn", "withdrawn", "2026-11-23")
    assert (case["waiting"], case["clock"]["running"]) == (None, False)
    timeline = (await read(window, city, case["id"], "/timeline"))["items"]
    assert [line["type"] for line in timeline if line["type"].startswith("claim.")][-1] == "claim.withdrawn"


async def test_a_claims_facts_may_arrive_at_the_same_time(window: Process, city: str) -> None:
    case_id = new_id()
    facts = [window.tell(kind, data, city=city, occurred_at=moment) for kind, data, moment in a_claim(case_id)]
    outcomes = [told_of["outcome"] for told_of in await asyncio.gather(*facts)]
    case = await read(window, city, encode_id("case", case_id))
    assert (outcomes, case["status"], case["outcome"]) == (["done"] * 4, "decided", "granted")
    assert len(await told(window, city, "case.closed")) == 1


async def test_a_bank_sees_its_own_claims_case(window: Process, city: str) -> None:
    case_id = new_id()
    await window.tell("claim.lodged", a_claim(case_id)[0][1], city=city)
    path = f"{CASES}/{encode_id('case', case_id)}"
    async with window.as_("bank-1", "bank", city=city, organisation=str(BANK)) as bank:
        assert (await bank.get(path)).status_code == 200
    async with window.as_("bank-2", "bank", city=city, organisation=str(UUID(int=78))) as bank:
        assert (await bank.get(path)).status_code == 404


async def test_an_investors_claim_has_a_case_of_the_investor(window: Process, city: str) -> None:
    """XZ-32: lodged at funds, numbered and followed at the window."""
    case_id = new_id()
    claim = {"case_id": str(case_id), "claim_id": str(new_id())}
    lodged = claim | {
        "applicant_id": str(BANK), "investment_id": str(new_id()), "item": "apply-angel-compensation",
        "amount_fen": 900_000_00, "lodged_on": "2026-11-22", "lodged_at": "2026-11-22T02:00:00Z",
        "policy_version": 3, "review_due_on": "2026-12-18",
    }  # fmt: skip
    assert (await window.tell("angel_claim.lodged", lodged, city=city))["outcome"] == "done"
    paid = claim | {"investor_id": str(BANK), "amount_fen": 540_000_00, "case_outcome": "granted"}
    await window.tell("angel_claim.paid", paid, city=city)
    case = await read(window, city, encode_id("case", case_id))
    assert (case["status"], case["outcome"], case["clock"]["due_on"]) == ("decided", "granted", "2026-12-18")
    async with window.as_("portal-2", "portal", city=city, organisation=str(UUID(int=78))) as stranger:
        assert (await stranger.get(f"{CASES}/{case['id']}")).status_code == 404


async def test_a_second_claim_of_the_same_case_changes_nothing(window: Process, city: str) -> None:
    lodged = a_claim(new_id())[0][1]
    for _ in range(2):
        assert (await window.tell("claim.lodged", lodged, city=city))["outcome"] == "done"
    assert len(await told(window, city, "case.opened")) == 1


async def send_back(window: Process, city: str) -> dict[str, Any]:
    case = await a_case(window, city)
    body = {"items": [{"pointer": "/form/mentors", "text": "请核对"}]}
    async with window.as_("person:officer-1", "officer", city=city) as officer:
        return (await officer.post(f"{CASES}/{case['id']}/correction", json=body)).json()


async def timers_of(window: Process, city: str) -> list[Timer]:
    async with window.app.state.sessions() as session:
        return list(await session.scalars(select(Timer).where(Timer.city_code == city)))


async def test_without_a_set_limit_no_correction_deadline_runs(window: Process, city: str) -> None:
    case = await send_back(window, city)
    assert case["correction"]["due_on"] is None
    assert await timers_of(window, city) == []


async def test_a_correction_that_never_comes_lapses(window: Process, city: str) -> None:
    await set_values(window, city, window__correction_working_days=5)
    case = await send_back(window, city)
    (timer,) = await timers_of(window, city)
    assert clock.on_date(timer.due_at).isoformat() > case["correction"]["due_on"]
    async with window.app.state.sessions() as session, session.begin():
        await TIMERS[timer.kind](session, timer)
    lapsed = await read(window, city, case["id"])
    assert (lapsed["status"], lapsed["outcome"]) == ("withdrawn", "lapsed")


async def test_the_correction_timer_fires_when_a_sandboxs_clock_is_moved(window: Process, city: str) -> None:
    await set_values(window, city, window__correction_working_days=5)
    await in_city_table(window, city)
    case = await send_back(window, city)
    await window.tell("city.clock_moved", {"city_code": city, "offset_seconds": 20 * 86_400}, city=city)
    for _ in range(100):
        status = (await read(window, city, case["id"]))["status"]
        if status == "withdrawn":
            return
        await asyncio.sleep(0.1)
    pytest.fail(f"still {status}")


async def in_city_table(window: Process, city: str) -> None:
    async with window.app.state.sessions() as session, session.begin():
        session.add(
            CityRow(
                city_code=city,
                pack_id="xuzhou",
                name_zh="沙盒",
                name_en="Sandbox",
                is_sandbox=True,
                clock_offset_seconds=0,
            )
        )


async def test_resubmitting_stops_the_deadline(window: Process, city: str) -> None:
    await set_values(window, city, window__correction_working_days=5)
    case = await send_back(window, city)
    async with window.as_(PORTAL, "portal", city=city) as portal:
        body = {"form": case["form"] | {"mentors": 9}, "documents": []}
        answer = await portal.post(f"{CASES}/{case['id']}/resubmission", json=body, headers={"If-Match": '"v2"'})
    assert answer.json()["status"] == "resubmitted"
    assert await timers_of(window, city) == []


async def test_the_promised_day_counts_from_acceptance_once_it_is_set(window: Process, city: str) -> None:
    case = await an_accepted_case(window, city)
    assert (case["clock"]["promised_working_days"], case["clock"]["due_on"]) == (None, None)
    await set_values(window, city, recognition__key_makerspace__promised_working_days=20)
    reading = (await read(window, city, case["id"]))["clock"]
    assert reading["promised_working_days"] == 20
    assert reading["days_left"] == 20
    assert reading["due_on"] > case["accepted_on"]
