"""Carriers in their full width: kinds, categories, hosts, offers, map, search, and warnings when area shrinks."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import event

from services.registry.carriers.models import CarrierKind
from tests.builders.processes import Process
from tests.builders.registry import (
    City,
    a_city,
    a_form,
    an_upper_form,
    answered,
    created,
    the_day_after,
)

pytestmark = pytest.mark.anyio
PATH = "/v1/registry/carriers"
PLACE = {
    "address": "徐州市铜山区大学路1号", "district_code": "320312", "area_sqm": 800, "seats": 60, "rent_mode": "free",
    "longitude_e6": 117_186_004, "latitude_e6": 34_204_000, "datum": "gcj_02",
}  # fmt: skip
SERVICE = {"kind": "service", "service": "testing", "name": "检验检测", "price_note": "成本价", "open_to": "city"}
PRINTER = {"kind": "equipment", "name": "三维打印机", "open_to": "tenants"}


async def a_carrier(city: City, **more: Any) -> dict[str, Any]:
    firm = await city.register()
    body = {"kind": "makerspace", "name": "矿大众创", "operator_id": firm["id"], "premises": [PLACE]} | more
    async with city.portal() as portal:
        return created(await portal.post(PATH, json=body))


async def recognised(city: City, **more: Any) -> dict[str, Any]:
    """A makerspace with a provincial level."""
    carrier = await a_carrier(city, **more)
    form = an_upper_form(carrier_id=carrier["id"], carrier_name=carrier["name"])
    case = await city.accept(carrier["operator"]["id"], form, item="record-upper-recognition")
    answered(await city.reviewed(await city.recognition_of(case), issuing_authority="江苏省科学技术厅"))
    return carrier


async def a_key_makerspace(city: City) -> dict[str, Any]:
    """Recognised by the city on 800 square metres and 60 seats."""
    carrier = await a_carrier(city, name="云创众创空间")
    form = a_form(carrier_id=carrier["id"], carrier_name="云创众创空间")
    recognition = await city.recognition_of(await city.accept(carrier["operator"]["id"], form))
    noticed = answered(await city.reviewed(recognition))
    await city.set_clock(the_day_after(noticed["notice"]["closes_on"]))
    await closed(city, recognition)
    answered(await city.decided(recognition))
    return carrier


async def closed(city: City, recognition: dict[str, Any]) -> None:
    """The timer of the notice has fired."""
    path = f"/v1/registry/recognitions/{recognition['id']}"
    async with asyncio.timeout(10), city.officer() as officer:
        while answered(await officer.get(path))["status"] == "on_notice":
            await asyncio.sleep(0.05)


async def changed(city: City, carrier: dict[str, Any], **change: Any) -> dict[str, Any]:
    async with city.portal() as portal:
        return answered(await portal.patch(f"{PATH}/{carrier['id']}", json=change, headers={"If-Match": "*"}))


async def test_every_kind_the_documents_name_can_be_registered_and_is_explained(city: City) -> None:
    """LZ-07, LZ-58, WH-35, XZ-06, ZZ-08: each kind names its clauses."""
    for kind in CarrierKind:
        assert (await a_carrier(city, kind=kind.value, name=kind.value))["kind"] == kind.value
    async with city.portal() as portal:
        told = answered(await portal.get(f"{PATH}/kinds"))
    words = {word["code"]: word for word in told["kinds"]}
    assert set(words) == {kind.value for kind in CarrierKind}
    assert words["consulting_body"]["clauses"] == ["LZ-07"]
    assert words["demonstration"]["clauses"][:2] == ["LZ-58", "WH-35"]
    assert told["categories"] == []


async def test_a_category_is_one_of_the_citys_own_and_of_a_makerspace(process: Process, city: City) -> None:
    """ZZ-10, ZZ-11, JX-07: the pack of each city brings its categories; Xuzhou's documents name none."""
    firm = await city.register()
    body = {"kind": "makerspace", "name": "云", "operator_id": firm["id"], "category": "innovation"}
    async with city.portal() as portal:
        unknown = await portal.post(PATH, json=body)
        elsewhere = await portal.post(PATH, json=body | {"kind": "incubator"})
    assert [error["code"] for error in unknown.json()["errors"]] == ["category_unknown"]
    assert [error["code"] for error in elsewhere.json()["errors"]] == ["category_of_makerspaces"]


async def test_host_place_and_offers_are_shown_and_changed(city: City) -> None:
    """ZZ-11: who builds it; LZ-10: premises may be free; ZZ-24, JX-34: services by their kinds."""
    host = {"host_kind": "university", "host_district_code": "320312", "host_zone": "徐州经开区"}
    carrier = await a_carrier(city, **host)
    assert {name: carrier[name] for name in host} == host
    assert (carrier["seats"], carrier["free_seats"], carrier["tenants_now"]) == (60, 60, 0)
    assert carrier["premises"][0]["rent_mode"] == "free"
    path = f"{PATH}/{carrier['id']}/offers"
    async with city.portal() as portal:
        assert (await portal.put(path, json={"offers": []})).status_code == 428
        body = {"offers": [SERVICE, PRINTER]}
        offered = answered(await portal.put(path, json=body, headers={"If-Match": '"v1"'}))
        assert [offer["name"] for offer in offered["offers"]] == ["检验检测", "三维打印机"]
        fewer = answered(await portal.put(path, json={"offers": [PRINTER]}, headers={"If-Match": '"v2"'}))
        assert [offer["name"] for offer in fewer["offers"]] == ["三维打印机"]
        nameless = await portal.put(path, json={"offers": [PRINTER | {"kind": "service"}]}, headers={"If-Match": "*"})
    assert (nameless.status_code, nameless.json()["errors"][0]["code"]) == (422, "service_kind")


async def test_a_host_stands_in_the_city(city: City) -> None:
    firm = await city.register()
    body = {"kind": "cluster", "name": "远", "operator_id": firm["id"], "host_district_code": "320102"}
    async with city.portal() as portal:
        answer = await portal.post(PATH, json=body)
    assert [reason["code"] for reason in answer.json()["reasons"]] == ["district_elsewhere"]


@pytest.mark.parametrize(
    "wrong",
    [{"datum": None}, {"longitude_e6": None}, {"longitude_e6": 17_186_004}, {"latitude_e6": 34}, {"datum": "bd_09"}],
)
async def test_coordinates_come_whole_in_range_and_with_their_datum(city: City, wrong: dict[str, Any]) -> None:
    firm = await city.register()
    body = {"kind": "cluster", "name": "云", "operator_id": firm["id"], "premises": [PLACE | wrong]}
    async with city.portal() as portal:
        assert (await portal.post(PATH, json=body)).status_code == 422


@pytest.mark.own_city
async def test_the_map_draws_the_same_digits_and_names_the_datum(process: Process, city: City) -> None:
    carrier = await recognised(city)
    await a_carrier(city, premises=[{"address": "无坐标"}])
    async with city.portal() as portal:
        answer = await portal.get(f"{PATH}/map")
        assert answer.headers["content-type"] == "application/geo+json"
        assert '"coordinates":[117.186004,34.204000]' in answer.text
        inside = {"bbox": "117.1,34.2,117.2,34.3"}
        assert len(answered(await portal.get(f"{PATH}/map", params=inside))["features"]) == 1
        outside = {"bbox": "117.2,34.2,117.3,34.3"}
        assert answered(await portal.get(f"{PATH}/map", params=outside))["features"] == []
        assert (await portal.get(f"{PATH}/map", params={"bbox": "117.1,34.2"})).status_code == 422
    (point,) = answer.json()["features"]
    assert (point["id"], point["properties"]["datum"]) == (carrier["id"], "gcj_02")
    assert point["properties"]["levels"] == ["provincial"]
    async with city.portal("client:other") as other:
        assert len(answered(await other.get(f"{PATH}/map"))["features"]) == 1
    async with (await a_city(process)).officer() as foreign:
        assert answered(await foreign.get(f"{PATH}/map"))["features"] == []


@pytest.mark.own_city
async def test_carriers_are_sought_by_a_part_of_their_name_and_by_what_they_offer(city: City) -> None:
    first = await a_carrier(city, name="云龙湖众创空间")
    second = await a_carrier(city, name="ABC 创客咖啡", kind="virtual_space", premises=[])
    async with city.portal() as portal:
        await portal.put(f"{PATH}/{first['id']}/offers", json={"offers": [SERVICE]}, headers={"If-Match": "*"})

        async def found(**by: Any) -> list[str]:
            return [carrier["name"] for carrier in answered(await portal.get(PATH, params=by))["items"]]

        assert await found(q="龙湖众") == [first["name"]]
        assert await found(q="创") == [first["name"], second["name"]]
        assert await found(q="abc创") == [second["name"]]
        assert await found(q="湖龙") == []
        assert await found(q="%") == []
        assert await found(service="testing") == [first["name"]]
        assert await found(has_free_seats=True) == [first["name"]]
        assert await found(has_free_seats=False) == [second["name"]]
        assert await found(kind="virtual_space", q="咖啡") == [second["name"]]
        assert (await portal.get(PATH, params={"q": "云" * 51})).status_code == 422


@pytest.mark.own_city
async def test_the_summary_counts_what_the_list_shows(city: City) -> None:
    """XZ-07: clusters and where they stand, district by district."""
    await recognised(city)
    await recognised(city, name="第二", kind="makerspace")
    await a_carrier(city, kind="cluster")
    async with city.officer() as officer:
        counted = answered(await officer.get(f"{PATH}/summary"))
        narrowed = answered(await officer.get(f"{PATH}/summary", params={"level": "provincial"}))
    assert counted["total"] == 3
    assert counted["by_kind"] == [{"value": "cluster", "carriers": 1}, {"value": "makerspace", "carriers": 2}]
    assert counted["by_level"] == [{"value": "provincial", "carriers": 2}]
    assert counted["by_district"] == [{"value": "320312", "carriers": 3}]
    assert (narrowed["total"], narrowed["by_district"]) == (2, [{"value": "320312", "carriers": 2}])
    async with city.portal("client:other") as other:
        assert answered(await other.get(f"{PATH}/summary"))["total"] == 2


async def test_three_carriers_take_the_same_queries_as_one(city: City) -> None:
    counts = []
    for names in (["一"], ["二", "三"]):
        for name in names:
            await recognised(city, name=name)
        async with city.portal() as portal:
            counts.append([await queries_of(city, portal.get(PATH + path)) for path in ("", "/map", "/summary")])
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 5


async def queries_of(city: City, call: Any) -> int:
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "carrier" in statement:
            seen.append(statement)

    engine = city.process.app.state.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    answered(await call)
    event.remove(engine, "before_cursor_execute", note)
    assert seen
    return len(seen)


@pytest.mark.own_city
async def test_an_area_that_shrank_is_a_warning_an_officer_sees(city: City) -> None:
    """XZ-39: below the criterion it was recognised by, the carrier carries a named warning, never in silence."""
    carrier = await a_key_makerspace(city)
    shrunk = await changed(city, carrier, premises=[PLACE | {"area_sqm": 300, "seats": 20}])
    warnings = {(warning["finding"]["code"], warning["subject"]): warning for warning in shrunk["warnings"]}
    lost = warnings["criterion_no_longer_met", "recognition.key_makerspace/floor_area"]["finding"]
    assert (lost["facts"]["actual"], lost["facts"]["short_by"]) == (300, lost["facts"]["required"] - 300)
    assert "XZ-39" in lost["clauses"]
    assert warnings["area_shrank", ""]["finding"]["facts"] == {"before_sqm": 800, "after_sqm": 300}
    async with city.officer() as officer:
        listed = answered(await officer.get(PATH, params={"has_warnings": True}))["items"]
    assert [item["id"] for item in listed] == [carrier["id"]]
    async with city.portal("client:other") as other:
        assert answered(await other.get(f"{PATH}/{carrier['id']}"))["warnings"] is None
        assert answered(await other.get(PATH, params={"has_warnings": True}))["items"] == []
    (told,) = await city.facts("carrier.warned")
    assert told["codes"] == ["area_shrank", "criterion_no_longer_met"]


@pytest.mark.own_city
async def test_what_was_given_back_ends_the_warning_and_history_keeps_it(city: City) -> None:
    carrier = await a_key_makerspace(city)
    await changed(city, carrier, premises=[PLACE | {"area_sqm": 700}])
    again = await changed(city, carrier, premises=[PLACE | {"area_sqm": 600}])
    (warning,) = again["warnings"]
    assert warning["finding"]["facts"] == {"before_sqm": 800, "after_sqm": 600}
    assert len(await city.facts("carrier.warned")) == 1
    restored = await changed(city, carrier, premises=[PLACE])
    assert restored["warnings"] == []
    async with city.portal() as portal:
        history = answered(await portal.get(f"{PATH}/{carrier['id']}/premises"))["items"]
    assert [place["area_sqm"] for place in history] == [800, 700, 600, 800]
    assert [place["ended_on"] is None for place in history] == [False, False, False, True]


@pytest.mark.own_city
async def test_an_officer_ends_a_warning_with_a_reason_once(city: City) -> None:
    carrier = await a_key_makerspace(city)
    shrunk = await changed(city, carrier, premises=[PLACE | {"area_sqm": 700}])
    path = f"{PATH}/{carrier['id']}/warnings/{shrunk['warnings'][0]['id']}/resolution"
    async with city.portal() as portal:
        assert (await portal.post(path, json={"reason": "x"})).status_code == 403
    async with city.officer() as officer:
        assert answered(await officer.post(path, json={"reason": "现场核查属实"}))["warnings"] == []
        assert (await officer.post(path, json={"reason": "再一次"})).status_code == 404


async def test_a_carrier_without_a_level_may_shrink_in_silence(city: City) -> None:
    carrier = await a_carrier(city)
    assert (await changed(city, carrier, premises=[PLACE | {"area_sqm": 1}]))["warnings"] == []


@pytest.mark.own_city
async def test_the_operator_of_a_foreign_carrier_does_not_touch_it(process: Process, city: City) -> None:
    carrier = await recognised(city)
    body, match = {"offers": []}, {"If-Match": "*"}
    async with city.portal("client:other") as other:
        assert (await other.put(f"{PATH}/{carrier['id']}/offers", json=body, headers=match)).status_code == 404
    async with (await a_city(process)).officer() as foreign:
        assert (await foreign.put(f"{PATH}/{carrier['id']}/offers", json=body, headers=match)).status_code == 404
        assert (await foreign.get(f"{PATH}/{carrier['id']}/premises")).status_code == 404
