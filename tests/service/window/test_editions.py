"""Publishing an edition of a pack: its texts, its cases, whom it concerns, a second person, and when it counts."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from devtools.databases import Database
from gateway.window.editions.models import EditionEffect, PolicyEdition
from gateway.window.editions.weighing import weigh_a_round
from kernel import clock
from kernel.client import ServiceClient
from kernel.ids import encode_id, new_id
from policy.snapshots import Snapshot
from services.funds.main import build as build_funds
from tests.builders.editions import an_edition, award_cases, awards, pack_files
from tests.builders.processes import Process, running
from tests.service.funds.city import City
from tests.service.window.rig import count, set_values, told

pytestmark = pytest.mark.anyio
SERVICES = ("registry", "vouchers", "funds")
NOTHING: dict[str, Any] = {"asked": 0, "total": 0, "effects": [], "next": None}


class Neighbour:
    """A service with stored questions: answers one page after another, or with a status while it is ill."""

    def __init__(self, *pages: dict[str, Any]) -> None:
        self.pages, self.asked, self.ill = list(pages or [NOTHING]), list[dict[str, Any]](), 0

    async def handle(self, request: httpx2.Request) -> httpx2.Response:
        if self.ill:
            return httpx2.Response(self.ill, json={"code": "failed", "title": "ill"})
        question = json.loads(request.content)
        self.asked.append(question)
        starts = [None, *(page["next"] for page in self.pages)]
        return httpx2.Response(200, json=self.pages[starts.index(question["after"])])


class Tokens:
    def __init__(self, process: Process | None = None) -> None:
        self._process = process

    async def token(self, audience: str, _actor_token: str | None = None) -> str:
        return self._process.signer.token(audience, "workload:window", roles=["workload"]) if self._process else "t"


def becomes(process: Process, name: str, transport: httpx2.AsyncBaseTransport, tokens: Tokens) -> None:
    http = httpx2.AsyncClient(transport=transport)
    client = ServiceClient(http, tokens, audience=name, base_url=f"http://{name}.test")  # type: ignore[arg-type]
    process.app.state.neighbours = getattr(process.app.state, "neighbours", {}) | {name: client}


def neighbours(process: Process, **known: Neighbour) -> dict[str, Neighbour]:
    """Every service that stores determinations; those not given have none."""
    found = {name: known.get(name, Neighbour()) for name in SERVICES}
    for name, neighbour in found.items():
        becomes(process, name, httpx2.MockTransport(neighbour.handle), Tokens())
    return found


@pytest.fixture
async def quiet(window: Process, city: str) -> str:
    """The city, with services that have decided nothing in it."""
    neighbours(window)
    return city


def path_of(city: str, tail: str = "") -> str:
    return f"/v1/window/policies/{city}/editions{tail}"


def in_days(city: str, days: int) -> date:
    return clock.today(city) + timedelta(days=days)


async def propose(
    window: Process, city: str, body: dict[str, Any], who: str = "person:operator", **headers: str
) -> Any:
    async with window.as_(who, "operator", city=city, seconds=120) as operator:
        return await operator.post(path_of(city), json=body, headers=headers)


async def read(window: Process, city: str, edition_id: str, tail: str = "") -> Any:
    async with window.as_("person:auditor", "auditor", city=city) as auditor:
        answer = await auditor.get(path_of(city, f"/{edition_id}{tail}"))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def weighed(window: Process, city: str, edition_id: str) -> dict[str, Any]:
    """The edition once its report is complete: a second process weighs beside the window's own."""
    async with asyncio.timeout(20):
        while True:
            await weigh_a_round(window.app)
            shown: dict[str, Any] = await read(window, city, edition_id)
            if shown["report"]["status"] != "computing":
                return shown


async def reported(window: Process, city: str, edition_id: str, *expected: str | None) -> None:
    """Wait until the window has found by itself what came of each service."""
    async with asyncio.timeout(10):
        while True:
            report = (await read(window, city, edition_id))["report"]
            if tuple(place["failure"] for place in report["services"]) == expected:
                return
            await asyncio.sleep(0.1)


async def decide(
    window: Process, city: str, edition_id: str, verb: str = "approval", who: str = "person:officer"
) -> Any:
    async with window.as_(who, "officer", city=city) as officer:
        return await officer.post(path_of(city, f"/{edition_id}/{verb}"), json={"note": "经核对"})


async def weigh_again(window: Process, city: str, edition_id: str) -> Any:
    async with window.as_("person:operator", "operator", city=city) as operator:
        return await operator.post(path_of(city, f"/{edition_id}/assessment"))


async def policy(window: Process, city: str, tail: str = "") -> Any:
    async with window.as_("portal-1", "portal", city=city) as portal:
        answer = await portal.get(f"/v1/window/policies/{city}{tail}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def codes(answer: Any) -> list[str]:
    return [reason["code"] for reason in answer.json()["reasons"]]


async def proposed(window: Process, city: str, *changes: tuple[str, str], days: int = 1, **more: Any) -> dict[str, Any]:
    answer = await propose(window, city, an_edition(in_days(city, days), *changes, **more))
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def published(
    window: Process, city: str, *changes: tuple[str, str], days: int = 1, **more: Any
) -> dict[str, Any]:
    edition = await proposed(window, city, *changes, days=days, **more)
    await weighed(window, city, edition["id"])
    answer = await decide(window, city, edition["id"])
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def test_a_pack_that_does_not_load_is_refused_with_every_fault_and_its_place(window: Process, quiet: str) -> None:
    changes = [("value: 30_000_000", "value: 30_000_000.5"), ("value: 40_000_000", "value: -1")]
    body = an_edition(in_days(quiet, 1), *changes)
    body["files"]["clauses.yaml"] += "\n  XZ-99: &a [*a]\n"
    body["cases"]["awards.yaml"] += "  - {case: half, cites: [XZ-23], expect: {outcome: maybe}}\n"
    refused = await propose(window, quiet, body)
    assert (refused.status_code, refused.json()["code"]) == (422, "edition_invalid")
    found = {(error["pointer"], error["code"]): error["message"] for error in refused.json()["errors"]}
    assert set(found) == {(f"/{name}", "pack_fault") for name in (
        "files/parameters.yaml", "files/clauses.yaml", "cases/awards.yaml",
    )}  # fmt: skip
    assert "parameters.yaml:57 parameters.award.recognition.municipal.values.0.value: float" in " ".join(found.values())
    assert "alias a names what is not complete" in found["/files/clauses.yaml", "pack_fault"]
    assert "cases.2.expect.outcome" in found["/cases/awards.yaml", "pack_fault"]
    assert await count(window, PolicyEdition, quiet) == 0


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("value: 30_000_000", "value: -1", "is below 0"),
        ("    clauses: [XZ-23]\n    values: [{effective_on: 2016-02-18, value: 30_000_000}]",
         "    clauses: []\n    values: [{effective_on: 2016-02-18, value: 30_000_000}]", "at least 1"),
        ("[{effective_on: 2016-02-18, value: 30_000_000}]",
         "[{effective_on: 2016-02-18, value: 1}, {effective_on: 2016-02-18, value: 2}]", "overlaps"),
        ("[{effective_on: 2016-02-18, value: 30_000_000}]",
         "[{effective_on: 2016-02-18, until: 2016-12-31, value: 1}, {effective_on: 2017-01-02, value: 2}]", "gap"),
    ],
)  # fmt: skip
async def test_each_kind_of_fault_says_where(window: Process, quiet: str, old: str, new: str, message: str) -> None:
    refused = await propose(window, quiet, an_edition(in_days(quiet, 1), (old, new)))
    assert refused.status_code == 422
    (error,) = refused.json()["errors"]
    assert error["pointer"] == "/files/parameters.yaml"
    assert error["message"].startswith("parameters.yaml:5")
    assert message in error["message"]


async def test_a_pack_for_another_city_or_yesterday_or_without_change_is_refused(window: Process, quiet: str) -> None:
    other = an_edition(in_days(quiet, -1)) | {"files": pack_files(pack="wuhan"), "cases": {}}
    assert codes(await propose(window, quiet, other)) == ["pack_differs", "pack_of_another_city", "edition_backdated"]
    same = an_edition(in_days(quiet, 1)) | {"files": pack_files()}
    assert codes(await propose(window, quiet, same)) == ["edition_unchanged"]


async def test_a_bundle_of_what_the_window_does_not_take_is_refused(window: Process, quiet: str) -> None:
    joint = "items: [file-makerspace, apply-operation-subsidy]"
    awarded = an_edition(in_days(quiet, 1), (joint, "items: [file-makerspace, confirm-award]"))
    (reason,) = (await propose(window, quiet, awarded)).json()["reasons"]
    facts = {"bundle": "open-makerspace", "items": ["confirm-award"]}
    assert (reason["code"], reason["facts"]) == ("bundle_not_taken", facts)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"files": {}}, "/files"),
        ({"files": {"../etc/passwd": "a"}}, "/files/../etc/passwd"),
        ({"files": {"a.yaml": 1}}, "/files/a.yaml"),
        ({"files": {f"{n}.yaml": "a" for n in range(61)}}, "/files"),
        ({"effective_on": "soon"}, "/effective_on"),
        ({"reason": " "}, "/reason"),
        ({"surprise": 1}, "/surprise"),
    ],
)
async def test_a_body_of_another_shape_is_refused(
    window: Process, quiet: str, change: dict[str, Any], pointer: str
) -> None:
    refused = await propose(window, quiet, an_edition(in_days(quiet, 1)) | change)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")
    assert [error["pointer"].replace("~1", "/") for error in refused.json()["errors"]] == [pointer]


async def test_the_draft_says_what_changes_and_how_its_cases_came_out(window: Process, quiet: str) -> None:
    await set_values(window, quiet, loan_pool__overdue_days=60)
    begins, ends = "    clauses: [XZ-33]\n", "    precedents:\n      - {value: 60, zh: 无锡锡科贷"
    is_open = f"    status: open\n{begins}    left_open_by: XZ-33\n    owner_role: finance_bureau\n{ends}"
    is_stated = f"    status: stated\n{begins}    values: [{{effective_on: 2026-01-01, value: 90}}]\n{ends}"
    states_it = (is_open, is_stated)
    shown = await proposed(window, quiet, *awards(municipal=50_000_000), states_it)
    assert shown["status"] == "proposed"
    assert shown["cases"] == {"passed": 2, "failed": 0, "failures": []}
    assert [(entry["id"], entry["change"], entry["members"]) for entry in shown["comparison"]["changes"]] == [
        ("award.recognition.municipal", "changed", ["values"]),
        ("loan_pool.overdue_days", "changed", ["status", "values", "owner_role", "left_open_by"]),
    ]
    (lost,) = shown["comparison"]["lost_settings"]
    assert (lost["parameter"], lost["value"], lost["why"]) == ("loan_pool.overdue_days", 60, "the text states it now")
    files = await read(window, quiet, shown["id"], "/files")
    assert files["files"] == pack_files(*awards(municipal=50_000_000), states_it)


async def test_while_a_case_fails_nobody_can_approve(window: Process, quiet: str) -> None:
    edition = await proposed(window, quiet, cases=award_cases(municipal="300,000.00"))
    (failure,) = edition["cases"]["failures"]
    assert (failure["file"], failure["name"]) == ("awards.yaml", "municipal")
    assert failure["failures"] == ["amounts is {'award': 50000000}, expected {'award': 30000000}"]
    await weighed(window, quiet, edition["id"])
    refused = await decide(window, quiet, edition["id"])
    assert (refused.status_code, refused.json()["code"], codes(refused)) == (409, "edition_not_ready", ["cases_fail"])
    assert (await policy(window, quiet))["version"] == 1


async def test_nobody_approves_without_cases_or_before_the_report_and_all_reasons_are_told(
    window: Process, city: str
) -> None:
    ill = neighbours(window)["funds"]
    ill.ill = 503
    edition = await proposed(window, city, cases={})
    await reported(window, city, edition["id"], "unavailable", None, None)
    refused = await decide(window, city, edition["id"])
    assert codes(refused) == ["edition_without_cases", "report_missing"]
    ill.ill = 0
    await reported(window, city, edition["id"], None, None, None)
    assert (await read(window, city, edition["id"]))["report"]["status"] == "complete"


async def test_an_edition_that_no_service_could_be_told_is_not_approved(window: Process, quiet: str) -> None:
    edition = await proposed(window, quiet)
    await weighed(window, quiet, edition["id"])
    with patch("gateway.window.policies.service.SNAPSHOT_BYTES_MAX", 100_000):
        refused = await decide(window, quiet, edition["id"])
    assert (refused.status_code, codes(refused)) == (409, ["policy_too_large"])


async def test_who_proposed_does_not_decide(window: Process, quiet: str) -> None:
    edition = await proposed(window, quiet)
    await weighed(window, quiet, edition["id"])
    for verb in ("approval", "rejection"):
        refused = await decide(window, quiet, edition["id"], verb, who="person:operator")
        assert (refused.status_code, refused.json()["code"]) == (409, "second_person_required")
    with pytest.raises(IntegrityError, match="decided_by_another"):
        async with window.app.state.sessions() as session, session.begin():
            await session.execute(
                text("UPDATE policy_edition SET status = 'rejected', decided_by = proposed_by WHERE city_code = :city"),
                {"city": quiet},
            )


async def test_the_database_itself_wants_the_report(window: Process, city: str) -> None:
    neighbours(window)["funds"].ill = 503
    await proposed(window, city)
    with pytest.raises(IntegrityError, match="approved_when_assessed"):
        async with window.app.state.sessions() as session, session.begin():
            await session.execute(
                text("""UPDATE policy_edition SET status = 'approved', decided_by = 'x', snapshot_version = 2
                         WHERE city_code = :city"""),
                {"city": city},
            )


async def test_an_edition_is_decided_once(window: Process, quiet: str) -> None:
    edition = await proposed(window, quiet)
    await weighed(window, quiet, edition["id"])
    who = ("person:officer-1", "person:officer-2")
    answers = await asyncio.gather(*(decide(window, quiet, edition["id"], who=name) for name in who))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    snapshots = await told(window, quiet, "policy.snapshot_published")
    assert [event.data["version"] for event in snapshots] == [1, 2]
    assert len(snapshots[1].data["body"]["editions"]) == 1
    rejected = await decide(window, quiet, edition["id"], "rejection")
    assert (rejected.status_code, rejected.json()["code"]) == (409, "move_not_allowed")


async def test_a_rejected_edition_changes_nothing(window: Process, quiet: str) -> None:
    edition = await proposed(window, quiet)
    rejected = await decide(window, quiet, edition["id"], "rejection")
    assert (rejected.json()["status"], rejected.json()["decision_note"]) == ("rejected", "经核对")
    assert (await policy(window, quiet))["version"] == 1
    assert (await weigh_again(window, quiet, edition["id"])).json()["code"] == "move_not_allowed"


async def test_a_report_of_another_policy_is_stale_and_is_made_again(window: Process, quiet: str) -> None:
    edition = await proposed(window, quiet)
    await weighed(window, quiet, edition["id"])
    await set_values(window, quiet, loan_pool__overdue_days=60)
    assert (await read(window, quiet, edition["id"]))["report"]["status"] == "stale"
    assert codes(await decide(window, quiet, edition["id"])) == ["report_stale"]
    again = await weigh_again(window, quiet, edition["id"])
    assert (again.status_code, again.json()["report"]["policy_version"]) == (200, 2)
    await weighed(window, quiet, edition["id"])
    assert (await decide(window, quiet, edition["id"])).status_code == 200
    assert (await read(window, quiet, edition["id"]))["report"]["status"] == "complete"


async def test_the_same_key_proposes_once(window: Process, quiet: str) -> None:
    body = an_edition(in_days(quiet, 1))
    one, two = [await propose(window, quiet, body, **{"Idempotency-Key": "edition-1"}) for _ in range(2)]
    assert one.json()["id"] == two.json()["id"]
    assert two.headers["idempotent-replayed"] == "true"
    assert await count(window, PolicyEdition, quiet) == 1


async def test_drafts_are_for_the_citys_staff(window: Process, quiet: str) -> None:
    edition = await proposed(window, quiet)
    for role, city, status in (("portal", quiet, 403), ("bank", quiet, 403), ("auditor", "320300-zzzzzzzz", 404)):
        async with window.as_("person:x", role, city=city) as stranger:
            for tail in ("", f"/{edition['id']}", f"/{edition['id']}/files", f"/{edition['id']}/effects"):
                assert (await stranger.get(path_of(quiet, tail))).status_code == status
    async with window.as_("person:officer", "officer", city=quiet) as officer:
        assert (await officer.post(path_of(quiet), json=an_edition(in_days(quiet, 1)))).status_code == 403
        assert (await officer.get(path_of(quiet, "?status=proposed"))).json()["items"][0]["id"] == edition["id"]


def a_page(first: int, *kinds: tuple[str, int], following: int | None, total: int | None = None) -> dict[str, Any]:
    """Answers for some questions, of which these come out differently: kind and difference in fen."""
    side = {"outcome": "eligible", "reasons": [], "amounts": {}}
    effects = [
        {
            "determination_id": str(UUID(int=first + place)), "programme": "award.recognition", "act": "award",
            "kind": kind, "worth_fen": fen, "cost_fen": fen, "before": side, "after": side,
        }
        for place, (kind, fen) in enumerate(kinds)
    ]  # fmt: skip
    after = str(UUID(int=following)) if following else None
    return {"asked": 5, "total": total, "effects": effects, "next": after}


async def test_pages_are_weighed_once_however_often_they_are_asked(window: Process, city: str) -> None:
    base = new_id().int
    pages = (
        a_page(base, ("gain", 100), ("loss", -30), following=base + 10, total=15),
        a_page(base + 10, ("newly_eligible", 7), following=base + 20),
        a_page(base + 20, ("no_longer_eligible", -11), ("other", 0), following=None),
    )
    known = neighbours(window, funds=Neighbour(*pages))
    edition = await proposed(window, city)
    # Beside the window's own part: two more processes at the same work, each from wherever it finds the report.
    await asyncio.gather(*(weigh_a_round(window.app) for _ in range(6)))
    report = (await weighed(window, city, edition["id"]))["report"]
    await asyncio.gather(*(weigh_a_round(window.app) for _ in range(2)))
    assert (report["asked"], report["unchanged"]) == (15, 10)
    assert report["totals"] == {
        "gains": 1, "losses": 1, "newly_eligible": 1, "no_longer_eligible": 1, "other": 1,
        "gained_fen": 107, "lost_fen": 41, "cost_fen": 66,
    }  # fmt: skip
    assert {question["after"] for question in known["funds"].asked} == {
        None, str(UUID(int=base + 10)), str(UUID(int=base + 20)),
    }  # fmt: skip
    shown = (await read(window, city, edition["id"], "/effects?kind=loss"))["items"]
    assert [effect["determination_id"] for effect in shown] == [encode_id("det", UUID(int=base + 1))]
    first = await read(window, city, edition["id"], "/effects?limit=3")
    rest = await read(window, city, edition["id"], f"/effects?limit=3&cursor={first['next_cursor']}")
    assert len({effect["determination_id"] for effect in [*first["items"], *rest["items"]]}) == 5


async def test_an_answer_that_comes_after_a_new_beginning_is_dropped(window: Process, city: str) -> None:
    base, gate = new_id().int, asyncio.Event()
    slow = Neighbour(a_page(base, ("gain", 100), following=None, total=5))
    neighbours(window, funds=slow)
    patient = slow.handle

    async def waiting(request: httpx2.Request) -> httpx2.Response:
        answer = await patient(request)
        await gate.wait()
        return answer

    becomes(window, "funds", httpx2.MockTransport(waiting), Tokens())
    edition = await proposed(window, city)
    asking = asyncio.create_task(weigh_a_round(window.app))
    async with asyncio.timeout(10):
        while not slow.asked:
            await asyncio.sleep(0.02)
    await weigh_again(window, city, edition["id"])
    gate.set()
    await asking
    report = (await weighed(window, city, edition["id"]))["report"]
    assert (report["asked"], report["totals"]["gains"]) == (5, 1)
    async with window.app.state.sessions() as session:
        kept = await session.scalar(
            select(func.count()).select_from(EditionEffect).where(EditionEffect.city_code == city)
        )
    assert kept == 1


async def test_what_was_known_on_a_day_about_a_day(window: Process, quiet: str) -> None:
    before = clock.now(quiet)
    await published(window, quiet, days=3)
    on, amount = in_days(quiet, 3), "award.recognition.municipal"

    async def then(day: date, known_at: Any = None) -> tuple[int, Any]:
        known = f"&known_at={known_at.isoformat().replace('+00:00', 'Z')}" if known_at else ""
        found = await policy(window, quiet, f"/as-of?on={day}{known}")
        return found["edition"]["number"], {entry["id"]: entry["value"] for entry in found["parameters"]}[amount]

    assert await then(on) == (2, 50_000_000)
    assert await then(on - timedelta(days=1)) == (1, 30_000_000)
    assert await then(on, before) == (1, 30_000_000)
    edition = (await policy(window, quiet, f"/as-of?on={on}"))["edition"]
    assert (edition["set_by"], edition["approved_by"]) == ("person:operator", "person:officer")
    assert (await policy(window, quiet, f"/parameters/{amount}"))["value"] == 30_000_000
    history = await policy(window, quiet, f"/parameters/{amount}/history?on={on}")
    assert (history["counts"], history["stated"][0]["value"]) == (50_000_000, 50_000_000)


async def test_a_value_for_a_later_edition_is_judged_by_it_and_carries_over(window: Process, quiet: str) -> None:
    await set_values(window, quiet, fund__award_subsidy__period="annual", loan_pool__overdue_days=60)
    shown = await published(window, quiet, days=2)
    assert shown["comparison"]["lost_settings"] == []
    then = await policy(window, quiet, f"/as-of?on={in_days(quiet, 2)}")
    values = {entry["id"]: entry["value"] for entry in then["parameters"]}
    assert (values["fund.award_subsidy.period"], values["loan_pool.overdue_days"]) == ("annual", 60)


@pytest.fixture
async def funds(
    window: Process, database: Callable[[str], Database], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Process]:
    """Funds itself, beside the window."""
    async with running(build_funds, "funds", database("funds"), tmp_path_factory.mktemp("funds")) as process:
        yield process


async def tell(window: Process, funds: Process, city: str) -> City:
    """Funds learns what the window has made known of the city's policy."""
    events = await told(window, city, "policy.snapshot_published")
    for event in events:
        outcome = await funds.tell(event.type, event.data, city=city, subject=city, id=str(event.id))
        assert outcome["outcome"] in {"done", "duplicate"}, outcome
    return City(funds, Snapshot.from_body(events[-1].data["body"]))


async def test_gains_and_losses_to_the_fen_and_each_case_by_the_edition_it_was_accepted_under(
    window: Process, funds: Process, city: str
) -> None:
    neighbours(window)
    becomes(window, "funds", httpx2.ASGITransport(app=funds.app), Tokens(funds))
    await set_values(
        window, city, fund__award_subsidy__period="annual", award__recognition__upgrade_treatment="difference"
    )
    xuzhou = await tell(window, funds, city)
    organisation = xuzhou.organisation()
    early = clock.now(city) - timedelta(minutes=1)
    for level in ("municipal", "municipal", "provincial", "national"):
        await xuzhou.recognise(carrier=new_id(), organisation=organisation, level=level)
    accepted_before = {"accepted_at": early.isoformat()}
    old = await xuzhou.awarded(await xuzhou.recognise(carrier=new_id(), organisation=organisation, **accepted_before))
    assert old["amount_fen"] == 30_000_000
    # Determined anew, the question is still one question.
    await xuzhou.post("finance-1", f"/v1/funds/entitlements/{old['id']}/determination")

    body = an_edition(clock.today(city), *awards(municipal=50_000_001, provincial=10_000_000))
    body["cases"] = award_cases(municipal="500,000.01", provincial="100,000.00")
    edition = (await propose(window, city, body)).json()
    report = (await weighed(window, city, edition["id"]))["report"]
    assert (report["asked"], report["unchanged"]) == (5, 1)
    assert report["totals"] == {
        "gains": 3, "losses": 1, "newly_eligible": 0, "no_longer_eligible": 0, "other": 0,
        "gained_fen": 3 * 20_000_001, "lost_fen": 30_000_000, "cost_fen": 3 * 20_000_001 - 30_000_000,
    }  # fmt: skip
    assert report["programmes"][0] | report["totals"] == report["programmes"][0]
    effects = (await read(window, city, edition["id"], "/effects?kind=gain"))["items"]
    assert old["determination_id"] not in {effect["determination_id"] for effect in effects}  # the later one stands
    assert {effect["before"]["amounts"]["award"] for effect in effects} == {30_000_000}
    assert {effect["after"]["amounts"]["award"] for effect in effects} == {50_000_001}

    assert (await decide(window, city, edition["id"])).status_code == 200
    xuzhou = await tell(window, funds, city)
    after = {"accepted_at": clock.now(city).isoformat()}
    new = await xuzhou.awarded(await xuzhou.recognise(carrier=new_id(), organisation=organisation, **after))
    late = await xuzhou.awarded(await xuzhou.recognise(carrier=new_id(), organisation=organisation, **accepted_before))
    assert (new["amount_fen"], late["amount_fen"]) == (50_000_001, 30_000_000)

    replay = f"/v1/funds/determinations/{old['determination_id']}/replay"
    same = await xuzhou.get(replay)
    assert (same["is_same"], same["differences"]) == (True, [])
    other = await xuzhou.get(f"{replay}?against=latest")
    differs = {entry["path"]: (entry["recorded"], entry["replayed"]) for entry in other["differences"]}
    assert (other["is_same"], other["policy_version"]) == (False, xuzhou.snapshot.version)
    assert differs["$.amounts.award"] == (30_000_000, 50_000_001)
    assert not any(path.startswith(("$.accepted", "$.snapshot")) for path in differs)
    unchanged = await xuzhou.get(f"/v1/funds/determinations/{new['determination_id']}/replay?against=latest")
    assert (unchanged["is_same"], unchanged["against"]) == (True, "latest")
