"""Several items handed in together: opened all or none, each with its own case, followed as one."""

from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.window.bundles import service
from gateway.window.bundles.models import BundleFile
from gateway.window.cases.intake import Application
from gateway.window.cases.models import CaseFile
from gateway.window.cases.numbers import is_number
from gateway.window.cases.service import take
from kernel.ids import encode_id, new_id
from kernel.problems import Conflict
from tests.builders.processes import Process
from tests.service.window.rig import (
    CASES,
    ELSEWHERE,
    OTHER_PORTAL,
    OURS,
    PORTAL,
    THEIRS,
    a_case,
    a_city,
    count,
    key,
    set_values,
    told,
)

pytestmark = pytest.mark.anyio
BUNDLES = "/v1/window/bundles"
FILING, KEY, SUBSIDY = "file-makerspace", "recognise-key-makerspace", "apply-operation-subsidy"
SHARED = {
    "carrier_name": "云龙湖众创空间", "carrier_kind": "makerspace", "level": "municipal", "floor_area": 2200,
    "tenants": 25, "operating_months": 18,
}  # fmt: skip
OWN: dict[str, dict[str, Any]] = {
    KEY: {"full_time_staff": 6, "mentors": 8},
    SUBSIDY: {"statement": "申请本年度房租和宽带补贴"},
}


def a_joint_application(applicant: Any = OURS, **changed: Any) -> dict[str, Any]:
    documents = [{"kind": kind, "reference": f"files/{kind}.pdf"} for kind in ("application_form", "payment_proof")]
    body = {"bundle": "key-makerspace", "applicant_id": encode_id("org", applicant), "form": SHARED, "forms": OWN}
    return body | {"documents": documents} | changed


async def open_bundle(window: Process, city: str, body: dict[str, Any] | None = None, who: str = PORTAL) -> Any:
    async with window.as_(who, "portal", city=city) as portal:
        return await portal.post(BUNDLES, json=body or a_joint_application(), headers=key())


async def a_bundle(window: Process, city: str) -> dict[str, Any]:
    opened = await open_bundle(window, city)
    assert opened.status_code == 201, opened.text
    bundle: dict[str, Any] = opened.json()
    return bundle


async def read(window: Process, city: str, path: str, who: str = PORTAL, role: str = "portal") -> Any:
    async with window.as_(who, role, city=city) as client:
        return await client.get(path)


async def test_what_the_items_share_is_asked_once(window: Process, city: str) -> None:
    offers = (await read(window, city, BUNDLES)).json()
    offer = next(one for one in offers["bundles"] if one["id"] == "key-makerspace")
    shared = [field["id"] for field in offer["fields"]]
    assert shared == [
        "carrier_name", "carrier_kind", "level", "carrier_id", "address", "floor_area", "seats", "tenants",
        "operating_months",
    ]  # fmt: skip
    own = {item["id"]: [field["id"] for field in item["fields"]] for item in offer["items"]}
    assert own == {FILING: [], KEY: ["full_time_staff", "mentors"], SUBSIDY: ["statement"]}
    materials = {kind["id"]: kind["known_to"] for kind in offer["documents"]}
    assert (materials["application_form"], materials["payment_proof"]) == ([FILING, KEY, SUBSIDY], [SUBSIDY])
    assert offer["clauses"] == ["XZ-35", "XZ-18", "XZ-22", "XZ-39"]


async def test_a_city_offers_its_own_and_a_sandbox_only_to_its_owner(window: Process, city: str) -> None:
    wuhan = await a_city(window, pack_id="wuhan")
    ids = [one["id"] for one in (await read(window, wuhan, BUNDLES)).json()["bundles"]]
    assert ids == ["loan-costs", "open-makerspace"]
    assert (await read(window, city, f"{BUNDLES}?city={wuhan}")).status_code == 404


async def test_every_item_gets_a_case_with_its_own_number(window: Process, city: str) -> None:
    bundle = await a_bundle(window, city)
    assert bundle["number"][10:12] == "BN"
    assert is_number(bundle["number"])
    assert (bundle["status"], [part["item"] for part in bundle["parts"]]) == ("in_progress", [FILING, KEY, SUBSIDY])
    assert [part["number"][10:12] + part["number"][-7:-1] for part in bundle["parts"]] == [
        "RG000001",
        "RG000002",
        "FN000001",
    ]
    opened = await told(window, city, "case.opened")
    assert [fact.data["number"] for fact in opened] == [part["number"] for part in bundle["parts"]]


async def test_a_case_has_what_was_answered_for_it(window: Process, city: str) -> None:
    bundle = await a_bundle(window, city)
    cases = [(await read(window, city, f"{CASES}/{part['id']}")).json() for part in bundle["parts"]]
    assert [case["form"] for case in cases] == [SHARED, SHARED | OWN[KEY], OWN[SUBSIDY]]
    kinds = [[document["kind"] for document in case["documents"]] for case in cases]
    assert kinds == [["application_form"], ["application_form"], ["application_form", "payment_proof"]]
    assert {case["bundle_id"] for case in cases} == {bundle["id"]}
    alone = await a_case(window, city)
    assert alone["bundle_id"] is None


async def test_everything_wrong_is_told_at_once_by_item_and_nothing_is_opened(window: Process, city: str) -> None:
    form = SHARED | {"tenants": "many", "surprise": 1}
    forms = {KEY: {"full_time_staff": 6, "floor_area": 1}, SUBSIDY: {"extra": 1}, "admit-bank": {}}
    body = a_joint_application(ELSEWHERE, form=form, forms=forms)
    refused = await open_bundle(window, city, body)
    assert refused.status_code == 422
    problem = refused.json()
    assert problem["code"] == "application_invalid"
    assert sorted((error["pointer"], error["code"]) for error in problem["errors"]) == [
        ("/form/surprise", "extra_forbidden"),
        ("/form/tenants", "int_type"),
        ("/forms/admit-bank", "extra_forbidden"),
        (f"/forms/{SUBSIDY}/extra", "extra_forbidden"),
        (f"/forms/{SUBSIDY}/statement", "missing"),
        (f"/forms/{KEY}/floor_area", "extra_forbidden"),
        (f"/forms/{KEY}/mentors", "missing"),
    ]
    (reason,) = problem["reasons"]
    assert (reason["code"], reason["facts"]["items"]) == ("applicant_unknown", [FILING, KEY, SUBSIDY])
    assert (await count(window, CaseFile, city), await count(window, BundleFile, city)) == (0, 0)
    assert (await a_bundle(window, city))["number"][-7:-1] == "000001"


async def test_when_a_later_part_cannot_be_taken_nothing_is_and_the_numbers_go_on_without_a_gap(
    window: Process, city: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[str] = []

    async def taking(session: AsyncSession, *given: Any, application: Application, **more: Any) -> CaseFile:
        if taken:
            raise Conflict
        taken.append(application.item)
        return await take(session, *given, application=application, **more)

    with monkeypatch.context() as patch:
        patch.setattr(service, "take", taking)
        assert (await open_bundle(window, city)).status_code == 409
    assert taken == [FILING]
    assert (await count(window, CaseFile, city), await count(window, BundleFile, city)) == (0, 0)
    assert await told(window, city, "case.opened") == []
    bundle = await a_bundle(window, city)
    numbers = [bundle["number"], *(part["number"] for part in bundle["parts"])]
    assert [number[-7:-1] for number in numbers] == ["000001", "000001", "000002", "000001"]


async def test_an_organisation_of_another_portal_is_no_applicant_of_a_bundle(window: Process, city: str) -> None:
    refused = await open_bundle(window, city, a_joint_application(THEIRS))
    assert refused.status_code == 422
    (reason,) = refused.json()["reasons"]
    assert (reason["code"], reason["facts"]["items"]) == ("applicant_unknown", [FILING, KEY, SUBSIDY])
    assert (await count(window, CaseFile, city), await count(window, BundleFile, city)) == (0, 0)
    assert (await open_bundle(window, city, a_joint_application(THEIRS), OTHER_PORTAL)).status_code == 201


async def test_a_bundle_the_city_does_not_have(window: Process, city: str) -> None:
    refused = await open_bundle(window, city, a_joint_application(bundle="loan-costs"))
    (error,) = refused.json()["errors"]
    assert error["pointer"] == "/bundle"
    assert "key-makerspace, open-makerspace" in error["message"]


async def test_the_same_key_gives_the_same_bundle(window: Process, city: str) -> None:
    same, body = key(), a_joint_application()
    async with window.as_(PORTAL, "portal", city=city) as portal:
        first = await portal.post(BUNDLES, json=body, headers=same)
        again = await portal.post(BUNDLES, json=body, headers=same)
        other = await portal.post(BUNDLES, json=a_joint_application(documents=[]), headers=same)
        keyless = await portal.post(BUNDLES, json=body)
    assert (first.status_code, again.json()) == (201, first.json())
    assert (other.status_code, keyless.status_code) == (422, 400)
    assert (await count(window, CaseFile, city), await count(window, BundleFile, city)) == (3, 1)


async def test_only_whose_cases_they_are_may_know_of_a_bundle(window: Process, city: str) -> None:
    bundle = await a_bundle(window, city)
    elsewhere = await a_city(window)
    path = f"{BUNDLES}/{bundle['id']}"
    for town, who, role in ((city, OTHER_PORTAL, "portal"), (elsewhere, "person:officer-1", "officer")):
        assert (await read(window, town, path, who, role)).status_code == 404
        assert (await read(window, town, f"{path}/timeline", who, role)).status_code == 404
        assert (await read(window, town, f"{BUNDLES}/opened", who, role)).json()["items"] == []
    unknown = encode_id("bdl", new_id())
    assert (await read(window, city, f"{BUNDLES}/{unknown}")).status_code == 404
    for who, role in ((PORTAL, "portal"), ("person:officer-1", "officer")):
        assert (await read(window, city, path, who, role)).json() == bundle
        assert (await read(window, city, f"{BUNDLES}/opened", who, role)).json()["items"] == [bundle]


async def test_the_list_is_paged_and_asked_by_number(window: Process, city: str) -> None:
    first, second = await a_bundle(window, city), await a_bundle(window, city)
    page = (await read(window, city, f"{BUNDLES}/opened?limit=1")).json()
    assert page["items"] == [first]
    rest = (await read(window, city, f"{BUNDLES}/opened?limit=1&cursor={page['next_cursor']}")).json()
    assert (rest["items"], rest["next_cursor"]) == ([second], None)
    found = await read(window, city, f"{BUNDLES}/opened?number={second['number'].lower()}")
    assert found.json()["items"] == [second]


async def test_a_part_is_withdrawn_and_the_others_go_on_until_all_have_ended(window: Process, city: str) -> None:
    bundle = await a_bundle(window, city)
    filing, key_space, subsidy = bundle["parts"]
    path = f"{BUNDLES}/{bundle['id']}"
    async with window.as_(PORTAL, "portal", city=city) as portal:
        withdrawn = await portal.post(f"{CASES}/{subsidy['id']}/withdrawal", json={})
        assert withdrawn.status_code == 200, withdrawn.text
        shown = (await portal.get(path)).json()
    assert [part["outcome"] for part in shown["parts"]] == [None, None, "withdrawn"]
    assert shown["status"] == "in_progress"
    async with window.as_("person:officer-1", "officer", city=city) as officer:
        for part in (filing, key_space):
            reasons = {"reasons": [{"text": "申请主体不属于众创空间"}]}
            assert (await officer.post(f"{CASES}/{part['id']}/rejection", json=reasons)).status_code == 200
        shown = (await officer.get(path)).json()
    assert [part["outcome"] for part in shown["parts"]] == ["rejected", "rejected", "withdrawn"]
    assert shown["status"] == "done"


async def test_one_timeline_of_all_parts(window: Process, city: str) -> None:
    bundle = await a_bundle(window, city)
    filing, key_space, _ = bundle["parts"]
    async with window.as_("person:officer-1", "officer", city=city) as officer:
        for part in (key_space, filing):
            accepted = await officer.post(f"{CASES}/{part['id']}/acceptance")
            assert accepted.status_code == 200, accepted.text
        found = (await officer.get(f"{BUNDLES}/{bundle['id']}/timeline?limit=4")).json()
        rest = (await officer.get(f"{BUNDLES}/{bundle['id']}/timeline?cursor={found['next_cursor']}")).json()
    lines = [(line["type"], line["item"]) for line in found["items"] + rest["items"]]
    assert lines == [
        ("case.opened", FILING), ("case.opened", KEY), ("case.opened", SUBSIDY),
        ("case.accepted", KEY), ("case.accepted", FILING),
    ]  # fmt: skip
    assert {line["number"] for line in found["items"]} == {part["number"] for part in bundle["parts"]}


async def test_documents_that_an_item_requires_are_named_for_it(window: Process, city: str) -> None:
    await set_values(window, city, operation__subsidy__documents=["cost_audit"])
    offers = (await read(window, city, BUNDLES)).json()
    offer = next(one for one in offers["bundles"] if one["id"] == "open-makerspace")
    assert [kind["id"] for kind in offer["documents"] if kind["required_by"] == [SUBSIDY]] == ["cost_audit"]


async def test_a_preflight_keeps_nothing_and_says_of_every_part_what_stands_against_it(
    window: Process, city: str
) -> None:
    await set_values(window, city, operation__subsidy__documents=["cost_audit"])
    wrong = a_joint_application(THEIRS, form=SHARED | {"tenants": "many"})
    async with window.as_(PORTAL, "portal", city=city) as portal:
        found = (await portal.post(f"{BUNDLES}/preflight", json=wrong)).json()
        right = (await portal.post(f"{BUNDLES}/preflight", json=a_joint_application())).json()
        unknown = (await portal.post(f"{BUNDLES}/preflight", json=wrong | {"bundle": "loan-costs"})).json()
    assert [(error["pointer"], error["code"]) for error in found["errors"]] == [("/form/tenants", "int_type")]
    (stranger,) = found["reasons"]
    assert (stranger["code"], stranger["facts"]["items"]) == ("applicant_unknown", [FILING, KEY, SUBSIDY])
    (missing,) = right["missing"]
    assert missing["facts"] == {"document": "cost_audit", "may_follow": False, "items": [SUBSIDY]}
    shared = next(one for one in right["open"] if one["facts"]["parameter"] == "window.correction_working_days")
    assert shared["facts"]["items"] == [FILING, KEY, SUBSIDY]
    assert (right["ready"], right["errors"], right["reasons"]) == (False, [], [])
    assert ([error["pointer"] for error in unknown["errors"]], len(unknown["reasons"])) == (["/bundle"], 1)
    assert (await count(window, CaseFile, city), await count(window, BundleFile, city)) == (0, 0)


async def test_what_is_left_of_a_bundle_is_withdrawn_in_one_call(window: Process, city: str) -> None:
    bundle = await a_bundle(window, city)
    _, key_space, subsidy = bundle["parts"]
    path = f"{BUNDLES}/{bundle['id']}/withdrawal"
    async with window.as_("person:officer-1", "officer", city=city) as officer:
        rejected = {"reasons": [{"text": "申请主体不属于众创空间"}]}
        await officer.post(f"{CASES}/{subsidy['id']}/rejection", json=rejected)
        items = {"items": [{"pointer": "/form/mentors", "text": "导师名单不全"}]}
        assert (await officer.post(f"{CASES}/{key_space['id']}/correction", json=items)).status_code == 200
    async with window.as_(OTHER_PORTAL, "portal", city=city) as stranger:
        assert (await stranger.post(path, json={})).status_code == 404
    async with window.as_(PORTAL, "portal", city=city) as portal:
        withdrawn = await portal.post(path, json={"reason": "项目暂停"})
        again = await portal.post(path, json={})
        part = (await portal.get(f"{CASES}/{key_space['id']}")).json()
    assert withdrawn.json()["status"] == "done"
    assert [part["outcome"] for part in withdrawn.json()["parts"]] == ["withdrawn", "withdrawn", "rejected"]
    assert [reason["text"] for reason in part["outcome_reasons"]] == ["项目暂停"]
    assert (again.status_code, [one["code"] for one in again.json()["reasons"]]) == (409, ["bundle_done"])
    assert len(await told(window, city, "case.closed")) == 3


async def test_a_bundle_with_an_accepted_part_is_not_withdrawn_as_a_whole(window: Process, city: str) -> None:
    bundle = await a_bundle(window, city)
    filing = bundle["parts"][0]
    async with window.as_("person:officer-1", "officer", city=city) as officer:
        assert (await officer.post(f"{CASES}/{filing['id']}/acceptance")).status_code == 200
    async with window.as_(PORTAL, "portal", city=city) as portal:
        refused = await portal.post(f"{BUNDLES}/{bundle['id']}/withdrawal", json={})
        after = (await portal.get(f"{BUNDLES}/{bundle['id']}")).json()
    assert (refused.status_code, refused.json()["code"]) == (409, "bundle_not_withdrawable")
    (reason,) = refused.json()["reasons"]
    assert (reason["code"], reason["facts"]["number"]) == ("part_accepted", filing["number"])
    assert [part["status"] for part in after["parts"]] == ["accepted", "submitted", "submitted"]
