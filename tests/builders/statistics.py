"""Statistical reports under test: carriers that are asked, reports that agree with themselves, workbooks filled in."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Any

import httpx2
import xlsxwriter

from kernel.workbooks import read_sheets
from policy.forms import report_forms
from tests.builders.registry import City, a_city, a_credit_code, an_upper_form, answered, created
from tests.policy.cases import default_settings

PATH = "/v1/registry/statistics"
FORM_ON = report_forms()[-1].effective_on.isoformat()
PLACE = {"address": "徐州市铜山区大学路1号", "district_code": "320312", "area_sqm": 700, "seats": 40}
SETTINGS = {"statistics.period_months": 1, "statistics.deadline_working_days": 10}
AUGUST, SEPTEMBER = "2026-08-31", "2026-09-30"


async def a_reporting_city(process: Any, **settings: Any) -> City:
    """Where reports are monthly and due within ten working days, unless `settings` say otherwise."""
    return await a_city(process, settings=default_settings("xuzhou") | SETTINGS | settings)


async def a_carrier(city: City, *, firm: str | None = None, name: str = "矿大众创", **more: Any) -> str:
    """One that holds a provincial level since 20 August; answers its id."""
    operator = firm or (await city.register())["id"]
    body = {"kind": "makerspace", "name": name, "operator_id": operator, "premises": [PLACE]} | more
    async with city.portal() as portal:
        carrier = created(await portal.post("/v1/registry/carriers", json=body))
    form = an_upper_form(carrier_id=carrier["id"], carrier_name=name, carrier_kind=body["kind"])
    case = await city.accept(operator, form, item="record-upper-recognition")
    answered(await city.reviewed(await city.recognition_of(case), issuing_authority="江苏省科学技术厅"))
    return str(carrier["id"])


async def a_round(city: City, day: str = AUGUST) -> dict[str, Any]:
    async with city.officer() as officer:
        return created(await officer.post(f"{PATH}/rounds", json={"day": day}))


async def september_round(city: City) -> dict[str, Any]:
    """On 9 October, in a city whose August was asked for: a period opens by itself the day after its end."""
    await city.set_clock(date(2026, 10, 9))
    rounds = (await city.until(f"{PATH}/rounds", lambda found: len(found["items"]) == 2))["items"]
    return next(one for one in rounds if one["period_until"] == SEPTEMBER)


async def asked_for_august(process: Any, carriers: int) -> tuple[City, list[dict[str, Any]]]:
    """A city with a round in which so many carriers were asked, and their reports."""
    city = await a_reporting_city(process)
    for place in range(carriers):
        await a_carrier(city, name=f"空间{place}")
    opened = await a_round(city)
    async with city.officer() as officer:
        listed = answered(await officer.get(f"{PATH}/reports", params={"round_id": opened["id"]}))["items"]
    assert len(listed) == carriers
    return city, listed


async def report_of(city: City, carrier: str, round_id: str) -> dict[str, Any]:
    async with city.officer() as officer:
        params = {"carrier_id": carrier, "round_id": round_id}
        (found,) = answered(await officer.get(f"{PATH}/reports", params=params))["items"]
    return dict(found)


def a_space(**more: Any) -> dict[str, Any]:
    """A space with two firms, one event and nobody graduated."""
    numbers = dict.fromkeys((field.id for field in report_forms()[-1].single.fields if field.is_number), 0)
    return numbers | {
        "area_total": 700, "area_incubation": 400, "area_public": 200, "seats": 40, "staff": 5, "staff_trained": 3,
        "mentors_full_time": 2, "mentors_part_time": 6, "tenants_in": 2, "tenants": 2, "events": 1,
        "event_participants": 60, "income": 300, "income_services": 200, "income_rent": 100, "costs": 250,
        "costs_management": 80, "profit": 50, "offers_finance": True, "offers_technology": False,
        "offers_international": False,
    } | more  # fmt: skip


def a_tenant(name: str, **more: Any) -> dict[str, Any]:
    return {
        "name": name, "credit_code": a_credit_code(), "agreement_from": "2026-08-03", "agreement_until": None,
        "room": "A-101", "area": 40, "is_tech_sme": True, "is_high_tech": False, "listing": "none", "employees": 8,
        "new_graduates": 1, "interns": None, "turnover": 900, "taxes": 30, "research": 120, "support": None,
        "investment": 0, "ip_applied": 1, "inventions_applied": None, "ip_held": 2, "transformations": None,
    } | more  # fmt: skip


def a_content(mark: str = "甲", **sections: Any) -> dict[str, Any]:
    """Sections that agree with each other; `mark` keeps those of two carriers apart."""
    return {
        "space": [a_space()],
        "premises": [{"address": f"大学路{mark}座", "district_code": "320312", "area": 700, "rent_mode": "leased"}],
        "events": [{"title": f"{mark}路演日", "held_on": "2026-08-20", "participants": 60}],
        "tenants": [a_tenant(f"徐州{mark}传感有限公司"), a_tenant(f"徐州{mark}软件有限公司")],
        "graduates": [],
    } | sections


async def handed_in(
    city: City, report: dict[str, Any], content: dict[str, Any] | None = None, **more: Any
) -> httpx2.Response:
    body = {"form_on": FORM_ON, "sections": content or a_content()} | more
    async with city.portal() as portal:
        return await portal.post(f"{PATH}/reports/{report['id']}/revisions", json=body)


async def accepted(city: City, report: dict[str, Any]) -> dict[str, Any]:
    async with city.officer() as officer:
        path = f"{PATH}/reports/{report['id']}"
        seen = await officer.get(path)
        return answered(await officer.post(f"{path}/acceptance", headers={"If-Match": seen.headers["etag"]}))


async def template(city: City, report: dict[str, Any], **params: Any) -> bytes:
    async with city.portal() as portal:
        answer = await portal.get(f"{PATH}/reports/{report['id']}/workbook", params=params)
    assert answer.status_code == 200, answer.text
    return answer.content


async def uploaded(city: City, report: dict[str, Any], content: bytes, **form: str) -> httpx2.Response:
    files = {"file": ("report.xlsx", content, "application/octet-stream")}
    async with city.portal() as portal:
        return await portal.post(f"{PATH}/reports/{report['id']}/workbooks", files=files, data=form)


def retyped(content: bytes, **cells: dict[str, Any]) -> bytes:
    """The workbook as a person saves it after typing: by sheet, cell (`B3`) and value; the rest stays as it was."""
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in read_sheets(content, rows_max=20_000).items():
            sheet = book.add_worksheet(name)
            for row, column, value in _cells(rows):
                sheet.write(row, column, value)
            for place, value in cells.get(name, {}).items():
                if isinstance(value, date):
                    sheet.write_datetime(place, value, day)
                else:
                    sheet.write(place, value)
    return stream.getvalue()


def _cells(rows: list[list[Any]]) -> Iterator[tuple[int, int, Any]]:
    for row, cells in enumerate(rows):
        for column, value in enumerate(cells):
            if value != "":
                yield row, column, value
