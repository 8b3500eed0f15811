"""Recognition as XZ-39 and its practice have it: second officer, public notice, decision by another, certificate."""

import asyncio
from datetime import date, time
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from kernel.ids import decode_id
from services.registry.recognition import notice
from services.registry.recognition.models import Recognition
from services.registry.recounting import service as recounting
from tests.builders.processes import Process
from tests.builders.registry import (
    ACCEPTING,
    ENTERING,
    NEW_YEAR_LONGER,
    PORTAL,
    SECOND,
    THIRD,
    City,
    a_city,
    a_form,
    an_upper_form,
    answered,
    calendar_of_2027,
    created,
    refused,
    the_day_after,
)
from tests.policy.cases import default_settings

pytestmark = [pytest.mark.anyio, pytest.mark.own_city]


async def on_notice(city: City) -> dict[str, Any]:
    return answered(await city.reviewed(await city.applied()))


async def notice_over(city: City, recognition: dict[str, Any]) -> None:
    """The clock passes the last day and the timer fires."""
    await city.set_clock(the_day_after(recognition["notice"]["closes_on"]), time(0, 1))
    async with asyncio.timeout(10), city.officer() as officer:
        while True:
            found = answered(await officer.get(f"/v1/registry/recognitions/{recognition['id']}"))
            if found["status"] == "awaiting_decision":
                return
            await asyncio.sleep(0.05)


async def to_decide(city: City) -> dict[str, Any]:
    recognition = await on_notice(city)
    await notice_over(city, recognition)
    return recognition


def plain(recognition: dict[str, Any]) -> str:
    return str(decode_id("rec", recognition["id"]))


@pytest.fixture(scope="module")
async def published(process: Process) -> tuple[City, dict[str, Any]]:
    """A recognition on notice in a city of its own, one for all tests that leave it as it is."""
    city = await a_city(process)
    return city, await on_notice(city)


async def test_a_makerspace_becomes_a_municipal_key_carrier(city: City) -> None:
    recognition = await city.applied()
    assert recognition["status"] == "under_review"

    reviewed = answered(await city.reviewed(recognition, facts={"tenants": 25}))
    assert reviewed["status"] == "on_notice"
    assert {"fact": "tenants", "value": 25, "source": "review"} in reviewed["evidence"]["facts"]
    assert {"fact": "floor_area", "value": 800, "source": "application"} in reviewed["evidence"]["facts"]
    # 1 September 2026 is a Tuesday: five working days end on Tuesday the 8th.
    assert reviewed["notice"] == {"published_on": "2026-09-01", "closes_on": "2026-09-08", "provisional": False}

    await notice_over(city, reviewed)
    decided = answered(await city.decided(recognition))
    assert (decided["status"], decided["reviewed_by"], decided["decided_by"]) == ("recognised", SECOND, THIRD)

    facts = await city.facts("carrier.recognised")
    assert facts == [
        {
            "case_id": str(decode_id("case", decided["case_id"])),
            "case_outcome": "granted",
            "recognition_id": plain(decided),
            "carrier_id": str(decode_id("car", decided["carrier_id"])),
            "organisation_id": str(decode_id("org", decided["applicant_id"])),
            "carrier_kind": "makerspace",
            "level": "municipal",
            "is_key": True,
            "recognised_on": "2026-09-09",
            "certificate_number": decided["certificate_number"],
            "determination_id": str(decode_id("det", decided["determination_id"])),
            "decided_by": THIRD,
            "accepted_on": "2026-08-31",
            "accepted_at": "2026-08-31T02:00:00Z",
        }
    ]
    assert [fact["outcome"] for fact in await city.facts("recognition.reviewed")] == ["eligible"]
    assert [fact["objections"] for fact in await city.facts("recognition.notice_closed")] == [0]


async def test_the_officer_who_accepted_does_not_review(city: City) -> None:
    recognition = await city.applied()
    assert refused(await city.reviewed(recognition, by=ACCEPTING)) == ["reviewed_by_accepting_officer"]


@pytest.mark.parametrize("outcome", ["recognise", "refuse"])
async def test_who_entered_accepted_or_reviewed_does_not_decide_either_way(city: City, outcome: str) -> None:
    """A decision by the officer who entered the case is a named refusal; so is one by whoever had it after that."""
    recognition = await to_decide(city)
    named = [await city.decided(recognition, by=by, outcome=outcome) for by in (ENTERING, ACCEPTING, SECOND)]
    assert [refused(answer) for answer in named] == [
        ["decided_by_entering_officer"],
        ["decided_by_accepting_officer"],
        ["decided_by_reviewer"],
    ]
    ended = answered(await city.decided(recognition, outcome=outcome))
    assert ended["status"] == {"recognise": "recognised", "refuse": "refused"}[outcome]


async def test_one_officer_who_entered_and_accepted_is_told_both(city: City) -> None:
    firm = await city.register()
    case = await city.accept(firm["id"], a_form(), opened_by=ACCEPTING)
    reviewed = answered(await city.reviewed(await city.recognition_of(case)))
    await notice_over(city, reviewed)
    codes = ["decided_by_entering_officer", "decided_by_accepting_officer"]
    assert refused(await city.decided(reviewed, by=ACCEPTING)) == codes


async def test_who_entered_an_upper_level_record_does_not_record_it(city: City) -> None:
    """Of a record the review is the decision."""
    firm = await city.register()
    case = await city.accept(firm["id"], an_upper_form(), item="record-upper-recognition")
    recognition, authority = await city.recognition_of(case), {"issuing_authority": "江苏省科学技术厅"}
    assert refused(await city.reviewed(recognition, by=ENTERING, **authority)) == ["decided_by_entering_officer"]
    assert answered(await city.reviewed(recognition, **authority))["status"] == "recognised"


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"reviewed_by": ACCEPTING}, "second_officer_reviews"),
        ({"decided_by": SECOND}, "another_officer_decides"),
        ({"decided_by": ACCEPTING}, "not_decided_at_the_counter"),
        ({"decided_by": ENTERING}, "not_decided_at_the_counter"),
        ({"status": "recognised"}, "recognised_in_full"),
    ],
)
async def test_the_database_refuses_what_a_mistake_in_code_would_let_pass(
    published: tuple[City, dict[str, Any]], wrong: dict[str, Any], constraint: str
) -> None:
    city, recognition = published
    statement = update(Recognition).where(Recognition.id == UUID(plain(recognition))).values(**wrong)
    with pytest.raises(IntegrityError, match=f"ck_recognition_{constraint}"):
        async with city.process.app.state.sessions() as session, session.begin():
            await session.execute(statement)


async def test_two_officers_decide_at_once_and_one_certificate_is_issued(city: City) -> None:
    recognition = await to_decide(city)
    officers = (THIRD, "person:officer-4", "person:officer-6")
    answers = await asyncio.gather(*(city.decided(recognition, by=by) for by in officers))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"move_not_allowed"}
    async with city.portal() as portal:
        certificates = answered(await portal.get(f"/v1/registry/carriers/{recognition['carrier_id']}/certificates"))
    assert len(certificates["items"]) == len(await city.facts("carrier.recognised")) == 1


async def test_a_decision_before_the_notice_is_over_is_not_possible(published: tuple[City, dict[str, Any]]) -> None:
    city, recognition = published
    answer = await city.decided(recognition)
    assert (answer.status_code, answer.json()["code"]) == (409, "move_not_allowed")


async def test_what_is_on_notice_keeps_its_name_until_it_is_decided(published: tuple[City, dict[str, Any]]) -> None:
    """Else the certificate names a space that the public was never shown."""
    city, recognition = published
    async with city.portal() as portal:
        path = f"/v1/registry/carriers/{recognition['carrier_id']}"
        renamed = await portal.patch(path, json={"name": "另一空间"}, headers={"If-Match": "*"})
    assert refused(renamed) == ["recognition_pending"]


async def test_open_parameters_refuse_with_every_clause_and_change_nothing(process: Process) -> None:
    city = await a_city(process, settings={})
    recognition = await city.applied()
    answer = await city.reviewed(recognition)
    assert answer.json()["code"] == "policy_open"
    assert set(refused(answer)) == {"parameter_open"}
    named = {reason["facts"]["parameter"] for reason in answer.json()["reasons"]}
    assert {"recognition.key_makerspace.notice_working_days", "recognition.key_makerspace.floor_area"} <= named
    assert all(reason["facts"]["clause"]["quote"] for reason in answer.json()["reasons"])
    assert (await city.recognition_of(recognition["case_id"]))["status"] == "under_review"

    # Set later, but said to apply to pending cases: the same case goes on.
    later = {"effective_on": date(2026, 9, 1), "applies_to_pending": True}
    await city.set_policy(default_settings("xuzhou"), version=3, **later)
    assert answered(await city.reviewed(recognition))["status"] == "on_notice"


async def test_a_value_set_after_acceptance_does_not_reach_back_by_itself(process: Process) -> None:
    city = await a_city(process, settings={})
    recognition = await city.applied()
    await city.set_policy(default_settings("xuzhou"), version=3, effective_on=date(2026, 9, 1))
    assert (await city.reviewed(recognition)).json()["code"] == "policy_open"


async def test_missing_facts_are_not_false(city: City) -> None:
    recognition = await city.applied(a_form(mentors=None, tenants=None))
    assert refused(await city.reviewed(recognition)) == ["fact_missing", "fact_missing"]
    answer = await city.reviewed(recognition, facts={"mentors": 6, "tenants": 26})
    assert answered(answer)["status"] == "on_notice"


async def test_criteria_not_met_wait_for_another_officer_to_refuse_with_all_reasons(city: City) -> None:
    recognition = await city.applied(a_form(tenants=19, mentors=2))
    reviewed = answered(await city.reviewed(recognition))
    assert reviewed["status"] == "awaiting_refusal"
    assert [(r["code"], r["facts"]["fact"], r["facts"]["short_by"]) for r in reviewed["reasons"]] == [
        ("criterion_not_met", "tenants", 1),
        ("criterion_not_met", "mentors", 1),
    ]
    assert (await city.decided(recognition)).json()["code"] == "move_not_allowed"
    ended = answered(await city.decided(recognition, outcome="refuse"))
    assert ended["status"] == "refused"
    codes = ["criterion_not_met", "criterion_not_met", "decided_against"]
    assert [reason["code"] for reason in ended["reasons"]] == codes
    told = await city.facts("recognition.refused")
    assert (told[0]["reason_codes"], told[0]["case_outcome"]) == (codes, "refused")


async def test_evidence_that_does_not_hold_leads_to_refusal(city: City) -> None:
    recognition = await city.applied()
    reviewed = answered(await city.reviewed(recognition, is_verified=False, opinion="租赁合同系伪造"))
    assert (reviewed["status"], reviewed["reasons"][0]["code"]) == ("awaiting_refusal", "evidence_not_verified")


async def test_the_notice_counts_a_make_up_saturday(process: Process) -> None:
    """10 October 2026 is a Saturday that is worked, after a National Day holiday from the 1st to the 7th."""
    city = await a_city(process, on=date(2026, 9, 30))
    recognition = await on_notice(city)
    assert recognition["notice"]["closes_on"] == "2026-10-13"  # 8, 9, 10 (make-up), 12, 13


async def test_a_notice_into_a_year_without_a_calendar_is_provisional(process: Process) -> None:
    city = await a_city(process, on=date(2026, 12, 29))
    assert (await on_notice(city))["notice"]["provisional"] is True


OBJECTION = {"objector": "王某", "contact": "徐州市某路1号", "statement": "入驻企业与另一空间重复统计"}


async def object_to(city: City, recognition: dict[str, Any], subject: str = "client:other-portal") -> Any:
    async with city.portal(subject) as portal:
        return await portal.post(f"/v1/registry/recognitions/{recognition['id']}/objections", json=OBJECTION)


async def test_an_objection_counts_until_the_last_evening_and_not_after(city: City) -> None:
    recognition = await on_notice(city)
    await city.set_clock(date(2026, 9, 8), time(23, 59))
    created(await object_to(city, recognition))
    await city.set_clock(date(2026, 9, 9), time(0, 0, 30))
    assert refused(await object_to(city, recognition)) == ["notice_over"]


async def test_nobody_objects_to_what_is_not_published(city: City) -> None:
    recognition = await city.applied()
    assert (await object_to(city, recognition)).status_code == 404
    assert refused(await object_to(city, recognition, PORTAL)) == ["notice_not_open"]


async def test_an_objection_is_answered_before_the_decision(city: City) -> None:
    recognition = await on_notice(city)
    filed = created(await object_to(city, recognition))
    await notice_over(city, recognition)
    assert refused(await city.decided(recognition)) == ["objection_unresolved"]

    path = f"/v1/registry/recognitions/{recognition['id']}/objections"
    async with city.officer() as officer:
        answer = {"upheld": False, "opinion": "名单无重复"}
        answered(await officer.post(f"{path}/{filed['id']}/answer", json=answer))
        again = await officer.post(f"{path}/{filed['id']}/answer", json=answer)
        listed = answered(await officer.get(path))
    assert again.json()["code"] == "objection_answered"
    assert [objection["objector"] for objection in listed["items"]] == ["王某"]
    assert answered(await city.decided(recognition))["status"] == "recognised"


async def test_who_filed_an_objection_does_not_answer_it(city: City) -> None:
    """An officer who objects, or enters at the counter what somebody said, is not the one who upholds it."""
    path = f"recognitions/{(await on_notice(city))['id']}/objections"
    filed = created(await city.send(path, OBJECTION, by=SECOND))
    answer = {"upheld": True, "opinion": "属实"}
    assert refused(await city.send(f"{path}/{filed['id']}/answer", answer, by=SECOND)) == ["answered_by_objector"]
    answered(await city.send(f"{path}/{filed['id']}/answer", answer, by=THIRD))


async def test_one_minute_before_midnight_an_objection_counts_and_one_minute_later_it_is_refused_by_name(
    city: City,
) -> None:
    """By the date in Shanghai: 23:59 of the last evening is 15:59 UTC, and the timer need not have fired."""
    recognition = await on_notice(city)
    await city.set_clock(date(2026, 9, 8), time(23, 59, 5))
    filed = created(await object_to(city, recognition))
    assert filed["filed_at"].startswith("2026-09-08T15:59")
    await city.set_clock(date(2026, 9, 9), time(0, 0, 30))
    late = await object_to(city, recognition)
    assert refused(late) == ["notice_over"]
    assert late.json()["reasons"][0]["facts"] == {"closes_on": "2026-09-08"}


async def test_a_withdrawn_objection_stands_in_nobodys_way(city: City) -> None:
    recognition = await on_notice(city)
    filed = created(await object_to(city, recognition))
    await notice_over(city, recognition)
    path = f"/v1/registry/recognitions/{recognition['id']}/objections/{filed['id']}"
    async with city.portal("client:third-portal") as stranger:
        assert (await stranger.post(f"{path}/withdrawal")).status_code == 404
    assert refused(await city.decided(recognition)) == ["objection_unresolved"]
    async with city.portal("client:other-portal") as objector:
        assert answered(await objector.post(f"{path}/withdrawal"))["id"] == filed["id"]
        assert (await objector.post(f"{path}/withdrawal")).json()["code"] == "objection_withdrawn"
    async with city.officer() as officer:
        answer = await officer.post(f"{path}/answer", json={"upheld": True, "opinion": "属实"})
        assert answer.json()["code"] == "objection_withdrawn"
    assert answered(await city.decided(recognition))["status"] == "recognised"


async def test_an_answered_objection_is_not_withdrawn(city: City) -> None:
    recognition = await on_notice(city)
    filed = created(await object_to(city, recognition))
    path = f"/v1/registry/recognitions/{recognition['id']}/objections/{filed['id']}"
    async with city.officer() as officer:
        answered(await officer.post(f"{path}/answer", json={"upheld": True, "opinion": "属实"}))
    async with city.portal("client:other-portal") as objector:
        assert (await objector.post(f"{path}/withdrawal")).json()["code"] == "objection_answered"


async def test_a_provisional_notice_is_counted_again_when_the_calendar_is_published(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Practice f.3: five working days from 29 December 2026, into a year without a notice of the State Council.

    Then the calendar of 2027 is published and 4 January rests: the last day moves later, is final, and counts.
    """
    city = await a_city(process, on=date(2026, 12, 29))
    recognition = await on_notice(city)
    told = recognition["notice"]
    assert (told["closes_on"], told["provisional"]) == ("2027-01-06", True)

    monkeypatch.setattr(recounting, "workdays", lambda: NEW_YEAR_LONGER)
    await city.set_clock(date(2026, 12, 30), time(0, 1))  # the next morning, not only the last one
    path = f"/v1/registry/recognitions/{recognition['id']}"
    found = await city.until(path, lambda found: not found["notice"]["provisional"])
    assert found["notice"]["closes_on"] == "2027-01-07"
    (moved,) = await city.facts("due_day.settled")
    assert (moved["kind"], moved["told_on"], moved["due_on"]) == ("recognition_notice", "2027-01-06", "2027-01-07")
    assert moved["case_id"] == str(decode_id("case", recognition["case_id"]))
    await city.set_clock(date(2027, 1, 7), time(23, 59))
    created(await object_to(city, recognition))
    await notice_over(city, found)


async def test_a_notice_whose_calendar_comes_out_on_its_last_evening_does_not_close_that_night(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The timer of the day that was told counts again before it closes; the one it sets for the later day fires too."""
    city = await a_city(process, on=date(2026, 12, 29))
    recognition = await on_notice(city)
    await city.set_clock(date(2027, 1, 6), time(23, 59))
    monkeypatch.setattr(notice, "workdays", lambda: NEW_YEAR_LONGER)
    await city.set_clock(date(2027, 1, 7), time(0, 1))
    path = f"/v1/registry/recognitions/{recognition['id']}"
    found = await city.until(path, lambda found: not found["notice"]["provisional"])
    assert (found["status"], found["notice"]["closes_on"]) == ("on_notice", "2027-01-07")
    await notice_over(city, found)


async def test_what_was_told_is_never_moved_earlier(process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    """Practice f.3: a make-up Saturday of the new calendar would end the notice sooner; nobody loses a day told."""
    city = await a_city(process, on=date(2026, 12, 29))
    recognition = await on_notice(city)
    monkeypatch.setattr(notice, "workdays", lambda: calendar_of_2027(works=[date(2027, 1, 2)]))
    await city.set_clock(date(2027, 1, 5))
    created(await object_to(city, recognition))
    found = answered(await city_get(city, recognition))
    assert found["notice"] == {"published_on": "2026-12-29", "closes_on": "2027-01-06", "provisional": False}


async def test_an_upheld_objection_stands_against_recognition(city: City) -> None:
    recognition = await on_notice(city)
    filed = created(await object_to(city, recognition))
    async with city.officer() as officer:
        path = f"/v1/registry/recognitions/{recognition['id']}/objections/{filed['id']}/answer"
        answered(await officer.post(path, json={"upheld": True, "opinion": "属实"}))
    await notice_over(city, recognition)
    assert refused(await city.decided(recognition)) == ["objection_upheld"]
    assert answered(await city.decided(recognition, outcome="refuse"))["status"] == "refused"


async def test_public_notices_name_the_carrier_and_no_person(published: tuple[City, dict[str, Any]]) -> None:
    city, recognition = published
    async with city.portal("client:other-portal") as portal:
        listed = answered(await portal.get("/v1/registry/notices"))
    assert [notice["recognition_id"] for notice in listed["items"]] == [recognition["id"]]
    assert set(listed["items"][0]) == {
        "recognition_id", "case_number", "carrier_id", "carrier_name", "operator_name", "level", "is_key", "notice",
    }  # fmt: skip


async def test_an_operator_deregistered_meanwhile_gets_no_certificate(city: City) -> None:
    recognition = await to_decide(city)
    async with city.officer() as officer:
        path = f"/v1/registry/organisations/{recognition['applicant_id']}"
        version = (await officer.get(path)).headers["etag"]
        gone = {"on": "2026-09-05", "reason": "市场监管部门公告注销"}
        answered(await officer.post(f"{path}/deregistration", json=gone, headers={"If-Match": version}))
    assert refused(await city.decided(recognition)) == ["operator_deregistered"]
    assert await city.facts("carrier.recognised") == []


async def moved_to(city: City, recognition: dict[str, Any], *places: dict[str, Any]) -> None:
    async with city.portal() as portal:
        path = f"/v1/registry/carriers/{recognition['carrier_id']}"
        answered(await portal.patch(path, json={"premises": list(places)}, headers={"If-Match": "*"}))


async def test_an_area_that_shrank_after_the_review_is_judged_again_at_the_decision(city: City) -> None:
    """XZ-39: 500 square metres or 30 seats as set; 800 and 60 were reviewed, and the register has had less since."""
    recognition = await to_decide(city)
    place = {"address": "徐州市云龙区和平路57号A座", "area_sqm": 300, "seats": 10}
    for places in ([place], []):
        await moved_to(city, recognition, *places)
        answer = await city.decided(recognition)
        assert set(refused(answer)) == {"criterion_not_met"}
        named = {reason["facts"]["fact"]: reason["clauses"] for reason in answer.json()["reasons"]}
        assert named == {"floor_area": ["XZ-39"], "seats": ["XZ-39"]}
    await moved_to(city, recognition, place | {"area_sqm": 600})
    decided = answered(await city.decided(recognition))
    assert decided["status"] == "recognised"
    assert {"fact": "floor_area", "value": 600, "source": "registry"} in decided["evidence"]["facts"]
    async with city.officer() as officer:
        kept = answered(await officer.get(f"/v1/registry/determinations/{decided['determination_id']}"))["document"]
    assert kept["inputs"]["floor_area"] == 600


async def test_an_upper_level_is_recorded_by_a_second_officer(city: City) -> None:
    firm = await city.register()
    item = {"item": "record-upper-recognition"}
    recognition = await city.recognition_of(await city.accept(firm["id"], an_upper_form(), **item))
    assert recognition["way"] == "recorded"
    assert refused(await city.reviewed(recognition)) == ["authority_missing"]
    assert refused(await city.reviewed(recognition, by=ACCEPTING)) == ["reviewed_by_accepting_officer"]

    recorded = answered(await city.reviewed(recognition, issuing_authority="江苏省科学技术厅"))
    assert recorded["status"] == "recognised"
    fact = (await city.facts("carrier.recognised"))[0]
    assert (fact["level"], fact["is_key"], fact["recognised_on"]) == ("provincial", True, "2026-08-20")
    async with city.portal() as portal:
        carrier = answered(await portal.get(f"/v1/registry/carriers/{recorded['carrier_id']}"))
    level = carrier["levels"][0]
    assert (level["authority"], level["document_number"]) == ("江苏省科学技术厅", "苏科高发〔2026〕120号")


async def test_levels_stand_in_parallel(city: City) -> None:
    municipal = await to_decide(city)
    answered(await city.decided(municipal))
    form = an_upper_form(carrier_id=str(decode_id("car", municipal["carrier_id"])))
    case = await city.accept(municipal["applicant_id"], form, item="record-upper-recognition")
    answered(await city.reviewed(await city.recognition_of(case), issuing_authority="江苏省科学技术厅"))
    async with city.portal() as portal:
        carrier = answered(await portal.get(f"/v1/registry/carriers/{municipal['carrier_id']}"))
    held = [(level["level"], level["ended_on"]) for level in carrier["levels"]]
    assert held == [("provincial", None), ("municipal", None)]


async def test_an_upper_decision_of_tomorrow_is_not_recorded(city: City) -> None:
    firm = await city.register()
    form = an_upper_form(upper_decision_on="2026-09-02")
    recognition = await city.recognition_of(await city.accept(firm["id"], form, item="record-upper-recognition"))
    answer = await city.reviewed(recognition, issuing_authority="江苏省科学技术厅")
    assert refused(answer) == ["upper_decision_in_future"]


async def test_a_doubtful_credit_code_is_confirmed_before_anything_is_certified(city: City) -> None:
    firm = await city.register(credit_code="91350203M0001FUE2P")
    recognition = await city.recognition_of(await city.accept(firm["id"], a_form()))
    answered(await city.reviewed(recognition))
    await notice_over(city, answered(await city_get(city, recognition)))
    assert refused(await city.decided(recognition)) == ["identifier_unconfirmed"]
    async with city.officer() as officer:
        path = f"/v1/registry/organisations/{firm['id']}/identifier-override"
        answered(await officer.post(path, json={"reason": "已核对执照原件"}, headers={"If-Match": '"v1"'}))
    assert answered(await city.decided(recognition))["status"] == "recognised"


async def city_get(city: City, recognition: dict[str, Any]) -> Any:
    async with city.officer() as officer:
        return await officer.get(f"/v1/registry/recognitions/{recognition['id']}")
