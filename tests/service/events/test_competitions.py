"""A competition from its rules to a right: entries, judging under seal, notice, publication, what a prize leads to."""

import asyncio
import json
from collections.abc import Callable
from hashlib import sha256
from importlib import import_module
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from devtools.databases import Database
from kernel import clock
from kernel.db import plain_dsn
from kernel.ids import decode_id
from kernel.outbox import OutboxEvent
from tests.builders.competitions import Contest, org
from tests.builders.identity import XUZHOU
from tests.builders.processes import Process

pytestmark = pytest.mark.anyio


async def facts(events: Process, kind: str) -> list[dict[str, Any]]:
    async with events.app.state.sessions() as session:
        rows = await session.scalars(select(OutboxEvent).where(OutboxEvent.type == kind).order_by(OutboxEvent.seq))
        return [row.data for row in rows]


async def admitted(city: Contest, edition: str, numbers: range) -> list[str]:
    """That many firms, entered, submitted and screened after the submission closed."""
    entries = [
        await city.entry(edition, organisation_id=city.firm(number, f"企业{number}"), project=f"项目{number}")
        for number in numbers
    ]
    for one in entries:
        await city.submit(one)
    await city.let_pass(3)
    for one in entries:
        assert (await city.screen(one))["status"] == "admitted"
    return entries


async def test_rules_that_cannot_be_judged_by_are_refused_with_every_reason(city: Contest) -> None:
    series = await city.series("规则")
    rules = city.rules(series)
    desk, final = rules["rounds"]
    broken = [
        desk | {"advance": None, "criteria": [desk["criteria"][0] | {"weight": 50}, desk["criteria"][1]]},
        final | {"judges_min": 2, "tie_break": ["lot", "technology"]},
    ]
    found = await city.reasons("competitions", rules | {"rounds": broken})
    assert found == ["weights_not_100", "advance_misplaced", "too_few_to_trim", "tie_break_incomplete"]


async def test_a_series_may_name_a_duty_of_the_citys_pack_and_no_other(city: Contest) -> None:
    """XZ-19: the contest the clause names."""
    named = {"name": {"zh": "徐州科技创新创业大赛"}, "duty": "hold_contests"}
    assert (await city.done("competition-series", named, status=201))["duty"] == "hold_contests"
    unknown = await city.send("competition-series", {"name": {"zh": "另一个"}, "duty": "hold_nothing"})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_duty")
    again = await city.send("competition-series", named)
    assert (again.status_code, again.json()["code"]) == (409, "series_known")


async def test_after_the_opening_rules_are_frozen_and_deadlines_move_forward_only(city: Contest) -> None:
    edition = await city.edition(await city.series("冻结"))
    path = f"competitions/{edition}"
    shown = await city.ask(path)
    rules = city.rules(shown["series_id"])
    answer = await city.officer.put(f"/v1/events/{path}", json=rules, headers={"If-Match": city.tags[path]})
    assert (answer.status_code, answer.json()["code"]) == (409, "move_not_allowed")

    back = {"reason": "提前", "submission_closes_at": shown["opens_at"], "entries_max": {"teams": 5}}
    assert set(await city.reasons(f"{path}/changes", back, of=path)) == {
        "deadline_not_forward", "cap_not_raised", "window_out_of_order",
    }  # fmt: skip
    later = {"reason": "应企业要求", "submission_closes_at": "2099-01-01T00:00:00Z"}
    changed = await city.done(f"{path}/changes", later, of=path)
    assert changed["submission_closes_at"] == "2099-01-01T00:00:00Z"
    history = (await city.ask(f"{path}/changes"))["items"]
    assert [one["fact"] for one in history] == ["drafted", "opened", "changed"]
    was = shown["submission_closes_at"]
    assert (history[2]["before"], history[2]["reason"]) == ({"submission_closes_at": was}, "应企业要求")
    async with city.process.app.state.sessions() as session:
        with pytest.raises(IntegrityError, match="append-only"):
            await session.execute(text("UPDATE competition_change SET reason = 'x'"))


async def test_who_may_not_enter_is_told_every_reason_at_once(city: Contest) -> None:
    groups = [{"key": "old", "name": {"zh": "老"}, "takes": "firms", "registered_until": "2020-12-31", "prizes": [
        {"grade": 1, "places": 1}]}]  # fmt: skip
    edition = await city.edition(await city.series("资格"), groups=groups)
    firm = city.firm(11, "已注销", status="deregistered")
    body = {"group": "old", "project": "项目", "organisation_id": firm, "registered_on": "2024-01-01"}
    assert await city.reasons(f"competitions/{edition}/entries", body) == ["organisation_ended", "outside_group"]

    await city.let_pass(1)
    late = await city.reasons(f"competitions/{edition}/entries", body)
    assert late == ["registration_closed", "organisation_ended", "outside_group"]


async def test_a_registered_team_competes_among_teams_also_when_it_has_become_a_firm(city: Contest) -> None:
    series = await city.series("在册团队")
    edition = await city.edition(series)
    team = city.firm(12, "在册团队", kind="team")
    path, body = f"competitions/{edition}/entries", {"project": "项目", "organisation_id": team}
    wrong = {"group": "startup", "registered_on": "2025-06-01"}
    assert await city.reasons(path, body | wrong) == ["group_takes_others"]
    entry = (await city.done(path, body | {"group": "teams"}, status=201))["id"]
    await city.submit(entry)
    await city.let_pass(3)
    city.firm(12, "在册科技有限公司")
    screened = await city.screen(entry)
    assert (screened["status"], screened["eligibility"]["kind"]) == ("admitted", "team")


async def test_a_portal_enters_for_its_own_firms_and_sees_no_other_entry(city: Contest) -> None:
    edition = await city.edition(await city.series("门户"))
    mine, others = city.firm(21, "自己的"), city.firm(22, "别人的")
    async with city.process.as_("client:portal", "portal", organisation=str(UUID(int=21))) as portal:
        entry = await city.entry(edition, organisation_id=mine, by=portal)
        foreign = {"group": "startup", "project": "项目", "organisation_id": others, "registered_on": "2025-06-01"}
        assert (await city.send(f"competitions/{edition}/entries", foreign, by=portal)).status_code == 404
        hidden = await city.entry(edition, organisation_id=others)
        listed = await city.ask(f"competitions/{edition}/entries", by=portal)
        assert [one["id"] for one in listed["items"]] == [entry]
        assert (await portal.get(f"/v1/events/entries/{hidden}")).status_code == 404
    async with city.process.as_("person:wuhan", "officer", city="420100") as stranger:
        for path in (f"competitions/{edition}", f"entries/{entry}", f"competitions/{edition}/rounds"):
            assert (await stranger.get(f"/v1/events/{path}")).status_code == 404


async def test_the_last_place_of_a_group_goes_to_one_of_two_who_ask_at_once(city: Contest) -> None:
    rules = city.rules(await city.series("名额"))
    rules["groups"][0]["entries_max"] = 1
    drafted = await city.done("competitions", rules, status=201)
    path = f"competitions/{drafted['id']}"
    await city.done(f"{path}/open", of=path)
    bodies = [
        {
            "group": "startup",
            "project": "项目",
            "organisation_id": city.firm(n, f"企{n}"),
            "registered_on": "2025-06-01",
        }
        for n in (31, 32)
    ]
    both = await asyncio.gather(*(city.send(f"{path}/entries", body) for body in bodies))
    assert sorted(one.status_code for one in both) == [201, 409]
    (refused,) = [one.json() for one in both if one.status_code == 409]
    assert [one["code"] for one in refused["reasons"]] == ["group_full"]

    (taken,) = [one.json() for one in both if one.status_code == 201]
    await city.done(f"entries/{taken['id']}/withdrawal", {"reason": "不参加了"}, of=f"entries/{taken['id']}")
    again = await city.done(f"{path}/entries", bodies[0], status=201)
    await city.submit(again["id"])
    assert (await city.screen(again["id"], barred_reason="列入严重失信名单"))["status"] == "refused"
    await city.done(f"{path}/entries", bodies[1], status=201)  # who was refused holds no place


async def test_places_held_by_who_left_before_they_were_given_back_are_free(
    city: Contest, database: Callable[[str], Database]
) -> None:
    """Migration 0008: those that were refused or disqualified by then were still counted."""
    edition = await city.edition(await city.series("占位"))
    entry = await city.entry(edition, organisation_id=city.firm(34, "甲"))
    await city.entry(edition, organisation_id=city.firm(35, "乙"))
    await city.submit(entry)
    assert (await city.screen(entry, barred_reason="列入严重失信名单"))["status"] == "refused"
    migration = import_module("services.events.migrations.versions.0008_places_given_back")
    of = decode_id("ced", edition)
    entered = "SELECT entered FROM competition_group WHERE edition_id = $1 ORDER BY key"
    connection = await asyncpg.connect(plain_dsn(database("events").migrator_url))
    try:
        before = await connection.fetch(entered, of)
        held = "UPDATE competition_group SET entered = entered + 1 WHERE edition_id = $1 AND key = 'startup'"
        await connection.execute(held, of)
        assert await connection.fetch(entered, of) != before
        await connection.execute(migration.LOCKED)
        await connection.execute(migration.COUNTED)
        assert await connection.fetch(entered, of) == before
    finally:
        await connection.close()


async def test_the_officer_who_entered_does_not_screen_and_a_bar_is_kept_as_found(city: Contest) -> None:
    edition = await city.edition(await city.series("审查"))
    entry = await city.entry(edition, organisation_id=city.firm(41, "甲"))
    await city.submit(entry)
    own = await city.send(f"entries/{entry}/screening", {}, of=f"entries/{entry}")
    assert (own.status_code, own.json()["code"]) == (403, "entered_by_screener")
    screened = await city.screen(entry, registered_on="2024-12-31", barred_reason="列入严重失信名单")
    assert screened["status"] == "refused"
    assert [one["code"] for one in screened["reasons"]] == ["barred", "outside_group"]
    assert screened["eligibility"]["registered_on"] == "2024-12-31"


async def test_work_is_handed_in_again_until_the_deadline_also_by_who_was_admitted_early(city: Contest) -> None:
    edition = await city.edition(await city.series("再次提交"))
    entry = await city.entry(edition, organisation_id=city.firm(42, "甲"))
    await city.submit(entry)
    assert (await city.screen(entry))["status"] == "admitted"
    await city.submit(entry)
    assert (await city.ask(f"entries/{entry}"))["status"] == "admitted"


async def test_a_judge_with_an_interest_is_not_drawn_and_why_is_kept(city: Contest) -> None:
    """JX-23 and practice: the same unit, a declared relation, a related party, the judge's own word."""
    edition = await city.edition(await city.series("回避"))
    (entry,) = await admitted(city, edition, range(51, 52))
    free = await city.judges(3)
    (unit,) = await city.judges(1, unit="企业51")
    (declared,) = await city.judges(1, related_organisation_ids=[org(51)])
    (party,) = await city.judges(1, related_organisation_ids=[org(59)])
    (honest,) = await city.judges(1)
    city.related = [(59, 51)]
    round_, final = await city.rounds(edition)
    asked = {"judge_ids": [*free, unit, declared, party, honest], "declared": [
        {"judge_id": honest, "entry_id": entry}]}  # fmt: skip
    early = await city.send(f"rounds/{final}/draw", asked)
    assert (early.status_code, early.json()["code"]) == (409, "round_not_due")
    few = await city.reasons(f"rounds/{round_}/draw", {"judge_ids": [*free[:2], unit]})
    assert few == ["judges_too_few"]

    drawn = await city.done(f"rounds/{round_}/draw", asked)
    assert {one["judge_id"]: one["reasons"] for one in drawn["excluded"]} == {
        unit: ["same_unit"], declared: ["declared_relation"], party: ["related_party"],
        honest: ["declared_for_entry"],
    }  # fmt: skip
    seats = (await city.ask(f"rounds/{round_}/seats"))["items"]
    assert {one["judge_id"] for one in seats} == set(free)


async def test_recusal_and_absence_fill_the_seat_again_while_there_is_a_judge(city: Contest) -> None:
    edition = await city.edition(await city.series("缺席"))
    (entry,) = await admitted(city, edition, range(61, 62))
    judges = await city.judges(4)
    round_, _ = await city.rounds(edition)
    await city.done(f"rounds/{round_}/draw", {"judge_ids": judges})
    first = (await city.ask(f"rounds/{round_}/seats"))["items"][0]["judge_id"]
    await city.done(f"rounds/{round_}/recusals", {"entry_id": entry, "judge_id": first, "reason": "曾任顾问"})
    seats = (await city.ask(f"rounds/{round_}/seats"))["items"]
    assert sorted(one["status"] for one in seats) == ["recused", "seated", "seated", "seated"]
    (absent, *_) = [one["judge_id"] for one in seats if one["status"] == "seated"]
    await city.done(f"rounds/{round_}/absences", {"judge_id": absent, "reason": "因病"})
    waiting = await city.reasons(f"rounds/{round_}/seal")
    assert waiting == ["scores_missing", "scores_too_few"]
    await city.score(round_, {entry: 8000})
    assert (await city.done(f"rounds/{round_}/seal"))["status"] == "sealed"  # two scores, as many as the round needs


async def test_scores_hide_until_the_seal_are_corrected_with_reason_and_then_hold(
    city: Contest, database: Callable[[str], Database]
) -> None:
    edition = await city.edition(await city.series("封存"))
    (entry,) = await admitted(city, edition, range(71, 72))
    round_, _ = await city.rounds(edition)
    await city.done(f"rounds/{round_}/draw", {"judge_ids": await city.judges(3)})
    await city.score(round_, {entry: 7000})
    seat = (await city.ask(f"rounds/{round_}/seats"))["items"][0]
    assert seat["points"] is None
    named = {"entry_id": entry, "judge_id": seat["judge_id"], "points": {"technology": 7001, "market": 7000}}
    silent = await city.send(f"rounds/{round_}/sheets", named)
    assert (silent.status_code, silent.json()["code"]) == (422, "correction_reason_missing")
    half = named | {"points": {"technology": 7000}, "reason": "笔误"}
    assert await city.reasons(f"rounds/{round_}/sheets", half) == ["score_incomplete"]
    await city.done(f"rounds/{round_}/sheets", named | {"reason": "笔误"})

    sealed = await city.done(f"rounds/{round_}/seal")
    checked = await city.ask(f"rounds/{round_}/verification")
    assert checked["is_same"] is True
    assert sealed["seal_sha256"] == checked["seal_sha256"] == sha256(checked["body"].encode()).hexdigest()
    (standing,) = json.loads(checked["body"])["standings"]
    assert (standing["total"], standing["counted"], standing["score_hundredths"]) == (2_100_060, 3, 7000)
    after = await city.send(f"rounds/{round_}/sheets", named | {"reason": "再改"})
    assert (after.status_code, after.json()["code"]) == (409, "round_not_scoring")
    await the_database_keeps_the_seal(city, decode_id("jrd", round_))
    await an_owner_changes_a_score(database("events"), decode_id("jrd", round_))
    checked = await city.ask(f"rounds/{round_}/verification")
    assert checked["is_same"] is False
    assert checked["recomputed_sha256"] != checked["seal_sha256"] == sealed["seal_sha256"]


async def an_owner_changes_a_score(database: Database, round_id: UUID) -> None:
    """Who owns the tables may switch triggers off; the seal tells."""
    connection = await asyncpg.connect(plain_dsn(database.migrator_url))
    try:
        await connection.execute("ALTER TABLE judging_seat DISABLE TRIGGER judging_seat_seal_holds")
        changed = """UPDATE judging_seat SET points = '{"technology": 7002, "market": 7000}' WHERE round_id = $1"""
        await connection.execute(changed, round_id)
        await connection.execute("ALTER TABLE judging_seat ENABLE TRIGGER judging_seat_seal_holds")
    finally:
        await connection.close()


async def the_database_keeps_the_seal(city: Contest, round_id: UUID) -> None:
    for statement in (
        "UPDATE judging_seat SET scored_by = 'x' WHERE round_id = :round",
        "DELETE FROM judging_standing WHERE round_id = :round",
        "UPDATE judging_round SET status = 'sealed' WHERE id = :round",
    ):
        async with city.process.app.state.sessions() as session:
            with pytest.raises(IntegrityError, match="the round is sealed"):
                await session.execute(text(statement), {"round": round_id})


async def test_the_whole_way_to_a_published_result_and_a_right_granted_once(city: Contest) -> None:
    """XZ-29, JX-23: the winner withdraws, an upheld objection disqualifies the second, the third and fourth move up."""
    series = await city.series("全程")
    rounds = city.rules(series)["rounds"]
    edition = await city.edition(series, rounds=[rounds[0] | {"advance": 4}, rounds[1]])
    first, second, third, fourth = entries = await admitted(city, edition, range(81, 85))
    judges = await city.judges(4)
    await city.judged(edition, dict(zip(entries, (9000, 8000, 7000, 6000), strict=True)), judges)

    shown = await city.done(f"competitions/{edition}/result", status=201)
    assert [(one["entry_id"], one["grade_zh"]) for one in shown["winners"]] == [(first, "一等奖"), (second, "二等奖")]
    await city.done(f"entries/{first}/withdrawal", {"reason": "放弃"}, of=f"entries/{first}")
    async with city.process.as_("client:portal", "portal") as portal:
        said = {"entry_id": second, "objector": "李某", "contact": "13900000000", "statement": "专利不属于该企业"}
        objection = (await city.done(f"competitions/{edition}/objections", said, status=201, by=portal))["id"]
    answer = {"upheld": True, "opinion": "经查属实"}
    path = f"competition-objections/{objection}/answer"
    assert await city.reasons(path, answer) == ["answered_by_who_noticed"]
    await city.done(path, answer, by=city.second)
    assert (await city.send(path, answer, by=city.second)).json()["code"] == "objection_answered"

    over = await city.noticed(edition)
    assert over["status"] == "awaiting_publication"
    # The list is now the second officer's, who upheld the objection.
    refused = await city.send(f"competitions/{edition}/result/publish", by=city.second)
    assert [one["code"] for one in refused.json()["reasons"]] == ["published_by_who_noticed"]
    assert (await city.officer.get(f"/v1/events/competitions/{edition}/seals")).status_code == 404
    published = await city.done(f"competitions/{edition}/result/publish")
    async with city.process.as_("client:portal", "portal") as portal:
        seals = (await city.ask(f"competitions/{edition}/seals", by=portal))["items"]
    assert [one["round"] for one in seals] == ["desk", "final"]
    assert all(sha256(one["body"].encode()).hexdigest() == one["seal_sha256"] for one in seals)
    assert seals[1]["seal_sha256"] == published["seal_sha256"]
    assert [(one["entry_id"], one["place"], one["score_hundredths"]) for one in published["winners"]] == [
        (third, 1, 7000), (fourth, 2, 6000),
    ]  # fmt: skip
    told = (await facts(city.process, "competition.result_published"))[-1]
    assert [(one["organisation_id"], one["grade"]) for one in told["winners"]] == [
        (str(UUID(int=83)), 1), (str(UUID(int=84)), 2),
    ]  # fmt: skip
    assert (told["level"], told["seal_sha256"]) == ("municipal", published["seal_sha256"])
    late = await city.send(f"entries/{third}/withdrawal", {"reason": "晚了"}, of=f"entries/{third}")
    assert late.json()["code"] == "edition_not_open"

    async with city.process.client() as anyone:
        seen = await anyone.get(f"/v1/events/competitions/{edition}/public-result")
    assert seen.json() == published
    assert not [word for word in ("李某", "13900000000", "评委", "jdg_") if word in seen.text]
    prize = (await city.ask(f"organisations/{org(83)}/prizes"))["items"][0]
    await a_right_is_granted_once(city, prize["id"])
    await a_prize_counts_for_who_absorbed_the_winner(city, series, prize)


async def a_right_is_granted_once(city: Contest, prize: str) -> None:
    path = f"prizes/{prize}/benefits"
    body = {"programme": "contest.priority", "treasury": "county", "plan_project": "市重点研发计划"}
    assert await city.reasons(path, body) == ["granted_by_other_level"]
    both = await asyncio.gather(*(city.send(path, body | {"treasury": "city"}) for _ in range(2)))
    assert sorted(one.status_code for one in both) == [201, 409]
    assert [one.json()["code"] for one in both if one.status_code == 409] == ["benefit_granted"]
    unknown = await city.send(path, body | {"programme": "patent.subsidy"})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_benefit")


async def a_prize_counts_for_who_absorbed_the_winner(city: Contest, series: str, prize: dict[str, Any]) -> None:
    heir = city.firm(89, "吸收合并方")
    city.merged[89] = [83]
    held = (await city.ask(f"organisations/{heir}/prizes"))["items"]
    assert [one["id"] for one in held] == [prize["id"]]
    assert [one["programme"] for one in held[0]["benefits"]] == ["contest.priority"]
    assert (await city.ask(f"organisations/{heir}/prizes?on=2020-01-01"))["items"] == []
    edition = await city.edition(series, number=2, wins_max=1)
    body = {"group": "startup", "project": "又来", "organisation_id": heir, "registered_on": "2025-06-01"}
    assert await city.reasons(f"competitions/{edition}/entries", body) == ["repeat_winner"]

    async with city.process.as_("workload:funds", "workload") as funds:
        told = await funds.get(f"/internal/organisations/{UUID(int=89)}/prizes")
    assert [(one["grade"], one["cited_by"]) for one in told.json()["prizes"]] == [(1, ["contest.priority"])]
    await city.done(f"prizes/{prize['id']}/revocation", {"reason": "材料造假"}, by=city.second)
    assert (await city.ask(f"organisations/{heir}/prizes"))["items"] == []
    assert (await city.send(f"competitions/{edition}/entries", body)).status_code == 201


async def test_a_team_wins_and_the_firm_it_founds_holds_the_prize(city: Contest) -> None:
    edition = await city.edition(await city.series("团队"))
    entry = await city.entry(edition, team_name="星火团队")
    await city.submit(entry)
    await city.let_pass(3)
    await city.screen(entry)
    await city.judged(edition, {entry: 9000}, await city.judges(3))
    await city.done(f"competitions/{edition}/result", status=201)
    await city.noticed(edition)
    await city.done(f"competitions/{edition}/result/publish", by=city.second)
    firm = city.firm(91, "星火科技有限公司")
    assert (await city.ask(f"organisations/{firm}/prizes"))["items"] == []
    founded = {"organisation_id": firm, "registered_on": clock.today(XUZHOU).isoformat()}
    await city.done(f"entries/{entry}/firm", founded, of=f"entries/{entry}")
    (prize,) = (await city.ask(f"organisations/{firm}/prizes"))["items"]
    assert (prize["winner"], prize["organisation_id"], prize["grade_zh"]) == ("星火团队", firm, "一等奖")
    again = await city.send(f"entries/{entry}/firm", founded, of=f"entries/{entry}")
    assert (again.status_code, again.json()["code"]) == (409, "not_an_unattached_team")
