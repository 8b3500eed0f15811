"""What becomes of a recognition: renewed, changed, cured, cancelled; each told, proved for any day, and done once."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from policy.loader import load_pack
from policy.schema import DatedName
from policy.snapshots import Edition
from tests.builders.evaluation import recognised
from tests.builders.processes import Process
from tests.builders.registry import (
    ACCEPTED_AT,
    PORTAL,
    SECOND,
    THIRD,
    TUESDAY,
    City,
    a_city,
    a_firm,
    a_form,
    an_upper_form,
    answered,
    created,
    recounted,
    refused,
    snapshot_in,
    the_day_after,
)
from tests.policy.cases import default_settings

pytestmark = [pytest.mark.anyio, pytest.mark.own_city]
Space = tuple[City, dict[str, Any]]  # where it is, and its recognition
SPACES = [f"空间{number}" for number in range(7)]
EVIDENCE = [{"title": "核查记录", "reference": "2026-核-077"}]
RENEWAL = {"evidence": EVIDENCE, "opinion": "仍符合认定条件"}
GRANT = {"outcome": "grant", "reason": "符合规定"}
REFUSE = {"outcome": "refuse", "reason": "不符合"}
MISSED = {"cause": "reports_missed", "statement": "连续两期未报送统计报表"}
CANCEL = {"outcome": "cancel", "opinion": "整改期满仍未整改"}


@pytest.fixture
async def zhuzhou(process: Process) -> City:
    return await a_city(process, pack="zhuzhou")


@dataclass
class Standing:
    """Recognised spaces of one city, of the same day; each test that moves no clock takes one for itself."""

    city: City
    spaces: Iterator[dict[str, Any]]

    async def take(self) -> Space:
        return await self.city.shared(), next(self.spaces)


@pytest.fixture(scope="module")
async def standing_in_xuzhou(process: Process) -> Standing:
    city = await a_city(process)
    return Standing(city, iter(await recognised(city, SPACES)))


@pytest.fixture(scope="module")
async def standing_in_zhuzhou(process: Process) -> Standing:
    city = await a_city(process, pack="zhuzhou")
    made = await recognised(city, SPACES[:6], item="recognise-makerspace", form={"yearly_events": 12})
    return Standing(city, iter(made))


@pytest.fixture
async def in_xuzhou(standing_in_xuzhou: Standing) -> Space:
    return await standing_in_xuzhou.take()


@pytest.fixture
async def in_zhuzhou(standing_in_zhuzhou: Standing) -> Space:
    return await standing_in_zhuzhou.take()


@pytest.fixture(scope="module")
async def disputed(standing_in_zhuzhou: Standing) -> City:
    """Where one space has a renewal, a change and a cancellation open: for what the database itself refuses."""
    city, recognition = await standing_in_zhuzhou.take()
    path = f"recognitions/{recognition['id']}"
    created(await city.send(f"{path}/renewals", RENEWAL))
    created(await city.send(f"{path}/changes", {"kind": "name", "name": "新名", "grounds": "更名"}, by=PORTAL))
    created(await city.send(f"{path}/cancellations", MISSED | {"cure_by": "2026-10-09"}))
    return city


async def recognised_there(city: City, **form: Any) -> dict[str, Any]:
    return await city.recognised(a_form(yearly_events=12, **form), item="recognise-makerspace")


async def upkeep(city: City, recognition: dict[str, Any]) -> dict[str, Any]:
    return answered(await city.ask(f"recognitions/{recognition['id']}/upkeep"))


async def proof(city: City, recognition: dict[str, Any], on: str) -> dict[str, Any]:
    return answered(await city.ask(f"carriers/{recognition['carrier_id']}/proof", on=on))


async def standing(city: City, number: str) -> str:
    return str(answered(await city.ask(f"certificates/{number}/verification"))["standing"])


async def test_a_renewal_adds_a_term_behind_the_present_one_by_a_new_certificate(zhuzhou: City) -> None:
    """ZZ-09: the validity the measure sets; another officer decides; what the old paper proved it goes on proving."""
    recognition = await recognised_there(zhuzhou)
    path = f"recognitions/{recognition['id']}/renewals"
    await zhuzhou.set_clock(date(2029, 8, 1))
    renewal = created(await zhuzhou.send(path, RENEWAL))
    assert refused(await zhuzhou.send(path, RENEWAL)) == ["renewal_pending"]
    assert refused(await zhuzhou.send(f"{path}/{renewal['id']}/decision", GRANT)) == ["decided_by_who_asked"]
    granted = answered(await zhuzhou.send(f"{path}/{renewal['id']}/decision", GRANT, by=THIRD))
    assert (granted["status"], granted["valid_until"]) == ("granted", "2032-09-08")

    newer, older = granted["certificate_number"], recognition["certificate_number"]
    said = answered(await zhuzhou.ask(f"certificates/{newer}"))["statement"]
    assert (said["replaces"], said["valid_until"], said["recognised_on"]) == (older, "2032-09-08", "2026-09-09")
    assert [await standing(zhuzhou, number) for number in (older, newer)] == ["replaced", "in_force"]
    told = await zhuzhou.facts("carrier.recognition_renewed")
    assert [(one["valid_until"], one["certificate_number"]) for one in told] == [("2032-09-08", newer)]

    judged = await zhuzhou.ask(f"determinations/{renewal['determination_id']}")
    assert answered(judged)["outcome"] == "eligible"
    assert (await zhuzhou.ask(f"determinations/{renewal['determination_id']}", by="client:other")).status_code == 404

    # The first term runs out and nothing ends: the second has begun.
    await zhuzhou.set_clock(date(2029, 9, 10))
    await zhuzhou.ask("notices")
    assert (await proof(zhuzhou, recognition, "2029-09-10"))["certificate_number"] == newer
    early = await proof(zhuzhou, recognition, "2028-01-01")
    assert (early["certificate_number"], early["statement"]["levels"][0]["valid_until"]) == (older, "2029-09-08")
    assert (await upkeep(zhuzhou, recognition))["ended_on"] is None


async def test_a_renewal_is_judged_by_todays_criteria_with_all_reasons(in_zhuzhou: Space) -> None:
    """ZZ-09: what was recognised once is not recognised for ever."""
    zhuzhou, recognition = in_zhuzhou
    worse = RENEWAL | {"facts": {"tenants": 3, "mentors": 0}}
    answer = await zhuzhou.send(f"recognitions/{recognition['id']}/renewals", worse)
    assert refused(answer) == ["criterion_not_met", "criterion_not_met"]
    assert (await upkeep(zhuzhou, recognition))["renewals"] == []


async def test_a_renewal_looks_at_the_area_the_register_has_now(in_zhuzhou: Space) -> None:
    """ZZ-09: the area that shrank counts at the review of a renewal, and again when it is decided."""
    zhuzhou, recognition = in_zhuzhou
    path = f"recognitions/{recognition['id']}/renewals"

    async def moved(area: int, seats: int) -> None:
        async with zhuzhou.portal() as portal:
            places = {"premises": [{"address": "株洲市天元区1号", "area_sqm": area, "seats": seats}]}
            where = f"/v1/registry/carriers/{recognition['carrier_id']}"
            answered(await portal.patch(where, json=places, headers={"If-Match": "*"}))

    await moved(20, 2)
    answer = await zhuzhou.send(path, RENEWAL)
    assert [reason["facts"]["fact"] for reason in answer.json()["reasons"]] == ["floor_area", "seats"]
    await moved(800, 60)
    renewal = created(await zhuzhou.send(path, RENEWAL))
    await moved(20, 2)
    refusal = await zhuzhou.send(f"{path}/{renewal['id']}/decision", GRANT, by=THIRD)
    assert [reason["facts"]["fact"] for reason in refusal.json()["reasons"]] == ["floor_area", "seats"]
    await moved(790, 60)
    assert answered(await zhuzhou.send(f"{path}/{renewal['id']}/decision", GRANT, by=THIRD))["status"] == "granted"


async def test_what_has_no_term_is_not_renewed(in_xuzhou: Space) -> None:
    """XZ-39: the text names no validity; a recognition stands until it is taken away."""
    city, recognition = in_xuzhou
    answer = await city.send(f"recognitions/{recognition['id']}/renewals", RENEWAL)
    assert refused(answer) == ["recognition_has_no_term"]


async def test_two_officers_grant_one_renewal_at_once_and_one_term_is_added(in_zhuzhou: Space) -> None:
    zhuzhou, recognition = in_zhuzhou
    path = f"recognitions/{recognition['id']}/renewals"
    renewal = created(await zhuzhou.send(path, RENEWAL))
    deciders = (THIRD, "person:officer-4", "person:officer-5")
    answers = await asyncio.gather(*(zhuzhou.send(f"{path}/{renewal['id']}/decision", GRANT, by=by) for by in deciders))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert len(await zhuzhou.facts("carrier.recognition_renewed")) == 1


async def test_a_change_of_name_is_asked_for_by_the_operator_and_told_by_a_new_certificate(in_xuzhou: Space) -> None:
    """XZ-38: dynamic management; the paper follows the space, the old paper stays readable."""
    city, recognition = in_xuzhou
    path = f"recognitions/{recognition['id']}/changes"
    name = answered(await city.ask(f"carriers/{recognition['carrier_id']}"))["name"]
    asked = {"kind": "name", "name": "云龙湖科创众创空间", "grounds": "品牌更名"}
    assert (await city.send(path, asked, by="client:stranger")).status_code == 404
    same = await city.send(path, asked | {"name": name}, by=PORTAL)
    assert refused(same) == ["nothing_to_change"]
    two = await city.send(path, asked | {"operator_id": recognition["applicant_id"]}, by=PORTAL)
    assert two.status_code == 422
    change = created(await city.send(path, asked, by=PORTAL))
    assert (await city.send(path, asked, by=PORTAL)).json()["code"] == "change_pending"

    granted = answered(await city.send(f"{path}/{change['id']}/decision", GRANT, by=SECOND))
    assert granted["former"] == {"name": name}
    older, newer = recognition["certificate_number"], granted["certificate_number"]
    said = answered(await city.ask(f"certificates/{newer}"))["statement"]
    assert (said["carrier"]["name"], said["replaces"]) == ("云龙湖科创众创空间", older)
    assert answered(await city.ask(f"certificates/{older}"))["statement"]["carrier"]["name"] == name
    assert [one["kind"] for one in await city.facts("carrier.recognition_changed")] == ["name"]


async def test_nobody_changes_in_passing_what_a_certificate_says(in_xuzhou: Space) -> None:
    """XZ-38: the name of a recognised space goes through a request; its facts are still its own to state."""
    city, recognition = in_xuzhou
    path = f"/v1/registry/carriers/{recognition['carrier_id']}"
    async with city.portal() as portal:
        answer = await portal.patch(path, json={"name": "悄悄更名"}, headers={"If-Match": "*"})
        assert refused(answer) == ["recognised_carrier_changes_by_request"]
        answered(await portal.patch(path, json={"facts": {"tenants": 31}}, headers={"If-Match": "*"}))


async def test_an_operator_who_takes_over_must_exist_in_law(in_xuzhou: Space) -> None:
    """XZ-38: the space changes hands; a dissolved firm takes over nothing."""
    city, recognition = in_xuzhou
    path = f"recognitions/{recognition['id']}/changes"
    heir, gone = await city.register(name="徐州云创科技有限公司"), await city.register(name="徐州旧创有限公司")
    async with city.officer() as officer:
        firm = f"/v1/registry/organisations/{gone['id']}"
        away = {"on": "2026-09-09", "reason": "注销公告"}
        answered(await officer.post(f"{firm}/deregistration", json=away, headers={"If-Match": '"v1"'}))

    asked = {"kind": "operator", "grounds": "运营权转让"}
    dissolved = created(await city.send(path, asked | {"operator_id": gone["id"]}, by=PORTAL))
    decision = f"{path}/{dissolved['id']}/decision"
    assert refused(await city.send(decision, GRANT)) == ["operator_deregistered"]
    answered(await city.send(decision, REFUSE))
    change = created(await city.send(path, asked | {"operator_id": heir["id"]}, by=PORTAL))
    granted = answered(await city.send(f"{path}/{change['id']}/decision", GRANT))
    said = answered(await city.ask(f"certificates/{granted['certificate_number']}"))["statement"]
    assert said["operator"]["name"] == "徐州云创科技有限公司"
    carrier = answered(await city.ask(f"carriers/{recognition['carrier_id']}"))
    assert carrier["operator"]["id"] == heir["id"]


async def test_an_area_that_shrank_below_the_criteria_is_refused_and_nothing_moves(in_xuzhou: Space) -> None:
    """XZ-39: new premises must still meet what the space was recognised by."""
    city, recognition = in_xuzhou
    path = f"recognitions/{recognition['id']}/changes"
    place = {"address": "徐州市铜山区大学路9号", "area_sqm": 20, "seats": 2}
    change = created(await city.send(path, {"kind": "premises", "premises": [place], "grounds": "搬迁"}, by=PORTAL))
    answer = await city.send(f"{path}/{change['id']}/decision", GRANT)
    assert set(refused(answer)) == {"criterion_not_met"}
    carrier = answered(await city.ask(f"carriers/{recognition['carrier_id']}"))
    assert [one["address"] for one in carrier["premises"]] == ["徐州市云龙区和平路57号A座"]
    wider = place | {"area_sqm": 900, "seats": 70}
    answered(await city.send(f"{path}/{change['id']}/decision", REFUSE))
    change = created(await city.send(path, {"kind": "premises", "premises": [wider], "grounds": "扩租"}, by=PORTAL))
    answered(await city.send(f"{path}/{change['id']}/decision", GRANT))
    carrier = answered(await city.ask(f"carriers/{recognition['carrier_id']}"))
    assert [(one["address"], one["area_sqm"]) for one in carrier["premises"]] == [("徐州市铜山区大学路9号", 900)]
    assert (carrier["seats"], carrier["free_seats"]) == (70, 70)


async def test_a_fault_is_cured_until_the_last_evening_and_the_recognition_stands(city: City) -> None:
    """XZ-38: 实行动态管理; ten working days as set, the National Day holiday and its make-up Saturday counted."""
    recognition = await city.recognised()
    await city.set_clock(date(2026, 9, 28))
    cancellation = created(await city.send(f"recognitions/{recognition['id']}/cancellations", MISSED))
    # 29, 30 September; 8, 9, 10 (make-up Saturday), 12, 13, 14, 15, 16 October.
    assert (cancellation["status"], cancellation["cure_by"], cancellation["clauses"]) == (
        "curing", "2026-10-16", ["XZ-38"],
    )  # fmt: skip
    assert await standing(city, recognition["certificate_number"]) == "cure_period"
    again = await city.send(f"recognitions/{recognition['id']}/cancellations", MISSED)
    assert refused(again) == ["cancellation_pending"]

    await city.set_clock(date(2026, 10, 16), time(23, 59))
    cure = {"opinion": "已补报", "evidence": EVIDENCE}
    cured = answered(await city.send(f"cancellations/{cancellation['id']}/cure", cure))
    assert (cured["status"], cured["settled_on"]) == ("cured", "2026-10-16")
    ordered, settled = [await city.facts(f"carrier.{kind}") for kind in ("cure_ordered", "cancellation_settled")]
    assert settled[-1]["organisation_id"] == ordered[-1]["organisation_id"]
    assert await standing(city, recognition["certificate_number"]) == "in_force"
    # As of a day in the cure period the proof says both: recognised, and under a cure order.
    for day, curing in {"2026-09-27": False, "2026-09-28": True, "2026-10-15": True, "2026-10-16": False}.items():
        level = (await proof(city, recognition, day))["statement"]["levels"][0]
        assert level["in_cure_period"] is curing, day


async def test_a_cure_period_into_a_year_without_a_calendar_is_counted_again(city: City) -> None:
    """XZ-38, practice f.3: provisional when ordered, later by the notice of the year, never earlier than was told."""
    recognition = await city.recognised()
    await city.set_clock(date(2026, 12, 29))
    cancellation = created(await city.send(f"recognitions/{recognition['id']}/cancellations", MISSED))
    assert (cancellation["cure_by"], cancellation["cure_provisional"]) == ("2027-01-13", True)
    assert await recounted(city) == [("cure_period", "2027-01-13", "2027-01-14", False)]
    await city.set_clock(date(2027, 1, 14), time(23, 59))
    cure = {"opinion": "已补报", "evidence": EVIDENCE}
    cured = answered(await city.send(f"cancellations/{cancellation['id']}/cure", cure))
    assert (cured["status"], cured["cure_by"], cured["cure_provisional"]) == ("cured", "2027-01-14", False)


async def test_what_is_not_cured_is_taken_away_by_another_officer_once(city: City) -> None:
    """XZ-38: after the cure period a person decides; the level ends that day, for funds and for proofs."""
    recognition = await city.recognised()
    cancellation = created(await city.send(f"recognitions/{recognition['id']}/cancellations", MISSED))
    path = f"cancellations/{cancellation['id']}"
    early = await city.send(f"{path}/decision", CANCEL, by=THIRD)
    assert early.json()["code"] == "move_not_allowed"
    await city.set_clock(the_day_after(cancellation["cure_by"]), time(0, 1))
    cure = {"opinion": "已补报", "evidence": EVIDENCE}
    late = await city.send(f"{path}/cure", cure)
    assert late.status_code == 409  # by the date, or by the timer that has fired
    found = await city.until(
        f"/v1/registry/cancellations?recognition_id={recognition['id']}",
        lambda listed: listed["items"][0]["status"] == "awaiting_decision",
    )
    assert len(found["items"]) == 1
    assert refused(await city.send(f"{path}/decision", CANCEL)) == ["decided_by_who_opened"]
    answers = await asyncio.gather(
        *(city.send(f"{path}/decision", CANCEL, by=by) for by in (THIRD, "person:officer-4"))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    ended_on = (await upkeep(city, recognition))["ended_on"]
    ended = await city.facts("carrier.recognition_ended")
    assert [(one["cause"], one["ended_on"]) for one in ended] == [("cancelled", ended_on)]
    assert (await proof(city, recognition, cancellation["cure_by"]))["recognised"] is True
    assert (await proof(city, recognition, ended_on))["recognised"] is False
    assert await standing(city, recognition["certificate_number"]) == "ended"
    more = await city.send(f"recognitions/{recognition['id']}/cancellations", MISSED)
    assert more.json()["code"] == "recognition_not_standing"


async def test_an_open_cure_period_refuses_and_names_the_clause(process: Process) -> None:
    """XZ-38 states no cure period: until somebody sets one, nobody is put under it."""
    values = {key: value for key, value in default_settings("xuzhou").items() if "cure" not in key}
    city = await a_city(process, settings=values)
    recognition = await city.recognised()
    answer = await city.send(f"recognitions/{recognition['id']}/cancellations", MISSED)
    assert (answer.json()["code"], answer.json()["reasons"][0]["clauses"]) == ("policy_open", ["XZ-38"])


async def test_where_the_text_knows_no_cure_period_the_officer_names_one(in_zhuzhou: Space) -> None:
    zhuzhou, recognition = in_zhuzhou
    path = f"recognitions/{recognition['id']}/cancellations"
    assert refused(await zhuzhou.send(path, MISSED)) == ["cure_period_missing"]
    assert refused(await zhuzhou.send(path, MISSED | {"cure_by": "2026-09-09"})) == ["cure_period_past"]
    named = created(await zhuzhou.send(path, MISSED | {"cure_by": "2026-10-09"}))
    assert named["cure_by"] == "2026-10-09"


async def test_a_cause_that_cannot_be_cured_is_decided_at_once(city: City) -> None:
    recognition = await city.recognised()
    path = f"recognitions/{recognition['id']}/cancellations"
    alive = {"cause": "operator_dissolved", "statement": "运营单位注销"}
    assert refused(await city.send(path, alive)) == ["operator_not_dissolved"]
    lied = {"cause": "false_statement", "statement": "租赁合同系伪造"}
    assert refused(await city.send(path, lied | {"cure_by": "2026-12-01"})) == ["cure_period_not_for_cause"]
    opened = created(await city.send(path, lied))
    assert (opened["status"], opened["cure_by"]) == ("awaiting_decision", None)
    first_day = await city.send(f"cancellations/{opened['id']}/decision", CANCEL, by=THIRD)
    assert first_day.json()["code"] == "recognised_today"
    await city.set_clock(date(2026, 9, 10))
    decided = answered(await city.send(f"cancellations/{opened['id']}/decision", CANCEL, by=THIRD))
    assert decided["status"] == "cancelled"


async def test_what_is_being_taken_away_is_not_renewed(in_zhuzhou: Space) -> None:
    zhuzhou, recognition = in_zhuzhou
    path = f"recognitions/{recognition['id']}"
    renewal = created(await zhuzhou.send(f"{path}/renewals", RENEWAL))
    created(await zhuzhou.send(f"{path}/cancellations", MISSED | {"cure_by": "2026-10-09"}))
    answer = await zhuzhou.send(f"{path}/renewals/{renewal['id']}/decision", GRANT, by=THIRD)
    assert refused(answer) == ["cancellation_pending"]


async def test_tax_treatment_is_information_from_the_month_after(in_xuzhou: Space) -> None:
    """XZ-18: 符合条件的适用孵化器税收优惠; the registry states the month, the tax authority decides."""
    city, recognition = in_xuzhou
    told = (await upkeep(city, recognition))["tax"]
    assert [(one["programme"], one["clauses"], one["from_month"], one["until_month"]) for one in told] == [
        ("tax.incubator", ["XZ-18"], "2026-10", None)
    ]


async def test_another_city_reads_and_changes_nothing_here(process: Process, in_xuzhou: Space) -> None:
    city, recognition = in_xuzhou
    cancellation = created(await city.send(f"recognitions/{recognition['id']}/cancellations", MISSED))
    stranger = await a_city(process)
    base = f"recognitions/{recognition['id']}"
    answers = [
        await stranger.ask(f"{base}/upkeep"),
        await stranger.send(f"{base}/renewals", RENEWAL),
        await stranger.send(f"{base}/changes", {"kind": "name", "name": "别名", "grounds": "无"}),
        await stranger.send(f"{base}/cancellations", MISSED),
        await stranger.send(f"cancellations/{cancellation['id']}/decision", CANCEL, by=THIRD),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert answered(await stranger.ask("cancellations"))["items"] == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE recognition_term SET valid_until = '2099-01-01' WHERE city_code = :city",
        "DELETE FROM recognition_term WHERE city_code = :city",
        "UPDATE level_end SET cause = 'expired' WHERE city_code = :city",
    ],
)
async def test_terms_and_ends_are_history(disputed: City, statement: str) -> None:
    with pytest.raises(IntegrityError, match="keeps its history"):
        async with disputed.process.app.state.sessions() as session, session.begin():
            await session.execute(text(statement), {"city": disputed.code})


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ("UPDATE recognition_renewal SET decided_by = reviewed_by", "ck_recognition_renewal_another_officer_decides"),
        ("UPDATE recognition_change SET decided_by = requested_by", "ck_recognition_change_another_person_decides"),
        (
            (
                "UPDATE cancellation SET status = 'cancelled', settled_by = opened_by, settled_on = opened_on, "
                "settled_at = opened_at, opinion = '取消'"
            ),
            "ck_cancellation_another_officer_decides",
        ),
        ("UPDATE cancellation SET settled_by = 'person:officer-9'", "ck_cancellation_settled_in_full"),
    ],
)
async def test_the_database_refuses_what_a_mistake_in_code_would_let_pass(
    disputed: City, wrong: str, constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        async with disputed.process.app.state.sessions() as session, session.begin():
            await session.execute(text(f"{wrong} WHERE city_code = :city"), {"city": disputed.code})


async def an_upper_level(city: City) -> dict[str, Any]:
    form = an_upper_form(carrier_name="云龙湖众创空间")
    applied = await city.applied(form, item="record-upper-recognition")
    return answered(await city.reviewed(applied, issuing_authority="江苏省科学技术厅"))


async def test_what_a_level_above_took_away_ended_on_its_day_and_not_when_we_heard_of_it(city: City) -> None:
    recognition = await an_upper_level(city)
    ended = {"cause": "false_statement", "statement": "省科技厅公告取消认定"}
    opened = created(await city.send(f"recognitions/{recognition['id']}/cancellations", ended))
    path = f"cancellations/{opened['id']}/decision"
    early = await city.send(path, CANCEL | {"ended_on": "2026-08-20"}, by=THIRD)
    assert refused(early) == ["ends_before_beginning"]
    assert refused(await city.send(path, CANCEL | {"ended_on": "2026-09-02"}, by=THIRD)) == ["date_in_future"]
    dropped = {"outcome": "drop", "opinion": "误报", "ended_on": "2026-08-25"}
    assert (await city.send(path, dropped, by=THIRD)).status_code == 422
    answered(await city.send(path, CANCEL | {"ended_on": "2026-08-25"}, by=THIRD))
    days = [f"2026-08-{day}" for day in (19, 20, 24, 25)] + ["2026-09-01"]
    assert [(await proof(city, recognition, on))["recognised"] for on in days] == [False, True, True, False, False]
    assert await standing(city, recognition["certificate_number"]) == "ended"
    (told,) = await city.facts("carrier.recognition_ended")
    assert told["ended_on"] == "2026-08-25"


async def test_a_renamed_operator_gets_a_paper_with_its_name_by_the_department_as_it_is_called_now(
    process: Process,
) -> None:
    """The case was accepted under the first edition; the department has another name since the second."""
    city = await a_city(process)
    recognition = await an_upper_level(city)
    pack = load_pack("xuzhou")
    name = DatedName(zh="市科技和工业局", en="Bureau of Science and Industry", effective_on=TUESDAY, source="text")
    bureau = pack.roles["science_bureau"]
    roles = {**pack.roles, "science_bureau": bureau.model_copy(update={"names": (*bureau.names, name)})}
    edition = Edition(
        pack=pack.model_copy(update={"roles": roles}), effective_on=TUESDAY, recorded_at=ACCEPTED_AT,
        reason="机构改革", set_by="person:a", approved_by="person:b",
    )  # fmt: skip
    snapshot = snapshot_in(city.code, default_settings("xuzhou"), version=3).model_copy(update={"editions": (edition,)})
    told = {"version": 3, "hash": snapshot.hash, "pack_id": "xuzhou", "body": snapshot.body}
    await city.told("policy.snapshot_published", told, subject=city.code)
    await city.set_clock(date(2026, 9, 3))
    async with city.portal() as portal:
        renamed = {"name": "徐州云创科技集团有限公司", "effective_on": "2026-09-02"}
        path = f"/v1/registry/organisations/{recognition['applicant_id']}/names"
        created(await portal.post(path, json=renamed, headers={"If-Match": "*"}))

    path = f"recognitions/{recognition['id']}/changes"
    asked = {"kind": "operator", "operator_id": recognition["applicant_id"], "grounds": "企业更名"}
    change = created(await city.send(path, asked, by=PORTAL))
    granted = answered(await city.send(f"{path}/{change['id']}/decision", GRANT))
    said = answered(await city.ask(f"certificates/{granted['certificate_number']}"))["statement"]
    assert (said["operator"]["name"], said["issuer"]["zh"]) == ("徐州云创科技集团有限公司", "徐州市科技和工业局")
    assert await city.facts("carrier.operator_changed") == []
    assert refused(await city.send(path, asked, by=PORTAL)) == ["nothing_to_change"]


async def test_what_becomes_of_a_recognition_is_shown_to_who_runs_the_carrier_now(city: City) -> None:
    """Who took it over is told of the cure period; who gave it away sees its old application and nothing newer."""
    recognition = await an_upper_level(city)
    async with city.portal("client:heir") as portal:
        heir = created(await portal.post("/v1/registry/organisations", json=a_firm(name="接手公司")))
    path = f"recognitions/{recognition['id']}"
    asked = {"kind": "operator", "operator_id": heir["id"], "grounds": "运营权转让"}
    change = created(await city.send(f"{path}/changes", asked, by=PORTAL))
    answered(await city.send(f"{path}/changes/{change['id']}/decision", GRANT))
    created(await city.send(f"{path}/cancellations", MISSED | {"cure_by": "2026-10-09"}))

    answered(await city.ask(path, by="client:heir"))
    assert answered(await city.ask(f"{path}/upkeep", by="client:heir"))["changes"][0]["id"] == change["id"]
    assert len(answered(await city.ask("cancellations", by="client:heir"))["items"]) == 1
    answered(await city.ask(path))
    assert (await city.ask(f"{path}/upkeep")).status_code == 404
    assert answered(await city.ask("cancellations"))["items"] == []


async def test_a_carrier_with_a_recognition_under_way_passes_to_nobody(city: City) -> None:
    """What the case earns, an award included, is the applicant's: not of who takes the space over meanwhile."""
    recognition, heir = await an_upper_level(city), await city.register(name="接手公司")
    path = f"recognitions/{recognition['id']}/changes"
    asked = {"kind": "operator", "operator_id": heir["id"], "grounds": "运营权转让"}
    change = created(await city.send(path, asked, by=PORTAL))
    form = a_form(carrier_id=recognition["carrier_id"])
    await city.recognition_of(await city.accept(recognition["applicant_id"], form))
    assert refused(await city.send(f"{path}/{change['id']}/decision", GRANT)) == ["recognition_pending"]
    answered(await city.send(f"{path}/{change['id']}/decision", REFUSE))
    assert refused(await city.send(path, asked, by=PORTAL)) == ["recognition_pending"]


async def test_an_operator_whose_end_only_waits_is_not_dissolved_yet(city: City) -> None:
    recognition = await an_upper_level(city)
    firm = f"/v1/registry/organisations/{recognition['applicant_id']}"
    async with city.officer() as officer:
        ends = {"on": "2026-09-01", "reason": "注销公告"}
        waiting = answered(await officer.post(f"{firm}/deregistration", json=ends, headers={"If-Match": "*"}))
    path, gone = f"recognitions/{recognition['id']}/cancellations", {"cause": "operator_dissolved", "statement": "注销"}
    assert refused(await city.send(path, gone)) == ["operator_not_dissolved"]
    answered(await city.send(f"endings/{waiting['pending_ending_id']}/confirmation", {}, by=THIRD))
    opened = created(await city.send(path, gone))
    assert opened["status"] == "awaiting_decision"
    async with city.officer() as officer:
        back = {"on": "2026-09-01", "reason": "登记机关撤销注销", "evidence": "撤销决定"}
        restored = created(await officer.post(f"{firm}/restoration", json=back, headers={"If-Match": "*"}))
    answered(await city.send(f"endings/{restored['id']}/confirmation", {}, by=THIRD))
    decision = f"cancellations/{opened['id']}/decision"
    assert refused(await city.send(decision, CANCEL, by=THIRD)) == ["operator_not_dissolved"]
