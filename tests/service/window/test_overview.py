"""A city at a glance: the window's own counts, a line of each service, and who did not answer."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from contracts.overview import AssuranceReply, EventsOverview, FundsOverview, RegistryOverview, VouchersOverview
from gateway.window.cases.models import CaseFile
from gateway.window.overview.examples import OVERVIEW
from kernel import clock
from kernel.ids import decode_id, new_id
from kernel.timers import Timer
from tests.builders.neighbours import answers
from tests.builders.processes import Process
from tests.service.window.rig import CASES, PORTAL, a_case, key

pytestmark = pytest.mark.anyio
QUIET = {"overdue_jobs": 0, "parked_events": 0, "broken": []}
FUNDS = OVERVIEW["funds"]
VOUCHERS = {"outstanding": 3, "outstanding_fen": 90_000, "in_transit": 1, "in_transit_fen": 500, "standing": QUIET}
REGISTRY = OVERVIEW["registry"] | {"standing": QUIET}
EVENTS = OVERVIEW["events"]
SOUND = {"green": True, "checks": 24, "broken": []}
COUNTED = {"counts": [{"key": "clusters", "counted": 9}]}


def a_whole_city(window: Process, **instead: Any) -> None:
    """Every service answers as agreed, but for those told otherwise: a status, or another answer to `overview`."""
    for model, given in (
        (FundsOverview, FUNDS), (VouchersOverview, VOUCHERS), (RegistryOverview, REGISTRY), (EventsOverview, EVENTS),
        (AssuranceReply, SOUND),
    ):  # fmt: skip
        model.model_validate(given)
    lines = {"funds": FUNDS, "vouchers": VOUCHERS, "registry": REGISTRY, "events": EVENTS} | instead
    for service, line in lines.items():
        paths = {"/internal/overview": line, "/internal/assurance": instead.get("assurance", SOUND)}
        down = line if isinstance(line, int) else 404
        answers(
            window,
            service,
            lambda path, paths=paths, down=down: COUNTED if path == "/internal/counts" else paths.get(path, down),
        )


async def overview(window: Process, city: str, role: str = "officer") -> Any:
    async with window.as_("person:somebody", role, city=city) as caller:
        return await caller.get("/v1/window/overview")


async def test_a_city_at_a_glance(window: Process, city: str) -> None:
    for handled in ("acceptance", "acceptance", "correction", None):
        case = await a_case(window, city)
        body = {"items": [{"pointer": "/form/mentors", "text": "与名册不符"}]} if handled == "correction" else {}
        if handled:
            async with window.as_("person:officer-1", "officer", city=city) as officer:
                await officer.post(f"{CASES}/{case['id']}/{handled}", json=body)
        if handled == "acceptance":
            accepted = UUID(str(decode_id("case", case["id"])))
    async with window.app.state.sessions() as session, session.begin():
        late = clock.today(city) - timedelta(days=1)
        await session.execute(update(CaseFile).where(CaseFile.id == accepted).values(told_due_on=late))
    a_whole_city(window)
    answer = await overview(window, city)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    (item,) = found["cases"]
    assert {one["status"]: one["cases"] for one in item["statuses"]} == {
        "accepted": 2, "correction_requested": 1, "submitted": 1,
    }  # fmt: skip
    assert (item["zh"], item["overdue"], item["paused"]) == ("市重点众创空间认定", 1, 1)
    assert [(one["holder"], one["department_zh"], one["cases"]) for one in found["waiting"]] == [
        ("applicant", "市科技局", 1), ("service", "市科技局", 2), ("window", "市科技局", 1),
    ]  # fmt: skip
    assert (found["audit"], found["missing"]) == ({"colour": "green", "evidence": []}, [])
    assert (found["funds"], found["vouchers"], found["registry"]) == (FUNDS, VOUCHERS, REGISTRY)
    targets = {target["id"]: (target["source"], target["counted"], target["reached"]) for target in found["targets"]}
    assert (targets["clusters"], targets["little_giants"][0]) == (("counted", 9, False), "progress_report")
    assert found["ratings"] == {
        "ratings": 0, "average_hundredths": None, "unanswered": 0, "oldest_working_days": None,
    }  # fmt: skip


async def test_ratings_and_what_waits_for_an_answer(window: Process, city: str) -> None:
    case = await a_case(window, city)
    async with window.app.state.sessions() as session, session.begin():
        mine = CaseFile.id == decode_id("case", case["id"])
        await session.execute(update(CaseFile).where(mine).values(delivered_on=clock.today(city)))
    async with window.as_(PORTAL, "portal", city=city) as portal:
        rated = await portal.post(f"{CASES}/{case['id']}/rating", json={"grade": 2}, headers=key())
    assert rated.status_code == 201, rated.text
    a_whole_city(window)
    found = (await overview(window, city, "operator")).json()["ratings"]
    assert found == {"ratings": 1, "average_hundredths": 200, "unanswered": 1, "oldest_working_days": 0}


async def test_a_service_that_does_not_answer_is_named_and_nothing_else_is_lost(window: Process, city: str) -> None:
    a_whole_city(window, vouchers=503, funds={"unexpected": True})
    found = (await overview(window, city, "auditor")).json()
    assert (found["missing"], found["funds"], found["vouchers"]) == (["funds", "vouchers"], None, None)
    assert (found["audit"]["colour"], found["registry"]) == ("unknown", REGISTRY)


async def test_what_is_broken_is_red_with_evidence(window: Process, city: str) -> None:
    broken = {"check": "four_eyes", "zh": "经办、审批、复核非同一人", "en": "Nobody approved their own", "breaks": 1}
    a_whole_city(window, assurance={"green": False, "checks": 24, "broken": [broken]})
    async with window.app.state.sessions() as session, session.begin():
        hour_ago = clock.now(city) - timedelta(hours=1)
        session.add(Timer(city_code=city, kind="nobody.fires_it", object_id=new_id().hex, due_at=hour_ago))
        soon = Timer(city_code=city, kind="nobody.fires_it", object_id=new_id().hex, due_at=clock.now(city))
        session.add(soon)
    audit = (await overview(window, city)).json()["audit"]
    found = [(one["source"], one["code"], one["count"]) for one in audit["evidence"]]
    assert (audit["colour"], found) == ("red", [("funds.assurance", "four_eyes", 1), ("window", "overdue_jobs", 1)])


@pytest.mark.parametrize("role", ["portal", "bank", "provider", "finance", "evaluator"])
async def test_nobody_else_sees_it(window: Process, city: str, role: str) -> None:
    assert (await overview(window, city, role)).status_code == 403
