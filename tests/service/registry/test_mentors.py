"""Mentors: the pool in tiers, terms, conflicts, slots booked once, sessions confirmed by both sides, counted once."""

import asyncio
from datetime import date
from itertools import count
from typing import Any

import httpx2
import pytest
from sqlalchemy import text
from stdnum.cn import ric

from tests.builders.processes import Process
from tests.builders.registry import SECOND, City, CityFor, answered, created, refused
from tests.builders.registry_cities import a_city_of
from tests.policy.cases import default_settings

pytestmark = pytest.mark.anyio
PATH = "/v1/registry"
MENTOR_SIDE = "client:mentors-unit"
_numbers = count(1)


def a_resident_id() -> str:
    """Valid, never the same twice."""
    body = f"11010519491231{next(_numbers):03d}"
    return body + ric.calc_check_digit(body + "0")


def an_entry(**more: Any) -> dict[str, Any]:
    named = more.pop("name", "张三")
    person = {"name": named, "paper_number": more.pop("paper_number", None) or a_resident_id()}
    return {
        "person": person, "tier": "city", "mentor_class": "finance", "source": "angel_investor",
        "payment_class": "volunteer", "experience_years": 8,
    } | more  # fmt: skip


@pytest.fixture
async def zhuzhou(process: Process, city_for: CityFor) -> City:
    return await city_for("zhuzhou", lambda: a_city_of(process, "zhuzhou", default_settings("zhuzhou")))


async def send(city: City, path: str, body: Any = None, by: str = MENTOR_SIDE) -> httpx2.Response:
    async with city.portal(by) as portal:
        return await portal.post(f"{PATH}{path}", json=body)


async def decide(city: City, mentor: dict[str, Any], outcome: str = "admit", by: str = SECOND) -> httpx2.Response:
    async with city.officer(by) as officer:
        body = {"outcome": outcome, "reason": "审核意见"}
        return await officer.post(f"{PATH}/mentors/{mentor['id']}/decision", json=body)


async def applied(city: City, **more: Any) -> dict[str, Any]:
    return created(await send(city, "/mentors", an_entry(**more)))


async def admitted(city: City, **more: Any) -> dict[str, Any]:
    return answered(await decide(city, await applied(city, **more)))


async def a_carrier(city: City) -> tuple[str, str]:
    """A carrier of the portal and a firm in it."""
    operator, mentee = await city.register(), await city.register(name="被辅导企业")
    body = {"kind": "makerspace", "name": "云创", "operator_id": operator["id"]}
    async with city.portal() as portal:
        carrier = created(await portal.post(f"{PATH}/carriers", json=body))
    return str(carrier["id"]), str(mentee["id"])


async def test_admission_waits_for_what_is_open_and_names_the_clause(process: Process) -> None:
    """ZZ-26: experience and term are open in the text."""
    city = await a_city_of(process, "zhuzhou")
    mentor = await applied(city)
    answer = await decide(city, mentor)
    assert (answer.status_code, answer.json()["code"]) == (409, "policy_open")
    assert {reason["facts"]["parameter"] for reason in answer.json()["reasons"]} == {
        "mentor.experience_years",
        "mentor.term_years",
    }
    async with city.officer() as officer:
        kept = answered(await officer.get(f"{PATH}/mentors/{mentor['id']}"))
    assert kept["status"] == "applied"


async def test_a_mentor_is_admitted_by_another_for_the_citys_term(zhuzhou: City) -> None:
    """ZZ-26: five years of experience, a class the text names, three years of term."""
    mentor = await applied(zhuzhou)
    async with zhuzhou.officer(MENTOR_SIDE) as officer:
        body = {"outcome": "admit", "reason": "x"}
        own = await officer.post(f"{PATH}/mentors/{mentor['id']}/decision", json=body)
    assert refused(own) == ["second_person_needed"]
    found = answered(await decide(zhuzhou, mentor))
    assert found["terms"] == [{"starts_on": "2026-09-01", "ends_on": "2029-09-01"}]
    assert (found["status"], found["is_serving"]) == ("admitted", True)
    short = await applied(zhuzhou, experience_years=4, source="intermediary")
    assert refused(await decide(zhuzhou, short)) == ["criterion_not_met", "criterion_not_met"]
    assert answered(await decide(zhuzhou, short, "refuse"))["status"] == "refused"
    assert (await decide(zhuzhou, short)).json()["code"] == "move_not_allowed"


async def test_a_city_that_sets_no_criteria_admits_without_end(city: City) -> None:
    """XZ-15: three tiers, and nothing about class, experience or term."""
    for tier in ("province", "city", "county"):
        found = await admitted(city, tier=tier, source="anybody", experience_years=0)
        assert found["terms"] == [{"starts_on": "2026-09-01", "ends_on": None}]
    async with city.officer() as officer:
        answer = await officer.post(f"{PATH}/mentors/{found['id']}/renewal")
        assert refused(answer) == ["term_without_end"]
        none = await officer.post(f"{PATH}/mentors/{found['id']}/assessments", json={"year": 2026})
    assert none.json()["code"] == "assessment_not_asked"


async def test_a_person_is_in_a_tier_once_and_counts_once_over_all(process: Process) -> None:
    """JX-05: five hundred people, not entries."""
    jiaxing = await a_city_of(process, "jiaxing")
    number = a_resident_id()
    twice = await asyncio.gather(*(send(jiaxing, "/mentors", an_entry(paper_number=number)) for _ in range(2)))
    assert sorted(answer.status_code for answer in twice) == [201, 409]
    assert [one.json()["code"] for one in twice if one.status_code == 409] == ["mentor_entry_exists"]
    first = next(one.json() for one in twice if one.status_code == 201)
    answered(await decide(jiaxing, first))
    assert await counted(jiaxing) == 1
    await admitted(jiaxing, paper_number=number, tier="county")
    await admitted(jiaxing, paper_number=number.lower(), tier="province")
    assert await counted(jiaxing) == 1
    other = await admitted(jiaxing)
    assert await counted(jiaxing) == 2
    await applied(jiaxing)
    assert await counted(jiaxing) == 2
    assert await counted(jiaxing, until="2026-08-31") == 0
    async with jiaxing.officer() as officer:
        answered(await officer.post(f"{PATH}/mentors/{other['id']}/end", json={"reason": "辞任"}))
    assert await counted(jiaxing) == 1
    await jiaxing.set_policy({"mentors.counted_by": "trained"}, version=3)
    assert await counted(jiaxing) == 2


async def counted(city: City, until: str = "2026-09-01") -> int:
    body = {"city_code": city.code, "counts": [{"key": "mentors", "counter": "mentors", "until": until}]}
    async with city.process.as_("workload:window", "workload") as window:
        return int(answered(await window.post("/internal/counts", json=body))["counts"][0]["counted"])


@pytest.mark.own_city
async def test_a_term_runs_out_and_is_renewed_once_ahead(zhuzhou: City) -> None:
    """ZZ-26: term and renewal."""
    mentor = await admitted(zhuzhou)
    async with zhuzhou.officer() as officer:
        renewed = answered(await officer.post(f"{PATH}/mentors/{mentor['id']}/renewal"))
        again = await officer.post(f"{PATH}/mentors/{mentor['id']}/renewal")
    assert renewed["terms"][1] == {"starts_on": "2029-09-01", "ends_on": "2032-09-01"}
    assert refused(again) == ["renewed_already"]
    other = await admitted(zhuzhou)
    await zhuzhou.set_clock(date(2029, 9, 1))
    async with zhuzhou.officer() as officer:
        assert answered(await officer.get(f"{PATH}/mentors/{mentor['id']}"))["is_serving"] is True
        assert answered(await officer.get(f"{PATH}/mentors/{other['id']}"))["is_serving"] is False
        assert refused(await officer.post(f"{PATH}/mentors/{other['id']}/renewal")) == [
            "term_over",
            "assessment_overdue",
        ]


@pytest.mark.own_city
async def test_who_has_served_a_term_may_apply_again_once_it_is_over(zhuzhou: City) -> None:
    """ZZ-26: a term that is over is not renewed, so another entry takes its place."""
    number = a_resident_id()
    first = await admitted(zhuzhou, paper_number=number)
    await zhuzhou.set_clock(date(2029, 8, 31))
    early = await send(zhuzhou, "/mentors", an_entry(paper_number=number))
    assert early.json()["code"] == "mentor_entry_exists"
    await zhuzhou.set_clock(date(2029, 9, 1))
    again = await admitted(zhuzhou, paper_number=number)
    assert again["terms"] == [{"starts_on": "2029-09-01", "ends_on": "2032-09-01"}]
    async with zhuzhou.officer() as officer:
        before = answered(await officer.get(f"{PATH}/mentors/{first['id']}"))
    assert (before["status"], before["ended_on"]) == ("ended", "2029-09-01")
    assert [fact["ended_on"] for fact in await zhuzhou.facts("mentor.ended")] == ["2029-09-01"]


SLOT = {"starts_at": "2026-09-10T06:00:00Z", "ends_at": "2026-09-10T07:00:00Z"}


async def test_a_slot_is_booked_once_by_two_at_once(city: City) -> None:
    mentor = await admitted(city)
    carrier, mentee = await a_carrier(city)
    slot = created(await send(city, f"/mentors/{mentor['id']}/slots", SLOT))
    body = {"carrier_id": carrier, "mentee_id": mentee, "topic": "融资"}
    path = f"/mentor-slots/{slot['id']}/bookings"
    answers = await asyncio.gather(*(send(city, path, body, by="client:portal") for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    assert {one.json()["code"] for one in answers if one.status_code == 409} == {"slot_taken"}
    async with city.portal() as portal:
        assert answered(await portal.get(f"{PATH}/mentors/{mentor['id']}/slots"))["items"] == []
    booking = next(one.json() for one in answers if one.status_code == 201)
    cancel = f"/mentor-bookings/{booking['id']}/cancellation"
    assert (await send(city, cancel, by="client:other")).status_code == 404
    answered(await send(city, cancel))
    assert (await send(city, cancel)).json()["code"] == "booking_cancelled"
    created(await send(city, path, body, by="client:portal"))


async def test_a_person_offers_one_time_once_in_whatever_tier(city: City) -> None:
    number = a_resident_id()
    here, there = [await admitted(city, paper_number=number, tier=tier) for tier in ("city", "county")]
    overlapping = SLOT | {"starts_at": "2026-09-10T06:59:00Z", "ends_at": "2026-09-10T08:00:00Z"}
    answers = await asyncio.gather(
        send(city, f"/mentors/{here['id']}/slots", SLOT), send(city, f"/mentors/{there['id']}/slots", overlapping)
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert [refused(one) for one in answers if one.status_code == 409] == [["mentor_busy"]]
    created(
        await send(
            city,
            f"/mentors/{there['id']}/slots",
            {"starts_at": "2026-09-10T08:00:00Z", "ends_at": "2026-09-10T09:00:00Z"},
        )
    )
    past = {"starts_at": "2026-08-10T08:00:00Z", "ends_at": "2026-08-10T07:00:00Z"}
    wrong = await send(city, f"/mentors/{here['id']}/slots", past)
    assert refused(wrong) == ["ends_before_beginning", "slot_in_past", "mentor_not_serving"]
    assert (await send(city, f"/mentors/{here['id']}/slots", SLOT, by="client:other")).status_code == 404


@pytest.mark.parametrize(
    ("kind", "code"), [("invests", "mentor_invests_in_mentee"), ("sits_on_jury", "mentor_judges_mentee")]
)
async def test_a_mentor_with_an_interest_is_refused_by_name(city: City, kind: str, code: str) -> None:
    """XZ-15, ZZ-26, WH-31: whoever declared it, in whatever tier."""
    number = a_resident_id()
    mentor, same = [await admitted(city, paper_number=number, tier=tier) for tier in ("city", "county")]
    carrier, mentee = await a_carrier(city)
    interest = {"organisation_id": mentee, "kind": kind, "since_on": "2026-01-01", "until_on": "2026-09-11"}
    created(await send(city, f"/mentors/{same['id']}/interests", interest))
    slot = created(await send(city, f"/mentors/{mentor['id']}/slots", SLOT))
    body = {"carrier_id": carrier, "mentee_id": mentee, "topic": "融资"}
    booked = await send(city, f"/mentor-slots/{slot['id']}/bookings", body, by="client:portal")
    assert refused(booked) == [code]
    later = {"starts_at": "2026-09-11T06:00:00Z", "ends_at": "2026-09-11T07:00:00Z"}
    free = created(await send(city, f"/mentors/{mentor['id']}/slots", later))
    created(await send(city, f"/mentor-slots/{free['id']}/bookings", body, by="client:portal"))


def a_session(carrier: str, mentee: str, **more: Any) -> dict[str, Any]:
    return {"side": "carrier", "carrier_id": carrier, "mentee_id": mentee, "topic": "路演"} | SLOT | more


@pytest.mark.own_city
async def test_who_applies_again_is_free_for_a_space_and_sessions_of_the_old_term_are_still_logged(
    zhuzhou: City,
) -> None:
    number = a_resident_id()
    first = await admitted(zhuzhou, paper_number=number)
    (old, mentee), (new, _) = await a_carrier(zhuzhou), await a_carrier(zhuzhou)
    counts, by = {"carrier_id": old, "counts": True}, "client:portal"
    engaged = created(await send(zhuzhou, f"/mentors/{first['id']}/engagements", counts, by=by))
    await zhuzhou.set_clock(date(2029, 9, 2))
    again = await admitted(zhuzhou, paper_number=number)

    last = {"starts_at": "2029-08-31T06:00:00Z", "ends_at": "2029-08-31T07:00:00Z"}
    after = {"starts_at": "2029-08-31T16:00:00Z", "ends_at": "2029-08-31T17:00:00Z"}
    path = f"/mentors/{first['id']}/sessions"
    created(await send(zhuzhou, path, a_session(old, mentee, **last), by=by))
    assert refused(await send(zhuzhou, path, a_session(old, mentee, **after), by=by)) == ["mentor_not_serving"]
    assert (await send(zhuzhou, f"/mentors/{first['id']}/engagements", counts, by=by)).status_code == 404

    ended = await send(zhuzhou, f"/mentor-engagements/{engaged['id']}/end", by=by)
    assert ended.json()["code"] == "engagement_ended"
    path = f"/mentors/{again['id']}/engagements"
    created(await send(zhuzhou, path, counts | {"counts": False}, by=by))
    created(await send(zhuzhou, path, {"carrier_id": new, "counts": True}, by=by))


@pytest.mark.own_city
async def test_a_session_counts_once_the_other_side_confirmed_it(zhuzhou: City) -> None:
    """ZZ-26, LZ-44: logged by one, confirmed by the other, and volunteers apart from purchased service."""
    mentor = await admitted(zhuzhou)
    carrier, mentee = await a_carrier(zhuzhou)
    path = f"/mentors/{mentor['id']}/sessions"
    assert refused(await send(zhuzhou, path, a_session(carrier, mentee), by="client:portal")) == ["session_in_future"]
    await zhuzhou.set_clock(date(2026, 9, 11))
    session = created(await send(zhuzhou, path, a_session(carrier, mentee), by="client:portal"))
    assert (session["status"], session["payment_class"]) == ("logged", "volunteer")
    again = a_session(carrier, mentee, starts_at="2026-09-10T06:30:00Z")
    assert refused(await send(zhuzhou, path, again, by="client:portal")) == ["mentor_busy"]
    answer, yes = f"/mentor-sessions/{session['id']}/answer", {"outcome": "confirm"}
    own = await send(zhuzhou, answer, yes, by="client:portal")
    assert refused(own) == ["other_side_needed", "second_person_needed"]
    assert (await send(zhuzhou, answer, yes, by="client:other")).status_code == 404
    assert answered(await send(zhuzhou, answer, yes))["status"] == "confirmed"
    assert (await send(zhuzhou, answer, yes)).json()["code"] == "move_not_allowed"
    assert [one["payment_class"] for one in await zhuzhou.facts("mentor.session_confirmed")] == ["volunteer"]
    async with zhuzhou.portal() as portal:
        for kind, found in (("volunteer", 1), ("purchased", 0)):
            listed = await portal.get(f"{PATH}/mentor-sessions", params={"payment_class": kind})
            assert len(answered(listed)["items"]) == found


@pytest.mark.own_city
async def test_a_disputed_session_frees_its_time(zhuzhou: City) -> None:
    mentor = await admitted(zhuzhou)
    carrier, mentee = await a_carrier(zhuzhou)
    await zhuzhou.set_clock(date(2026, 9, 11))
    path = f"/mentors/{mentor['id']}/sessions"
    assert (await send(zhuzhou, path, a_session(carrier, mentee), by=MENTOR_SIDE)).status_code == 404
    mine = a_session(carrier, mentee, side="mentor")
    async with zhuzhou.officer() as officer:
        assert (await officer.post(f"{PATH}{path}", json=mine)).status_code == 404
    session = created(await send(zhuzhou, path, a_session(carrier, mentee), by="client:portal"))
    no = {"outcome": "dispute", "reason": "当日未辅导"}
    assert answered(await send(zhuzhou, f"/mentor-sessions/{session['id']}/answer", no))["status"] == "disputed"
    created(await send(zhuzhou, path, a_session(carrier, mentee), by="client:portal"))


async def test_a_year_is_assessed_by_confirmed_sessions_and_bars_renewal(zhuzhou: City) -> None:
    """ZZ-26: ten sessions a year as the city set them."""
    mentor = await admitted(zhuzhou)
    async with zhuzhou.officer() as officer:
        path = f"{PATH}/mentors/{mentor['id']}"
        assert refused(await officer.post(f"{path}/assessments", json={"year": 2062})) == ["year_not_begun"]
        found = created(await officer.post(f"{path}/assessments", json={"year": 2026}))
        assert found == {"year": 2026, "sessions": 0, "required": 10, "passed": False}
        again = await officer.post(f"{path}/assessments", json={"year": 2026})
        assert again.json()["code"] == "mentor_assessed"
        assert refused(await officer.post(f"{path}/renewal")) == ["assessment_failed"]


@pytest.mark.own_city
async def test_a_term_is_renewed_only_while_the_assessments_are_in_time(process: Process, zhuzhou: City) -> None:
    """ZZ-26: every twelve months as the city set it; while it is open, that is the reason."""
    in_time, late = await admitted(zhuzhou), await admitted(zhuzhou)
    async with zhuzhou.officer() as officer:
        await zhuzhou.set_clock(date(2027, 9, 1))
        answered(await officer.post(f"{PATH}/mentors/{in_time['id']}/renewal"))
        await zhuzhou.set_clock(date(2027, 9, 2))
        told = await officer.post(f"{PATH}/mentors/{late['id']}/renewal")
        assert refused(told) == ["assessment_overdue"]
        (reason,) = told.json()["reasons"]
        assert (reason["clauses"], reason["facts"]) == (["ZZ-26"], {"due_on": "2027-09-01"})
        created(await officer.post(f"{PATH}/mentors/{late['id']}/assessments", json={"year": 2027}))
        assert refused(await officer.post(f"{PATH}/mentors/{late['id']}/renewal")) == ["assessment_failed"]
    settings = default_settings("zhuzhou")
    del settings["mentor.assessment_months"]
    city = await a_city_of(process, "zhuzhou", settings)
    waiting = await admitted(city)
    async with city.officer() as officer:
        told = await officer.post(f"{PATH}/mentors/{waiting['id']}/renewal")
    assert told.json()["reasons"][0]["facts"]["parameter"] == "mentor.assessment_months"


async def test_a_mentor_counts_towards_one_space_at_a_time(city: City) -> None:
    """XZ-15: the same mentor in several spaces' thresholds."""
    number = a_resident_id()
    mentor, same = [await admitted(city, paper_number=number, tier=tier) for tier in ("city", "county")]
    (first, _), (second, _) = await a_carrier(city), await a_carrier(city)
    body = {"carrier_id": first, "counts": True}
    path = f"/mentors/{mentor['id']}/engagements"
    engaged = created(await send(city, path, body, by="client:portal"))
    again = await send(city, path, body | {"counts": False}, by="client:portal")
    assert again.json()["code"] == "mentor_engaged"
    elsewhere = f"/mentors/{same['id']}/engagements"
    both = {"carrier_id": second, "counts": True}
    assert (await send(city, elsewhere, both, by="client:portal")).json()["code"] == "mentor_counted_already"
    created(await send(city, elsewhere, both | {"counts": False}, by="client:portal"))
    assert (await send(city, path, body, by="client:other")).status_code == 404

    async def counts(carrier: str) -> tuple[int, int]:
        async with city.portal() as portal:
            found = answered(await portal.get(f"{PATH}/carriers/{carrier}/mentors"))
        return found["engaged"], found["counted"]

    assert (await counts(first), await counts(second)) == ((1, 1), (1, 0))
    answered(await send(city, f"/mentor-engagements/{engaged['id']}/end", by="client:portal"))
    assert await counts(first) == (0, 0)


async def test_papers_leave_the_register_nowhere(city: City) -> None:
    number = a_resident_id()
    answers = [await send(city, "/mentors", an_entry(paper_number=number)) for _ in range(2)]
    wrong = await send(city, "/mentors", an_entry(paper_number="110105194912310000"))
    assert refused(wrong) == ["id_number_invalid"]
    answered(await decide(city, answers[0].json()))
    async with city.process.app.state.sessions() as session:
        wanted = text("SELECT data::text FROM outbox_event WHERE city_code = :city")
        told = [str(row[0]) for row in await session.execute(wanted, {"city": city.code})]
    assert any("mentor_id" in one for one in told)
    everything = [*told, *(answer.text for answer in answers), wrong.text]
    assert not [one for one in everything if number in one or "110105194912310000" in one]
    assert not [one for one in told if "张三" in one]


@pytest.mark.own_city
async def test_applications_are_for_who_made_them_and_no_city_sees_another(process: Process, city: City) -> None:
    mentor = await applied(city)
    carrier, mentee = await a_carrier(city)
    foreign = await a_city_of(process, "xuzhou", default_settings("xuzhou"))
    async with city.portal("client:other") as portal:
        assert (await portal.get(f"{PATH}/mentors/{mentor['id']}")).status_code == 404
        assert answered(await portal.get(f"{PATH}/mentors"))["items"] == []
        assert (await portal.post(f"{PATH}/mentors/{mentor['id']}/decision", json={})).status_code == 403
    assert (await decide(foreign, mentor)).status_code == 404
    theirs = await admitted(foreign)
    slot = created(await send(foreign, f"/mentors/{theirs['id']}/slots", SLOT))
    body = {"carrier_id": carrier, "mentee_id": mentee, "topic": "x"}
    path = f"/mentor-slots/{slot['id']}/bookings"
    assert (await send(city, path, body, by="client:portal")).status_code == 404
    own, _ = await a_carrier(foreign)
    assert (await send(foreign, path, body | {"carrier_id": own}, by="client:portal")).status_code == 404
