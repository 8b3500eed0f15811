"""What the registry counts for targets (XZ-01, XZ-07): carriers that hold a level, by kind, day and place."""

from typing import Any

import pytest

from tests.builders.processes import Process
from tests.builders.registry import City, a_city, a_form, an_upper_form, answered, created

pytestmark = pytest.mark.anyio
PLACE = {"address": "徐州市铜山区大学路1号", "district_code": "320312", "area_sqm": 700, "seats": 40}


async def counted(city: City, **asked: Any) -> dict[str, Any]:
    one = {"key": "k", "counter": "carriers", "kinds": ["makerspace"], "until": "2026-09-01"} | asked
    async with city.process.as_("workload:window", "workload") as window:
        answer = answered(await window.post("/internal/counts", json={"city_code": city.code, "counts": [one]}))
    return dict(answer["counts"][0])


async def recognised(city: City, **upper: Any) -> str:
    """A carrier in Tongshan whose provincial level was recorded."""
    firm = await city.register()
    body = {"kind": "makerspace", "name": "矿大众创", "operator_id": firm["id"], "premises": [PLACE]}
    async with city.portal() as portal:
        carrier = created(await portal.post("/v1/registry/carriers", json=body))
    form = an_upper_form(carrier_id=carrier["id"], carrier_name="矿大众创") | upper
    case = await city.accept(firm["id"], form, item="record-upper-recognition")
    answered(await city.reviewed(await city.recognition_of(case), issuing_authority="江苏省科学技术厅"))
    return str(carrier["id"])


async def test_a_carrier_counts_from_the_day_it_is_recognised_and_only_once(city: City) -> None:
    assert (await counted(city))["counted"] == 0
    await recognised(city)
    assert (await counted(city))["counted"] == 1
    assert (await counted(city, until="2026-08-19"))["counted"] == 0
    assert (await counted(city, kinds=["cluster"]))["counted"] == 0
    assert (await counted(city, since="2026-08-20"))["counted"] == 1
    assert (await counted(city, since="2026-08-21"))["counted"] == 0


@pytest.mark.own_city
async def test_a_carrier_that_is_only_registered_does_not_count(city: City) -> None:
    firm = await city.register()
    body = {"kind": "makerspace", "name": "未认定", "operator_id": firm["id"], "premises": [PLACE]}
    async with city.portal() as portal:
        created(await portal.post("/v1/registry/carriers", json=body))
    assert (await counted(city))["counted"] == 0


@pytest.mark.own_city
async def test_places_are_counted_by_division_and_cities_apart(process: Process, city: City) -> None:
    await recognised(city)
    other = await a_city(process)
    found = await counted(city, counter="carriers_per_division")
    assert (found["counted"], found["divisions"]) == (1, ["320312"])
    assert (await counted(other, counter="carriers_per_division"))["divisions"] == []


@pytest.mark.own_city
async def test_the_overview_counts_carriers_by_the_level_they_hold(process: Process, city: City) -> None:
    await recognised(city)
    other = await a_city(process)
    async with city.process.as_("workload:window", "workload") as window:
        here, there = [
            answered(await window.get("/internal/overview", params={"city": code})) for code in (city.code, other.code)
        ]
    levels = [{"level": "provincial", "is_key": True, "carriers": 1}]
    assert (here["carriers"], here["levels"]) == (1, levels)
    assert (there["carriers"], there["levels"]) == (0, [])


@pytest.mark.own_city
async def test_what_is_held_must_be_of_the_level_and_sort_that_is_asked_for(city: City) -> None:
    """WH-06 asks for regional centres; what is filed or of another level is none. A kind nobody has counts nothing."""
    await recognised(city)  # a key provincial level
    assert (await counted(city, levels=["provincial"], is_key=True))["counted"] == 1
    assert (await counted(city, levels=["provincial"], is_key=False))["counted"] == 0
    place = await counted(city, counter="carriers_per_division", levels=["district"], is_key=True)
    assert (place["counted"], place["divisions"]) == (0, [])
    assert (await counted(city, kinds=["upgraded_incubator"]))["counted"] == 0


@pytest.mark.own_city
async def test_a_cluster_is_registered_and_covers_its_county(city: City) -> None:
    """XZ-02, XZ-07: the text counts clusters; what makes one is the city's to set."""
    firm = await city.register()
    body = {"kind": "cluster", "name": "铜山众创集聚区", "operator_id": firm["id"], "premises": [PLACE]}
    async with city.portal() as portal:
        carrier = created(await portal.post("/v1/registry/carriers", json=body))
    form = a_form(carrier_id=carrier["id"], carrier_name=body["name"], carrier_kind="cluster",
                  carriers_inside=2, service_bodies=3)  # fmt: skip
    case = await city.accept(firm["id"], form, item="register-cluster")
    reviewed = answered(await city.reviewed(await city.recognition_of(case)))
    await city.notice_over(reviewed)
    answered(await city.decided(reviewed))
    found = await counted(city, counter="carriers_per_division", kinds=["cluster"], until="2026-12-31")
    assert (found["counted"], found["divisions"]) == (1, ["320312"])


async def test_counts_are_for_processes_only(city: City) -> None:
    async with city.portal() as portal:
        answer = await portal.post("/internal/counts", json={"city_code": city.code, "counts": []})
    assert answer.status_code == 403
