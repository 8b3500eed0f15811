"""A case from handing in to delivery, as portals and officers meet it."""

import asyncio
import json
from typing import Any

import pytest

from gateway.window.cases.models import CaseFile
from gateway.window.cases.numbers import is_number
from gateway.window.policies.queries import current_policy
from gateway.window.policies.service import publish_snapshot
from kernel import clock
from policy.schema import Pack
from policy.snapshots import Edition
from policy.store import accepted_now
from tests.builders.neighbours import an_organisation, registry_of
from tests.builders.processes import Process
from tests.service.window.rig import (
    CASES,
    ELSEWHERE,
    ITEM,
    OTHER_PORTAL,
    PORTAL,
    THEIRS,
    a_case,
    a_form,
    an_application,
    count,
    key,
    set_values,
    told,
)

pytestmark = pytest.mark.anyio
DOCUMENTS = "recognition__key_makerspace__documents"


async def handle(window: Process, city: str, case: dict[str, Any], act: str, body: Any = None, who: str = "1") -> Any:
    async with window.as_(f"person:officer-{who}", "officer", city=city) as officer:
        return await officer.post(f"{CASES}/{case['id']}/{act}", json=body)


async def read(window: Process, city: str, case: dict[str, Any]) -> Any:
    async with window.as_(PORTAL, "portal", city=city) as portal:
        return (await portal.get(f"{CASES}/{case['id']}")).json()


async def test_an_application_gets_its_number_at_once(window: Process, city: str) -> None:
    case = await a_case(window, city)
    assert (case["status"], case["item"], case["version"]) == ("submitted", "recognise-key-makerspace", 1)
    assert case["number"].startswith(f"{clock.today(city).year}320300RG")
    assert is_number(case["number"])
    (opened,) = await told(window, city, "case.opened")
    assert opened.data["number"] == case["number"]


async def test_fifty_at_once_get_fifty_numbers_without_a_gap(window: Process, city: str) -> None:
    cases = await asyncio.gather(*(a_case(window, city) for _ in range(50)))
    numbers = sorted(int(case["number"][-7:-1]) for case in cases)
    assert numbers == list(range(1, 51))


async def test_a_refused_application_takes_no_number(window: Process, city: str) -> None:
    async with window.as_(PORTAL, "portal", city=city) as portal:
        refused = await portal.post(CASES, json=an_application(mentors="many"), headers=key())
    assert refused.status_code == 422
    assert (await a_case(window, city))["number"][-7:-1] == "000001"


async def test_all_errors_of_an_application_come_at_once(window: Process, city: str) -> None:
    body = an_application(
        applicant=ELSEWHERE, carrier_name=None, carrier_kind="castle", mentors="8", tenants=-1, surprise=1
    )
    async with window.as_(PORTAL, "portal", city=city) as portal:
        problem = (await portal.post(CASES, json=body, headers=key())).json()
    assert {error["pointer"]: error["code"] for error in problem["errors"]} == {
        "/form/carrier_name": "missing",
        "/form/carrier_kind": "literal_error",
        "/form/tenants": "greater_than_equal",
        "/form/mentors": "int_type",
        "/form/surprise": "extra_forbidden",
    }
    assert [reason["code"] for reason in problem["reasons"]] == ["applicant_unknown"]


@pytest.mark.parametrize("applicant", [THEIRS, ELSEWHERE])
async def test_a_portal_applies_only_for_whom_it_registered(window: Process, city: str, applicant: Any) -> None:
    async with window.as_(PORTAL, "portal", city=city) as portal:
        refused = await portal.post(CASES, json=an_application(applicant=applicant), headers=key())
    assert [reason["code"] for reason in refused.json()["reasons"]] == ["applicant_unknown"]


async def test_an_item_that_is_not_there_is_answered_with_those_that_are(window: Process, city: str) -> None:
    async with window.as_(PORTAL, "portal", city=city) as portal:
        problem = (await portal.post(CASES, json=an_application(item="recognise-makerspace"), headers=key())).json()
    ((pointer, message),) = [(error["pointer"], error["message"]) for error in problem["errors"]]
    assert pointer == "/item"
    assert "recognise-key-makerspace" in message
    assert "claim-loan-loss" not in message  # a bank hands that in elsewhere


async def test_what_funds_takes_itself_is_not_taken_here(window: Process, city: str) -> None:
    body = an_application(item="claim-loan-loss") | {"form": {"statement": "代偿"}}
    async with window.as_(PORTAL, "portal", city=city) as portal:
        refused = await portal.post(CASES, json=body, headers=key())
    assert [reason["code"] for reason in refused.json()["reasons"]] == ["item_taken_elsewhere"]


async def test_the_registry_down_is_retryable_and_keeps_nothing(window: Process, city: str) -> None:
    window.app.state.neighbours.pop("registry")
    async with window.as_(PORTAL, "portal", city=city) as portal:
        answer = await portal.post(CASES, json=an_application(), headers=key())
    assert (answer.status_code, answer.json()["retryable"]) == (503, True)
    assert await count(window, CaseFile, city) == 0


async def test_preflight_keeps_nothing_and_names_what_is_open(window: Process, city: str) -> None:
    async with window.as_(PORTAL, "portal", city=city) as portal:
        found = (await portal.post(f"{CASES}/preflight", json=an_application(seats=40))).json()
    assert found["ready"] is True
    named = {reason["facts"]["parameter"] for reason in found["open"]}
    assert {"recognition.key_makerspace.documents", "window.correction_working_days"} <= named
    assert all(reason["facts"]["clause"]["quote"] for reason in found["open"])
    assert await count(window, CaseFile, city) == 0


async def test_the_same_key_gives_the_same_case(window: Process, city: str) -> None:
    same, body = key(), an_application()
    async with window.as_(PORTAL, "portal", city=city) as portal:
        first = await portal.post(CASES, json=body, headers=same)
        again = await portal.post(CASES, json=body, headers=same)
        other = await portal.post(CASES, json=an_application(mentors=9), headers=same)
        keyless = await portal.post(CASES, json=body)
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert again.headers["idempotent-replayed"] == "true"
    assert (other.status_code, keyless.status_code) == (422, 400)
    assert await count(window, CaseFile, city) == 1


async def test_acceptance_tells_the_owning_service(window: Process, city: str) -> None:
    case = await a_case(window, city, seats=40)
    accepted = await handle(window, city, case, "acceptance")
    assert accepted.status_code == 200, accepted.text
    (fact,) = await told(window, city, "case.accepted")
    assert fact.data["form"] == a_form(seats=40)
    assert (fact.data["service"], fact.data["accepted_by"]) == ("registry", "person:officer-1")
    assert fact.data["opened_by"] == PORTAL
    assert fact.data["accepted_on"] == accepted.json()["accepted_on"]
    assert accepted.json()["waiting"]["holder"] == "service"


async def test_two_officers_accept_one_case_once(window: Process, city: str) -> None:
    case = await a_case(window, city)
    answers = await asyncio.gather(*(handle(window, city, case, "acceptance", who=str(n)) for n in (1, 2)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert len(await told(window, city, "case.accepted")) == 1


async def test_a_file_that_lacks_documents_is_not_accepted(window: Process, city: str) -> None:
    case = await a_case(window, city)
    asked = await documents_asked(window, city)
    refused = await handle(window, city, case, "acceptance")
    assert (refused.status_code, refused.json()["code"]) == (409, "file_incomplete")
    assert [reason["facts"]["document"] for reason in refused.json()["reasons"]] == asked
    assert await told(window, city, "case.accepted") == []


async def documents_asked(window: Process, city: str) -> list[str]:
    """The operator sets the list of documents to everything the pack knows."""
    async with window.as_(PORTAL, "portal", city=city) as portal:
        item = (await portal.get("/v1/window/catalogue/recognise-key-makerspace")).json()
    kinds = [entry["id"] for entry in item["documents"]["known"]]
    await set_values(window, city, **{DOCUMENTS: kinds})
    return kinds


async def test_the_correction_notice_names_everything_and_is_given_once(window: Process, city: str) -> None:
    case = await a_case(window, city)
    asked = await documents_asked(window, city)
    items = [{"pointer": f"/documents/{kind}", "text": "请补充"} for kind in asked]
    partial = await handle(window, city, case, "correction", {"items": items[:-1]})
    assert (partial.status_code, partial.json()["code"]) == (409, "notice_incomplete")
    assert [reason["facts"]["document"] for reason in partial.json()["reasons"]] == asked[-1:]
    whole = await handle(window, city, case, "correction", {"items": items})
    assert (whole.status_code, whole.json()["waiting"]["holder"]) == (200, "applicant")
    await resubmit(window, city, whole.json(), asked)
    second = await handle(window, city, case, "correction", {"items": items})
    assert (second.status_code, second.json()["code"]) == (409, "correction_already_requested")
    assert [reason["code"] for reason in second.json()["reasons"]] == ["correction_notice_given"]


async def resubmit(window: Process, city: str, case: dict[str, Any], kinds: list[str], **form: Any) -> Any:
    body = an_application(documents=kinds, **form)
    async with window.as_(PORTAL, "portal", city=city, organisation=None) as portal:
        return await portal.post(
            f"{CASES}/{case['id']}/resubmission",
            json={"form": body["form"], "documents": body["documents"]},
            headers={"If-Match": f'"v{case["version"]}"'},
        )


async def test_a_resubmission_shows_what_changed(window: Process, city: str) -> None:
    case = await a_case(window, city)
    item = {"pointer": "/form/mentors", "text": "导师人数与名册不符"}
    sent_back = (await handle(window, city, case, "correction", {"items": [item]})).json()
    stale = await resubmit(window, city, case, [], mentors=5)
    assert stale.status_code == 412
    again = (await resubmit(window, city, sent_back, ["roster"], mentors=5)).json()
    assert again["status"] == "resubmitted"
    assert again["changes"] == [
        {"pointer": "/form/mentors", "before": 8, "after": 5},
        {"pointer": "/documents/roster", "before": None, "after": "files/roster.pdf"},
    ]


async def test_a_notice_about_nothing_of_the_form_is_refused(window: Process, city: str) -> None:
    case = await a_case(window, city)
    refused = await handle(window, city, case, "correction", {"items": [{"pointer": "/form/colour", "text": "?"}]})
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/items/0/pointer"]


async def test_a_rejection_gives_its_reasons_and_closes(window: Process, city: str) -> None:
    case = await a_case(window, city)
    strange = await handle(window, city, case, "rejection", {"reasons": [{"text": "?", "clause": "XZ-99"}]})
    assert [error["pointer"] for error in strange.json()["errors"]] == ["/reasons/0/clause"]
    reasons = [{"text": "申请主体不是众创空间", "clause": "XZ-39"}, {"text": "地址不在本市", "clause": None}]
    rejected = (await handle(window, city, case, "rejection", {"reasons": reasons})).json()
    assert (rejected["status"], rejected["outcome"], rejected["outcome_reasons"]) == ("rejected", "rejected", reasons)
    (closed,) = await told(window, city, "case.closed")
    assert closed.data["outcome"] == "rejected"


async def test_withdrawal_ends_with_acceptance(window: Process, city: str) -> None:
    early, late = await a_case(window, city), await a_case(window, city)
    await handle(window, city, late, "acceptance")
    async with window.as_(PORTAL, "portal", city=city) as portal:
        withdrawn = await portal.post(f"{CASES}/{early['id']}/withdrawal", json={"reason": "重新准备"})
        refused = await portal.post(f"{CASES}/{late['id']}/withdrawal", json={})
    assert withdrawn.json()["outcome"] == "withdrawn"
    assert (refused.status_code, refused.json()["code"]) == (409, "move_not_allowed")


async def test_another_window_is_named_and_the_case_ends(window: Process, city: str) -> None:
    case = await a_case(window, city)
    redirected = (await handle(window, city, case, "redirection", {"where": "请向市人社局申请"})).json()
    assert (redirected["status"], redirected["waiting"]) == ("not_in_scope", None)


async def test_nobody_else_sees_or_touches_a_case(window: Process, city: str) -> None:
    case = await a_case(window, city)
    path = f"{CASES}/{case['id']}"
    strangers = [
        window.as_(OTHER_PORTAL, "portal", city=city),
        window.as_("bank-1", "bank", city=city, organisation=str(THEIRS)),
        window.as_("person:officer-1", "officer", city="320300"),
    ]
    for stranger in strangers:
        async with stranger:
            assert (await stranger.get(path)).status_code == 404
            assert (await stranger.get(f"{path}/timeline")).status_code == 404
            assert (await stranger.get(CASES)).json()["items"] == []
    async with window.as_(OTHER_PORTAL, "portal", city=city) as portal:
        assert (await portal.post(f"{path}/withdrawal", json={})).status_code == 404
        assert (await portal.post(f"{path}/acceptance")).status_code == 403


async def test_lists_page_and_filter(window: Process, city: str) -> None:
    cases = [await a_case(window, city) for _ in range(3)]
    await handle(window, city, cases[0], "acceptance")
    async with window.as_(PORTAL, "portal", city=city) as portal:
        first = (await portal.get(f"{CASES}?limit=2")).json()
        rest = (await portal.get(f"{CASES}?limit=2&cursor={first['next_cursor']}")).json()
        accepted = (await portal.get(f"{CASES}?status=accepted")).json()
        numbered = (await portal.get(f"{CASES}?number={cases[2]['number'].lower()}")).json()
    assert [line["id"] for line in first["items"] + rest["items"]] == [case["id"] for case in cases]
    assert rest["next_cursor"] is None
    assert [line["id"] for line in accepted["items"]] == [cases[0]["id"]]
    assert [line["id"] for line in numbered["items"]] == [cases[2]["id"]]


async def test_an_organisation_that_has_ended_hands_nothing_in(window: Process, city: str) -> None:
    ended = an_organisation(1, city=city, registered_by=PORTAL, status="merged", merged_into=str(THEIRS))
    registry_of(window, ended)
    async with window.as_(PORTAL, "portal", city=city) as portal:
        refused = await portal.post(CASES, json=an_application(), headers=key())
        found = (await portal.post(f"{CASES}/preflight", json=an_application())).json()
    assert (refused.status_code, [one["code"] for one in refused.json()["reasons"]]) == (422, ["organisation_ended"])
    assert (found["ready"], [one["code"] for one in found["reasons"]]) == (False, ["organisation_ended"])
    assert await count(window, CaseFile, city) == 0


async def an_edition_without(window: Process, city: str, item: str) -> None:
    async with window.app.state.sessions() as session, session.begin():
        snapshot, at = await current_policy(session, city), accepted_now(city)
        written = snapshot.pack.model_dump(mode="json")
        del written["items"][item]
        edition = Edition(
            pack=Pack.model_validate_json(json.dumps(written)),
            effective_on=at.on,
            recorded_at=at.at,
            reason="废止",
            set_by="person:a",
            approved_by="person:b",
        )
        await publish_snapshot(session, snapshot.with_edition(edition))


async def test_a_case_whose_item_an_edition_dropped_is_still_there_and_can_be_turned_away(
    window: Process, city: str
) -> None:
    case = await a_case(window, city)
    await an_edition_without(window, city, ITEM)
    refused = [
        await handle(window, city, case, "acceptance"),
        await handle(window, city, case, "correction", {"items": [{"pointer": "/form/mentors", "text": "名册不全"}]}),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in refused] == [(409, "item_dropped")] * 2
    rejected = await handle(window, city, case, "rejection", {"reasons": [{"text": "该事项已废止"}]})
    assert (rejected.status_code, rejected.json()["outcome"], rejected.json()["item_zh"]) == (200, "rejected", ITEM)
