"""The service rating: once by the applicant, answered by somebody else when it is bad, published as counts."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from gateway.window.cases.models import CaseFile
from gateway.window.ratings.models import CaseRating
from kernel import clock
from kernel.ids import decode_id, new_id
from policy.calendar import workdays
from tests.builders.processes import Process
from tests.service.window.rig import (
    CASES,
    LIVE,
    OTHER_PORTAL,
    PORTAL,
    a_case,
    a_city,
    an_application,
    count,
    key,
    set_values,
    told,
)

pytestmark = pytest.mark.anyio
SECRET = "柜台的张某态度恶劣"
PACKS = Path(__file__).resolve().parents[2] / "packs"


def plain(case: dict[str, Any]) -> str:
    return str(decode_id("case", case["id"]))


async def handle(window: Process, city: str, case: dict[str, Any], act: str, who: str, **body: Any) -> Any:
    async with window.as_(f"person:{who}", "officer", city=city) as officer:
        return await officer.post(f"{CASES}/{case['id']}/{act}", json=body)


async def a_delivered_case(window: Process, city: str, case: dict[str, Any] | None = None) -> dict[str, Any]:
    """Accepted by one, reviewed by a second at the registry, decided by a third, delivered by a fourth."""
    case = case or await a_case(window, city)
    await handle(window, city, case, "acceptance", "accepting")
    reviewed = {"case_id": plain(case), "outcome": "eligible"}
    await window.tell("recognition.reviewed", reviewed, city=city, actor="person:reviewing")
    decided = {"case_id": plain(case), "case_outcome": "granted"}
    await window.tell("carrier.recognised", decided, city=city, actor="person:deciding")
    delivered = await handle(window, city, case, "delivery", "delivering", channel="electronic")
    assert delivered.status_code == 200, delivered.text
    return dict(delivered.json())


async def rate(window: Process, city: str, case: dict[str, Any], grade: int, *, by: str = PORTAL, **more: Any) -> Any:
    async with window.as_(by, "portal", city=city) as portal:
        return await portal.post(f"{CASES}/{case['id']}/rating", json={"grade": grade} | more, headers=key())


async def correct(window: Process, city: str, case: dict[str, Any], grade: int, *, version: int = 1) -> Any:
    path = f"{CASES}/{case['id']}/rating/correction"
    async with window.as_(PORTAL, "portal", city=city) as portal:
        return await portal.post(path, json={"grade": grade}, headers={"If-Match": f'"v{version}"'})


async def answer(window: Process, city: str, case: dict[str, Any], who: str = "supervising", **changed: Any) -> Any:
    today = clock.today(city).isoformat()
    body = {"verdict": "substantiated", "measure": "已致歉并改正", "called_back_on": today} | changed
    path = f"{CASES}/{case['id']}/rating"
    async with window.as_(f"person:{who}", "officer", city=city) as officer:
        seen = (await officer.get(path)).headers.get("etag", '"v1"')
        return await officer.post(f"{path}/answer", json=body, headers={"If-Match": seen})


async def test_a_good_rating_is_given_once_and_needs_no_answer(window: Process, city: str) -> None:
    case = await a_delivered_case(window, city)
    rated = await rate(window, city, case, 5, tags=["speed", "speed"])
    assert rated.status_code == 201, rated.text
    body = rated.json()
    assert (body["grade_zh"], body["tags"], body["status"], body["follow_up"]) == ("非常满意", ["speed"], "given", None)
    assert rated.headers["etag"] == '"v1"'
    again = await rate(window, city, case, 1)
    assert (again.status_code, again.json()["code"]) == (409, "already_rated")
    (fact,) = await told(window, city, "case.rated")
    assert (fact.data["grade"], fact.data["outcome"], fact.data["item"]) == (5, "none", "recognise-key-makerspace")
    refused = await answer(window, city, case)
    assert (refused.status_code, refused.json()["code"]) == (409, "move_not_allowed")


async def test_two_ratings_at_once_are_one(window: Process, city: str) -> None:
    case = await a_delivered_case(window, city)
    both = await asyncio.gather(*(rate(window, city, case, grade) for grade in (5, 1)))
    assert sorted(one.status_code for one in both) == [201, 409]
    assert await count(window, CaseRating, city) == 1


async def test_what_was_not_delivered_is_not_rated(window: Process, city: str) -> None:
    case = await a_case(window, city)
    refused = await rate(window, city, case, 5)
    assert (refused.status_code, [reason["code"] for reason in refused.json()["reasons"]]) == (409, ["not_delivered"])


async def test_only_the_applicants_portal_rates(window: Process, city: str) -> None:
    case = await a_delivered_case(window, city)
    assert (await rate(window, city, case, 5, by=OTHER_PORTAL)).status_code == 404
    officer = await handle(window, city, case, "rating", "accepting", grade=5)
    assert (officer.status_code, officer.json()["code"]) == (403, "forbidden")
    async with window.as_(PORTAL, "portal", city="320300") as elsewhere:
        foreign = await elsewhere.post(f"{CASES}/{case['id']}/rating", json={"grade": 5}, headers=key())
        none_yet = await elsewhere.get(f"{CASES}/{case['id']}/rating")
    assert (foreign.status_code, none_yet.status_code) == (404, 404)
    assert (await correct(window, city, case, 5)).status_code == 404


@pytest.mark.parametrize(
    "body",
    [{}, {"grade": 0}, {"grade": 6}, {"grade": "5"}, {"grade": 5, "tags": ["colour"]}, {"grade": 5, "text": " "}],
)
async def test_a_rating_that_is_none_is_refused(window: Process, city: str, body: dict[str, Any]) -> None:
    async with window.as_(PORTAL, "portal", city=city) as portal:
        refused = await portal.post(f"{CASES}/case_00000000000000000000000001/rating", json=body, headers=key())
    assert refused.status_code == 422


async def test_a_bad_rating_is_answered_by_who_did_not_handle_the_case(window: Process, city: str) -> None:
    case = await a_delivered_case(window, city)
    opened = (await rate(window, city, case, 2, text=SECRET)).json()
    follow_up = opened["follow_up"]
    assert (opened["status"], follow_up["running"], follow_up["elapsed_working_days"]) == ("open", True, 0)
    assert follow_up["department_zh"] == "市科技局"
    for handler in ("accepting", "reviewing", "deciding", "delivering"):
        refused = await answer(window, city, case, handler)
        assert (refused.status_code, refused.json()["code"]) == (409, "handled_the_case"), handler
    answered = await answer(window, city, case)
    assert answered.status_code == 200, answered.text
    assert (answered.json()["status"], answered.json()["follow_up"]["verdict"]) == ("answered", "substantiated")
    async with window.as_(PORTAL, "portal", city=city) as portal:
        seen = (await portal.get(f"{CASES}/{case['id']}/rating")).json()
        timeline = (await portal.get(f"{CASES}/{case['id']}/timeline")).json()["items"]
    assert (seen["measure"], seen["text"]) == ("已致歉并改正", SECRET)
    assert [line["zh"] for line in timeline][-2:] == ["申请人给出差评,转部门核实", "差评属实,已整改"]
    twice = await answer(window, city, case)
    late = await correct(window, city, case, 5, version=2)
    assert [one.json()["code"] for one in (twice, late)] == ["move_not_allowed"] * 2


async def test_the_clock_of_a_follow_up_counts_working_days(window: Process, city: str) -> None:
    case = await a_delivered_case(window, city)
    await rate(window, city, case, 1)
    rated_on = clock.today(city)
    clock.set_offset(city, timedelta(days=14))
    async with window.as_("person:auditor", "auditor", city=city) as auditor:
        (line,) = (await auditor.get("/v1/window/ratings?status=open")).json()["items"]
        given = (await auditor.get("/v1/window/ratings?status=given")).json()["items"]
    assert line["follow_up"]["elapsed_working_days"] == workdays().between(rated_on, clock.today(city))
    assert (line["grade"], given) == (1, [])
    assert not {"text", "measure"} & line.keys()


async def test_a_rating_is_corrected_until_it_is_answered(window: Process, city: str) -> None:
    case = await a_delivered_case(window, city)
    await rate(window, city, case, 4)
    assert (await correct(window, city, case, 1, version=9)).status_code == 412
    worse = (await correct(window, city, case, 1)).json()
    assert (worse["status"], worse["follow_up"]["running"]) == ("open", True)
    better = (await correct(window, city, case, 5, version=2)).json()
    assert (better["grade"], better["status"], better["follow_up"]) == (5, "given", None)
    facts = [fact.data["outcome"] for fact in await told(window, city, "case.rating_corrected")]
    assert facts == ["follow_up", "none"]


@pytest.mark.parametrize("days", [-1, 1])
async def test_a_call_back_was_after_the_rating_and_has_been(window: Process, city: str, days: int) -> None:
    case = await a_delivered_case(window, city)
    await rate(window, city, case, 1)
    day = clock.today(city) + timedelta(days=days)
    refused = await answer(window, city, case, called_back_on=day.isoformat())
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/called_back_on"]


async def test_what_was_written_stays_with_the_case(
    window: Process, city: str, capsys: pytest.CaptureFixture[str]
) -> None:
    case = await a_delivered_case(window, city)
    await rate(window, city, case, 1, text=SECRET)
    await answer(window, city, case, measure=SECRET)
    facts = [await told(window, city, f"case.{kind}") for kind in ("rated", "rating_answered")]
    assert [len(found) for found in facts] == [1, 1]
    async with window.as_(PORTAL, "portal", city=city) as portal:
        answers = [
            (await portal.get(path)).text
            for path in (f"/v1/window/policies/{city}/ratings", "/v1/window/feed", f"{CASES}/{case['id']}/timeline")
        ]
    printed = capsys.readouterr()
    assert SECRET not in "".join([*answers, str([[fact.data for fact in found] for found in facts])])
    assert SECRET not in printed.out + printed.err


async def test_a_city_publishes_counts_of_groups_that_are_not_small(window: Process, city: str) -> None:
    cases = [await a_delivered_case(window, city) for _ in range(4)]
    await asyncio.gather(*(rate(window, city, case, grade) for case, grade in zip(cases, (5, 5, 4, 1), strict=True)))
    assert await published(window, city) == {"total": None, "items": [], "items_left_out": 1}
    async with window.app.state.sessions() as session, session.begin():  # as if four applicants had come
        for number, case in enumerate(cases):
            row = UUID(plain(case))
            await session.execute(
                update(CaseRating).where(CaseRating.case_id == row).values(applicant_id=UUID(int=number + 1))
            )
            later = CaseFile.accepted_on + number * 10
            await session.execute(update(CaseFile).where(CaseFile.id == row).values(delivered_on=later))
    found = await published(window, city)
    (item,) = found["items"]
    assert (item["item"], item["ratings"], item["average_hundredths"]) == ("recognise-key-makerspace", 4, 375)
    assert [one["share_bp"] for one in item["grades"]] == [5000, 2500, 0, 0, 2500]
    assert (item["delivered"], item["days_to_delivery_hundredths"]) == (4, 1500)
    assert (found["total"]["ratings"], found["items_left_out"]) == (4, 0)
    async with window.as_(PORTAL, "portal", city=f"320300-{new_id().hex[-8:]}") as stranger:
        assert (await stranger.get(f"/v1/window/policies/{city}/ratings")).status_code == 404


async def test_a_live_city_has_a_page_for_everybody(window: Process, city: str) -> None:
    """`city` gives the registry of the test its organisations; the page is of the live one, of ratings it holds."""
    async with window.client() as anyone:
        empty = await anyone.get("/policies/xuzhou/ratings")
        nowhere = await anyone.get(f"/policies/{city}/ratings")
    assert (empty.status_code, nowhere.status_code) == (200, 404)
    assert "评价尚少" in empty.text
    cases = [await a_delivered_case(window, city) for _ in range(3)]
    for case in cases:
        await rate(window, city, case, 4, text=SECRET)
    async with window.app.state.sessions() as session, session.begin():
        for number, case in enumerate(cases):
            moved = {"city_code": LIVE, "applicant_id": UUID(int=number + 1)}
            mine = CaseRating.case_id == UUID(plain(case))
            await session.execute(update(CaseRating).where(mine).values(**moved))
    async with window.client() as anyone:
        chinese = await anyone.get("/policies/xuzhou/ratings?lang=zh")
        english = await anyone.get("/policies/xuzhou/ratings", headers={"Accept-Language": "en"})
    assert (chinese.headers["content-type"], SECRET in chinese.text) == ("text/html; charset=utf-8", False)
    assert ("市重点众创空间认定" in chinese.text, "4.00" in chinese.text, "100.00%" in chinese.text) == (True,) * 3
    assert '<html lang="en">' in english.text
    assert "Days from acceptance to delivery" in english.text


async def published(window: Process, city: str) -> dict[str, Any]:
    async with window.as_(PORTAL, "portal", city=city) as portal:
        answer = await portal.get(f"/v1/window/policies/{city}/ratings")
    assert answer.status_code == 200, answer.text
    return {name: answer.json()[name] for name in ("total", "items", "items_left_out")}


async def test_a_pack_may_limit_the_days(window: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICY_PACKS", str(PACKS))
    city = await a_city(window, pack_id="yunhai")
    await set_values(window, city, desk__rating=10)
    application = an_application(item="become-star") | {
        "form": {"carrier_name": "云海孵化器", "carrier_kind": "incubator", "level": "municipal", "resident_firms": 20}
    }
    async with window.as_(PORTAL, "portal", city=city) as portal:
        case = (await portal.post(CASES, json=application, headers=key())).json()
    assert "number" in case, case.get("errors")
    await a_delivered_case(window, city, case)
    clock.set_offset(city, timedelta(days=20))
    refused = await rate(window, city, case, 1)
    (reason,) = refused.json()["reasons"]
    assert (refused.status_code, reason["code"], reason["clauses"]) == (409, "rating_period_over", ["YH-01"])
