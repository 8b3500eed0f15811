"""Statistical reports (XZ-37): asked by the policy's period and time limit, validated whole, corrected by revisions."""

import asyncio
from collections.abc import Iterator
from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError

from kernel.ids import decode_id
from policy.loader import load_pack
from policy.snapshots import first_snapshot
from tests.builders.processes import Process
from tests.builders.registry import PORTAL, THIRD, City, a_city, a_firm, answered, created, recounted, refused
from tests.builders.statistics import (
    FORM_ON,
    PATH,
    SEPTEMBER,
    SETTINGS,
    a_carrier,
    a_content,
    a_reporting_city,
    a_round,
    a_space,
    a_tenant,
    accepted,
    asked_for_august,
    handed_in,
    report_of,
    september_round,
)
from tests.policy.cases import default_settings

pytestmark = [pytest.mark.anyio, pytest.mark.own_city]
REPORTS = 9
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
Asked = tuple[City, dict[str, Any]]  # a report of its own in a city of several


@pytest.fixture(scope="module")
def terms() -> dict[str, Any]:
    return default_settings("xuzhou") | SETTINGS


@pytest.fixture(scope="module")
async def august(process: Process) -> tuple[City, Iterator[dict[str, Any]]]:
    """A city that has asked many carriers for August: a report for each test that needs but one."""
    city, reports = await asked_for_august(process, REPORTS)
    return city, iter(reports)


@pytest.fixture
async def asked(august: tuple[City, Iterator[dict[str, Any]]]) -> Asked:
    return await august[0].shared(), next(august[1])


async def until(city: City, kind: str, count: int) -> list[dict[str, Any]]:
    """The events of a kind, once there are so many: timers fire when they are woken."""
    for _ in range(200):
        found = await city.facts(kind)
        if len(found) >= count:
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"{kind}: {found}")


async def listed(city: City, opened: dict[str, Any], by: str | None = None) -> list[dict[str, Any]]:
    async with city.portal(by) if by else city.officer() as client:
        found = answered(await client.get(f"{PATH}/reports", params={"round_id": opened["id"]}))
    return list(found["items"])


async def until_listed(city: City, opened: dict[str, Any], count: int) -> list[dict[str, Any]]:
    async with asyncio.timeout(10):
        while len(found := await listed(city, opened)) < count:
            await asyncio.sleep(0.05)
    return found


async def test_nothing_is_asked_while_the_policy_leaves_period_and_deadline_open(process: Process) -> None:
    """XZ-37: fields, period and deadline are left open; each open one is named with its clause."""
    city = await a_city(process)
    async with city.officer() as officer:
        answer = await officer.post(f"{PATH}/rounds", json={"day": "2026-08-31"})
    assert refused(answer) == ["parameter_open", "parameter_open"]
    assert [reason["clauses"] for reason in answer.json()["reasons"]] == [["XZ-37"], ["XZ-37"]]


async def test_a_round_asks_every_carrier_that_holds_a_level_and_counts_working_days(city: City) -> None:
    """XZ-37: ten working days after the period."""
    carrier = await a_carrier(city)
    firm = await city.register()
    async with city.portal() as portal:  # registered, not recognised: not asked
        body = {"kind": "makerspace", "name": "未认定", "operator_id": firm["id"]}
        created(await portal.post("/v1/registry/carriers", json=body))
    opened = await a_round(city)
    assert (opened["period_from"], opened["period_until"], opened["due_on"]) == (
        "2026-08-01",
        "2026-08-31",
        "2026-09-14",
    )
    assert (opened["clauses"], opened["due_provisional"], opened["form_on"]) == (["XZ-37"], False, FORM_ON)
    async with city.officer() as officer:
        (report,) = answered(await officer.get(f"{PATH}/reports", params={"round_id": opened["id"]}))["items"]
        again = await officer.post(f"{PATH}/rounds", json={"day": "2026-08-02"})
    assert (report["carrier_id"], report["status"], report["level"]) == (carrier, "expected", "provincial")
    assert report["district_code"] == "320312"
    assert again.json()["code"] == "statistics_round_open"


async def test_two_officers_who_open_a_period_at_once_open_it_once(city: City) -> None:
    await a_carrier(city)

    async def opens(by: str) -> int:
        async with city.officer(by) as officer:
            return (await officer.post(f"{PATH}/rounds", json={"day": "2026-08-31"})).status_code

    assert sorted(await asyncio.gather(opens("person:a"), opens("person:b"))) == [201, 409]


async def test_a_report_is_handed_in_by_its_operator_and_accepted_by_an_officer(asked: Asked) -> None:
    """XZ-37: the space, its incubated firms and its graduates."""
    city, report = asked
    content = a_content(graduates=[], space=[a_space()])
    handed = created(await handed_in(city, report, content))
    assert (handed["status"], handed["revision"], handed["is_late"]) == ("submitted", 1, False)
    assert (handed["firms"], handed["figures"]["tenants"], handed["figures"]["tenants.turnover"]) == (2, 2, 1800)
    done = await accepted(city, report)
    assert (done["status"], done["accepted_revision"]) == ("accepted", 1)
    async with city.portal() as portal:
        kept = answered(await portal.get(f"{PATH}/reports/{report['id']}/revisions/1"))
    assert kept["content"]["tenants"] == content["tenants"]
    (fact,) = await city.facts("statistics.report_accepted")
    assert (fact["revision"], fact["period_until"]) == (1, "2026-08-31")
    assert "name" not in str(await city.facts("statistics.report_submitted"))


async def test_everything_wrong_is_told_at_once_in_both_languages(asked: Asked) -> None:
    city, report = asked
    space = a_space(income=999, area_public=600, graduates=9, tenants="2", staff=None, surprise=1)
    tenants = [a_tenant("甲", credit_code="9.1320E+17"), a_tenant("乙", agreement_from="2026-02-30")]
    places = [{"address": "x", "district_code": "320323", "area": 1, "rent_mode": "leased"}]
    content = a_content(space=[space], tenants=tenants, premises=places, nonsense=[])
    answer = await handed_in(city, report, content)
    found = refused(answer, 422)
    assert found == [
        "section_unknown", "field_unknown", "value_missing", "not_a_count", "code_list_of_another_year",
        "identifier_destroyed", "not_a_day", "income_adds_up", "profit_adds_up", "areas_fit", "graduates_of_leavers",
        "graduates_of_stock", "graduates_of_total", "every_graduate_listed",
    ]  # fmt: skip
    body = answer.json()
    by_code = {reason["code"]: reason for reason in body["reasons"]}
    assert by_code["code_list_of_another_year"]["facts"]["now"] == "320312"
    assert by_code["not_a_day"]["facts"]["pointer"] == "/sections/tenants/1/agreement_from"
    assert (body["findings"], by_code["areas_fit"]["clauses"]) == (14, ["XZ-37"])
    async with city.portal() as portal:
        sent = {"form_on": FORM_ON, "sections": content}
        path = f"{PATH}/reports/{report['id']}/revisions"
        english = await portal.post(path, json=sent, headers={"Accept-Language": "en"})
    assert english.json()["reasons"][2]["text"] == "A value is required."
    assert (await report_of(city, report["carrier_id"], report["round_id"]))["revision"] == 0


async def test_a_correction_is_a_new_revision_with_a_reason_and_the_first_one_stays(asked: Asked) -> None:
    """XZ-37: nothing that was handed in is written over, even by the database's owner's clerk."""
    city, report = asked
    content = a_content()
    created(await handed_in(city, report, content))
    await accepted(city, report)
    changed = content | {"space": [a_space(seats=44)]}
    assert refused(await handed_in(city, report, changed)) == ["correction_without_reason"]
    corrected = created(await handed_in(city, report, changed, reason="漏报4个工位"))
    assert (corrected["revision"], corrected["status"], corrected["accepted_revision"]) == (2, "submitted", 1)
    async with city.portal() as portal:
        path = f"{PATH}/reports/{report['id']}/revisions"
        assert [one["reason"] for one in answered(await portal.get(path))["items"]] == [None, "漏报4个工位"]
        assert answered(await portal.get(f"{path}/1"))["content"]["space"][0]["seats"] == 40
        assert answered(await portal.get(f"{path}/2"))["content"]["space"][0]["seats"] == 44
    with pytest.raises(IntegrityError, match="keeps its history"):
        async with city.process.app.state.sessions() as session:
            await session.execute(text("UPDATE statistics_revision SET reason = 'x'"))


async def test_the_same_report_twice_is_one_submission(asked: Asked) -> None:
    (city, report), content = asked, a_content()
    created(await handed_in(city, report, content))
    again = created(await handed_in(city, report, content))
    assert again["revision"] == 1
    both = await asyncio.gather(*(handed_in(city, report, a_content("丙"), reason="更正") for _ in range(2)))
    assert {answer.status_code for answer in both} == {201}
    assert len(await city.facts("statistics.report_submitted")) == 3  # two tenants' codes are new each time


async def test_an_officer_returns_with_a_reason_and_sees_what_she_decides_about(asked: Asked) -> None:
    city, report = asked
    created(await handed_in(city, report))
    path = f"{PATH}/reports/{report['id']}"
    async with city.officer() as officer:
        seen = (await officer.get(path)).headers["etag"]
        assert (await officer.post(f"{path}/acceptance")).status_code == 428
        assert (await officer.post(f"{path}/acceptance", headers={"If-Match": "*"})).status_code == 412
        back = await officer.post(f"{path}/return", json={"reason": "缺少活动明细"}, headers={"If-Match": seen})
        assert (answered(back)["status"], back.json()["return_reason"]) == ("returned", "缺少活动明细")
        stale = await officer.post(f"{path}/acceptance", headers={"If-Match": seen})
    assert stale.status_code == 412
    created(await handed_in(city, report, a_content("乙"), reason="已补充"))
    assert (await accepted(city, report))["return_reason"] is None
    async with city.portal() as portal:
        first, second = answered(await portal.get(f"{path}/revisions"))["items"]
    assert [(one["is_accepted"], one["reason"]) for one in first["decisions"]] == [(False, "缺少活动明细")]
    assert [(one["is_accepted"], one["decided_by"]) for one in second["decisions"]] == [(True, "person:officer-2")]


async def test_who_handed_it_in_does_not_accept_it(asked: Asked) -> None:
    city, report = asked
    created(await handed_in(city, report))
    both = city.process.as_("client:portal", "portal", "officer", city=city.code)
    async with both as client:
        path = f"{PATH}/reports/{report['id']}"
        seen = (await client.get(path)).headers["etag"]
        answer = await client.post(f"{path}/acceptance", headers={"If-Match": seen})
    assert refused(answer) == ["second_person_needed"]


async def test_one_operator_counts_a_tenant_premises_and_event_once_over_its_carriers(city: City) -> None:
    """XZ-37: by credit code, or by name where a code is missing; other operators may count the same firm."""
    firm = (await city.register())["id"]
    carriers = [await a_carrier(city, firm=firm, name=name) for name in ("甲空间", "乙空间")]
    stranger = await a_carrier(city, name="丙空间")
    opened = await a_round(city)
    first, second, third = [await report_of(city, one, opened["id"]) for one in (*carriers, stranger)]
    content = a_content()
    created(await handed_in(city, first, content))
    same = [content["tenants"][0] | {"name": "改名后的公司"}, content["tenants"][1] | {"credit_code": None}]
    answer = await handed_in(city, second, content | {"tenants": same})
    assert refused(answer) == [
        "premises_counted_twice",
        "event_counted_twice",
        "tenant_counted_twice",
        "tenant_counted_twice",
    ]
    assert [reason["facts"]["pointer"] for reason in answer.json()["reasons"]] == [
        "/sections/premises/0", "/sections/events/0", "/sections/tenants/0", "/sections/tenants/1",
    ]  # fmt: skip
    created(await handed_in(city, third, content))
    # A correction of the first gives the firm free.
    created(await handed_in(city, first, a_content("丁"), reason="企业已迁往乙空间"))
    created(await handed_in(city, second, content))


async def test_two_carriers_that_report_the_same_firm_at_once_do_not_both_count_it(city: City) -> None:
    firm = (await city.register())["id"]
    carriers = [await a_carrier(city, firm=firm, name=name) for name in ("甲空间", "乙空间")]
    opened = await a_round(city)
    reports = [await report_of(city, one, opened["id"]) for one in carriers]
    content = a_content()
    answers = await asyncio.gather(*(handed_in(city, report, content) for report in reports))
    assert sorted(answer.status_code for answer in answers) == [201, 409]


async def test_a_firm_twice_in_one_report_is_named(asked: Asked) -> None:
    city, report = asked
    one = a_tenant("徐州某某公司")
    answer = await handed_in(city, report, a_content(tenants=[one, one | {"name": "徐州 某某（公司）"}]))
    assert refused(answer) == ["listed_twice"]


async def test_figures_agree_with_the_period_before_and_a_jump_is_explained(city: City) -> None:
    """XZ-37: stock and movements carry over, what counts all never falls, a far move needs a word."""
    carrier = await a_carrier(city)
    august = await report_of(city, carrier, (await a_round(city))["id"])
    created(await handed_in(city, august, a_content(space=[a_space(graduates_total=3, listed_total=2)])))
    report = await report_of(city, carrier, (await september_round(city))["id"])
    held = [{"title": "九月路演", "held_on": "2026-09-20", "participants": 60}]
    wrong = a_space(
        tenants_at_start=5, tenants_in=0, tenants=2, tenants_out=3, graduates_total=4, listed_total=1, seats=90
    )
    answer = await handed_in(city, report, a_content(space=[wrong], events=held))
    assert refused(answer) == ["tenants_carried", "graduates_grow", "cumulative_falls", "jump_to_explain"]
    right = a_space(tenants_at_start=2, tenants_in=0, graduates_total=3, listed_total=2, seats=90)
    body = a_content(space=[right], events=held)
    explained = await handed_in(city, report, body, explanations={"seats": "新增二期场地"})
    assert created(explained)["is_late"] is False
    async with city.portal() as portal:
        kept = answered(await portal.get(f"{PATH}/reports/{report['id']}/revisions/1"))
    assert kept["explanations"] == {"seats": "新增二期场地"}
    assert [(one["code"], one["facts"]) for one in kept["warnings"]] == [
        ("jump_to_explain", {"field": "seats", "before": 40, "now": 90})
    ]


async def test_a_correction_says_when_the_next_period_has_to_follow(city: City) -> None:
    carrier = await a_carrier(city)
    august = await report_of(city, carrier, (await a_round(city))["id"])
    content = a_content(space=[a_space(graduates_total=3)])
    created(await handed_in(city, august, content))
    report = await report_of(city, carrier, (await september_round(city))["id"])
    events = [{"title": "九月路演", "held_on": "2026-09-20", "participants": 60}]
    september = a_space(tenants_at_start=2, tenants_in=0, graduates_total=3)
    created(await handed_in(city, report, a_content(space=[september], events=events)))
    changed = content | {"space": [a_space(graduates_total=5)]}
    created(await handed_in(city, august, changed, reason="补报2家毕业企业"))
    async with city.portal() as portal:
        kept = answered(await portal.get(f"{PATH}/reports/{august['id']}/revisions/2"))
    assert [(one["code"], one["facts"]["fields"]) for one in kept["warnings"]] == [
        ("later_report_disagrees", ["graduates_total", "graduates"])
    ]


async def test_a_period_that_is_not_over_is_not_reported(city: City) -> None:
    report = await report_of(city, await a_carrier(city), (await a_round(city, SEPTEMBER))["id"])
    events = [{"title": "九月路演", "held_on": "2026-09-20", "participants": 60}]
    assert refused(await handed_in(city, report, a_content(events=events))) == ["period_not_over"]


async def test_who_is_recognised_after_an_early_opening_is_asked_once_the_period_is_over(city: City) -> None:
    """A period may be opened in its midst: who holds a level on its last day is known when it is over."""
    opened = await a_round(city, SEPTEMBER)
    assert await listed(city, opened) == []
    carrier = await a_carrier(city)
    assert await listed(city, opened) == []
    await city.set_clock(date(2026, 10, 1), time(0, 1))
    (report,) = await until_listed(city, opened, 1)
    assert (report["carrier_id"], report["status"], report["level"]) == (carrier, "expected", "provincial")


async def test_who_takes_a_carrier_over_reports_what_is_not_accepted_yet(city: City) -> None:
    """The former operator may have gone with its figures; a report nobody may hand in would be called missed."""
    carrier, taker = await a_carrier(city), "client:taker"
    opened = await a_round(city)
    async with city.portal(taker) as portal:
        heir = created(await portal.post("/v1/registry/organisations", json=a_firm(name="接手公司")))["id"]
    recognition = answered(await city.ask("recognitions", carrier_id=carrier))["items"][0]["id"]
    path = f"recognitions/{recognition}/changes"
    asked_for = {"kind": "operator", "operator_id": heir, "grounds": "运营权转让"}
    change = created(await city.send(path, asked_for, by=PORTAL))
    answered(await city.send(f"{path}/{change['id']}/decision", {"outcome": "grant", "reason": "材料齐全"}))
    assert await listed(city, opened, PORTAL) == []
    (report,) = await listed(city, opened, taker)
    body = {"form_on": FORM_ON, "sections": a_content()}
    async with city.portal(taker) as portal:
        assert created(await portal.post(f"{PATH}/reports/{report['id']}/revisions", json=body))["revision"] == 1


async def test_a_report_stays_as_it_was_when_its_operator_only_has_a_new_name_on_its_paper(city: City) -> None:
    firm = (await city.register())["id"]
    carrier = await a_carrier(city, firm=firm)
    opened = await a_round(city)
    report = f"{PATH}/reports/{(await report_of(city, carrier, opened['id']))['id']}"
    async with city.officer() as officer:
        before = (await officer.get(report)).headers["etag"]
    await city.set_clock(date(2026, 9, 2))
    async with city.portal() as portal:
        name = {"name": "徐州云创科技集团有限公司", "effective_on": "2026-09-02"}
        path = f"/v1/registry/organisations/{firm}/names"
        created(await portal.post(path, json=name, headers={"If-Match": "*"}))
    recognition = answered(await city.ask("recognitions", carrier_id=carrier))["items"][0]["id"]
    path = f"recognitions/{recognition}/changes"
    change = created(await city.send(path, {"kind": "operator", "operator_id": firm, "grounds": "更名"}, by=PORTAL))
    answered(await city.send(f"{path}/{change['id']}/decision", {"outcome": "grant", "reason": "材料齐全"}))
    async with city.officer() as officer:
        assert (await officer.get(report)).headers["etag"] == before


async def merged(city: City, firm: dict[str, Any], into: str) -> None:
    body = {"into_id": into, "on": "2026-08-30", "reason": "吸收合并", "evidence": "准予合并登记通知书"}
    async with city.officer() as officer:
        path = f"/v1/registry/organisations/{firm['id']}/merger"
        ending = created(await officer.post(path, json=body, headers={"If-Match": "*"}))
    answered(await city.send(f"endings/{ending['id']}/confirmation", {}, by=THIRD))


async def test_a_successor_reports_for_who_merged_into_it(city: City) -> None:
    firm, heir = await city.register(), "client:heir"
    carrier = await a_carrier(city, firm=firm["id"])
    opened = await a_round(city)
    async with city.portal(heir) as portal:
        successor = created(await portal.post("/v1/registry/organisations", json=a_firm(name="存续公司")))["id"]
    await merged(city, firm, successor)
    (report,) = await listed(city, opened, heir)
    assert (report["carrier_id"], report["status"]) == (carrier, "expected")


async def test_a_merger_that_waits_for_a_carrier_holds_no_report_of_it(city: City) -> None:
    """Every change of an operator locks the carrier first: locked the other way round, two of them never end."""
    firm, successor = await city.register(), (await city.register())["id"]
    carrier = decode_id("car", await a_carrier(city, firm=firm["id"]))
    await a_round(city)
    sessions, waiting = city.process.app.state.sessions, text(WAITING)
    async with sessions() as other, other.begin():
        await other.execute(text("SELECT id FROM carrier WHERE id = :id FOR UPDATE"), {"id": carrier})
        merging = asyncio.create_task(merged(city, firm, successor))
        async with asyncio.timeout(10):
            while not await other.scalar(waiting):
                await asyncio.sleep(0.01)
        free = text("SELECT id FROM statistics_report WHERE carrier_id = :id FOR UPDATE SKIP LOCKED")
        assert len((await other.scalars(free, {"id": carrier})).all()) == 1
    await merging


async def test_what_a_merged_operator_reported_is_not_counted_again_by_its_successor(city: City) -> None:
    firm, successor = await city.register(), (await city.register())["id"]
    carriers = [await a_carrier(city, firm=one, name=f"空间{one[-4:]}") for one in (firm["id"], successor)]
    opened = await a_round(city)
    content = a_content()
    created(await handed_in(city, await report_of(city, carriers[0], opened["id"]), content))
    await merged(city, firm, successor)
    again = a_content("乙", tenants=content["tenants"])
    answer = await handed_in(city, await report_of(city, carriers[1], opened["id"]), again)
    assert refused(answer) == ["tenant_counted_twice", "tenant_counted_twice"]


async def test_a_form_of_another_year_is_named(asked: Asked) -> None:
    city, report = asked
    assert refused(await handed_in(city, report, form_on="2015-01-01")) == ["form_of_another_version"]


async def test_reminders_come_before_the_last_day_and_what_is_missing_after_it_is_named(city: City) -> None:
    """XZ-37: the consequence of a missed report is left open, so it is named and not invented."""
    carrier, other = await a_carrier(city), await a_carrier(city, name="准时空间")
    opened = await a_round(city)
    await city.set_clock(date(2026, 9, 7), time(9))  # five working days before Monday the 14th
    first = await until(city, "statistics.report_due", 2)
    assert {fact["working_days_left"] for fact in first} == {5}
    created(await handed_in(city, await report_of(city, other, opened["id"])))
    await city.set_clock(date(2026, 9, 11), time(9))  # the Friday before
    due = await until(city, "statistics.report_due", 3)
    assert (due[2]["working_days_left"], due[2]["due_on"]) == (1, "2026-09-14")
    await city.set_clock(date(2026, 9, 14), time(23, 59))
    assert await city.facts("statistics.report_missed") == []
    await city.set_clock(date(2026, 9, 15), time(0, 1))
    (missed,) = await until(city, "statistics.report_missed", 1)
    assert (missed["missed_in_a_row"], missed["consequence"]) == (1, "parameter_open")
    report = await report_of(city, carrier, opened["id"])
    assert (report["status"], report["consequence"]["clauses"]) == ("missed", ["XZ-37"])
    async with city.officer() as officer:
        params = {"round_id": opened["id"], "status": "missed"}
        named = answered(await officer.get(f"{PATH}/reports", params=params))["items"]
        assert [one["carrier_id"] for one in named] == [carrier]
        late = created(await handed_in(city, report, a_content("迟")))
        assert (late["status"], late["is_late"]) == ("submitted", True)
        listed = answered(await officer.get(f"{PATH}/reports", params={"is_late": True}))["items"]
    assert [one["id"] for one in listed] == [report["id"]]


async def test_a_period_whose_time_limit_has_passed_is_not_opened(city: City) -> None:
    """XZ-37: on its last day there is still time; a day later every carrier would be told that it missed it."""
    carrier = await a_carrier(city)
    await city.set_clock(date(2026, 9, 14))
    opened = await a_round(city)
    assert (await report_of(city, carrier, opened["id"]))["status"] == "expected"
    await city.set_clock(date(2026, 9, 15))
    async with city.officer() as officer:
        answer = await officer.post(f"{PATH}/rounds", json={"day": "2026-07-31"})
        again = await officer.post(f"{PATH}/rounds", json={"day": "2026-08-31"})
    assert refused(answer) == ["time_limit_passed"]
    assert answer.json()["reasons"][0]["facts"] == {"due_on": "2026-08-14", "today": "2026-09-15"}
    assert again.json()["code"] == "statistics_round_open"


async def test_a_second_missed_report_puts_leaving_to_decision_where_the_policy_says_two(process: Process) -> None:
    """XZ-37: the next period opens by itself when it has ended."""
    city = await a_reporting_city(process, **{"statistics.missed_reports_to_exit": 2})
    carrier = await a_carrier(city)
    await a_round(city)
    await city.set_clock(date(2026, 9, 15), time(0, 1))
    (first,) = await until(city, "statistics.report_missed", 1)
    assert first["consequence"] is None
    await city.set_clock(date(2026, 10, 1), time(0, 1))
    opened = (await until(city, "statistics.round_opened", 2))[1]
    # Ten working days after 30 September: the holiday is over on the 8th, the 10th is a make-up Saturday.
    assert (opened["period_from"], opened["due_on"]) == ("2026-09-01", "2026-10-20")
    await city.set_clock(date(2026, 10, 21), time(0, 1))
    missed = await until(city, "statistics.report_missed", 2)
    assert (missed[1]["missed_in_a_row"], missed[1]["consequence"]) == (2, "exit_to_be_decided")
    assert missed[1]["carrier_id"] != ""
    async with city.officer() as officer:  # a person decides: the level stands
        assert answered(await officer.get(f"/v1/registry/carriers/{carrier}"))["levels"][0]["ended_on"] is None


async def test_a_round_that_opens_by_itself_too_late_counts_from_the_day_it_opens(city: City) -> None:
    """XZ-37: the system stood still over the whole time limit; nobody misses what nobody was asked for."""
    await a_carrier(city)
    await a_round(city)
    await city.set_clock(date(2026, 10, 30), time(9))
    opened = (await until(city, "statistics.round_opened", 2))[1]
    assert (opened["period_from"], opened["due_on"], opened["reports"]) == ("2026-09-01", "2026-11-13", 1)
    await city.set_clock(date(2026, 11, 13), time(23, 59))
    missed = await until(city, "statistics.report_missed", 1)
    assert [one["period_from"] for one in missed] == ["2026-08-01"]
    await city.set_clock(date(2026, 11, 14), time(0, 1))
    missed = await until(city, "statistics.report_missed", 2)
    assert [one["period_from"] for one in missed] == ["2026-08-01", "2026-09-01"]


async def test_what_opened_too_late_is_counted_again_from_the_same_day(city: City) -> None:
    await city.set_clock(date(2026, 10, 31))
    await a_round(city, "2026-10-31")
    await city.set_clock(date(2026, 12, 24))
    opened = (await until(city, "statistics.round_opened", 2))[1]
    assert (opened["period_from"], opened["due_on"], opened["provisional"]) == ("2026-11-01", "2027-01-08", True)
    assert await recounted(city) == [("statistics_report", "2027-01-08", "2027-01-11", False)]


async def test_reports_of_others_do_not_exist(process: Process, asked: Asked) -> None:
    city, report = asked
    path = f"{PATH}/reports/{report['id']}"
    async with city.portal("client:other") as other:
        assert (await other.get(path)).status_code == 404
        assert (await other.get(f"{path}/workbook")).status_code == 404
        body = {"form_on": FORM_ON, "sections": a_content()}
        assert (await other.post(f"{path}/revisions", json=body)).status_code == 404
        assert answered(await other.get(f"{PATH}/reports"))["items"] == []
        assert (await other.post(f"{PATH}/rounds", json={"day": "2026-08-31"})).status_code == 403
    async with (await a_city(process)).officer() as foreign:
        assert (await foreign.get(path)).status_code == 404
        assert (await foreign.get(f"{PATH}/rounds/{report['round_id']}")).status_code == 404


async def test_a_city_whose_documents_ask_for_none_refuses(process: Process) -> None:
    city = await a_city(process)
    snapshot = first_snapshot(city.code, load_pack("jiaxing")).model_copy(update={"version": 9})
    body = {"version": 9, "hash": snapshot.hash, "pack_id": "jiaxing", "body": snapshot.body}
    await city.told("policy.snapshot_published", body, subject=city.code)
    async with city.officer() as officer:
        answer = await officer.post(f"{PATH}/rounds", json={"day": "2026-08-31"})
    assert refused(answer) == ["statistics_not_asked"]


async def test_no_form_reaches_back_before_its_first_day(city: City) -> None:
    async with city.officer() as officer:
        answer = await officer.post(f"{PATH}/rounds", json={"day": "2015-06-30"})
    assert refused(answer) == ["statistics_not_asked"]


async def test_a_last_day_in_a_year_without_a_notice_is_provisional(city: City) -> None:
    """XZ-37: ten working days after 31 December reach into a year whose holidays nobody has published yet."""
    async with city.officer() as officer:
        early = await officer.post(f"{PATH}/rounds", json={"day": "2026-12-31"})
    assert refused(early) == ["period_not_begun"]
    await city.set_clock(date(2026, 12, 1))
    opened = await a_round(city, "2026-12-31")
    assert (opened["period_until"], opened["due_on"], opened["due_provisional"]) == ("2026-12-31", "2027-01-15", True)
    assert await recounted(city) == [("statistics_report", "2027-01-15", "2027-01-18", False)]
    async with city.officer() as officer:
        found = answered(await officer.get(f"{PATH}/rounds"))["items"]
    assert [(one["due_on"], one["due_provisional"]) for one in found] == [("2027-01-18", False)]


async def test_more_reports_take_no_more_queries(city: City) -> None:
    counts = []
    for wanted in (1, 3):
        while len(await _carriers(city)) < wanted:
            await a_carrier(city, name=f"矿大众创{len(await _carriers(city))}")
        await a_round(city, f"2026-{8 + len(counts):02}-28")
        async with city.officer() as officer:
            counts.append(await statements(city, officer.get(f"{PATH}/reports")))
    assert counts[0] == counts[1]


async def test_more_firms_in_a_report_take_no_more_queries(city: City) -> None:
    carriers = [await a_carrier(city, name=name) for name in ("甲空间", "乙空间")]
    opened = await a_round(city)
    counts = []
    for carrier, firms in zip(carriers, (1, 30), strict=True):
        report = await report_of(city, carrier, opened["id"])
        tenants = [a_tenant(f"徐州{at}公司") for at in range(firms)]
        content = a_content(carrier, space=[a_space(tenants=firms, tenants_in=firms)], tenants=tenants)
        counts.append(await statements(city, handed_in(city, report, content)))
    assert counts[0] == counts[1]


async def _carriers(city: City) -> list[Any]:
    async with city.officer() as officer:
        return list(answered(await officer.get("/v1/registry/carriers"))["items"])


async def statements(city: City, call: Any) -> int:
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "statistics_" in statement or "FROM carrier" in statement:
            seen.append(statement)

    engine = city.process.app.state.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    answer = await call
    assert answer.is_success, answer.text
    event.remove(engine, "before_cursor_execute", note)
    assert seen
    return len(seen)
