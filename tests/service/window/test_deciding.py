"""What no service decides is decided at the window: on the facts the policy asks for, by another officer."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest

from gateway.window.cases.models import CaseFile
from kernel.ids import decode_id, encode_id
from tests.builders.neighbours import an_organisation, registry_of
from tests.builders.processes import Process
from tests.service.window.rig import CASES, OURS, PORTAL, a_case, a_city, key, told

pytestmark = pytest.mark.anyio
GRANTED: dict[str, Any] = {"outcome": "granted"}


async def handed_in(
    window: Process, city: str, item: str, who: str = PORTAL, role: str = "portal", documents: Sequence[str] = ()
) -> dict[str, Any]:
    papers = [{"kind": kind, "reference": f"files/{kind}.pdf"} for kind in documents]
    body = {
        "item": item,
        "applicant_id": encode_id("org", OURS),
        "form": {"statement": "申请办理"},
        "documents": papers,
    }
    async with window.as_(who, role, city=city) as applicant:
        opened = await applicant.post(CASES, json=body, headers=key())
    assert opened.status_code == 201, opened.text
    case: dict[str, Any] = opened.json()
    return case


async def act(window: Process, city: str, case: dict[str, Any], name: str, body: Any = None, who: str = "2") -> Any:
    async with window.as_(f"person:officer-{who}", "officer", city=city) as officer:
        return await officer.post(f"{CASES}/{case['id']}/{name}", json=body)


async def accepted(window: Process, city: str, item: str, **opened_by: str) -> dict[str, Any]:
    case = await handed_in(window, city, item, **opened_by)
    assert (await act(window, city, case, "acceptance", who="1")).status_code == 200
    return case


async def as_before_the_upgrade(window: Process, case: dict[str, Any], service: str) -> None:
    """A row as it was written while a service was to decide the item."""
    async with window.app.state.sessions() as session, session.begin():
        found = await session.get(CaseFile, UUID(str(decode_id("case", case["id"]))))
        found.service = service


def codes(answer: Any) -> list[str]:
    return [reason["code"] for reason in answer.json()["reasons"]]


async def test_a_registration_is_applied_for_and_decided_at_the_one_window(window: Process) -> None:
    """LZ-22, LZ-24: nobody but the window has it, so the window takes it in and answers for it to the end."""
    city = await a_city(window, pack_id="liuzhou")
    case = await accepted(window, city, "register-company")
    assert (case["service"], case["number"][10:12]) == ("window", "WD")
    async with window.as_("person:auditor", "auditor", city=city) as auditor:
        waits = (await auditor.get(f"{CASES}/{case['id']}")).json()
    assert (waits["status"], waits["waiting"]["holder"]) == ("accepted", "window")
    assert waits["waiting"]["zh"] == "已受理,等待窗口作出决定"
    decided = await act(window, city, case, "decision", GRANTED)
    assert (decided.json()["status"], decided.json()["outcome"]) == ("decided", "granted")
    assert (await act(window, city, case, "delivery", {"channel": "counter"})).json()["status"] == "delivered"
    (closed,) = await told(window, city, "case.closed")
    assert closed.data["outcome"] == "granted"
    assert (await act(window, city, case, "decision", GRANTED)).json()["code"] == "move_not_allowed"


async def test_it_is_granted_only_on_the_facts_the_policy_asks_for(window: Process) -> None:
    city = await a_city(window, pack_id="zhuzhou")
    case = await accepted(window, city, "register-multi-address")
    met = {"in_makerspace": True, "all_addresses_on_one_licence": True}
    unsaid = await act(window, city, case, "decision", GRANTED)
    assert (unsaid.status_code, unsaid.json()["code"], set(codes(unsaid))) == (
        409,
        "criteria_not_met",
        {"fact_missing"},
    )
    short = await act(window, city, case, "decision", GRANTED | {"facts": met | {"in_makerspace": False}})
    assert (short.status_code, short.json()["code"]) == (409, "criteria_not_met")
    strange = await act(window, city, case, "decision", GRANTED | {"facts": {"surprise": 1, "in_makerspace": 1}})
    assert [(error["pointer"], error["code"]) for error in strange.json()["errors"]] == [
        ("/facts/surprise", "fact_unknown"),
        ("/facts/in_makerspace", "fact_flag"),
    ]
    granted = await act(window, city, case, "decision", GRANTED | {"facts": met})
    assert (granted.json()["outcome"], granted.json()["decision_facts"]) == ("granted", met)


async def test_a_criterion_nobody_has_set_grants_nothing(window: Process) -> None:
    city = await a_city(window, pack_id="zhuzhou")
    case = await accepted(window, city, "register-cluster")
    facts = {"in_makerspace": True, "host_hosted_firms": 1}
    refused = await act(window, city, case, "decision", GRANTED | {"facts": facts})
    assert (refused.status_code, set(codes(refused))) == (409, {"parameter_open"})
    reasons = {"reasons": [{"text": "集群注册标准未定", "clause": "ZZ-20"}]}
    turned_down = await act(window, city, case, "decision", {"outcome": "refused"} | reasons)
    assert (turned_down.json()["outcome"], turned_down.json()["outcome_reasons"][0]["clause"]) == ("refused", "ZZ-20")


async def test_who_entered_or_accepted_it_does_not_decide_it(window: Process) -> None:
    city = await a_city(window, pack_id="liuzhou")
    case = await accepted(window, city, "register-on-site", who="person:officer-3", role="officer")
    answers = [await act(window, city, case, "decision", GRANTED, who=who) for who in "13"]
    assert [codes(answer) for answer in answers] == [["decided_by_accepting_officer"], ["decided_by_entering_officer"]]


async def test_a_refusal_has_reasons_and_a_services_case_is_not_the_windows(window: Process, city: str) -> None:
    liuzhou = await a_city(window, pack_id="liuzhou")
    case = await accepted(window, liuzhou, "register-address")
    bare = await act(window, liuzhou, case, "decision", {"outcome": "refused"})
    assert (bare.status_code, [error["pointer"] for error in bare.json()["errors"]]) == (422, ["/reasons"])
    city = await a_city(window)
    of_the_registry = await a_case(window, city)
    assert (await act(window, city, of_the_registry, "acceptance", who="1")).status_code == 200
    assert (await act(window, city, of_the_registry, "decision", GRANTED)).json()["code"] == "decided_elsewhere"


async def test_what_was_handed_in_for_a_service_is_decided_by_who_decides_it_now(window: Process) -> None:
    """The service it was for has no procedure: it would close the case as refused with nobody having looked."""
    city = await a_city(window, pack_id="liuzhou")
    submitted = await handed_in(window, city, "register-company")
    await as_before_the_upgrade(window, submitted, "registry")
    assert (await act(window, city, submitted, "acceptance", who="1")).json()["service"] == "window"
    (fact,) = await told(window, city, "case.accepted")
    assert fact.data["service"] == "window"
    pending = await accepted(window, city, "register-company")
    await as_before_the_upgrade(window, pending, "registry")
    for case in (submitted, pending):
        decided = (await act(window, city, case, "decision", GRANTED)).json()
        assert (decided["outcome"], decided["service"]) == ("granted", "window")


async def test_nothing_is_granted_to_an_organisation_that_ended_since(window: Process) -> None:
    city = await a_city(window, pack_id="liuzhou")
    case = await accepted(window, city, "register-company")
    registry_of(window, an_organisation(1, city=city, registered_by=PORTAL, status="deregistered"))
    granted = await act(window, city, case, "decision", GRANTED)
    assert (granted.json()["code"], codes(granted)) == ("criteria_not_met", ["organisation_ended"])
    reasons = {"reasons": [{"text": "申请单位已注销", "clause": None}]}
    turned_down = await act(window, city, case, "decision", {"outcome": "refused"} | reasons)
    assert turned_down.json()["outcome"] == "refused"


async def test_before_acceptance_nothing_is_decided(window: Process) -> None:
    city = await a_city(window, pack_id="liuzhou")
    case = await handed_in(window, city, "register-company")
    assert (await act(window, city, case, "decision", GRANTED)).json()["code"] == "move_not_allowed"


async def test_registrations_go_in_together_and_each_is_decided(window: Process) -> None:
    """LZ-24: one step for whoever sets up, one case for each thing that is decided."""
    city = await a_city(window, pack_id="liuzhou")
    forms = {item: {"statement": "设立登记"} for item in ("register-company", "register-address")}
    body = {"bundle": "register-firm", "applicant_id": encode_id("org", OURS), "forms": forms}
    async with window.as_(PORTAL, "portal", city=city) as portal:
        bundle = (await portal.post("/v1/window/bundles", json=body, headers=key())).json()
        assert [part["number"][10:12] for part in bundle["parts"]] == ["WD", "WD"]
        for part in bundle["parts"]:
            assert (await act(window, city, part, "acceptance", who="1")).status_code == 200
            await act(window, city, part, "decision", GRANTED)
        shown = (await portal.get(f"/v1/window/bundles/{bundle['id']}")).json()
    assert [part["outcome"] for part in shown["parts"]] == ["granted", "granted"]
