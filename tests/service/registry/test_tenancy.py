"""Tenants of a carrier: one open tenancy of a firm, seats that run out, leaving, search, and whose they are to see."""

import asyncio
from typing import Any

import httpx2
import pytest
from sqlalchemy import event

from services.registry.tenancy.rules import SEATS_MAX
from tests.builders.processes import Process
from tests.builders.registry import City, a_city, a_credit_code, answered, created, refused

pytestmark = pytest.mark.anyio
CARRIERS, TENANTS = "/v1/registry/carriers", "/v1/registry/tenants"


async def a_carrier(city: City, seats: int | None = 10) -> str:
    firm = await city.register()
    place = {"address": "徐州市云龙区和平路57号", "seats": seats}
    body = {"kind": "incubator", "name": "云龙孵化器", "operator_id": firm["id"], "premises": [place]}
    async with city.portal() as portal:
        return str(created(await portal.post(CARRIERS, json=body))["id"])


def a_tenant(**more: Any) -> dict[str, Any]:
    return {
        "kind": "firm", "name": "星火智能科技", "credit_code": a_credit_code(), "seats": 4, "place": "A座3层",
        "started_on": "2026-08-01",
    } | more  # fmt: skip


async def admit(city: City, carrier: str, tenant: dict[str, Any]) -> httpx2.Response:
    async with city.portal() as portal:
        return await portal.post(f"{CARRIERS}/{carrier}/tenants", json=tenant)


async def test_a_tenant_takes_seats_and_gives_them_back(city: City) -> None:
    carrier = await a_carrier(city)
    tenancy = created(await admit(city, carrier, a_tenant()))
    assert (tenancy["status"], tenancy["ended_on"], tenancy["organisation_id"]) == ("open", None, None)
    async with city.portal() as portal:
        read = answered(await portal.get(f"{CARRIERS}/{carrier}"))
        assert (read["free_seats"], read["tenants_now"]) == (6, 1)
        left = answered(
            await portal.post(f"{TENANTS}/{tenancy['id']}/end", json={"on": "2026-09-01", "reason": "毕业"})
        )
        assert (left["status"], left["ended_on"], left["end_reason"]) == ("ended", "2026-09-01", "毕业")
        read = answered(await portal.get(f"{CARRIERS}/{carrier}"))
        assert (read["free_seats"], read["tenants_now"]) == (10, 0)
        again = await portal.post(f"{TENANTS}/{tenancy['id']}/end", json={"on": "2026-09-01"})
    assert (again.status_code, again.json()["code"]) == (409, "move_not_allowed")
    assert [len(await city.facts(f"tenancy.{what}")) for what in ("begun", "ended")] == [1, 1]


async def test_a_firm_is_in_a_carrier_once_at_a_time(city: City) -> None:
    carrier, other = await a_carrier(city), await a_carrier(city)
    tenant = a_tenant()
    first = created(await admit(city, carrier, tenant))
    again = await admit(city, carrier, tenant | {"name": "改了名字"})
    assert (again.status_code, again.json()["code"]) == (409, "already_tenant")
    created(await admit(city, other, tenant))
    async with city.portal() as portal:
        answered(await portal.post(f"{TENANTS}/{first['id']}/end", json={"on": "2026-09-01"}))
    created(await admit(city, carrier, tenant | {"started_on": "2026-09-01"}))
    project = {"kind": "project", "name": "无人 机", "started_on": "2026-08-01"}
    created(await admit(city, carrier, project))
    assert (await admit(city, carrier, project | {"name": "无人机"})).status_code == 409


async def test_two_at_once_admit_one(city: City) -> None:
    carrier, tenant = await a_carrier(city), a_tenant()
    answers = await asyncio.gather(*(admit(city, carrier, tenant) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    async with city.portal() as portal:
        assert answered(await portal.get(f"{CARRIERS}/{carrier}"))["free_seats"] == 6


async def test_two_who_end_a_tenancy_at_once_free_its_seats_once(city: City) -> None:
    carrier = await a_carrier(city)
    tenancy = created(await admit(city, carrier, a_tenant()))
    async with city.portal() as portal:
        path, body = f"{TENANTS}/{tenancy['id']}/end", {"on": "2026-09-01"}
        answers = await asyncio.gather(*(portal.post(path, json=body) for _ in range(3)))
        assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
        assert answered(await portal.get(f"{CARRIERS}/{carrier}"))["tenants_now"] == 0


async def test_everything_against_an_admission_is_told_at_once(city: City) -> None:
    carrier = await a_carrier(city)
    firm = await city.register()
    async with city.officer() as officer:
        path = f"/v1/registry/organisations/{firm['id']}/deregistration"
        answered(await officer.post(path, json={"on": "2026-08-31", "reason": "x"}, headers={"If-Match": "*"}))
    tenant = a_tenant(credit_code=firm["credit_code"], seats=11, started_on="2026-09-02", agreed_until="2026-09-01")
    assert refused(await admit(city, carrier, tenant)) == [
        "started_in_future", "agreement_backwards", "tenant_deregistered", "no_free_seats",
    ]  # fmt: skip


async def test_seats_are_not_counted_where_nobody_states_them(city: City) -> None:
    carrier = await a_carrier(city, seats=None)
    created(await admit(city, carrier, a_tenant(seats=500)))
    assert (await admit(city, carrier, a_tenant(seats=SEATS_MAX + 1))).status_code == 422


async def test_a_registered_firm_is_linked(city: City) -> None:
    carrier, firm = await a_carrier(city), await city.register()
    tenancy = created(await admit(city, carrier, a_tenant(credit_code=firm["credit_code"])))
    assert tenancy["organisation_id"] == firm["id"]


@pytest.mark.parametrize("wrong", [{"kind": "team"}, {"credit_code": None}, {"seats": -1}, {"kind": "person"}])
async def test_a_code_fits_the_kind(city: City, wrong: dict[str, Any]) -> None:
    assert (await admit(city, await a_carrier(city), a_tenant(**wrong))).status_code == 422


async def test_a_day_of_leaving_lies_between_coming_and_today(city: City) -> None:
    tenancy = created(await admit(city, await a_carrier(city), a_tenant()))
    async with city.portal() as portal:
        path = f"{TENANTS}/{tenancy['id']}/end"
        assert refused(await portal.post(path, json={"on": "2026-07-31"})) == ["left_before_coming"]
        assert refused(await portal.post(path, json={"on": "2026-09-02"})) == ["left_in_future"]


@pytest.mark.own_city
async def test_tenants_are_sought_by_name_code_kind_and_status(city: City) -> None:
    carrier, other = await a_carrier(city, 100), await a_carrier(city, 100)
    fire = created(await admit(city, carrier, a_tenant()))
    sea = created(await admit(city, carrier, a_tenant(name="海洋数据", kind="team", credit_code=None)))
    far = created(await admit(city, other, a_tenant(name="星火燎原")))
    async with city.portal() as portal:

        async def found(path: str, **by: Any) -> list[str]:
            return [tenancy["id"] for tenancy in answered(await portal.get(path, params=by))["items"]]

        here = f"{CARRIERS}/{carrier}/tenants"
        assert await found(here) == [fire["id"], sea["id"]]
        assert await found(here, q="星火") == [fire["id"]]
        assert await found(TENANTS, q="星火") == [fire["id"], far["id"]]
        assert await found(TENANTS, q="火星") == []
        assert await found(TENANTS, kind="team") == [sea["id"]]
        assert await found(TENANTS, credit_code=far["credit_code"]) == [far["id"]]
        answered(await portal.post(f"{TENANTS}/{fire['id']}/end", json={"on": "2026-09-01"}))
        assert await found(here, status="open") == [sea["id"]]
        page = answered(await portal.get(TENANTS, params={"limit": 2}))
        rest = await found(TENANTS, limit=2, cursor=page["next_cursor"])
    assert [tenancy["id"] for tenancy in page["items"]] + rest == [fire["id"], sea["id"], far["id"]]


async def test_three_tenants_take_the_same_queries_as_one(city: City) -> None:
    carrier, counts = await a_carrier(city), []
    for more in (1, 2):
        for _ in range(more):
            created(await admit(city, carrier, a_tenant(seats=0)))
        async with city.portal() as portal:
            counts.append(await queries_of(city, portal.get(f"{CARRIERS}/{carrier}/tenants")))
    assert counts[0] == counts[1] == 2


async def queries_of(city: City, call: Any) -> int:
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "carrier" in statement:
            seen.append(statement)

    engine = city.process.app.state.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    answered(await call)
    event.remove(engine, "before_cursor_execute", note)
    return len(seen)


@pytest.mark.own_city
async def test_who_sits_where_is_for_the_operator_and_the_staff(process: Process, city: City) -> None:
    carrier = await a_carrier(city)
    tenancy = created(await admit(city, carrier, a_tenant()))
    async with city.officer() as officer:
        assert [item["id"] for item in answered(await officer.get(TENANTS))["items"]] == [tenancy["id"]]
    doors = [city.portal("client:other"), (await a_city(process)).officer()]
    for door in doors:
        async with door as stranger:
            assert (await stranger.get(f"{CARRIERS}/{carrier}/tenants")).status_code == 404
            assert (await stranger.post(f"{CARRIERS}/{carrier}/tenants", json=a_tenant())).status_code == 404
            assert (await stranger.get(f"{TENANTS}/{tenancy['id']}")).status_code == 404
            body = {"on": "2026-09-01"}
            assert (await stranger.post(f"{TENANTS}/{tenancy['id']}/end", json=body)).status_code == 404
            assert answered(await stranger.get(TENANTS))["items"] == []


@pytest.mark.own_city
async def test_an_officer_sees_what_is_counted_in_two_places(city: City) -> None:
    """Practice: one operator's platforms reuse neither premises nor tenants; a person looks, nothing is refused."""
    carrier, other, elsewhere = await a_carrier(city), await a_carrier(city), await a_carrier(city)
    async with city.portal() as portal:
        typed = [{"address": "徐州市云龙区 和平路57号", "area_sqm": 500, "seats": 10}]
        answered(await portal.patch(f"{CARRIERS}/{other}", json={"premises": typed}, headers={"If-Match": "*"}))
        moved = [{"address": "徐州市泉山区矿山东路1号", "seats": 10}]
        answered(await portal.patch(f"{CARRIERS}/{elsewhere}", json={"premises": moved}, headers={"If-Match": "*"}))
    twice, once, left = a_tenant(), a_tenant(seats=1), a_tenant(seats=1)
    here = [created(await admit(city, carrier, tenant)) for tenant in (twice, once, left)]
    there = [created(await admit(city, elsewhere, tenant)) for tenant in (twice, left)]
    answered(await city.send(f"tenants/{there[1]['id']}/end", {"on": "2026-09-01"}))
    found = answered(await city.ask(f"carriers/{carrier}/overlaps", by="person:officer-2"))
    assert [(one["carrier_id"], one["area_sqm"]) for one in found["places"]] == [(other, 500)]
    assert [(one["tenancy_id"], one["carrier_id"]) for one in found["tenants"]] == [(here[0]["id"], elsewhere)]
    assert found["is_whole"]
    assert (await city.ask(f"carriers/{carrier}/overlaps")).status_code == 403
