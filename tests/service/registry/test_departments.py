"""Departments by role on a day, divisions by codes of any year, and data that need not be asked again."""

from datetime import date
from typing import Any

import pytest

from tests.builders.processes import Process
from tests.builders.registry import City, a_city, a_person, answered, created, refused

pytestmark = pytest.mark.anyio
PATH = "/v1/registry/organisations"


async def read(city: City, path: str, status: int = 200, **query: str) -> dict[str, Any]:
    async with city.officer() as officer:
        answer = await officer.get(f"/v1/registry/{path}", params=query)
    assert answer.status_code == status, answer.text
    return dict(answer.json())


async def holder(city: City, role: str, **query: str) -> str | None:
    (found,) = (await read(city, "departments", role=role, **query))["items"]
    return found["holder"] and str(found["holder"]["zh"])


async def test_a_responsibility_outlives_the_name_of_its_department(city: City) -> None:
    """XZ-35: the tax authorities of 2016 were merged in 2018; the responsibility stands."""
    assert await holder(city, "tax_authority", on="2015-12-31") is None
    assert await holder(city, "tax_authority", on="2018-07-04") == "各级税务部门"
    assert await holder(city, "tax_authority") == "国家税务总局徐州市税务局"
    everything = await read(city, "departments")
    assert everything["on"] == "2026-09-01"
    assert {"science_bureau", "finance_bureau"} <= {entry["role"] for entry in everything["items"]}
    assert (await read(city, "departments", role="nobody"))["items"] == []


async def test_a_code_of_another_years_list_finds_its_division_and_a_strange_one_none(city: City) -> None:
    (former,) = (await read(city, "divisions", code="320323"))["items"]
    assert (former["zh"], former["code"], former["asked_by_former_code"]) == ("铜山区", "320312", True)
    (present,) = (await read(city, "divisions", code="320312"))["items"]
    assert present["asked_by_former_code"] is False
    assert (await read(city, "divisions", 404, code="330113"))["code"] == "division_unknown"
    assert "徐州经济技术开发区" in {entry["zh"] for entry in (await read(city, "divisions"))["items"]}


async def tell(city: City, firm: dict[str, Any], *, officer: bool = False, **more: Any) -> Any:
    body = {"facts": {"full_time_staff": 12}, "source": "applicant"} | more
    async with city.officer() if officer else city.portal() as caller:
        return await caller.post(f"{PATH}/{firm['id']}/held-data", json=body)


async def held(city: City, firm: dict[str, Any]) -> dict[str, dict[str, Any]]:
    async with city.portal() as portal:
        items = answered(await portal.get(f"{PATH}/{firm['id']}/held-data"))["items"]
    return {item["name"]: item for item in items}


async def test_what_was_told_once_is_held_with_source_time_and_consent(city: City) -> None:
    firm = await city.register()
    created(await tell(city, firm))
    assert (await held(city, firm))["full_time_staff"]["need_not_ask"] is False, "no consent to use it again"
    created(await tell(city, firm, facts={"full_time_staff": 14}, consent_reference="授权书 2026-0031"))
    found = await held(city, firm)
    assert {name: found["full_time_staff"][name] for name in ("value", "source", "consent_reference", "zh")} == {
        "value": 14, "source": "applicant", "consent_reference": "授权书 2026-0031", "zh": "专职服务人员数",
    }  # fmt: skip
    assert found["full_time_staff"]["need_not_ask"] is True
    assert (found["name"]["value"], found["credit_code"]["value"]) == (firm["name"], firm["credit_code"])


@pytest.mark.own_city
async def test_what_has_run_out_is_asked_again(city: City) -> None:
    firm = await city.register()
    created(await tell(city, firm, consent_reference="授权书", valid_until="2026-09-01"))
    assert (await held(city, firm))["full_time_staff"]["need_not_ask"] is True
    await city.set_clock(date(2026, 9, 2))
    assert (await held(city, firm))["full_time_staff"]["need_not_ask"] is False
    over = await tell(city, firm, source="registry", valid_until="2026-09-01")
    assert refused(over) == ["source_not_yours", "datum_over"]


async def test_a_fact_nobody_declared_or_of_another_type_is_pointed_at(city: City) -> None:
    firm = await city.register()
    answer = await tell(city, firm, facts={"favourite_colour": "红", "full_time_staff": "十二"})
    assert answer.status_code == 422
    assert {error["pointer"]: error["code"] for error in answer.json()["errors"]} == {
        "/facts/favourite_colour": "fact_unknown", "/facts/full_time_staff": "fact_count",
    }  # fmt: skip


async def test_parties_are_held_by_their_number_and_nobody_is_named(city: City) -> None:
    firm, boss = await city.register(), a_person()
    body = {"role": "legal_representative", "person": boss, "effective_on": "2026-01-05", "source": "licence"}
    async with city.officer() as officer:
        created(await officer.post(f"{PATH}/{firm['id']}/parties", json=body))
    found = (await held(city, firm))["legal_representative"]
    assert (found["value"], found["source"], found["need_not_ask"]) == (1, "licence", True)
    assert boss["name"] not in str(found)


async def test_held_data_are_the_applicants_own(process: Process, city: City) -> None:
    firm, foreign = await city.register(), await a_city(process)
    for caller in (city.portal("client:other"), foreign.officer()):
        async with caller as other:
            assert (await other.get(f"{PATH}/{firm['id']}/held-data")).status_code == 404
