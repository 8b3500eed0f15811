"""Figures of accepted reports (XZ-37): by group, with single reporters left out for outsiders, drawn and tabulated."""

import asyncio
from datetime import timedelta
from threading import current_thread, main_thread
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from kernel.workbooks import read_sheets
from services.registry.statistics import public_page as page
from services.registry.statistics.publishing import Published
from tests.builders.processes import Process
from tests.builders.registry import City, answered, created, the_day_after
from tests.builders.statistics import (
    PATH,
    SEPTEMBER,
    a_carrier,
    a_content,
    a_reporting_city,
    a_round,
    a_space,
    a_tenant,
    accepted,
    handed_in,
    report_of,
    september_round,
)
from tests.service.registry.test_statistics import statements

pytestmark = pytest.mark.anyio
YUNLONG = {"address": "徐州市云龙区和平路57号", "district_code": "320303"}


@pytest.fixture(scope="module")
async def reported(process: Process) -> tuple[City, str]:
    """Three carriers in Tongshan, one in Yunlong, one more whose report nobody has accepted."""
    city = await a_reporting_city(process)
    carriers = [await a_carrier(city, name=f"空间{at}") for at in range(3)]
    carriers += [await a_carrier(city, name="独家", kind="incubator", premises=[YUNLONG]), await a_carrier(city)]
    opened = await a_round(city)
    for at, carrier in enumerate(carriers):
        report = await report_of(city, carrier, opened["id"])
        created(await handed_in(city, report, a_content(str(at), space=[a_space(seats=40 + at)])))
        if at < len(carriers) - 1:
            await accepted(city, report)
    return city, opened["id"]


@pytest.fixture(scope="module")
async def over(reported: tuple[City, str]) -> tuple[City, str]:
    """The same when the period is over."""
    city, round_id = reported
    await city.set_clock(the_day_after("2026-09-14"))
    await city.until(f"{PATH}/rounds/{round_id}", lambda row: row["closed_at"] is not None)
    return reported


@pytest.fixture
def city(reported: tuple[City, str]) -> City:
    return reported[0]


async def table(city: City, round_id: str | None, by: str, *, officer: bool = True) -> dict[str, Any]:
    params = {"by": by} | ({"round_id": round_id} if round_id else {})
    async with city.officer() if officer else city.portal("client:outsider") as client:
        return answered(await client.get(f"{PATH}/aggregates", params=params))


async def test_officials_see_every_group_and_only_accepted_reports_count(reported: tuple[City, str]) -> None:
    city, round_id = reported
    found = await table(city, round_id, "district")
    cells = {cell["group"]: cell for cell in found["cells"]}
    assert {group: (cell["name"], cell["carriers"]) for group, cell in cells.items()} == {
        "320303": ("云龙区", 1), "320312": ("铜山区", 3),
    }  # fmt: skip
    assert (cells["320312"]["figures"]["seats"], cells["320303"]["figures"]["seats"]) == (123, 43)
    assert (found["total"]["carriers"], found["total"]["figures"]["tenants.turnover"]) == (4, 4 * 1800)
    assert (found["units"]["seats"], found["units"]["income"]) == ("seats", "thousand_yuan")


async def test_while_a_period_is_open_its_figures_are_for_officials(reported: tuple[City, str]) -> None:
    """One look before and one after a report is accepted would tell that report."""
    city, round_id = reported
    paths = (f"{PATH}/aggregates", f"{PATH}/aggregates.xlsx", f"{PATH}/charts/tenants.svg")
    async with city.portal("client:outsider") as portal, city.officer() as officer:
        for client, status in ((portal, 404), (officer, 200)):
            for path in paths:
                for params in ({}, {"round_id": round_id}):
                    assert (await client.get(path, params=params)).status_code == status
    assert (await table(city, None, "period", officer=False))["cells"] == []
    assert (await public_page(city))["period_from"] is None


async def test_an_outsider_cannot_tell_a_single_reporter(over: tuple[City, str]) -> None:
    """Neither from its group, nor from the total less the others."""
    city, round_id = over
    found = await table(city, round_id, "district", officer=False)
    assert [cell["figures"] for cell in found["cells"]] == [None, None]
    assert found["total"]["figures"]["seats"] == 166
    assert [cell["figures"] for cell in (await table(city, round_id, "kind", officer=False))["cells"]] == [None, None]
    (level,) = (await table(city, round_id, "level", officer=False))["cells"]
    assert (level["name"], level["figures"]["seats"]) == ("省级", 166)
    (whole,) = (await table(city, round_id, "city", officer=False))["cells"]
    assert (whole["name"], whole["carriers"]) == ("徐州市", 4)


async def test_periods_stand_beside_each_other(reported: tuple[City, str]) -> None:
    found = await table(reported[0], None, "period")
    assert ([cell["group"] for cell in found["cells"]], found["total"]) == (["2026-08-31"], None)


async def test_the_newest_period_is_meant_and_a_foreign_one_does_not_exist(
    process: Process, reported: tuple[City, str]
) -> None:
    city, round_id = reported
    other = await a_reporting_city(process)
    async with city.officer() as officer, other.officer() as foreign:
        assert answered(await officer.get(f"{PATH}/aggregates"))["round_id"] == round_id
        assert (await foreign.get(f"{PATH}/aggregates")).status_code == 404
        assert (await foreign.get(f"{PATH}/aggregates", params={"round_id": round_id})).status_code == 404
        params = {"round_id": round_id}
        assert (await officer.get(f"{PATH}/charts/nonsense.svg", params=params)).json()["code"] == "measure_unknown"


async def test_the_workbook_says_what_is_left_out(over: tuple[City, str]) -> None:
    city, round_id = over
    async with city.portal("client:outsider") as portal:
        answer = await portal.get(f"{PATH}/aggregates.xlsx", params={"round_id": round_id, "by": "district"})
    rows = read_sheets(answer.content, rows_max=100)["汇总"]
    seats = rows[0].index("创业工位 个")
    assert [(row[0], row[seats]) for row in rows[1:]] == [("云龙区", "—"), ("铜山区", "—"), ("合计", 166)]


@pytest.mark.parametrize("by", ["district", "kind", "level", "period"])
async def test_a_chart_is_a_picture_without_scripts_or_addresses(reported: tuple[City, str], by: str) -> None:
    city, round_id = reported
    params = {"by": by} | ({} if by == "period" else {"round_id": round_id})
    async with city.officer() as officer:
        path = f"{PATH}/charts/tenants.turnover.svg"
        first, again = await officer.get(path, params=params), await officer.get(path, params=params)
    assert (first.headers["content-type"], first.content) == ("image/svg+xml", again.content)
    root = ET.fromstring(first.text)  # noqa: S314 - our own
    assert root.tag.endswith("svg")
    assert not [part.tag for part in root.iter() if str(part.tag).endswith(("script", "image", "foreignObject"))]
    assert not [name for part in root.iter() for name in part.attrib if name.startswith("on") or name.endswith("href")]
    assert "本期营业收入" in first.text


async def test_pictures_and_workbooks_are_made_beside_other_work(
    reported: tuple[City, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    city, round_id = reported
    seen: list[bool] = []

    def watched(draw: Any) -> Any:
        def drawing(*given: Any) -> Any:
            seen.append(current_thread() is main_thread())
            return draw(*given)

        return drawing

    for name in ("chart", "workbook"):
        monkeypatch.setattr(Published, name, watched(getattr(Published, name)))
    async with city.officer() as officer:
        for path in ("charts/tenants.svg", "aggregates.xlsx", "overview"):
            assert (await officer.get(f"{PATH}/{path}", params={"round_id": round_id})).status_code == 200
    assert seen == [False] * 5


async def test_the_overview_is_for_officers_in_both_languages(reported: tuple[City, str]) -> None:
    city, _ = reported
    async with city.officer() as officer, city.portal() as portal:
        chinese, english = [await officer.get(f"{PATH}/overview", params={"lang": lang}) for lang in ("zh", "en")]
        assert (await portal.get(f"{PATH}/overview")).status_code == 403
    assert "default-src 'none'" in chinese.headers["content-security-policy"]
    assert 'lang="zh-CN"' in chinese.text
    assert 'lang="en"' in english.text
    assert "<script" not in chinese.text
    assert chinese.text.count("<svg") == 3
    assert "2026-09-14" in english.text


async def test_the_overview_of_a_city_without_periods_says_so(process: Process) -> None:
    async with (await a_reporting_city(process)).officer() as officer:
        assert "尚未开始任何报告期" in (await officer.get(f"{PATH}/overview")).text


async def test_figures_of_more_reports_take_no_more_queries(process: Process, reported: tuple[City, str]) -> None:
    small = await a_reporting_city(process)
    report = await report_of(small, await a_carrier(small), (await a_round(small))["id"])
    created(await handed_in(small, report))
    await accepted(small, report)
    counts = []
    for city, round_id in ((small, report["round_id"]), reported):
        async with city.officer() as officer:
            counts.append(await statements(city, officer.get(f"{PATH}/aggregates", params={"round_id": round_id})))
    assert counts[0] == counts[1]


async def test_incubated_firms_are_counted_once_over_the_city_from_accepted_reports(process: Process) -> None:
    """XZ-03: firms that first moved in since the document, each once; teams, others and old tenants do not count."""
    city = await a_reporting_city(process)
    carriers = [await a_carrier(city, name=f"空间{at}") for at in range(3)]
    round_id = (await a_round(city))["id"]
    shared, old = a_tenant("甲公司"), a_tenant("乙公司", agreement_from="2015-12-31")
    tenants = [
        [shared, old, a_tenant("团队", credit_code=None), a_tenant("餐饮公司", is_tech_sme=False)],
        [shared | {"agreement_from": "2026-08-20"}, old | {"agreement_from": "2026-08-20"}],
        [a_tenant("未审核公司")],
    ]
    for at, (carrier, firms) in enumerate(zip(carriers, tenants, strict=True)):
        report = await report_of(city, carrier, round_id)
        space = a_space(tenants=len(firms), tenants_in=len(firms))
        created(await handed_in(city, report, a_content(str(at), space=[space], tenants=firms)))
        if at < 2:
            await accepted(city, report)
    assert await incubated(city, since="2016-02-18") == 1
    assert await incubated(city) == 2
    assert await incubated(city, since="2016-02-18", until="2026-08-02") == 0


async def test_firms_of_an_accepted_report_count_until_its_correction_is_accepted(process: Process) -> None:
    """XZ-03, XZ-37: as its figures do, whatever is handed in or returned meanwhile."""
    city = await a_reporting_city(process)
    carrier = await a_carrier(city)
    report = await report_of(city, carrier, (await a_round(city))["id"])
    stays, goes, comes = (a_tenant(name) for name in ("甲公司", "乙公司", "丙公司"))

    async def hands_in(*firms: dict[str, Any]) -> None:
        space = a_space(tenants=len(firms), tenants_in=len(firms))
        created(await handed_in(city, report, a_content(space=[space], tenants=list(firms)), reason="更正"))

    async def returned() -> None:
        async with city.officer() as officer:
            path = f"{PATH}/reports/{report['id']}"
            seen = {"If-Match": (await officer.get(path)).headers["etag"]}
            answered(await officer.post(f"{path}/return", json={"reason": "缺少明细"}, headers=seen))

    await hands_in(stays, goes)
    assert await incubated(city) == 0
    await accepted(city, report)
    await returned()
    assert await incubated(city) == 2
    await hands_in(stays)
    assert await incubated(city) == 2
    await returned()
    await hands_in(stays, comes, a_tenant("丁公司"))
    assert await incubated(city) == 2
    await accepted(city, report)
    assert await incubated(city) == 3


async def incubated(city: City, **days: str) -> int:
    one = {"key": "k", "counter": "reported_firms", "until": "2026-09-01"} | days
    async with city.process.as_("workload:window", "workload") as window:
        body = {"city_code": city.code, "counts": [one]}
        return int(answered(await window.post("/internal/counts", json=body))["counts"][0]["counted"])


async def public_page(city: City, language: str = "zh") -> dict[str, Any]:
    async with city.process.as_("workload:window", "workload") as window:
        body = {"city_code": city.code, "language": language}
        return answered(await window.post("/internal/published-statistics", json=body))


async def test_what_is_published_tells_periods_that_are_over_and_no_group_of_few(
    over: tuple[City, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """XZ-37: totals by division, kind, level and period with pictures; never a single reporter's figure."""
    city, _ = over
    monkeypatch.setattr(page, "KEPT", timedelta())
    found = await public_page(city)
    assert (found["period_until"], found["clauses"]) == ("2026-08-31", ["XZ-37"])
    tables = {table["by"]: table for table in found["tables"]}
    assert [len(tables[by]["charts"]) for by in ("district", "kind", "level", "period")] == [1, 1, 1, 3]
    rows = {row["name"]: row for row in tables["district"]["rows"]}
    assert (rows["云龙区"]["figures"], rows["铜山区"]["carriers"]) == (["—"] * 3, 3)
    assert rows["合计"]["figures"][0] != "—"
    assert all("<script" not in chart and "独家" not in chart for table in tables.values() for chart in table["charts"])
    english = await public_page(city, "en")
    assert [row["name"] for row in english["tables"][0]["rows"]][-1] == "Total"
    await an_open_period(city)
    assert [cell["group"] for cell in (await table(city, None, "period"))["cells"]] == ["2026-08-31", SEPTEMBER]
    assert await public_page(city) == found
    monkeypatch.undo()
    await assert_drawn_once(city, monkeypatch)


async def assert_drawn_once(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """Anybody may ask at any time: pictures are drawn beside other work, with no connection held, and then kept."""
    drawn: list[bool] = []

    def counted(found: Any, language: Any) -> Any:
        drawn.append(current_thread() is main_thread())
        return draw(found, language)

    draw = page._drawn
    monkeypatch.setattr(page, "_drawn", counted)
    first, *others = await asyncio.gather(*(public_page(city) for _ in range(5)))
    assert (drawn, others) == ([False], [first] * 4)
    monkeypatch.setattr(page, "_gather", None)
    assert await public_page(city) == first


async def an_open_period(city: City) -> None:
    """September is opened by itself; one of its reports is accepted."""
    september = await september_round(city)
    async with city.officer() as officer:
        asked = answered(await officer.get(f"{PATH}/reports", params={"round_id": september["id"]}))["items"]
    held = [{"title": "九月路演", "held_on": "2026-09-20", "participants": 60}]
    space = a_space(tenants_at_start=2, tenants_in=0)
    created(await handed_in(city, asked[0], a_content("九", space=[space], events=held)))
    await accepted(city, asked[0])
