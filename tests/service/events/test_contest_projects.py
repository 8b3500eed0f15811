"""JX-23: the first three grades lead to a plan project, from the level that was set; until one is, it is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest

from devtools.databases import Database
from services.events.main import build
from tests.builders.competitions import Contest, learn, open_city, org
from tests.builders.identity import XUZHOU
from tests.builders.processes import running
from tests.builders.registry import snapshot_in

pytestmark = pytest.mark.anyio
SET = {
    "contest.plan_project.national": 1, "contest.plan_project.provincial": 1, "contest.plan_project.municipal": 1,
    "contest.plan_project.treasury": "county",
}  # fmt: skip


async def test_what_the_clause_leaves_open_refuses_until_it_is_set(
    database: Callable[[str], Database], tmp_path: Path
) -> None:
    async with (
        running(build, "events", database("events"), tmp_path) as process,
        process.as_("person:officer-1", "officer") as one,
        process.as_("person:officer-2", "officer") as two,
    ):
        await open_city(process)
        city = Contest(process, one, two)
        await learn(process, snapshot_in(XUZHOU, {}, pack_id="jiaxing", version=2))
        first, fourth = await two_prizes(city)
        path, body = f"prizes/{first}/benefits", {"programme": "contest.plan_project", "plan_project": "科技计划"}
        refused = await city.send(path, body | {"treasury": "county"})
        assert (refused.status_code, refused.json()["code"]) == (409, "policy_open")
        assert {one["clauses"][0] for one in refused.json()["reasons"]} == {"JX-23"}

        await learn(process, snapshot_in(XUZHOU, SET, pack_id="jiaxing", version=3))
        assert await city.reasons(path, body | {"treasury": "city"}) == ["granted_by_other_level"]
        granted = await city.done(path, body | {"treasury": "county"}, status=201)
        assert granted["treasury"] == "county"
        replayed = await city.ask(f"determinations/{granted['determination_id']}/replay")
        assert replayed["is_same"] is True
        low = await city.reasons(f"prizes/{fourth}/benefits", body | {"treasury": "county"})
        assert low == ["prize_too_low"]


async def two_prizes(city: Contest) -> tuple[str, str]:
    """One of the first grade, and one of the fourth."""
    rules = city.rules(await city.series("嘉兴"))
    rules["groups"][0]["prizes"] = [{"grade": 1, "places": 1}, {"grade": 4, "places": 1}]
    drafted = await city.done("competitions", rules, status=201)
    edition = drafted["id"]
    await city.done(f"competitions/{edition}/open", of=f"competitions/{edition}")
    entries = [await city.entry(edition, organisation_id=city.firm(n, f"企业{n}")) for n in (11, 12)]
    for one in entries:
        await city.submit(one)
    await city.let_pass(3)
    for one in entries:
        await city.screen(one)
    await city.judged(edition, dict(zip(entries, (9000, 8000), strict=True)), await city.judges(3))
    await city.done(f"competitions/{edition}/result", status=201)
    await city.noticed(edition)
    await city.done(f"competitions/{edition}/result/publish", by=city.second)
    held = [(await city.ask(f"organisations/{org(n)}/prizes"))["items"][0]["id"] for n in (11, 12)]
    return held[0], held[1]
