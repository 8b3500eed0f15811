"""The window owns policy state: one proposes, another decides, every service is told, nothing is retroactive."""

import asyncio
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from gateway.window.policies.models import PolicyChange
from kernel import clock
from policy.canonical import canonical, sha256
from policy.snapshots import Snapshot
from tests.builders.processes import Process
from tests.policy.cases import default_settings
from tests.service.window.rig import LIVE, count, set_values, told

pytestmark = pytest.mark.anyio
SHARES = ("loan_pool.share.city", "loan_pool.share.province", "loan_pool.share.bank")
CAP = "loan_pool.per_loan_cap"


def a_change(**values: Any) -> dict[str, Any]:
    entries = [{"parameter": name.replace("__", "."), "value": value} for name, value in values.items()]
    return {"values": entries, "reason": "市政府会议纪要第3号", "precedent": "R210"}


def shares(*parts: int) -> dict[str, Any]:
    return a_change(**dict(zip(SHARES, parts, strict=True)))


async def propose(window: Process, city: str, body: dict[str, Any], who: str = "person:operator") -> Any:
    async with window.as_(who, "operator", city=city) as operator:
        return await operator.post(f"/v1/window/policies/{city}/parameters", json=body)


async def decide(window: Process, city: str, change: Any, verb: str = "approval", who: str = "person:officer") -> Any:
    async with window.as_(who, "officer", city=city) as officer:
        path = f"/v1/window/policies/{city}/changes/{change.json()['id']}/{verb}"
        return await officer.post(path, json={"note": "经核对"})


async def read(window: Process, city: str, path: str = "") -> Any:
    async with window.as_("person:auditor", "auditor", city=city) as auditor:
        answer = await auditor.get(f"/v1/window/policies/{city}{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_city_begins_with_its_pack_and_everybody_is_told(window: Process, city: str) -> None:
    policy = await read(window, city)
    (published,) = await told(window, city, "policy.snapshot_published")
    assert (policy["version"], policy["hash"]) == (1, published.data["hash"])
    assert Snapshot.from_body(published.data["body"]).hash == policy["hash"]
    assert policy["parameters_open"] > 40


async def test_open_parameters_are_listed_with_clause_and_owner(window: Process, city: str) -> None:
    found = (await read(window, city, "/parameters?status=open"))["items"]
    by_id = {entry["id"]: entry for entry in found}
    city_share = by_id["loan_pool.share.city"]
    assert city_share["left_open_by"]["id"] == "XZ-33"
    assert city_share["left_open_by"]["quote"]
    assert city_share["owner_zh"]
    assert set(city_share["set_together_with"]) == set(SHARES[1:])
    assert all(entry["value"] is None and entry["left_open_by"] for entry in found)


async def test_a_value_counts_from_the_second_persons_yes(window: Process, city: str) -> None:
    proposed = await propose(window, city, shares(4000, 4000, 2000))
    assert (proposed.status_code, proposed.json()["status"]) == (201, "proposed")
    assert (await read(window, city))["version"] == 1
    approved = await decide(window, city, proposed)
    assert (approved.json()["status"], approved.json()["snapshot_version"]) == ("approved", 2)
    share = await read(window, city, "/parameters/loan_pool.share.city")
    assert (share["status"], share["value"]) == ("set_by_operator", 4000)
    _, published = await told(window, city, "policy.snapshot_published")
    body = published.data["body"]
    assert sha256(canonical(body)) == published.data["hash"] == (await read(window, city))["hash"]
    assert {s["set_by"] for s in body["settings"]} == {"person:operator"}
    assert {s["approved_by"] for s in body["settings"]} == {"person:officer"}


async def test_the_proposer_cannot_approve(window: Process, city: str) -> None:
    proposed = await propose(window, city, shares(4000, 4000, 2000), who="person:both")
    refused = await decide(window, city, proposed, who="person:both")
    assert (refused.status_code, refused.json()["code"]) == (409, "second_person_required")
    assert (await read(window, city))["version"] == 1


async def test_the_database_itself_wants_a_second_person(window: Process, city: str) -> None:
    await propose(window, city, shares(4000, 4000, 2000))
    with pytest.raises(IntegrityError, match="decided_by_another"):
        async with window.app.state.sessions() as session, session.begin():
            await session.execute(
                text("UPDATE policy_change SET status = 'rejected', decided_by = proposed_by WHERE city_code = :city"),
                {"city": city},
            )


async def test_all_reasons_against_a_change_come_at_once(window: Process, city: str) -> None:
    yesterday = (clock.today(city) - timedelta(days=1)).isoformat()
    body = a_change(nonsense=1, award__recognition__municipal=1, loan_pool__per_loan_cap="much")
    body["values"] += [{"parameter": "loan_pool.overdue_days", "value": 60, "effective_on": yesterday}] * 2
    refused = await propose(window, city, body)
    assert (refused.status_code, refused.json()["code"]) == (422, "policy_change_invalid")
    codes = {reason["code"] for reason in refused.json()["reasons"]}
    assert codes == {"parameter_twice", "parameter_unknown", "parameter_stated", "value_misfit", "value_backdated"}
    assert await count(window, PolicyChange, city) == 0


@pytest.mark.parametrize(
    "value", [[1, "a"], [1, 2, 3], [True, False], [[1, 2]], {"a": 1}, 1.5, None, "x" * 101], ids=str
)
async def test_a_value_of_no_unit_is_refused(window: Process, city: str, value: object) -> None:
    refused = await propose(window, city, a_change(loan_pool__overdue_days=value))
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")
    assert refused.json()["errors"][0]["pointer"] == "/values/0/value"


@pytest.mark.parametrize("parts", [(4000, 4000, 2001), (4000, 4000, 1999), (10_001, 0, 0)])
async def test_shares_must_sum_to_the_whole(window: Process, city: str, parts: tuple[int, ...]) -> None:
    refused = await propose(window, city, shares(*parts))
    assert refused.status_code == 422
    assert refused.json()["reasons"][0]["code"] in {"parameters_inconsistent", "value_misfit"}


async def test_an_approval_is_judged_by_the_policy_as_it_stands_then(window: Process, city: str) -> None:
    first = await propose(window, city, a_change(loan_pool__share__city=4000))
    second = await propose(window, city, a_change(loan_pool__share__province=7000))
    assert (await decide(window, city, first)).status_code == 200
    refused = await decide(window, city, second)
    assert [reason["code"] for reason in refused.json()["reasons"]] == ["parameters_inconsistent"]
    assert (await read(window, city))["version"] == 2


async def test_what_no_service_could_be_told_is_not_approved(window: Process, city: str) -> None:
    body = (await read(window, city, "/versions/1"))["body"]
    wordy = await propose(window, city, shares(4000, 4000, 2000) | {"reason": "策" * 2_000})
    with patch("gateway.window.policies.service.SNAPSHOT_BYTES_MAX", len(canonical(body)) + 6_000):
        refused = await decide(window, city, wordy)
        assert (refused.status_code, refused.json()["code"]) == (422, "policy_change_invalid")
        assert [reason["code"] for reason in refused.json()["reasons"]] == ["policy_too_large"]
        assert len(await told(window, city, "policy.snapshot_published")) == 1
        assert (await decide(window, city, await propose(window, city, shares(4000, 4000, 2000)))).status_code == 200


async def test_a_change_is_decided_once(window: Process, city: str) -> None:
    proposed = await propose(window, city, shares(4000, 4000, 2000))
    answers = await asyncio.gather(*(decide(window, city, proposed, who=f"person:officer-{n}") for n in (1, 2)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert (await read(window, city))["version"] == 2
    rejected = await decide(window, city, proposed, "rejection")
    assert (rejected.status_code, rejected.json()["code"]) == (409, "move_not_allowed")


async def test_changes_approved_together_make_consecutive_versions(window: Process, city: str) -> None:
    changes = [
        await propose(window, city, a_change(loan_pool__overdue_days=60)),
        await propose(window, city, a_change(loan_pool__principal_only=True)),
        await propose(window, city, shares(4000, 4000, 2000)),
    ]
    answers = await asyncio.gather(*(decide(window, city, change) for change in changes))
    assert sorted(answer.json()["snapshot_version"] for answer in answers) == [2, 3, 4]
    versions = (await read(window, city, "/versions"))["items"]
    assert [line["version"] for line in versions] == [1, 2, 3, 4]
    decided = {answer.json()["snapshot_version"]: answer.json()["decided_at"] for answer in answers}
    assert {line["version"]: line["recorded_at"] for line in versions[1:]} == decided
    assert len((await read(window, city, "/versions/4"))["body"]["settings"]) == 5


async def test_a_rejected_change_sets_nothing(window: Process, city: str) -> None:
    rejected = await decide(window, city, await propose(window, city, shares(4000, 4000, 2000)), "rejection")
    assert (rejected.json()["status"], rejected.json()["decision_note"]) == ("rejected", "经核对")
    assert (await read(window, city))["version"] == 1


async def test_history_knows_what_was_known_when(window: Process, city: str) -> None:
    before = clock.now(city).isoformat().replace("+00:00", "Z")
    await decide(window, city, await propose(window, city, a_change(loan_pool__overdue_days=60)))
    path = "/parameters/loan_pool.overdue_days/history"
    now = await read(window, city, path)
    assert (now["counts"], now["settings"][0]["precedent"]) == (60, "R210")
    assert (await read(window, city, f"{path}?known_at={before}"))["counts"] is None


async def test_only_what_applies_to_pending_cases_reaches_back(window: Process, city: str) -> None:
    before = clock.now(city).isoformat().replace("+00:00", "Z")
    await set_values(window, city, loan_pool__overdue_days=60)
    history = await read(window, city, f"/parameters/loan_pool.overdue_days/history?known_at={before}")
    assert history["counts"] == 60


async def test_a_clause_is_quoted(window: Process, city: str) -> None:
    clause = await read(window, city, "/clauses/XZ-33")
    assert clause["locator"]
    assert "风险" in clause["quote"]


async def test_a_sandbox_is_nobody_elses_and_a_citys_policy_is_public(window: Process, city: str) -> None:
    async with window.as_("portal-9", "portal", city="320300-zzzzzzzz") as stranger:
        for path in ("", "/parameters", "/clauses/XZ-33", "/versions", "/changes"):
            assert (await stranger.get(f"/v1/window/policies/{city}{path}")).status_code == 404
        assert (await stranger.get(f"/v1/window/policies/{LIVE}")).status_code == 200
        assert (await stranger.get(f"/v1/window/catalogue?city={city}")).status_code == 404
    async with window.as_("person:operator", "operator", city="320300-zzzzzzzz") as operator:
        answer = await operator.post(f"/v1/window/policies/{LIVE}/parameters", json=shares(4000, 4000, 2000))
        assert answer.status_code == 404


async def test_an_indicator_system_is_set_like_any_value(window: Process, city: str) -> None:
    """XZ-38 leaves indicators, weights and grades open: the city sets them, a second person approves."""
    system = default_settings("xuzhou")["evaluation.indicators"]
    before = await read(window, city, "/parameters/evaluation.indicators")
    assert (before["unit"], before["left_open_by"]["id"], before["value"]) == ("indicator_system", "XZ-38", None)
    assert {precedent["mark"] for precedent in before["precedents"]} == {"R92", "R93", "R94", "R95", "R96"}
    proposed = await propose(window, city, a_change(evaluation__indicators=system))
    assert proposed.status_code == 201, proposed.text
    assert (await decide(window, city, proposed)).status_code == 200
    shown = (await read(window, city, "/parameters/evaluation.indicators"))["value"]
    assert [part["weight_bp"] for part in shown["indicators"]] == [3000, 2000, 2000, 1000, 2000, 0]
    history = await read(window, city, "/parameters/evaluation.indicators/history")
    assert history["counts"]["absent_grade"] == "unqualified"
    *_, published = await told(window, city, "policy.snapshot_published")
    assert Snapshot.from_body(published.data["body"]).hash == published.data["hash"]


async def test_weights_that_do_not_make_the_whole_are_refused_by_name(window: Process, city: str) -> None:
    """XZ-38."""
    system = default_settings("xuzhou")["evaluation.indicators"]
    heavier = [part | {"weight_bp": 3000} for part in system["indicators"]]
    refused = await propose(window, city, a_change(evaluation__indicators=system | {"indicators": heavier}))
    assert refused.status_code == 422
    assert [reason["code"] for reason in refused.json()["reasons"]] == ["value_misfit"]
    refused = await propose(window, city, a_change(evaluation__notice_working_days=system))
    assert [reason["code"] for reason in refused.json()["reasons"]] == ["value_misfit"]


@pytest.mark.parametrize("wrong", [{}, {"zh": "x"}, {"indicators": [{"weight_bp": "9"}]}, {"a": {"b": [None]}}])
async def test_an_object_that_is_no_indicator_system_is_no_value(window: Process, city: str, wrong: Any) -> None:
    refused = await propose(window, city, a_change(evaluation__indicators=wrong))
    assert refused.status_code == 422
    assert [error["code"] for error in refused.json()["errors"]] == ["indicator_system"]
    assert await count(window, PolicyChange, city) == 0


async def test_the_same_key_proposes_once(window: Process, city: str) -> None:
    async with window.as_("person:operator", "operator", city=city) as operator:
        for _ in range(2):
            answer = await operator.post(
                f"/v1/window/policies/{city}/parameters",
                json=shares(4000, 4000, 2000),
                headers={"Idempotency-Key": "proposal-1"},
            )
    assert answer.headers["idempotent-replayed"] == "true"
    assert await count(window, PolicyChange, city) == 1


async def test_the_catalogue_says_what_is_open_and_then_what_is_set(window: Process, city: str) -> None:
    path = "/v1/window/catalogue/recognise-key-makerspace"
    async with window.as_("portal-1", "portal", city=city) as portal:
        before = (await portal.get(path)).json()
        await set_values(window, city, recognition__key_makerspace__promised_working_days=20)
        after = (await portal.get(path)).json()
        items = (await portal.get("/v1/window/catalogue")).json()["items"]
        assert (await portal.get("/v1/window/catalogue/nothing")).status_code == 404
    assert (before["promised"]["status"], before["documents"]["required"]) == ("open", None)
    assert after["promised"] == before["promised"] | {"status": "set", "working_days": 20}
    assert {"id": "mentors", "type": "count"}.items() <= before["fields"][-1].items()
    doors = {entry["id"]: entry["apply_at"] for entry in items}
    assert doors["recognise-key-makerspace"] == "/v1/window/cases"
    assert doors["claim-loan-loss"] == "/v1/funds/loan-pool/claims"
    assert doors["apply-angel-compensation"] == "/v1/funds/angel/claims"
