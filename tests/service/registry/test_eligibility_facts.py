"""What the registry tells the window of an organisation it scans."""

from typing import Any

import pytest

from kernel.ids import decode_id, new_id
from tests.builders.registry import City, a_form, an_upper_form, answered, created

pytestmark = pytest.mark.anyio
PLACES = [
    {"address": "大学路1号", "district_code": "320312", "area_sqm": 700, "seats": 40},
    {"address": "大学路2号", "district_code": "320312", "area_sqm": 100, "seats": None},
]


async def told(city: City, organisation: str, status: int = 200) -> dict[str, Any]:
    path = f"/internal/organisations/{decode_id('org', organisation)}/eligibility-facts"
    async with city.process.as_("workload:window", "workload") as window:
        answer = await window.get(path)
    assert answer.status_code == status, answer.text
    return dict(answer.json())


async def test_an_organisation_without_carriers_is_told_as_it_is(city: City) -> None:
    firm = await city.register()
    assert await told(city, firm["id"]) == {
        "id": str(decode_id("org", firm["id"])), "city_code": city.code, "kind": "firm", "status": "active",
        "registered_by": "client:portal", "carriers": [],
    }  # fmt: skip


async def test_a_carrier_is_told_with_what_its_premises_say_before_what_is_stated(city: City) -> None:
    firm, other = await city.register(), await city.register()
    body = {"kind": "makerspace", "name": "矿大众创", "operator_id": firm["id"], "premises": PLACES}
    async with city.portal() as portal:
        made = created(
            await portal.post("/v1/registry/carriers", json=body | {"facts": {"tenants": 26, "floor_area": 9}})
        )
        created(await portal.post("/v1/registry/carriers", json=body | {"operator_id": other["id"]}))
    (carrier,) = (await told(city, firm["id"]))["carriers"]
    assert carrier == {
        "id": str(decode_id("car", made["id"])), "kind": "makerspace", "name": "矿大众创",
        "facts": {"tenants": 26, "floor_area": 800, "seats": 40}, "levels": [], "pending": [],
    }  # fmt: skip


async def test_a_case_under_way_is_told_and_then_what_came_of_it(city: City) -> None:
    firm = await city.register()
    await city.accept(firm["id"], a_form())
    (carrier,) = (await told(city, firm["id"]))["carriers"]
    assert (carrier["levels"], carrier["pending"]) == ([], [{"level": "municipal", "is_key": True}])

    upper = await city.accept(firm["id"], an_upper_form(), item="record-upper-recognition")
    answered(await city.reviewed(await city.recognition_of(upper), issuing_authority="江苏省科学技术厅"))
    (carrier,) = (await told(city, firm["id"]))["carriers"]
    assert carrier["levels"] == [{"level": "provincial", "is_key": True}]
    assert carrier["pending"] == [{"level": "municipal", "is_key": True}]


async def test_who_is_deregistered_is_told_so(city: City) -> None:
    firm = await city.register()
    async with city.officer() as officer:
        body = {"on": "2026-08-31", "reason": "公告注销"}
        path = f"/v1/registry/organisations/{firm['id']}/deregistration"
        answered(await officer.post(path, json=body, headers={"If-Match": '"v1"'}))
    assert (await told(city, firm["id"]))["status"] == "deregistered"


async def test_an_organisation_nobody_registered_is_not_found_and_a_portal_asks_in_vain(city: City) -> None:
    firm = await city.register()
    path = f"/internal/organisations/{decode_id('org', firm['id'])}/eligibility-facts"
    async with city.process.as_("workload:window", "workload") as window:
        assert (await window.get(f"/internal/organisations/{new_id()}/eligibility-facts")).status_code == 404
    async with city.portal() as portal:
        assert (await portal.get(path)).status_code == 403
