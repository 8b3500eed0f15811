"""Accepted cases arrive as events: each opens one recognition, or is refused back to its case with all reasons."""

from typing import Any
from uuid import UUID

import pytest

from kernel.ids import decode_id, encode_id, new_id
from tests.builders.processes import Process
from tests.builders.registry import (
    SECOND,
    THIRD,
    City,
    a_city,
    a_form,
    an_upper_form,
    answered,
    case_accepted,
    created,
    refused,
)
from tests.service.registry.test_panels import a_pool, a_sheet, convened
from tests.service.registry.test_recognition import object_to

pytestmark = [pytest.mark.anyio, pytest.mark.own_city]


async def refusal(city: City, applicant: str, form: dict[str, Any], **case: Any) -> list[str]:
    found = await city.recognition_of(await city.accept(applicant, form, **case))
    assert found["status"] == "refused"
    told = await city.facts("recognition.refused")
    assert told[-1]["reason_codes"] == [reason["code"] for reason in found["reasons"]]
    assert told[-1]["case_outcome"] == "refused"
    assert told[-1]["case_id"] == str(decode_id("case", found["case_id"]))
    return list(told[-1]["reason_codes"])


async def test_a_case_without_a_carrier_enters_one_from_its_form(city: City) -> None:
    recognition = await city.applied()
    async with city.portal() as portal:
        carrier = answered(await portal.get(f"/v1/registry/carriers/{recognition['carrier_id']}"))
    assert (carrier["name"], carrier["kind"], carrier["levels"]) == ("云创众创空间", "makerspace", [])
    place = carrier["premises"][0]
    assert (place["address"], place["area_sqm"], place["seats"]) == ("徐州市云龙区和平路57号A座", 800, 60)


async def test_the_applicants_carrier_of_that_name_is_not_entered_twice(city: City) -> None:
    first = await city.applied(a_form(tenants=1))
    answered(await city.reviewed(first))
    answered(await city.decided(first, outcome="refuse"))
    again = await city.recognition_of(await city.accept(first["applicant_id"], a_form()))
    assert (again["status"], again["carrier_id"]) == ("under_review", first["carrier_id"])
    # However it is typed: a second award for one space is not a space away.
    typed = a_form(carrier_name="云创 众创空间")
    assert await refusal(city, first["applicant_id"], typed) == ["recognition_pending"]


async def test_an_event_delivered_twice_opens_nothing_twice(city: City) -> None:
    firm = await city.register()
    case = case_accepted(firm["id"], a_form())
    event_id = str(new_id())
    first = await city.process.tell("case.accepted", case, city=city.code, id=event_id)
    replayed = await city.process.tell("case.accepted", case, city=city.code, id=event_id)
    told_anew = await city.process.tell("case.accepted", case, city=city.code)
    assert [outcome["outcome"] for outcome in (first, replayed, told_anew)] == ["done", "duplicate", "done"]
    async with city.officer() as officer:
        assert len(answered(await officer.get("/v1/registry/recognitions"))["items"]) == 1


async def test_cases_of_other_services_are_left_alone(city: City) -> None:
    firm = await city.register()
    await city.told("case.accepted", case_accepted(firm["id"], a_form(), service="vouchers"))
    async with city.officer() as officer:
        assert answered(await officer.get("/v1/registry/recognitions"))["items"] == []


async def test_a_bad_form_is_refused_and_is_no_failing_event(city: City) -> None:
    firm = await city.register()
    assert await refusal(city, firm["id"], {"carrier_name": 5}) == ["form_invalid"] * 3
    assert await refusal(city, firm["id"], a_form(tenants=26.5, mentors=True)) == ["form_invalid"] * 2
    unreadable = a_form(carrier_name={"zh": "云"}, address="x" * 5000)
    assert await refusal(city, firm["id"], unreadable) == ["form_invalid"] * 2
    assert await refusal(city, firm["id"], a_form(tenants="many", level="castle")) == ["form_invalid"] * 2
    assert await refusal(city, firm["id"], a_form(carrier_kind="cluster")) == ["carrier_kind_out_of_scope"]


async def test_an_item_that_recognises_nothing_is_refused(city: City) -> None:
    firm = await city.register()
    assert await refusal(city, firm["id"], a_form(), item="no-such-item") == ["item_not_recognition"]


async def test_an_unknown_a_foreign_and_a_deregistered_applicant_are_refused(process: Process, city: City) -> None:
    other = await a_city(process)
    foreign = await other.register()
    assert await refusal(city, foreign["id"], a_form()) == ["applicant_unknown"]
    gone = await city.register(name="徐州旧业有限公司")
    async with city.officer() as officer:
        path = f"/v1/registry/organisations/{gone['id']}/deregistration"
        body = {"on": "2026-08-30", "reason": "注销公告"}
        answered(await officer.post(path, json=body, headers={"If-Match": '"v1"'}))
    assert await refusal(city, gone["id"], a_form()) == ["operator_deregistered"]


async def test_somebody_elses_carrier_is_not_recognised_for_the_applicant(city: City) -> None:
    owned = await city.applied()
    stranger = await city.register(name="徐州另一家有限公司")
    form = a_form(carrier_id=str(decode_id("car", owned["carrier_id"])))
    assert await refusal(city, stranger["id"], form) == ["carrier_not_of_applicant"]
    assert await refusal(city, stranger["id"], a_form(carrier_id=str(new_id()))) == ["carrier_not_of_applicant"]


async def test_two_operators_do_not_apply_for_one_space(city: City) -> None:
    """However its name and address are typed; a space that was refused is free for another again."""
    first = await city.applied()
    other = await city.register(name="徐州另一家有限公司")
    typed = {"carrier_name": "云创 众创空间", "address": "徐州市云龙区和平路 57号 A座"}
    assert await refusal(city, other["id"], a_form(**typed)) == ["space_of_another_operator"]
    elsewhere = a_form(address="徐州市泉山区矿山东路1号")
    taken = await city.recognition_of(await city.accept(other["id"], elsewhere))
    assert taken["status"] == "under_review"
    answered(await city.reviewed(first, is_verified=False, opinion="租赁合同系伪造"))
    answered(await city.decided(first, outcome="refuse"))
    third = await city.register(name="徐州第三家有限公司")
    again = await city.recognition_of(await city.accept(third["id"], a_form(**typed)))
    assert again["status"] == "under_review"


async def test_two_cases_for_one_level_and_a_level_held_already_are_named(city: City) -> None:
    first = await city.applied()
    assert await refusal(city, first["applicant_id"], a_form()) == ["recognition_pending"]
    upper = {"item": "record-upper-recognition"}
    case = await city.accept(first["applicant_id"], an_upper_form(), **upper)
    answered(await city.reviewed(await city.recognition_of(case), issuing_authority="江苏省科学技术厅"))
    assert await refusal(city, first["applicant_id"], an_upper_form(), **upper) == ["already_recognised"]


async def test_a_carrier_registered_before_lends_its_facts(city: City) -> None:
    firm = await city.register()
    place = {"address": "徐州市铜山区大学路1号", "district_code": "320312", "area_sqm": 700, "seats": 40}
    known = {"tenants": 26, "operating_months": 24, "full_time_staff": 5, "mentors": 6}
    async with city.portal() as portal:
        body = {
            "kind": "makerspace",
            "name": "矿大众创",
            "operator_id": firm["id"],
            "premises": [place],
            "facts": known,
        }
        carrier = created(await portal.post("/v1/registry/carriers", json=body))
    form = {
        "carrier_id": str(decode_id("car", carrier["id"])), "carrier_name": "矿大众创", "carrier_kind": "makerspace",
        "level": "municipal",
    }  # fmt: skip
    recognition = await city.recognition_of(await city.accept(firm["id"], form))
    reviewed = answered(await city.reviewed(recognition))
    assert reviewed["status"] == "on_notice"
    assert {"fact": "floor_area", "value": 700, "source": "registry"} in reviewed["evidence"]["facts"]


AWAITS = [{"kind": "tenant_list", "zh": "入驻团队清单", "en": "list of residents"}]


async def promised(city: City, form: dict[str, Any], item: str = "recognise-key-makerspace") -> dict[str, Any]:
    """What the window tells of a case it has accepted on a promise."""
    firm = await city.register()
    case = case_accepted(firm["id"], form, awaits=AWAITS, item=item)
    await city.told("case.accepted", case, subject=case["case_id"])
    return case


async def supplemented(city: City, case: dict[str, Any]) -> None:
    await city.told("case.supplemented", case | {"awaits": []}, subject=case["case_id"])


async def lapsed(city: City, case: dict[str, Any]) -> None:
    told = {name: case[name] for name in ("case_id", "number", "service")} | {"documents": ["tenant_list"]}
    await city.told("case.supplement_lapsed", told, subject=case["case_id"])


def case_of(case: dict[str, Any]) -> str:
    return encode_id("case", UUID(case["case_id"]))


async def test_a_promised_document_holds_the_decision_and_not_the_review(process: Process) -> None:
    city = await a_city(process)
    case = await promised(city, a_form())
    recognition = await city.recognition_of(case_of(case))
    assert recognition["awaits"] == AWAITS
    await city.notice_over(answered(await city.reviewed(recognition)))
    for outcome in ("recognise", "refuse"):
        early = await city.decided(recognition, outcome=outcome)
        assert (early.status_code, early.json()["code"]) == (409, "supplement_awaited")
        assert [(one["code"], one["facts"]["document"]) for one in early.json()["reasons"]] == [
            ("document_awaited", "tenant_list")
        ]
    assert refused(await city.decided(recognition, by=SECOND)) == ["decided_by_reviewer"]
    await supplemented(city, case)
    decided = answered(await city.decided(recognition))
    assert (decided["status"], decided["awaits"]) == ("recognised", [])


async def test_an_upper_level_is_not_recorded_before_what_was_promised_has_come(city: City) -> None:
    case = await promised(city, an_upper_form(), "record-upper-recognition")
    recognition = await city.recognition_of(case_of(case))
    early = await city.reviewed(recognition, by=THIRD, issuing_authority="江苏省科学技术厅")
    assert (early.status_code, early.json()["code"]) == (409, "supplement_awaited")
    await supplemented(city, case)
    recorded = answered(await city.reviewed(recognition, by=THIRD, issuing_authority="江苏省科学技术厅"))
    assert recorded["status"] == "recognised"


async def test_a_promise_that_is_not_kept_ends_it_and_leaves_nothing_in_the_way(city: City) -> None:
    case = await promised(city, a_form())
    recognition = answered(await city.reviewed(await city.recognition_of(case_of(case))))
    assert recognition["status"] == "on_notice"
    await lapsed(city, case)
    assert (await city.recognition_of(case_of(case)))["status"] == "lapsed"
    assert answered(await city.ask("notices"))["items"] == []
    assert (await object_to(city, recognition)).json()["code"] == "recognition_ended"
    assert (await city.decided(recognition, outcome="refuse")).json()["code"] == "move_not_allowed"
    again = await city.recognition_of(await city.accept(recognition["applicant_id"], a_form()))
    assert (again["status"], again["carrier_id"]) == ("under_review", recognition["carrier_id"])


async def test_experts_score_nothing_that_has_ended(city: City) -> None:
    case = await promised(city, a_form())
    experts = await a_pool(city, 3)
    panel = await convened(city, await city.recognition_of(case_of(case)))
    await lapsed(city, case)
    late = await city.send(f"panels/{panel['id']}/sheets", a_sheet(experts[0], 10))
    assert (late.status_code, late.json()["code"]) == (409, "not_under_review")


async def test_what_cannot_be_taken_up_is_told_so_only_when_it_is_whole(city: City) -> None:
    never, late = [await promised(city, a_form(level="galactic")) for _ in range(2)]
    async with city.officer() as officer:
        assert answered(await officer.get("/v1/registry/recognitions"))["items"] == []
    assert await city.facts("recognition.refused") == []
    await supplemented(city, never)
    await lapsed(city, late)
    told = await city.facts("recognition.refused")
    assert [(one["case_id"], one["case_outcome"]) for one in told] == [(never["case_id"], "refused")]
