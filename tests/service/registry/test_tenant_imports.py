"""A workbook of tenants: taken at once, read in parts, every row's errors, the same file once."""

import asyncio
from datetime import date
from io import BytesIO
from typing import Any

import httpx2
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from sqlalchemy import text

from kernel.ids import decode_id
from services.registry.tenancy.rules import SEATS_MAX
from services.registry.tenant_imports import service
from services.registry.tenant_imports.rules import COLUMNS
from services.registry.tenant_imports.workbook import REASON, SHEET
from tests.builders.processes import Process
from tests.builders.registry import City, a_city, a_credit_code, answered, created

pytestmark = pytest.mark.anyio
CARRIERS, IMPORTS = "/v1/registry/carriers", "/v1/registry/tenant-imports"


async def a_carrier(city: City, seats: int | None = None) -> str:
    firm = await city.register()
    place = {"address": "徐州市云龙区和平路57号", "seats": seats}
    body = {"kind": "incubator", "name": "云龙孵化器", "operator_id": firm["id"], "premises": [place]}
    async with city.portal() as portal:
        return str(created(await portal.post(CARRIERS, json=body))["id"])


def a_row(**more: Any) -> list[Any]:
    cells = {
        "名称": "星火科技", "主体类型": "企业", "统一社会信用代码": a_credit_code(), "工位或房间": "A101",
        "面积(平方米)": 40, "工位数": 2, "入驻日期": "2026-08-01", "协议到期日": "", "退出日期": "",
    } | more  # fmt: skip
    return [cells[column] for column in COLUMNS]


def a_book(*rows: list[Any], header: tuple[str, ...] = COLUMNS, sheet: str = SHEET) -> bytes:
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        page, day = book.add_worksheet(sheet), book.add_format({"num_format": "yyyy-mm-dd"})
        for row, cells in enumerate((list(header), *rows)):
            for column, cell in enumerate(cells):
                if isinstance(cell, date):
                    page.write_datetime(row, column, cell, day)
                elif isinstance(cell, str):
                    page.write_string(row, column, cell)
                else:
                    page.write(row, column, cell)
    return stream.getvalue()


async def send(city: City, carrier: str, content: bytes, subject: str = "client:portal") -> httpx2.Response:
    async with city.portal(subject) as portal:
        return await portal.post(f"{CARRIERS}/{carrier}/tenant-imports", files={"file": ("t.xlsx", content)})


async def imported(city: City, carrier: str, content: bytes) -> dict[str, Any]:
    """Sent in and read to its end."""
    answer = await send(city, carrier, content)
    assert answer.status_code == 202, answer.text
    assert answer.headers["location"] == f"{IMPORTS}/{answer.json()['id']}"
    async with asyncio.timeout(20), city.portal() as portal:
        while True:
            found = answered(await portal.get(f"{IMPORTS}/{answer.json()['id']}"))
            if found["status"] == "finished":
                return found
            await asyncio.sleep(0.05)


def flaws(found: dict[str, Any]) -> set[tuple[int, str, str]]:
    return {(error["row"], error["column"], error["code"]) for error in found["errors"]}


async def test_rows_move_in_and_the_carrier_counts_them(city: City) -> None:
    carrier, firm = await a_carrier(city, 100), await city.register()
    project = a_row(主体类型="项目", 统一社会信用代码="", 名称="无人机", 入驻日期=date(2026, 8, 2))
    past = a_row(名称="已毕业", 退出日期="2026年8月20日")
    found = await imported(city, carrier, a_book(a_row(统一社会信用代码=firm["credit_code"]), project, past))
    assert (found["rows_total"], found["rows_read"], found["rows_accepted"], found["rows_refused"]) == (3, 3, 3, 0)
    async with city.portal() as portal:
        tenants = answered(await portal.get(f"{CARRIERS}/{carrier}/tenants"))["items"]
        read = answered(await portal.get(f"{CARRIERS}/{carrier}"))
    by_name = {tenant["name"]: tenant for tenant in tenants}
    assert by_name["星火科技"]["organisation_id"] == firm["id"]
    assert (by_name["无人机"]["kind"], by_name["无人机"]["started_on"]) == ("project", "2026-08-02")
    assert (by_name["已毕业"]["status"], by_name["已毕业"]["ended_on"]) == ("ended", "2026-08-20")
    assert (read["tenants_now"], read["free_seats"]) == (2, 96)
    assert await city.facts("tenancy.imported") == [
        {"import_id": service_id(found), "carrier_id": service_id(read), "accepted": 3, "refused": 0}
    ]


def service_id(shown: dict[str, Any]) -> str:
    prefix = shown["id"].partition("_")[0]
    return str(decode_id(prefix, shown["id"]))


async def test_every_error_of_every_row_is_told_at_once(city: City) -> None:
    carrier, gone = await a_carrier(city, 5), await city.register()
    async with city.officer() as officer:
        path = f"/v1/registry/organisations/{gone['id']}/deregistration"
        answered(await officer.post(path, json={"on": "2026-08-31", "reason": "x"}, headers={"If-Match": "*"}))
    twice, code = a_credit_code(), a_credit_code()
    broken = code[:-1] + ("0" if code[-1] != "0" else "1")
    found = await imported(
        city,
        carrier,
        a_book(
            a_row(统一社会信用代码=twice),
            a_row(统一社会信用代码=twice),
            a_row(统一社会信用代码=913203000000000000, 名称=""),
            a_row(统一社会信用代码="9.13203E+17", 主体类型="公司"),
            a_row(统一社会信用代码="913203001234567000"),
            a_row(统一社会信用代码=broken, 工位数="两个", 入驻日期="8月1日"),
            a_row(主体类型="团队", 入驻日期="2026-09-02", 协议到期日="2026-09-01"),
            a_row(统一社会信用代码=gone["credit_code"]),
            a_row(工位数=4),
            a_row(工位数=3, 退出日期="2026-07-01"),
        ),
    )
    code_column, started = "统一社会信用代码", "入驻日期"
    assert flaws(found) == {
        (3, "", "repeated_in_file"),
        (4, code_column, "id_destroyed_by_spreadsheet"), (4, "名称", "missing"),
        (5, code_column, "id_destroyed_by_spreadsheet"), (5, "主体类型", "kind_unknown"),
        (6, code_column, "id_destroyed_by_spreadsheet"),
        (7, code_column, "credit_code_doubtful"), (7, "工位数", "whole_number"), (7, started, "date"),
        (8, code_column, "code_not_expected"), (8, started, "started_in_future"),
        (8, "协议到期日", "agreement_backwards"),
        (9, "", "tenant_deregistered"),
        (10, "", "no_free_seats"),
        (11, "退出日期", "left_before_coming"),
    }  # fmt: skip
    assert (found["rows_read"], found["rows_accepted"], found["rows_refused"]) == (10, 1, 9)
    assert broken not in str(found)


async def test_more_seats_than_an_integer_column_holds_stop_no_import(city: City) -> None:
    carrier = await a_carrier(city)
    found = await imported(city, carrier, a_book(a_row(工位数=2_000_000_000), a_row(工位数=2_000_000_000)))
    assert flaws(found) == {(2, "工位数", "too_many_seats"), (3, "工位数", "too_many_seats")}
    async with city.process.app.state.sessions() as session, session.begin():  # as many tenants as nobody enters here
        taken = text("UPDATE carrier SET seats_taken = 2147483000 WHERE id = :id")
        await session.execute(taken, {"id": decode_id("car", carrier)})
    found = await imported(city, carrier, a_book(a_row(工位数=SEATS_MAX)))
    assert (found["rows_accepted"], found["rows_refused"]) == (1, 0)


async def test_the_refused_rows_come_back_as_a_workbook_that_can_be_corrected(city: City) -> None:
    carrier = await a_carrier(city)
    good, bad = a_row(), a_row(入驻日期="昨天", 名称="=HYPERLINK(1)")
    first = await imported(city, carrier, a_book(good, bad))
    async with city.portal() as portal:
        answer = await portal.get(f"{IMPORTS}/{first['id']}/refused-rows")
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_name(SHEET).to_python()
    assert (tuple(rows[0]), len(rows)) == ((*COLUMNS, REASON), 2)
    assert rows[1][:3] == ["=HYPERLINK(1)", "企业", bad[2]]
    assert rows[1][-1] == "入驻日期:须为日期,如 2026-10-08"
    rows[1][6] = "2026-08-01"
    second = await imported(city, carrier, a_book(*rows[1:], header=(*COLUMNS, REASON)))
    assert second["rows_accepted"] == 1


async def test_the_same_file_twice_is_one_import(city: City) -> None:
    carrier, other = await a_carrier(city), await a_carrier(city)
    content = a_book(a_row())
    first = await imported(city, carrier, content)
    answers = await asyncio.gather(*(send(city, carrier, content) for _ in range(2)))
    assert {answer.json()["id"] for answer in answers} == {first["id"]}
    assert len(await city.facts("tenancy.imported")) == 1
    assert (await imported(city, other, content))["id"] != first["id"]
    again = await imported(city, carrier, a_book(a_row()))
    assert again["rows_accepted"] == 1
    async with city.portal() as portal:
        listed = answered(await portal.get(f"{CARRIERS}/{carrier}/tenant-imports"))["items"]
    assert [item["id"] for item in listed] == [first["id"], again["id"]]


async def test_two_who_send_the_same_file_at_once_make_one_import(city: City) -> None:
    carrier, content = await a_carrier(city), a_book(a_row())
    answers = await asyncio.gather(*(send(city, carrier, content) for _ in range(3)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["id"] for answer in answers}) == 1


async def test_another_file_with_the_same_tenant_names_it(city: City) -> None:
    carrier, row = await a_carrier(city), a_row()
    ended = a_row(名称="已毕业", 退出日期="2026-08-20")
    await imported(city, carrier, a_book(row, ended))
    found = await imported(city, carrier, a_book(a_row(), row, ended))
    assert flaws(found) == {(3, "", "already_tenant"), (4, "", "already_tenant")}
    assert found["rows_accepted"] == 1


async def test_parts_go_on_where_the_last_one_ended(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "PART_ROWS", 2)
    carrier = await a_carrier(city)
    rows = [a_row(名称=f"第{number}家") for number in range(5)]
    found = await imported(city, carrier, a_book(*rows, rows[0]))
    assert (found["rows_read"], found["rows_accepted"]) == (6, 5)
    assert flaws(found) == {(7, "", "repeated_in_file")}
    async with city.portal() as portal:
        assert answered(await portal.get(f"{CARRIERS}/{carrier}"))["tenants_now"] == 5


@pytest.mark.parametrize(
    "content",
    [
        b"not a workbook",
        b"",
        a_book(),
        a_book(a_row(), sheet="Sheet1"),
        a_book(a_row(), header=tuple(reversed(COLUMNS))),
    ],
)
async def test_what_is_no_workbook_of_ours_is_refused_whole(city: City, content: bytes) -> None:
    answer = await send(city, await a_carrier(city), content)
    assert (answer.status_code, answer.json()["code"]) == (422, "import_unreadable")


async def test_a_list_that_is_too_long_is_told_how_long_it_may_be(city: City) -> None:
    told = (await send(city, await a_carrier(city), a_book(*([["x"]] * 5_001)))).json()
    assert told["code"] == "import_unreadable"
    assert [(one["code"], one["message"].partition("(")[0]) for one in told["errors"]] == [
        ("too_many_lines", "至多 5000 行,文件中有 5001 行")
    ]


async def test_the_template_is_what_the_import_reads(city: City) -> None:
    async with city.portal() as portal:
        answer = await portal.get("/v1/registry/tenant-import-template")
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    assert book.sheet_names == [SHEET, "说明"]
    assert tuple(book.get_sheet_by_name(SHEET).to_python()[0]) == COLUMNS
    assert (await send(city, await a_carrier(city), answer.content)).json()["code"] == "import_unreadable"


async def test_foreign_imports_do_not_exist(process: Process, city: City) -> None:
    carrier = await a_carrier(city)
    found = await imported(city, carrier, a_book(a_row()))
    for door in (city.portal("client:other"), (await a_city(process)).officer()):
        async with door as stranger:
            assert (await stranger.get(f"{IMPORTS}/{found['id']}")).status_code == 404
            assert (await stranger.get(f"{IMPORTS}/{found['id']}/refused-rows")).status_code == 404
            assert (await stranger.get(f"{CARRIERS}/{carrier}/tenant-imports")).status_code == 404
    assert (await send(city, carrier, a_book(a_row()), subject="client:other")).status_code == 404
