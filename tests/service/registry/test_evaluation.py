"""Evaluation of carriers: XZ-24 by a body of society, XZ-38 by an indicator system the city sets."""

import asyncio
import io
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import event, update
from sqlalchemy.exc import IntegrityError

from kernel.ids import decode_id
from policy.indicators import as_value
from policy.snapshots import Setting
from services.registry.evaluation.models import Evaluation, EvaluationRound
from tests.builders.evaluation import (
    ANSWERING,
    CLOSES,
    EVALUATOR,
    FINALISER,
    OPENED,
    OPENER,
    PAPER,
    Round,
    a_city_of_jiaxing,
    ask_for_round,
    final,
    in_days,
    opened,
    published,
    recognised,
    reported,
    verified,
)
from tests.builders.processes import Process
from tests.builders.registry import PORTAL, City, a_city, a_firm, answered, created, recounted, refused, snapshot_in
from tests.policy.cases import default_settings

pytestmark = [pytest.mark.anyio, pytest.mark.own_city]
NAMES = ["A云创", "B云龙", "C汉王"]
MORE = ["D泉山", "E铜山"]
RECUSING, REPORTING = 3, 4


@pytest.fixture
async def evaluated(city: City) -> Round:
    """Three municipal key makerspaces in a round that has just been opened."""
    return await just_opened(city)


@pytest.fixture(scope="module")
async def unmoved(process: Process) -> Round:
    """One of all tests that leave it as it is; two more places, RECUSING and REPORTING, are for a test each."""
    return await just_opened(await a_city(process), [*NAMES, *MORE])


@pytest.fixture(scope="module")
async def verifying(process: Process) -> tuple[Round, Iterator[int]]:
    """One whose carriers have reported and can no longer change that; each test takes a place of it for itself."""
    round_ = await just_opened(await a_city(process), [*NAMES, *MORE])
    places = range(len(round_.evaluations))
    for place in places:
        answered(await round_.report(place))
    await round_.reporting_over()
    return round_, iter(places)


@pytest.fixture
def place(verifying: tuple[Round, Iterator[int]]) -> int:
    return next(verifying[1])


@pytest.fixture
def round_(verifying: tuple[Round, Iterator[int]]) -> Round:
    return verifying[0]


@pytest.fixture(scope="module")
async def graded(process: Process) -> Round:
    """One with its results published: the first excellent, the others absent. Only the last place is appealed for."""
    round_ = await just_opened(await a_city(process))
    await published(round_, [{}, None, None])
    return round_


async def just_opened(city: City, names: Sequence[str] = NAMES) -> Round:
    await recognised(city, names)
    await city.set_clock(OPENED)
    return await opened(city)


async def test_a_round_from_report_to_final_grade(evaluated: Round) -> None:
    """XZ-38, XZ-24: indicators, verification by a body of society, grades, notice, final."""
    answered(await evaluated.report(0))
    answered(await evaluated.report(1, reported(events=12)))
    await evaluated.reporting_over()
    answered(await evaluated.verify(0))
    found = verified({"events": "3场无签到表"}, events=9, financed_fen=500_000_000, expert_points=60)
    answered(await evaluated.verify(1, found))
    done = answered(await evaluated.post("results", OPENER))
    # 21 November 2026 is a Saturday; five working days after it end on Friday the 27th.
    assert done["notice"] == {
        "published_on": "2026-11-21", "closes_on": "2026-11-27", "appeals_until_on": "2026-11-27", "provisional": False,
    }  # fmt: skip
    assert (done["status"], done["carriers"]) == ("on_notice", {"graded": 3})
    shown = [await evaluated.read(place) for place in range(3)]
    assert [(one["score_bp"], one["grade"], one["grade_zh"], one["participated"]) for one in shown] == [
        (10000, "excellent", "优秀", True),
        (8400, "good", "良好", True),  # 3000 + 2000*60% + 2000 + 1000 + 2000*60%
        (0, "unqualified", "不合格", False),
    ]
    events = next(part for part in shown[1]["scores"] if part["indicator"] == "events")
    assert (events["value"], events["points_bp"], events["clauses"]) == (9, 6000, ["XZ-38", "XZ-24"])
    await evaluated.notice_over()
    ended = answered(await evaluated.post("finalisation", FINALISER))
    assert (ended["status"], ended["carriers"], ended["reasons"]) == ("final", {"final": 3}, [])

    told = {fact["carrier_id"]: fact for fact in await evaluated.city.facts("carrier.evaluated")}
    second = told[str(decode_id("car", evaluated.evaluations[1]["carrier_id"]))]
    assert (second["year"], second["grade"], second["passed"], second["score_bp"]) == (2026, "good", True, 8400)
    assert (second["decided_by"], second["accepted_on"], second["final_on"]) == (
        FINALISER, OPENED.isoformat(), "2026-11-28",
    )  # fmt: skip
    assert second["determination_id"] == str(decode_id("det", shown[1]["determination_id"]))
    assert [fact["carriers"] for fact in await evaluated.city.facts("evaluation.round_opened")] == [3]
    assert await evaluated.city.facts("carrier.evaluation_failed_twice") == []


async def test_a_grade_is_a_determination_its_operator_reads_and_anyone_replays(graded: Round) -> None:
    """XZ-38: the grade traces to the indicator system, its version and its clauses."""
    shown = await graded.read(0)
    path = f"/v1/registry/determinations/{shown['determination_id']}"
    async with graded.city.portal() as portal:
        document = answered(await portal.get(path))["document"]
    async with graded.city.portal("client:other") as stranger:
        assert (await stranger.get(path)).status_code == 404
    async with graded.city.officer() as officer:
        assert answered(await officer.get(f"{path}/replay"))["differences"] == []
    read = {step["name"]: step for step in document["trace"]}
    assert read["evaluation.indicators"]["clauses"] == ["XZ-38", "XZ-24"]
    assert read["evaluation.indicators"]["value"]["absent_grade"] == "unqualified"
    assert (read["score_bp"]["value"], read["grade"]["value"]) == (10000, "excellent")


async def test_a_round_is_refused_with_every_open_parameter(process: Process) -> None:
    """XZ-38 leaves indicators, grades and days open: nothing is evaluated before they are set."""
    settings = default_settings("xuzhou")
    keys = ("evaluation.indicators", "evaluation.notice_working_days", "evaluation.appeal_working_days")
    city = await a_city(process, settings={k: v for k, v in settings.items() if k not in keys})
    answer = await ask_for_round(city, year=2027, closes_on="2026-09-01")
    assert answer.json()["code"] == "policy_open"
    assert refused(answer) == [*["parameter_open"] * 3, "year_not_begun", "closing_day_passed", "nobody_to_evaluate"]
    assert {reason["facts"].get("parameter") for reason in answer.json()["reasons"]} >= set(keys)


async def test_a_programme_that_evaluates_nothing_opens_no_round(city: City) -> None:
    assert refused(await ask_for_round(city, programme="evaluation.award")) == ["programme_evaluates_nothing"]


@pytest.mark.parametrize("day", ["2062-10-31", "9999-12-31"])
async def test_a_closing_day_nobody_lives_to_see_opens_no_round(unmoved: Round, day: str) -> None:
    """A year has one round: one that never closes would be its only one."""
    assert refused(await ask_for_round(unmoved.city, year=2023, closes_on=day)) == ["closing_day_too_far"]


async def test_a_year_has_one_round_even_when_two_open_it_at_once(unmoved: Round) -> None:
    answers = await asyncio.gather(*(ask_for_round(unmoved.city, year=2024) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"round_opened_before"}


async def test_who_is_exempted_has_its_reason_and_no_grade(city: City) -> None:
    rows = await recognised(city, NAMES[:2])
    await city.set_clock(OPENED)
    carrier = next(iter([await carrier_of(city, NAMES[1])]))
    stranger = rows[0]["applicant_id"].replace("org_", "car_")
    answer = await ask_for_round(city, exempt=[{"carrier_id": stranger, "reason": "不存在"}])
    assert refused(answer) == ["exempt_not_on_roster"]
    round_ = await opened(city, exempt=[{"carrier_id": carrier, "reason": "认定不满一年"}])
    ended = await final(round_, [{}, None])
    assert ended["carriers"] == {"exempt": 1, "final": 1}
    shown = await round_.read(1)
    assert (shown["status"], shown["grade"], shown["exempt_reason"]) == ("exempt", None, "认定不满一年")
    assert len(await city.facts("carrier.evaluated")) == 1


async def carrier_of(city: City, name: str) -> str:
    async with city.portal() as portal:
        listed = answered(await portal.get("/v1/registry/carriers"))["items"]
    return str(next(one["id"] for one in listed if one["name"] == name))


async def test_a_report_is_refused_with_all_its_reasons(unmoved: Round) -> None:
    body = reported(events=-1, occupied_share=10_001, accounts_kept=2)
    del body["values"]["financed_fen"]
    body["values"]["events"]["evidence"] = []
    body["values"] |= {"tenants": {"value": 5, "evidence": []}, "bonus": {"value": 5, "evidence": []}}
    answer = await unmoved.report(0, body)
    assert [(one["code"], one["facts"]["indicator"]) for one in answer.json()["reasons"]] == [
        ("indicator_not_reported", "tenants"),
        ("indicator_unknown", "bonus"),
        ("indicator_missing", "financed_fen"),
        ("value_outside_unit", "events"),
        ("value_outside_unit", "occupied_share"),
        ("value_outside_unit", "accounts_kept"),
        ("evidence_missing", "events"),
    ]
    assert all(one["clauses"] == ["XZ-38", "XZ-24"] for one in answer.json()["reasons"])
    assert (await unmoved.read(0))["status"] == "awaiting_report"


@pytest.mark.parametrize("wrong", [1.5, "12", True, None])
async def test_a_value_is_a_whole_number(unmoved: Round, wrong: Any) -> None:
    body = reported()
    body["values"]["events"]["value"] = wrong
    assert (await unmoved.report(0, body)).status_code == 422


async def test_a_report_counts_until_the_last_evening_and_not_after(evaluated: Round) -> None:
    await evaluated.city.set_clock(CLOSES, time(23, 59))
    answered(await evaluated.report(0))
    answered(await evaluated.report(0, reported(events=10)))
    await evaluated.reporting_over()
    assert refused(await evaluated.report(0)) == ["self_report_late"]
    assert refused(await evaluated.report(1)) == ["self_report_late"]
    assert (await evaluated.read(0))["reported"]["events"]["value"] == 10
    assert [(await evaluated.read(place))["status"] for place in range(3)] == ["reported", "absent", "absent"]


async def test_two_reports_at_once_do_not_overwrite_each_other(unmoved: Round) -> None:
    async with unmoved.city.portal() as portal:
        path = f"/v1/registry/evaluations/{unmoved.evaluations[REPORTING]['id']}"
        tag = (await portal.get(path)).headers["etag"]
        bodies = [reported(events=events) for events in (10, 11)]
        answers = await asyncio.gather(*(unmoved.put(portal, REPORTING, "report", body, tag) for body in bodies))
        assert (await portal.put(f"{path}/report", json=bodies[0])).status_code == 428
    assert sorted(answer.status_code for answer in answers) == [200, 412]


async def test_two_evaluators_submit_at_once_and_one_of_them_counts(round_: Round, place: int) -> None:
    async with round_.evaluator() as evaluator:
        tag = (await evaluator.get(f"/v1/registry/evaluations/{round_.evaluations[place]['id']}")).headers["etag"]
        bodies = [verified(expert_points=points) for points in (70, 80)]
        answers = await asyncio.gather(*(round_.put(evaluator, place, "verification", body, tag) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    kept = next(answer for answer in answers if answer.status_code == 200).json()["verified"]
    assert (await round_.read(place, by=OPENER))["verified"] == kept


async def test_an_evaluator_sees_and_verifies_only_what_it_is_given(evaluated: Round) -> None:
    answered(await evaluated.report(0))
    answered(await evaluated.assign(0, evaluator="person:evaluator-2"))
    await evaluated.reporting_over()
    async with evaluated.evaluator() as evaluator:
        listed = answered(await evaluator.get("/v1/registry/evaluations"))["items"]
        path = f"/v1/registry/evaluations/{evaluated.evaluations[0]['id']}"
        assert (await evaluator.get(path)).status_code == 404
    assert [one["carrier_name"] for one in listed] == NAMES[1:]
    assert (await evaluated.verify(0)).status_code == 404
    answered(await evaluated.verify(0, by="person:evaluator-2"))


async def test_a_portal_sees_its_own_carriers_and_no_verified_value_before_the_results(
    round_: Round, place: int
) -> None:
    answered(await round_.verify(place))
    shown = await round_.read(place)
    assert (shown["verified"], shown["opinion"], shown["evaluator"], shown["status"]) == (None, None, None, "verified")
    async with round_.city.portal("client:other") as other:
        assert answered(await other.get("/v1/registry/evaluations"))["items"] == []
        path = f"/v1/registry/evaluations/{round_.evaluations[place]['id']}"
        assert (await other.get(path)).status_code == 404
        assert (await other.get(f"{round_.path}/ranking")).status_code == 403


async def test_another_city_knows_nothing_of_a_round(unmoved: Round, process: Process) -> None:
    elsewhere = Round(await a_city(process), unmoved.id, unmoved.body, unmoved.evaluations)
    assert (await elsewhere.get("")).status_code == 404
    assert (await elsewhere.get("/ranking")).status_code == 404
    assert (await elsewhere.post("results", OPENER)).status_code == 404
    assert (await elsewhere.report(0)).status_code == 404
    assert (await elsewhere.assign(0)).status_code == 404


async def test_neither_the_administration_nor_its_officers_verify(round_: Round, place: int) -> None:
    """XZ-24: a body of society evaluates."""
    async with round_.city.officer(OPENER) as officer:
        bureau = a_firm(kind="department", name="徐州市科学技术局")
        department = created(await officer.post("/v1/registry/organisations", json=bureau))["id"]
    assert refused(await round_.assign(place, organisation_id=department)) == ["evaluator_not_independent"]
    assert refused(await round_.assign(place, organisation_id=None)) == ["evaluator_not_independent"]
    answered(await round_.assign(place, evaluator=OPENER))
    async with round_.city.officer(OPENER) as officer:
        answer = await round_.put(officer, place, "verification", verified())
    assert refused(answer) == ["evaluator_not_independent"]


async def test_where_the_department_evaluates_an_officer_verifies(process: Process) -> None:
    """JX-19: municipal makerspaces are evaluated; the text names no body outside the administration."""
    city = await a_city_of_jiaxing(process)
    rules = {"has_management_rules": True, "services_offered": 4}
    await recognised(city, NAMES[:1], item="file-makerspace", form=rules)
    await city.set_clock(OPENED)
    asked = {"programme": "evaluation.makerspaces", "year": 2026, "closes_on": CLOSES.isoformat()}
    async with city.officer(OPENER) as officer:
        made = created(await officer.post("/v1/registry/evaluation-rounds", json=asked))
        listed = answered(await officer.get("/v1/registry/evaluations", params={"round_id": made["id"]}))
    round_ = Round(city, made["id"], "", listed["items"])
    answered(await round_.assign(0, evaluator="person:officer-8", organisation_id=None))
    body = {"values": {"tenants": {"value": 20, "evidence": [PAPER]}}}
    answered(await round_.report(0, body))
    await round_.reporting_over()
    body["values"]["service_points"] = {"value": 90, "evidence": [PAPER]}
    async with city.officer("person:officer-8") as officer:
        answered(await round_.put(officer, 0, "verification", body | {"opinion": "现场考评"}))
    answered(await round_.post("results", OPENER))
    assert (await round_.read(0))["grade"] == "excellent"
    # Ten working days to appeal outlast five of notice; the 21st is a Saturday.
    assert answered(await round_.get(""))["notice"]["appeals_until_on"] == "2026-12-04"
    await round_.notice_over()
    answered(await round_.post("finalisation", FINALISER))
    told = await city.facts("carrier.evaluated")
    assert [(fact["programme"], fact["grade"]) for fact in told] == [("evaluation.makerspaces", "excellent")]


async def test_results_published_into_a_year_without_a_calendar_are_counted_again(city: City) -> None:
    """Practice f.3: notice and time to appeal are both told anew, and an appeal counts until the later day."""
    evaluated = await just_opened(city, NAMES[:1])
    answered(await evaluated.report(0))
    await evaluated.reporting_over()
    answered(await evaluated.verify(0))
    await evaluated.city.set_clock(date(2026, 12, 29))
    notice = answered(await evaluated.post("results", OPENER))["notice"]
    assert (notice["closes_on"], notice["appeals_until_on"], notice["provisional"]) == (
        "2027-01-06",
        "2027-01-06",
        True,
    )
    moved = [("2027-01-06", "2027-01-07", False)] * 2
    assert [told[1:] for told in await recounted(evaluated.city)] == moved
    notice = answered(await evaluated.get("", by=OPENER))["notice"]
    assert (notice["closes_on"], notice["appeals_until_on"], notice["provisional"]) == (
        "2027-01-07",
        "2027-01-07",
        False,
    )


async def test_a_conflict_of_interest_is_refused_for_each_carrier(unmoved: Round) -> None:
    """XZ-24: who runs a carrier, or has acted for it, does not evaluate it."""
    carriers = [str(decode_id("car", one["carrier_id"])) for one in unmoved.evaluations]
    async with unmoved.city.portal() as portal:
        carrier = answered(await portal.get(f"/v1/registry/carriers/{unmoved.evaluations[0]['carrier_id']}"))
    answer = await unmoved.assign(0, 1, organisation_id=carrier["operator"]["id"])
    assert refused(answer) == ["evaluator_has_interest"]
    assert [reason["facts"]["carrier_id"] for reason in answer.json()["reasons"]] == carriers[:1]
    answer = await unmoved.assign(0, 1, evaluator=PORTAL)
    assert refused(answer) == ["evaluator_acts_for_carrier"] * 2
    assert (await unmoved.read(0, by=OPENER))["evaluator"] == EVALUATOR


async def test_an_evaluator_related_to_the_operator_stands_aside_when_assigned_and_when_verifying(
    round_: Round, place: int
) -> None:
    """XZ-24: by the graph of parties: one controller above both, found at the assignment or only after it."""
    city = round_.city
    async with city.portal() as portal:
        carrier = answered(await portal.get(f"/v1/registry/carriers/{round_.evaluations[place]['carrier_id']}"))
    operator = carrier["operator"]["id"]
    parent = (await city.register(name="徐州母公司"))["id"]
    holds = {"role": "controller", "effective_on": "2026-01-05", "source": "licence", "holder_organisation_id": parent}
    for held in (operator, round_.body):
        created(await city.send(f"organisations/{held}/parties", holds))
    assert refused(await round_.verify(place)) == ["evaluator_has_interest"]
    assert refused(await round_.assign(place)) == ["evaluator_has_interest"]
    everyone = await round_.assign(*range(len(round_.evaluations)))
    ids = [reason["facts"]["carrier_id"] for reason in everyone.json()["reasons"]]
    assert str(decode_id("car", carrier["id"])) in ids


async def test_who_stands_aside_is_not_assigned_again(unmoved: Round) -> None:
    path = f"/v1/registry/evaluations/{unmoved.evaluations[RECUSING]['id']}"
    async with unmoved.evaluator() as evaluator:
        answer = await evaluator.post(f"{path}/recusal", json={"reason": "曾提供有偿咨询"})
        assert answer.status_code == 204
        assert (await evaluator.get(path)).status_code == 404
    assert refused(await unmoved.assign(RECUSING, 1)) == ["evaluator_recused"]
    answered(await unmoved.assign(RECUSING, evaluator="person:evaluator-2"))


async def test_a_verification_is_refused_with_all_its_reasons(round_: Round, place: int) -> None:
    body = verified(events=9, tenants=25, expert_points=101)
    body["values"]["expert_points"]["evidence"] = []
    del body["values"]["financed_fen"]
    answer = await round_.verify(place, body)
    assert [(one["code"], one["facts"]["indicator"]) for one in answer.json()["reasons"]] == [
        ("indicator_missing", "financed_fen"),
        ("value_outside_unit", "expert_points"),
        ("difference_unexplained", "tenants"),
        ("difference_unexplained", "events"),
        ("evidence_missing", "expert_points"),
    ]


async def test_reports_are_verified_when_they_can_no_longer_change_and_scored_when_all_are(city: City) -> None:
    evaluated = await just_opened(city, NAMES[:2])
    answered(await evaluated.report(0))
    early = await evaluated.verify(0, verified({"tenants": "尚未取自登记"}))
    assert (early.status_code, early.json()["code"]) == (409, "verification_closed")
    answered(await evaluated.report(1))
    assert (await evaluated.post("results", OPENER)).json()["code"] == "move_not_allowed"
    await evaluated.reporting_over()
    answered(await evaluated.verify(0))
    answer = await evaluated.post("results", OPENER)
    assert refused(answer) == ["reports_unverified"]
    assert len(answer.json()["reasons"][0]["facts"]["evaluation_ids"]) == 1


async def test_results_are_published_once_however_many_officers_press(city: City) -> None:
    evaluated = await just_opened(city, NAMES[:1])
    answered(await evaluated.report(0))
    await evaluated.reporting_over()
    answered(await evaluated.verify(0))
    answers = await asyncio.gather(*(evaluated.post("results", by) for by in (OPENER, FINALISER, ANSWERING)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert len(await evaluated.city.facts("evaluation.results_published")) == 1


async def test_an_appeal_is_answered_by_another_person_and_corrects_the_grade(city: City) -> None:
    """XZ-38: within the working days the policy gives, once, and the best values of the round stand."""
    evaluated = await just_opened(city, NAMES[:2])
    await published(evaluated, [{}, {"events": 12, "financed_fen": 100_000_000}])
    assert (await evaluated.read(1))["grade"] == "good"
    created(await evaluated.appeal(1))
    assert refused(await evaluated.appeal(1)) == ["appealed_before"]
    assert refused(await evaluated.answer(1, by=OPENER)) == ["answered_by_participant"]
    answer = await evaluated.answer(1, outcome="corrected", corrected={"financed_fen": -1, "bonus": 1})
    assert refused(answer) == ["indicator_unknown", "value_outside_unit"]
    assert refused(await evaluated.answer(1, outcome="corrected")) == ["correction_incomplete"]
    before = await evaluated.read(0)
    done = answered(await evaluated.answer(1, outcome="corrected", corrected={"financed_fen": 900_000_000}))
    assert (done["grade"], done["score_bp"], done["appeal"]["outcome"]) == ("excellent", 10000, "corrected")
    assert (await evaluated.answer(1)).json()["code"] == "appeal_answered"
    assert (await evaluated.read(0))["score_bp"] == before["score_bp"]  # another's correction takes nothing away
    assert [fact["grade"] for fact in await evaluated.city.facts("evaluation.appeal_answered")] == ["excellent"]
    async with city.portal() as portal:
        carrier = answered(await portal.get(f"/v1/registry/carriers/{evaluated.evaluations[1]['carrier_id']}"))
    operator = str(decode_id("org", carrier["operator"]["id"]))
    for kind in ("evaluation.appealed", "evaluation.appeal_answered"):
        assert [fact["organisation_id"] for fact in await evaluated.city.facts(kind)] == [operator]


async def test_an_absent_carrier_may_be_exempted_on_appeal(city: City) -> None:
    evaluated = await just_opened(city, NAMES[:2])
    await published(evaluated, [{}, None])
    created(await evaluated.appeal(1))
    assert refused(await evaluated.answer(1, outcome="corrected", corrected={"events": 3})) == ["absent_has_no_values"]
    created(await evaluated.appeal(0))
    assert refused(await evaluated.answer(0, outcome="exempted")) == ["participant_not_exempted"]
    done = answered(await evaluated.answer(1, outcome="exempted", opinion="场地因政府征收关闭"))
    assert (done["status"], done["exempt_reason"]) == ("exempt", "场地因政府征收关闭")
    answered(await evaluated.answer(0))
    await evaluated.notice_over()
    assert answered(await evaluated.post("finalisation", FINALISER))["carriers"] == {"exempt": 1, "final": 1}


async def test_an_appeal_counts_until_its_last_evening(city: City) -> None:
    evaluated = await just_opened(city, NAMES[:2])
    assert refused(await evaluated.appeal(0)) == ["nothing_to_appeal"]
    await published(evaluated, [{}, {}])
    until = date.fromisoformat(answered(await evaluated.get(""))["notice"]["appeals_until_on"])
    await evaluated.city.set_clock(until, time(23, 59))
    created(await evaluated.appeal(0))
    await evaluated.notice_over()
    assert refused(await evaluated.appeal(1)) == ["appeal_late"]


async def test_two_appeals_at_once_are_one(graded: Round) -> None:
    answers = await asyncio.gather(*(graded.appeal(2) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    assert len(await graded.city.facts("evaluation.appealed")) == 1


async def test_grades_are_made_final_by_another_person_when_all_appeals_are_answered(city: City) -> None:
    evaluated = await just_opened(city, NAMES[:1])
    await published(evaluated, [{}])
    created(await evaluated.appeal(0))
    assert (await evaluated.post("finalisation", FINALISER)).json()["code"] == "move_not_allowed"
    await evaluated.notice_over()
    assert refused(await evaluated.post("finalisation", OPENER)) == ["finalised_by_scorer", "appeals_unanswered"]
    answered(await evaluated.answer(0))
    answers = await asyncio.gather(*(evaluated.post("finalisation", by) for by in (FINALISER, ANSWERING)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert len(await evaluated.city.facts("carrier.evaluated")) == 1


async def test_two_failures_in_a_row_recommend_the_end_and_one_between_does_not(city: City) -> None:
    """XZ-38: the rule of exit is the city's; a person decides."""
    await recognised(city, NAMES)
    await city.set_clock(OPENED)
    await final(await opened(city, year=2024), [None, None, {}])
    await final(await opened(city, year=2025, closes_on="2026-12-18"), [None, {}, None])
    assert [fact["failures"] for fact in await city.facts("carrier.evaluation_failed_twice")] == [2]
    third = await opened(city, year=2026, closes_on="2027-01-15")
    await final(third, [None, None, None])
    told = await city.facts("carrier.evaluation_failed_twice")
    assert [(fact["year"], fact["failures"]) for fact in told[1:]] == [(2026, 3), (2026, 2)]
    assert {tuple(fact["clauses"]) for fact in told} == {("XZ-38",)}
    shown = [(await third.read(place))["recommendation"] for place in range(3)]
    assert shown == [
        {"action": "cancel_recognition", "failures": 3, "clauses": ["XZ-38"]},
        None,
        {"action": "cancel_recognition", "failures": 2, "clauses": ["XZ-38"]},
    ]


async def test_while_the_rule_of_exit_is_open_nothing_is_recommended_and_the_round_says_why(process: Process) -> None:
    """XZ-38 leaves the rule of exit open: grades become final, the consequence waits."""
    settings = default_settings("xuzhou")
    del settings["evaluation.failures_to_exit"]
    city = await a_city(process, settings=settings)
    await recognised(city, NAMES[:1])
    await city.set_clock(OPENED)
    await final(await opened(city, year=2025), [None])
    ended = await final(await opened(city, year=2026, closes_on="2026-12-18"), [None])
    assert [(one["code"], one["facts"]["parameter"]) for one in ended["reasons"]] == [
        ("parameter_open", "evaluation.failures_to_exit")
    ]
    assert await city.facts("carrier.evaluation_failed_twice") == []


async def test_what_is_published_has_names_and_grades_and_no_score(evaluated: Round) -> None:
    async with evaluated.city.portal("client:other") as anybody:
        assert (await anybody.get(f"{evaluated.path}/publication")).status_code == 404
        await published(evaluated, [{}, {"events": 9, "expert_points": 60}, None])
        shown = answered(await anybody.get(f"{evaluated.path}/publication"))
        file = await anybody.get(f"{evaluated.path}/publication-file")
    assert shown["is_final"] is False
    assert [(item["carrier_name"], item["grade_zh"]) for item in shown["items"]] == [
        ("A云创", "优秀"), ("B云龙", "良好"), ("C汉王", "不合格"),
    ]  # fmt: skip
    assert set(shown["items"][0]) == {"carrier_name", "operator_name", "grade", "grade_zh"}
    rows = CalamineWorkbook.from_filelike(io.BytesIO(file.content)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows] == ["2026年度评价结果", "公示至2026-11-27", "载体名称", *NAMES]
    assert "8400" not in str(rows)


async def test_a_ranking_has_places_scores_and_a_chart_without_scripts(evaluated: Round) -> None:
    await published(evaluated, [{}, {}, {"events": 9}])
    shown = answered(await evaluated.get("/ranking"))
    assert [(item["place"], item["score_bp"]) for item in shown["items"]] == [(1, 10000), (1, 10000), (3, 9200)]
    content = (await evaluated.get("/ranking-file")).content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert [(row[0], row[1][:4], row[4]) for row in rows[3:]] == [
        ("1", "car_", "100.00"), ("1", "car_", "100.00"), ("3", "car_", "92.00"),
    ]  # fmt: skip
    chart = await evaluated.get("/chart")
    assert chart.headers["content-type"] == "image/svg+xml"
    assert "<script" not in chart.text
    assert all(name in chart.text for name in NAMES)
    assert "92.00" in chart.text


async def test_the_indicators_of_a_round_are_those_of_its_opening(unmoved: Round) -> None:
    """XZ-38: a system set later does not reach a round that is under way."""
    settings = default_settings("xuzhou")
    changed = Setting(
        parameter="evaluation.indicators",
        value=as_value(settings["evaluation.indicators"] | {"zh": "新的指标体系"}),
        effective_on=date(2026, 11, 1),
        recorded_at=datetime.combine(OPENED, time(23, 59), tzinfo=UTC),
        reason="测试",
        set_by="person:a",
        approved_by="person:b",
    )
    later = snapshot_in(unmoved.city.code, settings).with_settings([changed])
    body = {"version": later.version, "hash": later.hash, "pack_id": "xuzhou", "body": later.body}
    await unmoved.city.told("policy.snapshot_published", body, subject=unmoved.city.code)
    async with unmoved.city.portal() as portal:
        shown = answered(await portal.get(f"{unmoved.path}/indicators"))
    assert (shown["parameter"], shown["clauses"]) == ("evaluation.indicators", ["XZ-38", "XZ-24"])
    assert shown["system"]["zh"] == settings["evaluation.indicators"]["zh"]
    assert sum(part["weight_bp"] for part in shown["system"]["indicators"]) == 10000


async def test_a_retried_opening_with_the_same_key_is_one_round(unmoved: Round) -> None:
    body = {"programme": "evaluation.carriers", "year": 2025, "closes_on": in_days(OPENED, 14)}
    async with unmoved.city.officer(OPENER) as officer:
        headers = {"Idempotency-Key": "round-2025"}
        first, second = [
            await officer.post("/v1/registry/evaluation-rounds", json=body, headers=headers) for _ in range(2)
        ]
    assert (created(first), second.headers["idempotent-replayed"]) == (created(second), "true")


@pytest.mark.parametrize(
    ("table", "wrong", "constraint"),
    [
        (EvaluationRound, {"finalised_by": OPENER}, "ck_evaluation_round_another_officer_finalises"),
        (EvaluationRound, {"closes_on": OPENED}, "ck_evaluation_round_closes_after_opening"),
        (Evaluation, {"verified_by": PORTAL}, "ck_evaluation_another_verifies"),
        (Evaluation, {"grade": None}, "ck_evaluation_graded_in_full"),
        (Evaluation, {"appeal": "不服"}, "ck_evaluation_appealed_in_full"),
        (Evaluation, {"appeal_answered_by": EVALUATOR}, "ck_evaluation_another_answers_the_appeal"),
    ],
)
async def test_the_database_refuses_what_a_mistake_in_code_would_let_pass(
    graded: Round, table: Any, wrong: dict[str, Any], constraint: str
) -> None:
    wire = graded.id if table is EvaluationRound else graded.evaluations[0]["id"]
    row = UUID(str(decode_id(wire.partition("_")[0], wire)))
    with pytest.raises(IntegrityError, match=constraint):
        async with graded.city.process.app.state.sessions() as session, session.begin():
            await session.execute(update(table).where(table.id == row).values(**wrong))


async def test_lists_take_as_many_statements_for_one_as_for_three(city: City) -> None:
    await recognised(city, NAMES)
    await city.set_clock(OPENED)
    for year in (2024, 2025, 2026):
        created(await ask_for_round(city, year=year))
    async with city.officer() as officer:
        for path in ("evaluation-rounds", "evaluations"):
            taken = [
                await statements_of(city, officer.get(f"/v1/registry/{path}", params={"limit": limit}), items=limit)
                for limit in (1, 3)
            ]
            assert taken[0] == taken[1]
        of_year = answered(await officer.get("/v1/registry/evaluation-rounds", params={"year": 2025}))
    assert [one["year"] for one in of_year["items"]] == [2025]


async def statements_of(city: City, call: Any, *, items: int) -> int:
    seen: list[str] = []
    ours = asyncio.current_task()  # timers of the other tests' cities ask, too

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if asyncio.current_task() is ours and any(
            f"FROM {table}" in statement for table in ("evaluation", "carrier", "organisation")
        ):
            seen.append(statement)

    engine = city.process.app.state.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    assert len(answered(await call)["items"]) == items
    event.remove(engine, "before_cursor_execute", note)
    assert seen
    return len(seen)
