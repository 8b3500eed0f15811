"""A result that is contested or never comes: objections withdrawn, an edition called off, a firm that may not win."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from kernel import clock
from kernel.ids import decode_id, new_id
from services.events.calendar.rules import EventLevel
from services.events.results.models import CompetitionPrize
from services.events.results.queries import objections_waiting, result_of
from tests.builders.competitions import FINAL, Contest
from tests.builders.identity import XUZHOU

pytestmark = pytest.mark.anyio


async def waiting(city: Contest, edition: str) -> int:
    async with city.process.app.state.sessions() as session:
        result = await result_of(session, decode_id("ced", edition))
        return await objections_waiting(session, result.id)


async def test_who_objected_may_withdraw_and_a_cancelled_edition_takes_no_objection(city: Contest) -> None:
    edition = await city.edition(await city.series("异议"), rounds=[FINAL])
    entry = await city.entry(edition, team_name="星火团队")
    await city.submit(entry)
    await city.let_pass(3)
    await city.screen(entry)
    await city.judged(edition, {entry: 9000}, await city.judges(3))
    await city.done(f"competitions/{edition}/result", status=201)

    path, said = f"competitions/{edition}/objections", {"objector": "李某", "contact": "139", "statement": "评分有误"}
    answer = {"upheld": False, "opinion": "不成立"}
    async with city.process.as_("client:portal", "portal") as portal, city.process.client() as anyone:
        kept = (await city.done(path, said, status=201, by=portal))["id"]
        gone = await city.done(path, said, status=201, by=portal)
        assert (gone["withdrawn_at"], await waiting(city, edition)) == (None, 2)
        away = f"competition-objections/{gone['id']}/withdrawal"
        assert (await city.send(away, by=city.second)).status_code == 404
        assert (await city.done(away, by=portal))["withdrawn_at"] is not None
        assert await waiting(city, edition) == 1
        late = [await city.send(away, by=portal)]
        late.append(await city.send(f"competition-objections/{gone['id']}/answer", answer, by=city.second))
        await city.done(f"competition-objections/{kept}/answer", answer, by=city.second)
        late.append(await city.send(f"competition-objections/{kept}/withdrawal", by=portal))
        assert [one.json()["code"] for one in late] == ["objection_withdrawn"] * 2 + ["objection_answered"]

        public = f"/v1/events/competitions/{edition}/public-result"
        assert (await anyone.get(public)).status_code == 200
        await city.done(f"competitions/{edition}/cancel", {"reason": "评审有误"}, of=f"competitions/{edition}")
        assert (await anyone.get(public)).status_code == 404
        refused = await city.send(path, said, by=portal)
        assert (refused.status_code, refused.json()["code"]) == (409, "edition_not_open")


async def test_a_team_is_not_attached_to_a_firm_that_has_ended_or_won_as_often_as_it_may(city: Contest) -> None:
    series = await city.series("关联")
    before = await city.edition(series)
    winner = city.firm(96, "上届获奖企业")
    await a_prize(city, before, await city.entry(before, organisation_id=winner), 96)
    edition = await city.edition(series, number=2, wins_max=1)
    entry = await city.entry(edition, team_name="星火团队")
    heir, path = city.firm(97, "吸收合并方"), f"entries/{entry}/firm"
    city.merged[97] = [96]
    ended = city.firm(95, "已注销", status="deregistered")
    today = clock.today(XUZHOU).isoformat()

    async def against(firm: str, registered_on: str = today) -> list[str]:
        body = {"organisation_id": firm, "registered_on": registered_on}
        return await city.reasons(path, body, of=f"entries/{entry}")

    found = [await against(one) for one in (ended, winner, heir)]
    assert found == [["organisation_ended"], ["repeat_winner"], ["repeat_winner"]]
    assert await against(city.firm(94, "某大学", kind="university")) == ["not_a_firm"]
    fresh = {"organisation_id": city.firm(98, "新企业"), "registered_on": today}
    assert await against(fresh["organisation_id"], "2019-05-01") == ["founded_before_entry"]
    tomorrow = (clock.today(XUZHOU) + timedelta(days=1)).isoformat()
    assert await against(fresh["organisation_id"], tomorrow) == ["registration_in_future"]
    silent = await city.send(path, {"organisation_id": fresh["organisation_id"]}, of=f"entries/{entry}")
    assert silent.status_code == 422
    assert (await city.done(path, fresh, of=f"entries/{entry}"))["organisation_id"] == fresh["organisation_id"]


async def test_the_day_a_teams_firm_was_registered_is_never_the_applicants_word_alone(city: Contest) -> None:
    edition = await city.edition(await city.series("注册日"))
    today = clock.today(XUZHOU).isoformat()
    async with city.process.as_("client:portal", "portal", organisation=str(UUID(int=93))) as portal:
        early, late = [await city.entry(edition, team_name=name, by=portal) for name in ("早的团队", "晚的团队")]
        founded = {"organisation_id": city.firm(93, "早的企业"), "registered_on": today}
        await city.submit(early)
        await city.done(f"entries/{early}/firm", founded, of=f"entries/{early}", by=portal)
        screened = await city.screen(early, registered_on="2019-05-01")
        assert [one["code"] for one in screened["reasons"]] == ["founded_before_entry"]

        await city.submit(late)
        assert (await city.screen(late))["status"] == "admitted"
        own = await city.send(f"entries/{late}/firm", founded, of=f"entries/{late}", by=portal)
        assert (own.status_code, own.json()["code"]) == (403, "attached_by_applicant")
        attached = await city.done(f"entries/{late}/firm", founded, of=f"entries/{late}")
        assert (attached["organisation_id"], attached["registered_on"]) == (founded["organisation_id"], today)


async def a_prize(city: Contest, edition: str, entry: str, number: int) -> None:
    won: dict[str, Any] = {"group_key": "startup", "place": 1, "grade": 1, "level": EventLevel.MUNICIPAL}
    prize = CompetitionPrize(
        id=new_id(), city_code=XUZHOU, edition_id=decode_id("ced", edition), entry_id=decode_id("cen", entry),
        organisation_id=UUID(int=number), winner="上届获奖企业", project="项目", seal_sha256="0" * 64,
        awarded_on=clock.today(XUZHOU), **won,
    )  # fmt: skip
    async with city.process.app.state.sessions() as session, session.begin():
        session.add(prize)
