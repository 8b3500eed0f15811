"""Governance and duties: bodies by day, the duty calendar, reports with their returns, circulation, plans, scores."""

import asyncio
from dataclasses import replace
from datetime import date
from typing import Any

import httpx2
import pytest
from icalendar import Calendar
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from kernel.ids import decode_id
from policy.calendar import workdays
from services.registry.progress.duties.service import keep_calendar
from tests.builders.processes import Process
from tests.builders.registry import ACCEPTING, City, CityFor, answered, created, refused
from tests.builders.registry_cities import a_city_of

pytestmark = pytest.mark.anyio
PATH = "/v1/registry/progress"
COUNTY = {"role": "county_governments", "name": "海宁市人民政府", "division": "330481", "since_on": "2015-12-01"}
DUTY = "report_yearly_localities"


@pytest.fixture
async def jiaxing(process: Process, city_for: CityFor) -> City:
    return await city_for("jiaxing", lambda: a_city_of(process, "jiaxing"))


async def post(city: City, path: str, body: Any = None, by: str = ACCEPTING, **headers: str) -> httpx2.Response:
    async with city.officer(by) as officer:
        return await officer.post(f"{PATH}{path}", json=body, headers=headers)


async def get(city: City, path: str, **params: Any) -> dict[str, Any]:
    async with city.officer() as officer:
        return answered(await officer.get(f"{PATH}{path}", params=params))


async def the_day(city: City, duty: str = DUTY) -> dict[str, Any]:
    """The one told first: when the year turns, the daily timer tells the next."""
    return dict((await get(city, "/duty-days", duty=duty))["items"][0])


async def a_reporter(city: City, **more: Any) -> dict[str, Any]:
    return created(await post(city, "/reporters", COUNTY | more))


async def a_report(city: City, **more: Any) -> dict[str, Any]:
    """Handed in after the year's end by an officer for a county."""
    reporter, day = await a_reporter(city), await the_day(city)
    await city.set_clock(date(2027, 1, 5))
    body = {"reporter_id": reporter["id"], "summary": "全年总结", "figures": {"hightech_firms": 61}} | more
    return created(await post(city, f"/duty-days/{day['id']}/reports", body))


async def test_the_years_of_the_document_fall_due_as_its_calendar_says(jiaxing: City) -> None:
    """JX-37: report years 2015 to 2025 over the wire."""
    found = await get(jiaxing, "/calendar", since="2016-01-01", until="2026-12-31")
    days = {one["ends_on"][:4]: one["due_on"] for one in found["items"] if one["duty"] == DUTY}
    assert days == {
        "2015": "2016-01-29", "2016": "2017-02-03", "2017": "2018-01-29", "2018": "2019-01-29", "2019": "2020-02-05",
        "2020": "2021-01-29", "2021": "2022-01-29", "2022": "2023-02-02", "2023": "2024-01-29", "2024": "2025-02-05",
        "2025": "2026-01-29",
    }  # fmt: skip
    open_duties = {one["duty"]: one["open_parameters"] for one in found["without_day"]}
    assert open_duties["assess_localities"] == ["assessment.period_months"]
    assert open_duties["run_talent_alliances"] == []


async def test_a_span_nobody_plans_is_refused(jiaxing: City) -> None:
    async with jiaxing.officer() as officer:
        for since, until in (
            ("2026-01-02", "2026-01-01"),
            ("1990-01-01", "2020-01-01"),
            ("2026-01-01", "2040-01-01"),
            ("9999-12-31", None),
        ):
            answer = await officer.get(
                f"{PATH}/calendar", params={"since": since} | ({"until": until} if until else {})
            )
            (fault,) = answer.json()["errors"]
            assert (answer.status_code, fault["code"], fault["message"][:4]) == (422, "span", "跨度至多")


@pytest.mark.own_city
async def test_a_provisional_day_moves_later_with_the_notice_and_never_earlier(jiaxing: City) -> None:
    """JX-37: told while next year's holidays are unknown, recomputed when they are published."""
    told = await the_day(jiaxing)
    assert (told["ends_on"], told["provisional"]) == ("2026-12-31", True)
    first = date.fromisoformat(told["due_on"])
    plain = workdays()
    later = replace(plain, last_year=2027, version="later", exceptions={**plain.exceptions, first: False})
    earlier = replace(later, version="earlier", exceptions={**plain.exceptions, date(2027, 1, 10): True})
    for days, moved in ((later, True), (earlier, False)):
        before = await the_day(jiaxing)
        async with jiaxing.process.app.state.sessions() as session, session.begin():
            await keep_calendar(session, jiaxing.code, days=days)
        now = await the_day(jiaxing)
        assert (now["due_on"] > before["due_on"]) is moved
        assert (now["provisional"], now["first_due_on"]) == (False, told["due_on"])
    events = [one for one in await jiaxing.facts("duty.due_day_told") if one["duty"] == DUTY]
    assert [one["provisional"] for one in events] == [True, False]
    back = text("UPDATE progress_duty_day SET due_on = first_due_on - 1 WHERE city_code = :city")
    with pytest.raises(IntegrityError, match="never_earlier"):
        async with jiaxing.process.app.state.sessions() as session, session.begin():
            await session.execute(back, {"city": jiaxing.code})


async def test_two_at_once_tell_a_day_once(jiaxing: City) -> None:
    async def keep() -> None:
        async with jiaxing.process.app.state.sessions() as session, session.begin():
            await keep_calendar(session, jiaxing.code, days=workdays())

    async with jiaxing.process.app.state.sessions() as session, session.begin():
        await session.execute(text("DELETE FROM progress_duty_day WHERE city_code = :city"), {"city": jiaxing.code})
    before = len(await jiaxing.facts("duty.due_day_told"))
    await asyncio.gather(keep(), keep())
    assert len((await get(jiaxing, "/duty-days"))["items"]) == len(await jiaxing.facts("duty.due_day_told")) - before


async def test_the_calendar_is_read_by_programs_and_by_people(jiaxing: City) -> None:
    async with jiaxing.officer() as officer:
        english = {"Accept-Language": "en"}
        feed = await officer.get(f"{PATH}/calendar.ics", headers=english)
        again = await officer.get(f"{PATH}/calendar.ics", headers=english)
        page = await officer.get(f"{PATH}/calendar.html", params={"since": "2026-01-01", "until": "2026-02-01"})
        without = await officer.get(f"{PATH}/calendar.ics", params={"since": "2026-01-01", "until": "2026-01-01"})
    events = Calendar.from_ical(feed.content).walk("VEVENT")
    (mine,) = [event for event in events if DUTY in str(event["UID"])]
    assert str(mine["SUMMARY"]) == "[provisional] localities hand in the annual report"
    assert mine["DTSTART"].dt.isoformat() == (await the_day(jiaxing))["due_on"]
    assert feed.content == again.content
    assert [part.name for part in Calendar.from_ical(without.content).subcomponents] == ["VTIMEZONE"]
    assert "2026-01-29" in page.text
    assert "各地报送年度工作总结" in page.text
    assert "<script" not in page.text


async def test_posts_are_held_by_day_and_a_chair_is_one(jiaxing: City) -> None:
    """JX-35: chair, office and its director."""
    group = {
        "kind": "leading_group",
        "name": "领导小组",
        "office_role": "science_bureau",
        "established_on": "2015-12-01",
    }
    body = created(await post(jiaxing, "/bodies", group))
    assert (await post(jiaxing, "/bodies", group)).json()["code"] == "body_exists"
    assert refused(await post(jiaxing, "/bodies", group | {"name": "x", "office_role": "nobody"})) == ["role_unknown"]
    chair = {"post": "chair", "title": "分管副市长", "since_on": "2015-12-01"}
    seats = f"/bodies/{body['id']}/seats"
    first = created(await post(jiaxing, seats, chair))
    assert (await post(jiaxing, seats, chair | {"since_on": "2017-01-01"})).json()["code"] == "post_held"
    end = f"{seats}/{first['id']}/end"
    assert refused(await post(jiaxing, end, {"ended_on": "2015-12-01"})) == ["ends_before_beginning"]
    answered(await post(jiaxing, end, {"ended_on": "2017-01-01"}))
    assert refused(await post(jiaxing, end, {"ended_on": "2018-01-01"})) == ["ended_already"]
    created(await post(jiaxing, seats, chair | {"title": "常务副市长", "since_on": "2017-01-01"}))

    async def chairs(on: str) -> list[str]:
        return [seat["title"] for seat in (await get(jiaxing, f"/bodies/{body['id']}", on=on))["seats"]]

    assert [await chairs(day) for day in ("2015-11-30", "2016-12-31", "2017-01-01")] == [
        [], ["分管副市长"], ["常务副市长"],
    ]  # fmt: skip


@pytest.mark.own_city
async def test_a_report_is_returned_with_reasons_and_every_revision_stays(jiaxing: City) -> None:
    report = await a_report(jiaxing)
    path = f"/reports/{report['id']}"
    reasons = ["缺少活动明细", "高新技术企业数未附清单"]
    assert refused(await post(jiaxing, f"{path}/return", {"reasons": reasons})) == ["second_person_needed"]
    returned = answered(await post(jiaxing, f"{path}/return", {"reasons": reasons}, by="person:officer-2"))
    assert (returned["status"], returned["revisions"][0]["verdict"]["reasons"]) == ("returned", reasons)
    assert (await post(jiaxing, f"{path}/acceptance", by="person:officer-2")).json()["code"] == "move_not_allowed"
    again = {"summary": "全年总结(补充)", "figures": {"hightech_firms": 60}}
    assert created(await post(jiaxing, f"{path}/revisions", again))["status"] == "submitted"
    accepted = answered(await post(jiaxing, f"{path}/acceptance", by="person:officer-2"))
    kept = [(one["number"], one["summary"], one["verdict"]["outcome"]) for one in accepted["revisions"]]
    assert kept == [(1, "全年总结", "returned"), (2, "全年总结(补充)", "accepted")]
    assert [one["figures"] for one in await jiaxing.facts("progress_report.accepted")] == [{"hightech_firms": 60}]


@pytest.mark.own_city
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE progress_report_revision SET summary = 'x' WHERE city_code = :city",
        "DELETE FROM progress_figure WHERE city_code = :city",
        "UPDATE progress_verdict SET outcome = 'returned' WHERE city_code = :city",
    ],
)
async def test_what_was_reported_is_not_rewritten(jiaxing: City, statement: str) -> None:
    report = await a_report(jiaxing)
    answered(await post(jiaxing, f"/reports/{report['id']}/acceptance", by="person:officer-2"))
    with pytest.raises(IntegrityError, match="keeps its history"):
        async with jiaxing.process.app.state.sessions() as session, session.begin():
            await session.execute(text(statement), {"city": jiaxing.code})


@pytest.mark.own_city
async def test_a_report_is_owed_by_its_role_after_its_period(jiaxing: City) -> None:
    """JX-37: localities hand in theirs, departments their own, neither before the year is over."""
    day = await the_day(jiaxing)
    county = await a_reporter(jiaxing)
    bureau = await a_reporter(jiaxing, role="municipal_departments", name="市科技局", division=None)
    path, body = f"/duty-days/{day['id']}/reports", {"summary": "总结", "figures": {"mentors": 5, "nothing": 1}}
    early = await post(jiaxing, path, body | {"reporter_id": bureau["id"]})
    assert refused(early) == ["report_not_owed", "period_not_over", "target_unknown", "target_counted_here"]
    assert early.json()["reasons"][0]["clauses"] == ["JX-37"]
    await jiaxing.set_clock(date(2027, 1, 4))
    mine = {"summary": "总结", "reporter_id": county["id"]}
    twice = await asyncio.gather(post(jiaxing, path, mine), post(jiaxing, path, mine, by="person:officer-2"))
    assert sorted(answer.status_code for answer in twice) == [201, 409]
    assert [answer.json()["code"] for answer in twice if answer.status_code == 409] == ["report_exists"]


@pytest.mark.own_city
async def test_a_reporter_is_of_the_city_and_once(jiaxing: City) -> None:
    foreign = COUNTY | {"role": "nobody", "division": "320312"}
    assert refused(await post(jiaxing, "/reporters", foreign)) == ["role_unknown", "division_unknown"]
    await a_reporter(jiaxing)
    assert (await post(jiaxing, "/reporters", COUNTY)).json()["code"] == "reporter_exists"
    await a_reporter(jiaxing, name="嘉兴港区", division="嘉兴港区")


@pytest.mark.own_city
async def test_reminded_before_and_circulated_after(jiaxing: City) -> None:
    """ZZ-36, JX-37: who has not reported is named to the office, and a late report says so."""
    await a_reporter(jiaxing)
    gone = await a_reporter(jiaxing, name="海盐县人民政府", division="330424")
    firm = await jiaxing.register(kind="department", name="桐乡市科技局", credit_code=None)
    late = await a_reporter(jiaxing, name="桐乡市人民政府", division="330483", organisation_id=firm["id"])
    answered(await post(jiaxing, f"/reporters/{gone['id']}/end", {"ended_on": "2026-12-01"}))
    day = await the_day(jiaxing)
    due = date.fromisoformat(day["due_on"])
    await jiaxing.set_clock(date.fromordinal(due.toordinal() - 3))
    assert await told(jiaxing, "progress_report.reminded", day) == 2
    await jiaxing.set_clock(date.fromordinal(due.toordinal() + 1))
    assert await told(jiaxing, "progress_report.overdue", day) == 2
    for kind in ("progress_report.reminded", "progress_report.overdue"):
        named = [one["organisation_ids"] for one in await jiaxing.facts(kind) if one["duty"] == day["duty"]]
        assert named == [[str(decode_id("org", firm["id"]))]]
    body = {"reporter_id": late["id"], "summary": "迟到"}
    assert created(await post(jiaxing, f"/duty-days/{day['id']}/reports", body))["is_late"] is True
    found = await get(jiaxing, f"/duty-days/{day['id']}/circulation")
    assert found["not_reported"] == 1
    assert {one["reporter"]: one["state"] for one in found["items"]} == {
        "海宁市人民政府": "not_reported",
        "桐乡市人民政府": "late",
    }


async def told(city: City, kind: str, day: dict[str, Any]) -> int:
    """Waits for the timer; answers how many reporters it named."""
    for _ in range(200):
        found = [one for one in await city.facts(kind) if one["duty"] == day["duty"]]
        if found:
            assert len(found) == 1
            return len(found[0]["reporter_ids"])
        await asyncio.sleep(0.05)
    raise AssertionError(kind)


async def counted(city: City, **asked: Any) -> list[dict[str, Any]]:
    one = {"key": "hightech_firms", "counter": "progress_report", "kinds": ["hightech_firms"], "until": "2027-12-31"}
    body = {"city_code": city.code, "counts": [one | asked]}
    async with city.process.as_("workload:window", "workload") as window:
        return list(answered(await window.post("/internal/counts", json=body))["counts"])


@pytest.mark.own_city
async def test_reported_figures_count_for_their_target_once(jiaxing: City) -> None:
    """JX-06, JX-37: counties add up; a department that reports the whole city beside them is refused."""
    assert await counted(jiaxing) == []
    report = await a_report(jiaxing)
    assert await counted(jiaxing) == []
    answered(await post(jiaxing, f"/reports/{report['id']}/acceptance", by="person:officer-2"))
    assert [one["counted"] for one in await counted(jiaxing)] == [61]
    day = await the_day(jiaxing)
    other = await a_reporter(jiaxing, name="海盐县人民政府", division="330424")
    body = {"reporter_id": other["id"], "summary": "总结", "figures": {"hightech_firms": 4}}
    second = created(await post(jiaxing, f"/duty-days/{day['id']}/reports", body))
    answered(await post(jiaxing, f"/reports/{second['id']}/acceptance", by="person:officer-2"))
    assert [one["counted"] for one in await counted(jiaxing, since="2015-12-01")] == [65]
    assert await counted(jiaxing, until="2026-12-30") == []
    bureau = await a_reporter(jiaxing, role="municipal_departments", name="市科技局", division=None)
    days = await the_day(jiaxing, "report_yearly_departments")
    body = {"reporter_id": bureau["id"], "summary": "总结", "figures": {"hightech_firms": 65}}
    whole = created(await post(jiaxing, f"/duty-days/{days['id']}/reports", body))
    answer = await post(jiaxing, f"/reports/{whole['id']}/acceptance", by="person:officer-2")
    assert refused(answer) == ["target_reported_by_another"]
    assert [one["counted"] for one in await counted(jiaxing)] == [65]


async def test_a_plan_is_adopted_by_a_second_person_and_again_after_a_change(process: Process) -> None:
    """WH-34: the yearly action plan splits responsibilities."""
    wuhan = await a_city_of(process, "wuhan")
    task = {"title": "各区新建中心", "role": "science_bureau", "due_on": "2026-12-31"}
    plan = {"duty": "make_annual_plan", "year": 2026, "title": "2026年度行动计划", "tasks": [task]}
    assert (await post(wuhan, "/plans", plan | {"duty": "nothing"})).status_code == 404
    wrong = plan | {"tasks": [task | {"role": "nobody", "due_on": "2027-01-01"}]}
    assert refused(await post(wuhan, "/plans", wrong)) == ["role_unknown", "task_outside_year"]
    drafted = created(await post(wuhan, "/plans", plan))
    assert (await post(wuhan, "/plans", plan)).json()["code"] == "plan_exists"
    path = f"/plans/{drafted['id']}"
    mine = {"If-Match": '"v1"'}
    assert refused(await post(wuhan, f"{path}/adoption", **mine)) == ["second_person_needed"]
    adopted = answered(await post(wuhan, f"{path}/adoption", by="person:officer-2", **mine))
    assert adopted["status"] == "adopted"
    async with wuhan.officer("person:officer-2") as officer:
        content = {"title": "2026年度行动计划(调整)", "tasks": [task]}
        changed = await officer.put(f"{PATH}{path}", json=content, headers={"If-Match": '"v2"'})
    assert [one["title"] for one in answered(changed)["revisions"]] == ["2026年度行动计划", "2026年度行动计划(调整)"]
    assert changed.json()["status"] == "draft"
    assert (await post(wuhan, f"{path}/adoption", **mine)).status_code == 412
    assert answered(await post(wuhan, f"{path}/adoption", **{"If-Match": '"v3"'}))["status"] == "adopted"


async def test_a_score_waits_for_what_is_open_and_for_a_second_person(process: Process) -> None:
    """ZZ-37: indicators and weight of the assessment are open until they are set."""
    zhuzhou = await a_city_of(process, "zhuzhou")
    county = {"role": "county_governments", "name": "醴陵市人民政府", "division": "430281", "since_on": "2016-01-01"}
    reporter = created(await post(zhuzhou, "/reporters", county))
    line = {"indicator": "target_figures", "aspect": "results", "weight_bp": 10000, "score_bp": 8850}
    body = {"duty": "assess_counties", "year": 2026, "reporter_id": reporter["id"], "lines": [line]}
    still_open = await post(zhuzhou, "/scores", body)
    assert {reason["code"] for reason in still_open.json()["reasons"]} == {"parameter_open"}
    assert {reason["clauses"][0] for reason in still_open.json()["reasons"]} == {"ZZ-37"}
    values = {
        "assessment.period_months": 12,
        "assessment.indicators": ["target_figures"],
        "assessment.performance_weight": 500,
    }
    await zhuzhou.set_policy(values, version=3)
    wrong = body | {"lines": [line | {"indicator": "luck", "weight_bp": 9999}]}
    assert refused(await post(zhuzhou, "/scores", wrong)) == ["weights_not_whole", "indicator_unknown"]
    score = created(await post(zhuzhou, "/scores", body))
    assert (score["total_bp"], score["status"]) == (8850, "proposed")
    assert (await post(zhuzhou, "/scores", body)).json()["code"] == "score_exists"
    confirm = f"/scores/{score['id']}/confirmation"
    assert refused(await post(zhuzhou, confirm)) == ["second_person_needed"]
    assert answered(await post(zhuzhou, confirm, by="person:officer-2"))["status"] == "confirmed"
    withdraw = await post(zhuzhou, f"/scores/{score['id']}/withdrawal")
    assert withdraw.json()["code"] == "move_not_allowed"


@pytest.mark.own_city
async def test_who_reports_sees_its_own_and_no_city_sees_another(process: Process, jiaxing: City) -> None:
    firm = await jiaxing.register(kind="department", name="海宁市科技局", credit_code=None)
    mine = await a_reporter(jiaxing, organisation_id=firm["id"])
    other = await a_reporter(jiaxing, name="桐乡市人民政府", division="330483")
    day = await the_day(jiaxing)
    await jiaxing.set_clock(date(2027, 1, 5))
    path = f"{PATH}/duty-days/{day['id']}/reports"
    async with jiaxing.portal() as portal:
        report = created(await portal.post(path, json={"reporter_id": mine["id"], "summary": "总结"}))
        assert (await portal.post(path, json={"reporter_id": other["id"], "summary": "冒名"})).status_code == 404
        assert [one["id"] for one in answered(await portal.get(f"{PATH}/reporters"))["items"]] == [mine["id"]]
        assert (await portal.post(f"{PATH}/reports/{report['id']}/acceptance")).status_code == 403
    answered(await post(jiaxing, f"/reports/{report['id']}/return", {"reasons": ["缺附件"]}, by="person:officer-2"))
    for kind in ("progress_report.submitted", "progress_report.returned"):
        whose = [one["organisation_id"] for one in await jiaxing.facts(kind)]
        assert whose == [str(decode_id("org", firm["id"]))]
    async with jiaxing.portal("client:other") as portal:
        assert (await portal.get(f"{PATH}/reports/{report['id']}")).status_code == 404
        assert answered(await portal.get(f"{PATH}/reports"))["items"] == []
    foreign = await a_city_of(process, "jiaxing")
    async with foreign.officer() as officer:
        assert (await officer.get(f"{PATH}/reports/{report['id']}")).status_code == 404
        assert (await officer.get(f"{PATH}/duty-days/{day['id']}")).status_code == 404
        assert (await officer.post(path, json={"reporter_id": mine["id"], "summary": "x"})).status_code == 404
