"""Objections to lists of awards nobody applied for (公示异议): one line waits, the rest of the list goes on."""

import asyncio
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from kernel import clock
from kernel.idempotency import StoredAnswer
from kernel.ids import decode_id, encode_id, new_id
from kernel.timers import Timer
from services.funds.entitlements import service as entitlements
from services.funds.entitlements import unapplied
from services.funds.entitlements.models import Entitlement
from services.funds.objections import service
from services.funds.recounting import service as recounting
from services.funds.recounting.expecting import CALENDAR_DAY
from tests.builders.processes import Process
from tests.service.funds.city import City, calendars, count_by
from tests.service.funds.test_clawback import xuzhou
from tests.service.funds.test_periods import move_clock
from tests.service.funds.test_unapplied import LISTS, award_of, confirm, evaluate

pytestmark = pytest.mark.anyio
ANSWER = {"upheld": False, "opinion": "经核实,两空间入驻企业名单无重复。"}


async def on_notice(city: City, awards: int) -> tuple[Any, list[Any]]:
    """Confirmed awards on a list that finance-3 published today."""
    found = [await award_of(city, await evaluate(city, city.organisation())) for _ in range(awards)]
    for award in found:
        await confirm(city, award)
    return await city.post("finance-3", LISTS, {"programme": "evaluation.award"}, status=201), found


async def object_to(city: City, made: Any, award_id: str, *, who: str = "portal-1", status: int = 201) -> Any:
    given = {"entitlement_id": award_id, "objector": "王某", "contact": "邮寄地址", "statement": "入驻企业重复统计"}
    return await city.post(who, f"{LISTS}/{made['id']}/objections", given, status=status)


async def answer(city: City, objection: Any, who: str, body: Any = ANSWER, *, status: int = 200) -> Any:
    return await city.post(who, f"/v1/funds/publicity-objections/{objection['id']}/answer", body, status=status)


async def withdraw(city: City, objection: Any, who: str = "portal-1", *, status: int = 200) -> Any:
    return await city.post(who, f"/v1/funds/publicity-objections/{objection['id']}/withdrawal", status=status)


async def over(city: City, made: Any) -> None:
    await move_clock(city, (date.fromisoformat(made["until_on"]) - clock.on_date(clock.real_now())).days + 1)


def codes(refused: Any) -> list[str]:
    return [reason["code"] for reason in refused["reasons"]]


async def test_one_line_waits_while_the_rest_of_the_list_is_approved(funds: Process) -> None:
    city = await xuzhou(funds)
    made, (held, free) = await on_notice(city, 2)
    objection = await object_to(city, made, held["id"])
    shown = {item["entitlement_id"]: item["held_back"] for item in (await city.get(f"{LISTS}/{made['id']}"))["items"]}
    assert shown == {held["id"]: True, free["id"]: False}
    assert codes(await city.approve(held, status=409)) == ["notice_running", "objection_waiting"]
    await over(city, made)
    await city.approve(free)
    assert codes(await city.approve(held, status=409)) == ["objection_waiting"]
    publisher = await answer(city, objection, "finance-3", status=409)
    assert codes(publisher) == ["decided_by_same_person"]
    answered = await answer(city, objection, "officer-1")
    assert (answered["upheld"], answered["answered_by"], answered["opinion"]) == (
        False, "person:officer-1", ANSWER["opinion"],
    )  # fmt: skip
    assert (await answer(city, objection, "officer-2", status=409))["code"] == "objection_answered"
    await city.approve(held)
    assert [one["outcome"] for one in await city.events("entitlement.objection_answered")] == ["rejected"]
    (told,) = await city.events("entitlement.objected_to")
    assert "objector" not in told
    await city.assert_sound()


async def test_an_upheld_objection_ends_the_award_with_its_reason_and_nothing_is_spent(funds: Process) -> None:
    city = await xuzhou(funds)
    made, (award,) = await on_notice(city, 1)
    entered = await object_to(city, made, award["id"], who="officer-1")  # it came by letter
    second = await object_to(city, made, award["id"])
    assert codes(await answer(city, entered, "officer-1", status=409)) == ["prepared_by_same_person"]
    upheld = {"upheld": True, "opinion": "材料不实。"}
    await answer(city, entered, "officer-3", upheld)
    fallen = await city.get(f"/v1/funds/entitlements/{award['id']}")
    assert (fallen["status"], [(one["code"], one["facts"]) for one in fallen["reasons"]]) == (
        "refused", [("objection_upheld", {"opinion": "材料不实。"})],
    )  # fmt: skip
    assert codes(await object_to(city, made, award["id"], status=409)) == ["line_ended"]
    (shown,) = (await city.get(f"{LISTS}/{made['id']}"))["items"]
    assert (shown["status"], shown["held_back"]) == ("refused", True)  # the second objection was not answered yet
    await answer(city, second, "officer-3", upheld)  # every objector gets an answer
    await over(city, made)
    assert (await city.approve(award, status=409))["code"] == "move_not_allowed"
    again = f"/v1/funds/entitlements/{award['id']}/determination"
    assert (await city.post("officer-1", again, status=409))["code"] == "move_not_allowed"
    assert await city.books() == {
        "authority": 1_000_000, "allotted": 1_000_000, "treasury": 1_000_000, "funding": 1_000_000,
    }  # fmt: skip
    await city.assert_sound()


async def test_a_portal_has_one_objection_to_a_line_waiting_at_a_time(funds: Process) -> None:
    """Else it could hold a competitor's money for as long as it likes to write."""
    city = await xuzhou(funds)
    made, (award, other) = await on_notice(city, 2)
    first = await object_to(city, made, award["id"])
    again = await object_to(city, made, award["id"], status=409)
    assert (again["code"], again["objection_id"]) == ("objection_of_caller_waiting", first["id"])
    await object_to(city, made, other["id"])
    await object_to(city, made, award["id"], who="portal-2")
    for _ in range(2):
        await object_to(city, made, award["id"], who="officer-1")  # letters of different people
    await answer(city, first, "officer-3")
    await object_to(city, made, award["id"])


async def test_two_objections_of_a_portal_at_once_are_one(funds: Process) -> None:
    city = await xuzhou(funds)
    made, (award,) = await on_notice(city, 1)
    given = {"entitlement_id": award["id"], "objector": "王某", "contact": "邮寄地址", "statement": "入驻企业重复统计"}
    path = f"{LISTS}/{made['id']}/objections"
    sent = await asyncio.gather(*(city.call("portal-1", "POST", path, given) for _ in range(4)))
    assert sorted(one.status_code for one in sent) == [201, 409, 409, 409]


async def test_whoever_decided_or_prepared_the_award_does_not_answer_for_it(funds: Process) -> None:
    city = await xuzhou(funds)
    made, (award,) = await on_notice(city, 1)
    await city.post("officer-1", f"/v1/funds/entitlements/{award['id']}/determination")
    objection = await object_to(city, made, award["id"])
    assert codes(await answer(city, objection, "officer-1", status=409)) == ["prepared_by_same_person"]
    assert codes(await answer(city, objection, "officer-2", status=409)) == ["decided_by_same_person"]  # the grade
    letter = await object_to(city, made, award["id"], who="officer-2")
    assert codes(await answer(city, letter, "officer-2", status=409)) == [
        "prepared_by_same_person", "decided_by_same_person",
    ]  # fmt: skip
    await answer(city, objection, "officer-3")


async def test_an_objection_is_withdrawn_by_whoever_filed_it_until_it_is_answered(funds: Process) -> None:
    city = await xuzhou(funds)
    made, (award,) = await on_notice(city, 1)
    objection = await object_to(city, made, award["id"])
    for other in ("portal-2", "officer-1"):
        await withdraw(city, objection, other, status=404)
    withdrawn = await withdraw(city, objection)
    assert (withdrawn["withdrawn_at"] is not None, withdrawn["answered_at"]) == (True, None)
    (line,) = (await city.get(f"{LISTS}/{made['id']}"))["items"]
    assert line["held_back"] is False
    for refused in (
        await withdraw(city, objection, status=409),
        await answer(city, objection, "officer-3", status=409),
    ):
        assert refused["code"] == "objection_withdrawn"
    second = await object_to(city, made, award["id"])  # the withdrawn one does not wait any more
    await answer(city, second, "officer-3")
    assert (await withdraw(city, second, status=409))["code"] == "objection_answered"
    assert len(await city.events("entitlement.objection_withdrawn")) == 1
    await over(city, made)
    await city.approve(award)


async def test_an_objection_answered_and_withdrawn_at_once_is_one_of_both(funds: Process) -> None:
    city = await xuzhou(funds)
    made, (award,) = await on_notice(city, 1)
    path = f"/v1/funds/publicity-objections/{(await object_to(city, made, award['id']))['id']}"
    sent = await asyncio.gather(
        city.call("officer-3", "POST", f"{path}/answer", ANSWER), city.call("portal-1", "POST", f"{path}/withdrawal")
    )
    assert sorted(one.status_code for one in sent) == [200, 409]


async def test_a_line_shows_that_it_waits_whichever_list_was_objected_to(funds: Process) -> None:
    """Determined anew at another amount an award is published again, with its objection."""
    city = await xuzhou(funds)
    made, (award,) = await on_notice(city, 1)
    await object_to(city, made, award["id"])
    await city.publish({"evaluation.award.excellent": 24_000_000})
    again = await city.post("officer-1", f"/v1/funds/entitlements/{award['id']}/determination")
    assert (again["amount_fen"], again["list_id"]) == (24_000_000, None)
    await confirm(city, again)
    second = await city.post("finance-3", LISTS, {"programme": "evaluation.award"}, status=201)
    (shown,) = (await city.get(f"{LISTS}/{second['id']}"))["items"]
    assert (shown["entitlement_id"], shown["status"], shown["held_back"]) == (award["id"], "payable", True)


async def test_how_to_reach_the_objector_is_told_to_who_may_answer_and_kept_nowhere_else(funds: Process) -> None:
    city = await xuzhou(funds)
    made, (award,) = await on_notice(city, 1)
    filed = [await object_to(city, made, award["id"], who=who) for who in ("portal-1", "officer-1")]
    filed.append(await answer(city, filed[0], "officer-3"))
    assert [one["contact"] for one in filed] == [None, None, None]
    path, seen = f"{LISTS}/{made['id']}/objections", {}
    for who in ("officer-1", "finance-1", "auditor-1", "portal-1"):
        seen[who] = {one["contact"] for one in (await city.get(path, who))["items"]}
    assert seen == {"officer-1": {"邮寄地址"}, "finance-1": {"邮寄地址"}, "auditor-1": {None}, "portal-1": {None}}
    async with city.process.app.state.sessions() as session:
        kept = {
            word: bool(
                (await session.scalars(select(StoredAnswer).where(StoredAnswer.body.contains(word.encode())))).all()
            )
            for word in (filed[0]["statement"], "邮寄地址")
        }
    assert kept == {filed[0]["statement"]: True, "邮寄地址": False}


async def test_too_late_or_against_what_stands_on_no_list_is_refused_and_others_objections_stay_unseen(
    funds: Process,
) -> None:
    city = await xuzhou(funds)
    made, (award,) = await on_notice(city, 1)
    unpublished = await award_of(city, await evaluate(city, city.organisation()))
    for unknown in (unpublished["id"], encode_id("ent", new_id())):
        await object_to(city, made, unknown, status=404)
    path = f"{LISTS}/{made['id']}/objections"
    blank = {"entitlement_id": award["id"], "objector": " ", "contact": "", "statement": "x" * 2_001}
    refused = await city.post("portal-1", path, blank, status=422)
    assert {error["pointer"] for error in refused["errors"]} == {"/objector", "/contact", "/statement"}
    objection = await object_to(city, made, award["id"])
    assert (await answer(city, objection, "officer-1", {"upheld": "no", "opinion": "x"}, status=422))["errors"]
    assert (
        await city.call("portal-1", "POST", f"/v1/funds/publicity-objections/{objection['id']}/answer", ANSWER)
    ).status_code == 403
    seen = {who: len((await city.get(path, who))["items"]) for who in ("auditor-1", "portal-1", "portal-2")}
    assert seen == {"auditor-1": 1, "portal-1": 1, "portal-2": 0}
    await over(city, made)
    late = await object_to(city, made, award["id"], status=409)
    assert [(one["code"], one["facts"]) for one in late["reasons"]] == [("notice_over", {"until_on": made["until_on"]})]


async def test_what_stands_on_no_such_list_is_not_waited_for(funds: Process) -> None:
    """Nobody holds up the money of another city, or of another list, by naming it."""
    elsewhere = await xuzhou(funds)
    _, (foreign,) = await on_notice(elsewhere, 1)
    city = await xuzhou(funds)
    made, _ = await on_notice(city, 1)
    unpublished = await award_of(city, await evaluate(city, city.organisation()))
    named = [decode_id("ent", one["id"]) for one in (foreign, unpublished)]
    async with city.process.app.state.sessions() as session, session.begin():
        await session.execute(select(Entitlement.id).where(Entitlement.id.in_(named)).with_for_update())
        async with asyncio.timeout(5):
            for one in (foreign, unpublished):
                await object_to(city, made, one["id"], status=404)


async def test_the_last_evening_of_the_notice_counts(funds: Process) -> None:
    city = await xuzhou(funds)
    made, (award,) = await on_notice(city, 1)
    await move_clock(city, (date.fromisoformat(made["until_on"]) - clock.on_date(clock.real_now())).days)
    assert city.today == made["until_on"]
    objection = await object_to(city, made, award["id"])
    assert objection["entitlement_id"] == award["id"]


async def test_a_notice_that_runs_longer_by_a_later_calendar_takes_objections_and_is_not_approved_before_it_ends(
    funds: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = await xuzhou(funds)
    before, after = calendars(clock.today(city.code))
    count_by(monkeypatch, before, recounting, unapplied)
    made, (award, other) = await on_notice(city, 2)
    assert made["provisional"]
    count_by(monkeypatch, after, entitlements, service)
    await over(city, made)
    assert codes(await city.approve(award, status=409)) == ["notice_running"]
    await answer(city, await object_to(city, made, other["id"]), "officer-3")
    moved = await city.get(f"{LISTS}/{made['id']}")
    assert (moved["provisional"], moved["until_on"] > made["until_on"]) == (False, True)
    told = [(one["until_on"], one["provisional"]) for one in await city.events("entitlement.list_published")]
    assert told == [(made["until_on"], True), (moved["until_on"], False)]
    await over(city, moved)
    await object_to(city, moved, other["id"], status=409)
    await city.approve(award)


async def test_a_list_shows_its_last_day_by_the_notice_of_the_year_the_morning_after_it_is_out(
    funds: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = await xuzhou(funds)
    before, after = calendars(clock.today(city.code))
    count_by(monkeypatch, before, unapplied, recounting)
    made, _ = await on_notice(city, 1)
    await move_clock(city, 1)
    await until_looked_at(city, 2)
    assert (await city.get(f"{LISTS}/{made['id']}"))["until_on"] == made["until_on"]
    count_by(monkeypatch, after, recounting)
    await over(city, made)  # the notice of the year came out on its last day
    await until_looked_at(city, 3)
    moved = await city.get(f"{LISTS}/{made['id']}")
    assert (moved["provisional"], moved["until_on"] > made["until_on"]) == (False, True)
    assert [one["until_on"] for one in await city.events("entitlement.list_published")] == [
        made["until_on"], moved["until_on"],
    ]  # fmt: skip


async def until_looked_at(city: City, mornings: int) -> None:
    """The look of a morning sets that of the next."""
    wanted = select(func.count()).where(Timer.kind == CALENDAR_DAY, Timer.city_code == city.code)
    for _ in range(100):
        async with city.process.app.state.sessions() as session:
            if await session.scalar(wanted) == mornings:
                return
        await asyncio.sleep(0.05)
    raise AssertionError(f"no look at the calendar for the {mornings}. time")
