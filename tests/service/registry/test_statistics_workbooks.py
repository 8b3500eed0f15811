"""The report as a workbook (XZ-37): out with lists and locked headings, in with every fault at its cell."""

import re
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest

from kernel.workbooks import read_sheets
from policy.forms import report_forms
from tests.builders.processes import Process
from tests.builders.registry import City, a_credit_code, answered, created, refused
from tests.builders.statistics import (
    PATH,
    a_carrier,
    a_content,
    a_reporting_city,
    a_tenant,
    asked_for_august,
    handed_in,
    report_of,
    retyped,
    september_round,
    template,
    uploaded,
)

pytestmark = pytest.mark.anyio
FORM = report_forms()[-1]
REPORTS = 14
Report = dict[str, Any]
SPACE_ROWS = {field.id: row for row, field in enumerate(FORM.single.fields, start=2)}
TENANT_COLUMNS = {field.id: chr(ord("A") + at) for at, field in enumerate(FORM.tenants.fields)}


@pytest.fixture(scope="module")
async def asked(process: Process) -> tuple[City, Iterator[Report]]:
    """A city that has asked many carriers for August: a report for every test."""
    city, reports = await asked_for_august(process, REPORTS)
    return city, iter(reports)


@pytest.fixture
async def city(asked: tuple[City, Iterator[Report]]) -> City:
    return await asked[0].shared()


@pytest.fixture
def report(asked: tuple[City, Iterator[Report]]) -> Report:
    return next(asked[1])


def space(**values: Any) -> dict[str, Any]:
    return {f"C{SPACE_ROWS[name]}": value for name, value in values.items()}


def tenant(row: int, **values: Any) -> dict[str, Any]:
    return {f"{TENANT_COLUMNS[name]}{row}": value for name, value in values.items()}


async def filled(city: City, report: Report) -> bytes:
    """What was handed in, as a workbook."""
    created(await handed_in(city, report))
    return await template(city, report, filled=True)


async def test_a_template_filled_by_hand_is_a_report(city: City, report: Report) -> None:
    """XZ-37: choices by name, yes and no in words, days as days or text, numbers as text where people type them."""
    numbers = dict.fromkeys((field.id for field in FORM.single.fields if field.is_number), 0)
    typed = numbers | {"tenants": 1, "tenants_in": "1", "offers_finance": "是", "offers_technology": "否",
                       "offers_international": "否"}  # fmt: skip
    code = a_credit_code()
    row = {
        "name": "徐州手填科技有限公司", "credit_code": f" {code.lower()} ", "agreement_from": date(2026, 8, 3),
        "agreement_until": "2027/8/2", "room": 203, "area": 40, "is_tech_sme": "是", "is_high_tech": "否",
        "listing": "全国股转系统", "employees": 8, "new_graduates": 0, "turnover": "1,900", "taxes": 0, "research": 0,
        "investment": 0,
    }  # fmt: skip
    book = retyped(await template(city, report), 空间情况=space(**typed), 在孵企业=tenant(3, **row))
    handed = created(await uploaded(city, report, book))
    assert (handed["status"], handed["firms"], handed["figures"]["tenants.turnover"]) == ("submitted", 1, 1900)
    async with city.portal() as portal:
        kept = answered(await portal.get(f"{PATH}/reports/{report['id']}/revisions/1"))
    (firm,) = kept["content"]["tenants"]
    assert (firm["credit_code"], firm["agreement_from"], firm["agreement_until"]) == (code, "2026-08-03", "2027-08-02")
    assert (firm["room"], firm["is_tech_sme"], firm["listing"], kept["source"]) == ("203", True, "neeq", "xlsx")


async def test_every_fault_is_named_with_sheet_and_cell(city: City, report: Report) -> None:
    book = retyped(
        await filled(city, report),
        空间情况=space(income=1.5, staff="五人"),
        场地={"B3": "320323"},
        在孵企业={**tenant(3, credit_code=913203001234567890), **tenant(4, listing="新三板", agreement_from="去年")},
    )
    answer = await uploaded(city, report, book, reason="更正")
    refused(answer, 422)
    reasons = answer.json()["reasons"]
    assert [(one["code"], one["facts"]["sheet"], one["facts"]["cell"]) for one in reasons] == [
        ("not_a_count", "空间情况", f"C{SPACE_ROWS['staff']}"),
        ("not_a_count", "空间情况", f"C{SPACE_ROWS['income']}"),
        ("code_list_of_another_year", "场地", "B3"),
        ("identifier_destroyed", "在孵企业", "B3"),
        ("not_a_day", "在孵企业", "C4"),
        ("code_list_of_another_year", "在孵企业", "I4"),
    ]
    assert reasons[-1]["facts"]["now"] == "neeq"


@pytest.mark.parametrize("typed", ["9.13203E+17", 9.1320300e17, "913203001234567000"])
async def test_an_id_destroyed_by_a_spreadsheet_is_said_to_be_that(city: City, report: Report, typed: Any) -> None:
    book = retyped(await filled(city, report), 在孵企业=tenant(3, credit_code=typed))
    assert refused(await uploaded(city, report, book, reason="更正"), 422) == ["identifier_destroyed"]


async def test_the_same_file_twice_is_one_submission(city: City, report: Report) -> None:
    book = await filled(city, report)
    assert [created(await uploaded(city, report, book))["revision"] for _ in range(2)] == [1, 1]
    changed = retyped(book, 空间情况=space(seats=41))
    again = [created(await uploaded(city, report, changed, reason="更正"))["revision"] for _ in range(2)]
    assert (again, len(await city.facts("statistics.report_submitted"))) == ([2, 2], 2)


async def test_a_jump_is_explained_in_the_workbook(process: Process) -> None:
    city = await a_reporting_city(process)
    carrier = await a_carrier(city)
    async with city.officer() as officer:
        august = created(await officer.post(f"{PATH}/rounds", json={"day": "2026-08-31"}))
    created(await handed_in(city, await report_of(city, carrier, august["id"])))
    report = await report_of(city, carrier, (await september_round(city))["id"])
    events = [{"title": "九月路演", "held_on": "2026-09-20", "participants": 60}]
    content = a_content(events=events)
    content["space"][0] |= {"tenants_at_start": 2, "tenants_in": 0, "seats": 90}
    assert refused(await handed_in(city, report, content)) == ["jump_to_explain"]
    content["space"][0] |= {"seats": 40}
    created(await handed_in(city, report, content))
    book = retyped(await template(city, report, filled=True), 空间情况=space(seats=90))
    assert refused(await uploaded(city, report, book, reason="更正")) == ["jump_to_explain"]
    explained = retyped(book, 变动说明={"A2": "seats", "B2": "二期开放"})
    assert created(await uploaded(city, report, explained, reason="更正"))["figures"]["seats"] == 90


async def test_a_workbook_of_another_report_or_version_or_with_changed_headings_is_refused(
    city: City, report: Report
) -> None:
    firm = (await city.register())["id"]
    other = await a_carrier(city, firm=firm, name="另一空间")
    book = await filled(city, report)
    old = retyped(book, _form={"B1": "2015-01-01"})
    assert refused(await uploaded(city, report, old, reason="更正")) == ["form_of_another_version"]
    strange = retyped(book, _form={"B2": other.replace("car", "srp")})
    assert refused(await uploaded(city, report, strange, reason="更正")) == ["workbook_of_another_report"]
    moved = retyped(book, 在孵企业={"A2": "credit_code", "B2": "name"}, 毕业企业={"A2": "改"})
    assert refused(await uploaded(city, report, moved, reason="更正"), 422) == ["headings_changed", "headings_changed"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"name,code\r\n"])
async def test_what_is_no_workbook_is_refused(city: City, report: Report, content: bytes) -> None:
    answer = await uploaded(city, report, content)
    assert (answer.status_code, answer.json()["code"]) == (422, "workbook_unreadable")


async def test_headings_are_locked_codes_are_text_and_lists_are_there(city: City, report: Report) -> None:
    book = await template(city, report, lang="en")
    with ZipFile(BytesIO(book)) as parts:
        sheets = {name: parts.read(name).decode() for name in parts.namelist() if "worksheets/sheet" in name}
        styles = parts.read("xl/styles.xml").decode()
    assert all("<sheetProtection" in sheet for sheet in sheets.values())
    assert 'formatCode="@"' in styles
    assert styles.count('locked="0"') >= 2
    tenants = sheets["xl/worksheets/sheet5.xml"]
    assert re.search(r'<dataValidation type="list"[^>]*sqref="G3:G10003"', tenants)
    assert "national equities exchange" in tenants
    named = read_sheets(book, rows_max=20_000)
    assert list(named) == [
        "About",
        "The space",
        "Premises",
        "Events",
        "Incubated firms",
        "Graduates",
        "Explanations",
        "_form",
    ]
    assert named["Incubated firms"][0][0] == "name of the firm or team*"


async def test_what_no_database_keeps_is_refused_or_dropped(city: City, report: Report) -> None:
    book = await filled(city, report)
    nul = retyped(book, 在孵企业=tenant(3, name="a\x00b"))
    assert refused(await uploaded(city, report, nul, reason="更正"), 422) == ["not_a_text"]
    explained = retyped(book, 变动说明={"A2": "seats", "B2": "二期\x00开放"})
    assert created(await uploaded(city, report, explained, reason="更正"))["revision"] == 2


async def test_long_names_whose_letters_grow_are_kept(city: City, report: Report) -> None:
    firms = [a_tenant("ΐ" * 300, credit_code=None), a_tenant("！？", credit_code=None)]
    assert created(await handed_in(city, report, a_content(tenants=firms)))["firms"] == 2


async def test_a_name_that_looks_like_a_formula_stays_a_name(city: City, report: Report) -> None:
    trap = '=HYPERLINK("http://x","y")'
    created(await handed_in(city, report, a_content(tenants=[a_tenant(trap), a_tenant("乙公司")])))
    book = await template(city, report, filled=True)
    with ZipFile(BytesIO(book)) as parts:
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist() if "worksheets/" in name)
    assert read_sheets(book, rows_max=20_000)["在孵企业"][2][0] == trap
