"""Registered addresses by each city's document: XZ-35, LZ-23, JX-33, ZZ-20."""

import asyncio
from datetime import date, time
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError

from tests.builders.processes import Process
from tests.builders.registry import PORTAL, City, CityFor, a_city, a_firm, answered, created, recounted, refused
from tests.policy.cases import default_settings
from tests.service.registry.test_carriers import verified_offline

pytestmark = pytest.mark.anyio
PATH = "/v1/registry/premises"
DIVISIONS = {"xuzhou": "320303", "zhuzhou": "430203", "liuzhou": "450202", "jiaxing": "330402", "wuhan": "420102"}
CLUSTER = {
    "registration.cluster.hosts": ["makerspace_operator"],
    "registration.cluster.host_duties": ["roster", "receives_post", "reports", "moves_firms_first"],
    "registration.cluster.excluded_trades": ["needs_pre_approval"],
    "registration.cluster.host_limit": 2,
    "registration.cluster.leaving_working_days": 5,
}
SECRETARY = {
    "secretary_address.excluded_trades": ["catering"],
    "secretary_address.host_duties": ["roster"],
    "secretary_address.leaving_working_days": 10,
}


async def in_city(process: Process, pack: str, **settings: Any) -> City:
    return await a_city(process, pack=pack, settings=default_settings(pack) | settings)


@pytest.fixture
async def zhuzhou(process: Process, city_for: CityFor) -> City:
    return await city_for("zhuzhou", lambda: in_city(process, "zhuzhou", **CLUSTER))


async def an_organisation(city: City, by: str = PORTAL, **more: Any) -> str:
    async with city.portal(by) as portal:
        return str(created(await portal.post("/v1/registry/organisations", json=a_firm(**more)))["id"])


async def an_address(city: City, holder: str | None = None, **more: Any) -> str:
    holder = holder or await an_organisation(city)
    body = {
        "address": f"和平路57号A座{holder[-6:]}", "division_code": DIVISIONS[city.pack], "area_sqm": 100,
        "holder_id": holder, "title_evidence": "不动产权证",
    } | more  # fmt: skip
    async with city.portal() as portal:
        return str(created(await portal.post(f"{PATH}/addresses", json=body))["id"])


def a_registration(address: str, firm: str, mode: str = "single", **more: Any) -> dict[str, Any]:
    return {
        "address_id": address, "organisation_id": firm, "mode": mode, "trades": ["software"], "area_sqm": 10,
        "consent_evidence": "场所使用同意书",
    } | more  # fmt: skip


async def registering(city: City, address: str, firm: str, mode: str = "single", **more: Any) -> Any:
    async with city.officer() as officer:
        return await officer.post(f"{PATH}/registrations", json=a_registration(address, firm, mode, **more))


async def registered(city: City, address: str, firm: str, mode: str = "single", **more: Any) -> dict[str, Any]:
    return created(await registering(city, address, firm, mode, **more))


async def a_space(city: City) -> str:
    async with city.portal() as portal:
        body = {"kind": "makerspace", "name": "株洲众创", "operator_id": await an_organisation(city)}
        return str(created(await portal.post("/v1/registry/carriers", json=body))["id"])


async def admitting(city: City, organisation: str, mode: str = "cluster", kind: str = "makerspace_operator") -> Any:
    body = {"organisation_id": organisation, "mode": mode, "kind": kind, "scope_evidence": "经营范围含商务秘书服务"}
    async with city.officer() as officer:
        return await officer.post(f"{PATH}/hosts", json=body)


async def a_host(city: City, mode: str = "cluster", kind: str = "makerspace_operator") -> dict[str, Any]:
    """A host with an address of its own, and a makerspace for its firms."""
    organisation = await an_organisation(city)
    host = created(await admitting(city, organisation, mode, kind))
    return {
        "id": host["id"], "organisation": organisation, "mode": mode,
        "address": await an_address(city, organisation), "space": await a_space(city),
    }  # fmt: skip


async def hosting(city: City, host: dict[str, Any], firm: str | None = None, **more: Any) -> Any:
    firm = firm or await an_organisation(city)
    rest = {"host_id": host["id"], "carrier_id": host["space"]} | more
    return await registering(city, rest.pop("address", host["address"]), firm, host["mode"], **rest)


async def on_host(city: City, host: dict[str, Any], what: str, by: str = PORTAL, **body: Any) -> Any:
    async with city.portal(by) as portal:
        return await portal.post(f"{PATH}/hosts/{host['id']}/{what}", json={"reason": "经营调整"} | body)


async def read(city: City, path: str) -> dict[str, Any]:
    async with city.officer() as officer:
        return answered(await officer.get(f"{PATH}/{path}"))


async def test_a_firm_alone_at_an_address_gets_a_certificate_that_verifies_offline(
    process: Process, city: City
) -> None:
    """XZ-35: 住所登记; the certificate other departments take as proof."""
    address = await an_address(city, address="和平路57号" * 50)  # as long as the document promises
    firm = await an_organisation(city, name="徐州淮海传感科技有限公司")
    row = await registered(city, address, firm)
    assert (row["status"], row["registered_on"], row["marking"]) == ("standing", "2026-09-01", None)
    async with city.portal("client:another-department") as portal:
        paper = answered(await portal.get(f"{PATH}/certificates/{row['certificate_number']}"))
        keys = answered(await portal.get("/v1/registry/keys"))
    assert verified_offline(paper, keys)
    said = paper["statement"]
    assert (said["firm"]["id"], said["address"]["id"], said["mode"]) == (firm, address, "single")
    assert (said["registered_on"], said["policy"]["version"]) == ("2026-09-01", 2)
    assert [fact["certificate_number"] for fact in await city.facts("address.registered")] == [
        row["certificate_number"]
    ]
    async with (await a_city(process)).portal() as stranger:
        assert (await stranger.get(f"{PATH}/certificates/{row['certificate_number']}")).status_code == 404


async def test_one_address_many_licences_where_the_city_allows_it(process: Process) -> None:
    """XZ-35, LZ-23, JX-33: 一址多照."""
    for pack, clause in (("xuzhou", "XZ-35"), ("liuzhou", "LZ-23"), ("jiaxing", "JX-33")):
        city = await in_city(process, pack)
        address = await an_address(city)
        for _ in range(2):
            await registered(city, address, await an_organisation(city), "shared")
        alone = await registering(city, address, await an_organisation(city))
        assert refused(alone) == ["address_in_use"]
        assert alone.json()["reasons"][0]["facts"] == {"firms": 2}
        assert alone.json()["reasons"][0]["clauses"] == [clause]


async def test_where_the_document_is_silent_only_one_firm_stands_at_one_address(process: Process) -> None:
    """WH has no clause on premises: nothing but one firm at one address."""
    city = await in_city(process, "wuhan")
    address = await an_address(city)
    await registered(city, address, await an_organisation(city))
    for mode in ("shared", "further"):
        told = await registering(city, address, await an_organisation(city), mode)
        assert "mode_not_allowed" in refused(told)
        assert told.json()["reasons"][0]["facts"] == {"mode": mode, "allowed": ["single"]}


async def test_one_licence_many_addresses_follow_a_principal_one(process: Process) -> None:
    """XZ-35, LZ-23: 一照多址; JX-33 does not name it."""
    for pack in ("xuzhou", "liuzhou"):
        city = await in_city(process, pack)
        firm, further = await an_organisation(city), await an_address(city)
        assert refused(await registering(city, further, firm, "further")) == ["no_principal_address"]
        await registered(city, await an_address(city), firm)
        await registered(city, further, firm, "further")
        await registered(city, await an_address(city), firm, "further")
        assert refused(await registering(city, further, firm, "further")) == ["firm_here_already"]
        third = await an_address(city)
        assert refused(await registering(city, third, firm)) == ["principal_address_stands"]
    jiaxing = await in_city(process, "jiaxing")
    firm = await an_organisation(jiaxing)
    await registered(jiaxing, await an_address(jiaxing), firm)
    told = await registering(jiaxing, await an_address(jiaxing), firm, "further")
    assert refused(told) == ["mode_not_allowed"]
    assert told.json()["reasons"][0]["clauses"] == ["JX-33"]


async def test_many_addresses_in_zhuzhou_are_for_firms_inside_makerspaces(zhuzhou: City) -> None:
    """ZZ-20: 对众创空间内的企业实行“一照多址”."""
    firm = await an_organisation(zhuzhou)
    await registered(zhuzhou, await an_address(zhuzhou), firm)
    outside = await registering(zhuzhou, await an_address(zhuzhou), firm, "further")
    assert refused(outside) == ["not_inside_makerspace"]
    assert outside.json()["reasons"][0]["clauses"] == ["ZZ-20"]
    await registered(zhuzhou, await an_address(zhuzhou), firm, "further", carrier_id=await a_space(zhuzhou))


async def test_a_cluster_marks_its_firms_and_keeps_a_roster(zhuzhou: City) -> None:
    """ZZ-20: 集群注册, with marking and roster as practice has them."""
    host = await a_host(zhuzhou)
    firm = await an_organisation(zhuzhou, name="株洲轨道软件有限公司")
    row = created(await hosting(zhuzhou, host, firm))
    assert (row["marking"], row["host_id"]) == ("(集群注册)", host["id"])
    roster = await read(zhuzhou, f"hosts/{host['id']}/roster")
    assert [item["firm_name"] for item in roster["items"]] == ["株洲轨道软件有限公司"]
    async with zhuzhou.portal() as portal:
        file = await portal.get(f"{PATH}/hosts/{host['id']}/roster.xlsx")
        assert (await portal.get(f"{PATH}/hosts/{host['id']}")).json()["hosted"] == 1
    sheet = CalamineWorkbook.from_filelike(BytesIO(file.content)).get_sheet_by_index(0).to_python()
    assert sheet[0][:4] == ["企业名称", "统一社会信用代码", "住所", "标注"]
    assert sheet[1][0] == "株洲轨道软件有限公司"
    assert sheet[1][1] == row["credit_code"]
    async with zhuzhou.portal("client:stranger") as stranger:
        assert (await stranger.get(f"{PATH}/hosts/{host['id']}/roster.xlsx")).status_code == 404


async def test_what_zhuzhou_left_open_of_clusters_refuses_and_names_the_clause(process: Process) -> None:
    """ZZ-20 leaves the rules on hosts open."""
    city = await a_city(process, pack="zhuzhou", settings={})
    told = await admitting(city, await an_organisation(city))
    assert refused(told) == ["parameter_open", "parameter_open"]
    assert {reason["clauses"][0] for reason in told.json()["reasons"]} == {"ZZ-20"}
    assert [reason["facts"]["parameter"] for reason in told.json()["reasons"]] == [
        "registration.cluster.hosts",
        "registration.cluster.host_duties",
    ]


async def test_who_hosts_is_for_the_city_to_say(process: Process, zhuzhou: City) -> None:
    told = await admitting(zhuzhou, await an_organisation(zhuzhou), kind="park_manager")
    assert refused(told) == ["host_kind_unfit"]
    secretary = await admitting(zhuzhou, await an_organisation(zhuzhou), "secretary", "secretary_company")
    assert refused(secretary) == ["mode_not_allowed"]
    organisation = await an_organisation(zhuzhou)
    created(await admitting(zhuzhou, organisation))
    twice = await admitting(zhuzhou, organisation)
    assert (twice.status_code, twice.json()["code"]) == (409, "hosts_already")
    jiaxing = await in_city(process, "jiaxing", **SECRETARY)
    wrong = await admitting(jiaxing, await an_organisation(jiaxing), "secretary", "makerspace_operator")
    assert refused(wrong) == ["host_kind_unfit"]


async def test_a_secretary_company_registers_firms_at_its_address(process: Process) -> None:
    """JX-33: 商务秘书公司代理注册."""
    city = await in_city(process, "jiaxing", **SECRETARY)
    host = await a_host(city, "secretary", "secretary_company")
    row = created(await hosting(city, host))
    assert (row["mode"], row["marking"]) == ("secretary", None)
    paper = await read(city, f"certificates/{row['certificate_number']}")
    assert paper["statement"]["host"]["id"] == host["organisation"]
    assert refused(await hosting(city, host, trades=["catering", "software"])) == ["trade_excluded"]


async def deregister(city: City, organisation: str) -> None:
    async with city.officer() as officer:
        body = {"on": "2026-09-01", "reason": "注销"}
        path = f"/v1/registry/organisations/{organisation}/deregistration"
        answered(await officer.post(path, json=body, headers={"If-Match": "*"}))


async def test_every_reason_against_a_hosted_firm_is_told_at_once(zhuzhou: City) -> None:
    """Issue 4, bad input: host dissolved, trade excluded, hosted twice, area too small, inside no makerspace."""
    host, other = await a_host(zhuzhou), await a_host(zhuzhou)
    firm = await an_organisation(zhuzhou)
    created(await hosting(zhuzhou, other, firm))
    await deregister(zhuzhou, host["organisation"])
    told = await hosting(
        zhuzhou, host, firm, carrier_id=None, trades=["needs_pre_approval"], area_sqm=101, address=other["address"]
    )
    assert refused(told) == [
        "firm_hosted_twice",
        "firm_here_already",
        "not_inside_makerspace",
        "area_too_small",
        "host_deregistered",
        "address_not_of_host",
        "trade_excluded",
    ]
    async with zhuzhou.portal() as portal:
        body = a_registration(host["address"], firm, "cluster", host_id=host["id"])
        check = answered(await portal.post(f"{PATH}/checks", json=body, headers={"Accept-Language": "en"}))
    assert check["fit"] is False
    assert [reason["code"] for reason in check["reasons"]] == [
        "firm_hosted_twice",
        "not_inside_makerspace",
        "holder_deregistered",
        "host_deregistered",
    ]


async def test_a_host_holds_no_more_firms_than_the_city_lets_it(zhuzhou: City) -> None:
    host = await a_host(zhuzhou)
    for _ in range(2):
        created(await hosting(zhuzhou, host))
    told = await hosting(zhuzhou, host)
    assert refused(told) == ["host_full"]
    assert told.json()["reasons"][0]["clauses"] == ["ZZ-20"]
    assert told.json()["reasons"][0]["facts"] == {"hosted": 2, "limit": 2}


async def test_a_firm_hosted_by_two_at_once_is_hosted_once(zhuzhou: City) -> None:
    hosts = [await a_host(zhuzhou) for _ in range(2)]
    firm = await an_organisation(zhuzhou)
    answers = await asyncio.gather(*(hosting(zhuzhou, host, firm) for host in hosts))
    assert sorted(told.status_code for told in answers) == [201, 409]
    assert [refused(told) for told in answers if told.status_code == 409] == [["firm_hosted_twice"]]
    assert len(await zhuzhou.facts("address.registered")) == 1


async def test_two_who_want_an_address_alone_at_once_are_not_both_there(city: City) -> None:
    address = await an_address(city)
    firms = [await an_organisation(city) for _ in range(2)]
    answers = await asyncio.gather(*(registering(city, address, firm) for firm in firms))
    assert sorted(told.status_code for told in answers) == [201, 409]
    assert [refused(told) for told in answers if told.status_code == 409] == [["address_in_use"]]


async def test_a_suspended_host_takes_no_firm_until_it_is_resumed(zhuzhou: City) -> None:
    host = await a_host(zhuzhou)
    async with zhuzhou.officer() as officer:
        for what, codes in (("suspension", ["host_takes_none"]), ("resumption", None)):
            answered(await officer.post(f"{PATH}/hosts/{host['id']}/{what}", json={"reason": "未尽义务"}))
            told = await hosting(zhuzhou, host)
            assert (refused(told) if codes else told.status_code) == (codes or 201)


async def test_a_host_that_leaves_moves_its_firms_first(zhuzhou: City) -> None:
    """ZZ-20, practice: the host leaves with its last firm, not before; what it hosts is named."""
    host, other = await a_host(zhuzhou), await a_host(zhuzhou)
    firms = [await an_organisation(zhuzhou) for _ in range(2)]
    rows = [created(await hosting(zhuzhou, host, firm)) for firm in firms]
    leaving = answered(await on_host(zhuzhou, host, "leaving"))
    # 1 September 2026 is a Tuesday: five working days end on Tuesday the 8th.
    assert (leaving["status"], leaving["move_by"], leaving["hosted"]) == ("leaving", "2026-09-08", 2)
    assert len((await zhuzhou.facts("address_host.leaving"))[0]["firms"]) == 2
    assert refused(await hosting(zhuzhou, host)) == ["host_takes_none", "host_full"]
    created(await hosting(zhuzhou, other, firms[0], replaces_principal=True))
    assert (await read(zhuzhou, f"hosts/{host['id']}"))["status"] == "leaving"
    async with zhuzhou.officer() as officer:
        body = {"on": "2026-09-01", "reason": "注销"}
        answered(await officer.post(f"{PATH}/registrations/{rows[1]['id']}/ending", json=body))
    gone = await read(zhuzhou, f"hosts/{host['id']}")
    assert (gone["status"], gone["left_on"], gone["hosted"]) == ("left", "2026-09-01", 0)
    assert [fact["stranded"] for fact in await zhuzhou.facts("address_host.left")] == [[]]
    moved = await read(zhuzhou, f"registrations/{rows[0]['id']}")
    assert (moved["status"], moved["ended_on"]) == ("ended", "2026-09-01")


@pytest.mark.own_city
@pytest.mark.own_city
async def test_the_days_to_move_into_a_year_without_a_calendar_are_counted_again(zhuzhou: City) -> None:
    """Practice f.3: the host and its firms are told the later day once, and nobody is stranded before it."""
    await zhuzhou.set_clock(date(2026, 12, 29))
    host = await a_host(zhuzhou)
    created(await hosting(zhuzhou, host))
    leaving = answered(await on_host(zhuzhou, host, "leaving"))
    assert (leaving["move_by"], leaving["move_by_provisional"]) == ("2027-01-06", True)
    assert await recounted(zhuzhou) == [("host_move", "2027-01-06", "2027-01-07", False)]
    await zhuzhou.set_clock(date(2027, 1, 7), time(23, 59))
    assert (await read(zhuzhou, f"hosts/{host['id']}"))["status"] == "leaving"


@pytest.mark.own_city
async def test_firms_that_have_not_moved_in_time_stand_without_a_host(zhuzhou: City) -> None:
    host = await a_host(zhuzhou)
    row = created(await hosting(zhuzhou, host))
    answered(await on_host(zhuzhou, host, "leaving"))
    await zhuzhou.set_clock(date(2026, 9, 8), time(23, 59))
    assert (await read(zhuzhou, f"hosts/{host['id']}"))["status"] == "leaving"
    await zhuzhou.set_clock(date(2026, 9, 9), time(0, 1))
    async with asyncio.timeout(10):
        while (await read(zhuzhou, f"hosts/{host['id']}"))["status"] != "left":
            await asyncio.sleep(0.05)
    assert (await read(zhuzhou, f"registrations/{row['id']}"))["status"] == "without_host"
    paper = await read(zhuzhou, f"certificates/{row['certificate_number']}")
    assert paper["status"] == "without_host"
    assert [len(fact["stranded"]) for fact in await zhuzhou.facts("address_host.left")] == [1]
    # It moves to another host, and stands again.
    created(await hosting(zhuzhou, await a_host(zhuzhou), row["organisation_id"], replaces_principal=True))
    assert (await read(zhuzhou, f"registrations/{row['id']}"))["status"] == "ended"


async def test_leaving_with_firms_is_refused_while_the_days_to_move_are_open(process: Process) -> None:
    """ZZ-20 leaves them open; a host without firms needs none."""
    terms = {key: value for key, value in CLUSTER.items() if "leaving" not in key}
    city = await in_city(process, "zhuzhou", **terms)
    host, empty = await a_host(city), await a_host(city)
    created(await hosting(city, host))
    told = await on_host(city, host, "leaving")
    assert refused(told) == ["parameter_open"]
    assert told.json()["reasons"][0]["clauses"] == ["ZZ-20"]
    assert (await read(city, f"hosts/{host['id']}"))["status"] == "active"
    assert answered(await on_host(city, empty, "leaving"))["status"] == "left"


async def test_an_unreachable_firm_is_marked_by_its_host_and_nobody_else(zhuzhou: City) -> None:
    host = await a_host(zhuzhou)
    row = created(await hosting(zhuzhou, host, await an_organisation(zhuzhou, by="client:firms-own")))
    path = f"{PATH}/registrations/{row['id']}"
    async with zhuzhou.portal() as portal, zhuzhou.portal("client:firms-own") as own:
        assert (await own.post(f"{path}/unreachable", json={"reason": "x"})).status_code == 404
        told = answered(await portal.post(f"{path}/unreachable", json={"reason": "电话、信函均未回复"}))
        assert (told["status"], told["reason"]) == ("abnormal", "电话、信函均未回复")
        again = await portal.post(f"{path}/unreachable", json={"reason": "x"})
        assert again.json()["code"] == "move_not_allowed"
        assert answered(await portal.post(f"{path}/reached", json={"reason": "已联系"}))["status"] == "standing"


@pytest.mark.own_city
async def test_a_host_reports_each_year_that_is_over_once(zhuzhou: City) -> None:
    """ZZ-20, practice: the host reports; the register counts the roster itself."""
    host = await a_host(zhuzhou)
    created(await hosting(zhuzhou, host))
    report = {"year": 2026, "post_received": 12}
    assert refused(await _report(zhuzhou, host, report)) == ["year_not_over"]
    await zhuzhou.set_clock(date(2027, 1, 8))
    assert (await read(zhuzhou, f"hosts/{host['id']}"))["reports_owed"] == [2026]
    assert refused(await _report(zhuzhou, host, report | {"year": 2025})) == ["before_admission"]
    told = created(await _report(zhuzhou, host, report))
    assert (told["hosted"], told["unreachable"], told["reported_on"]) == (1, 0, "2027-01-08")
    twice = await _report(zhuzhou, host, report)
    assert (twice.status_code, twice.json()["code"]) == (409, "reported_already")
    assert (await read(zhuzhou, f"hosts/{host['id']}"))["reports_owed"] == []


async def _report(city: City, host: dict[str, Any], body: dict[str, Any]) -> Any:
    async with city.portal() as portal:
        return await portal.post(f"{PATH}/hosts/{host['id']}/reports", json=body)


async def test_an_area_does_not_shrink_below_what_the_firms_there_need(city: City) -> None:
    """Issue 4, bad input: an area that shrank."""
    address = await an_address(city)
    for _ in range(2):
        await registered(city, address, await an_organisation(city), "shared", area_sqm=30)
    path, body = f"{PATH}/addresses/{address}", {"area_sqm": 59, "title_evidence": "测绘报告"}
    async with city.portal() as portal:
        assert (await portal.patch(path, json=body)).status_code == 428
        told = await portal.patch(path, json=body, headers={"If-Match": '"v1"'})
        assert refused(told) == ["area_below_need"]
        assert told.json()["reasons"][0]["facts"] == {"area_sqm": 59, "needed_sqm": 60, "firms": 2}
        changed = await portal.patch(path, json=body | {"area_sqm": 60}, headers={"If-Match": '"v1"'})
        assert (answered(changed)["taken_sqm"], changed.headers["etag"]) == (60, '"v2"')
        assert (await portal.patch(path, json=body, headers={"If-Match": '"v1"'})).status_code == 412


async def test_one_place_is_entered_once_however_it_is_typed(city: City) -> None:
    await an_address(city, address="和平路57号A座 3层")
    async with city.portal() as portal:
        body = {
            "address": "和平路 ５７号Ａ座3层",
            "area_sqm": 10,
            "holder_id": await an_organisation(city),
            "title_evidence": "证",
        }
        told = await portal.post(f"{PATH}/addresses", json=body)
    assert (told.status_code, told.json()["code"]) == (409, "address_known")


@pytest.mark.parametrize(
    ("pack", "code", "reason"),
    [
        ("zhuzhou", "430221", "division_code_former"),
        ("zhuzhou", "430299", "division_unknown"),
        ("zhuzhou", "320303", "division_elsewhere"),
        ("jiaxing", "339002", "division_code_former"),
    ],
)
async def test_a_code_list_from_another_year_is_named(process: Process, pack: str, code: str, reason: str) -> None:
    """Issue 4, bad input: a code list from another year."""
    city = await in_city(process, pack)
    body = {"address": "某路1号", "division_code": code, "area_sqm": 10, "holder_id": await an_organisation(city)}
    async with city.portal() as portal:
        told = await portal.post(f"{PATH}/addresses", json=body | {"title_evidence": "证"})
    assert refused(told) == [reason]


@pytest.mark.own_city
async def test_where_a_firm_stood_on_a_day_is_proved_offline(city: City) -> None:
    first, second, firm = await an_address(city), await an_address(city), await an_organisation(city)
    old = await registered(city, first, firm)
    await city.set_clock(date(2026, 9, 15))
    new = await registered(city, second, firm, replaces_principal=True)
    days = {"2026-08-31": [], "2026-09-01": [old], "2026-09-14": [old], "2026-09-15": [new]}
    async with city.portal() as portal:
        keys = answered(await portal.get("/v1/registry/keys"))
        for day, rows in days.items():
            path = f"{PATH}/organisations/{firm}/proof"
            told = answered(await portal.get(path, params={"on": day}))
            assert verified_offline(told, keys)
            said = [item["certificate_number"] for item in told["statement"]["registrations"]]
            assert (told["registered"], said) == (bool(rows), [row["certificate_number"] for row in rows])
        early = await portal.get(path, params={"on": "2026-09-16"})
    assert (early.status_code, early.json()["code"]) == (422, "day_in_future")
    async with city.portal("client:stranger") as stranger:
        assert (await stranger.get(path, params={"on": "2026-09-01"})).status_code == 404


async def test_a_certificate_is_not_rewritten(city: City) -> None:
    await registered(city, await an_address(city), await an_organisation(city))
    with pytest.raises(IntegrityError, match="keeps its history"):
        async with city.process.app.state.sessions() as session, session.begin():
            await session.execute(
                text("UPDATE address_certificate SET number = 'X' WHERE city_code = :c"), {"c": city.code}
            )


async def test_a_portal_registers_nobody_and_sees_only_its_own(process: Process, city: City) -> None:
    address, firm = await an_address(city), await an_organisation(city)
    async with city.portal() as portal:
        told = await portal.post(f"{PATH}/registrations", json=a_registration(address, firm))
    assert told.status_code == 403
    row = await registered(city, address, firm)
    for elsewhere in (city.portal("client:stranger"), (await a_city(process)).officer()):
        async with elsewhere as stranger:
            assert (await stranger.get(f"{PATH}/registrations/{row['id']}")).status_code == 404
            assert (await stranger.get(f"{PATH}/addresses/{address}")).status_code == 404
            for what in ("registrations", "addresses", "hosts"):
                assert answered(await stranger.get(f"{PATH}/{what}"))["items"] == []


async def test_lists_ask_as_often_for_two_as_for_one(zhuzhou: City) -> None:
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "address_" in statement or "organisation" in statement:
            seen.append(statement)

    host = await a_host(zhuzhou)
    paths = ("addresses", "registrations", f"hosts/{host['id']}/roster", "hosts")
    engine, counts = zhuzhou.process.app.state.engine.sync_engine, []
    for _ in range(2):
        created(await hosting(zhuzhou, host))
        seen.clear()
        event.listen(engine, "before_cursor_execute", note)
        for path in paths:
            await read(zhuzhou, path)
        event.remove(engine, "before_cursor_execute", note)
        counts.append(len(seen))
        await a_host(zhuzhou)
    assert counts[0] == counts[1] > 0


async def ended(city: City, firm: str, **merger: Any) -> None:
    """Deregistered, or merged; by two persons where it takes two."""
    what, body = ("merger", {"evidence": "准予合并登记通知书"} | merger) if merger else ("deregistration", {})
    async with city.officer("person:officer-2") as officer:
        path = f"/v1/registry/organisations/{firm}/{what}"
        told = await officer.post(path, json={"on": "2026-09-01", "reason": "公告"} | body, headers={"If-Match": "*"})
        assert told.is_success, told.text
        waiting = answered(await officer.get("/v1/registry/endings", params={"organisation_id": firm}))["items"][-1]
    if waiting["status"] == "proposed":
        async with city.officer("person:officer-3") as officer:
            answered(await officer.post(f"/v1/registry/endings/{waiting['id']}/confirmation"))


async def test_a_deregistered_firm_stands_nowhere_and_its_leaving_host_is_gone(zhuzhou: City) -> None:
    """ZZ-20: the last firm of a host that leaves takes it along."""
    host, firm = await a_host(zhuzhou), await an_organisation(zhuzhou)
    standing = created(await hosting(zhuzhou, host, firm))
    answered(await on_host(zhuzhou, host, "leaving"))
    await ended(zhuzhou, firm)
    row = await read(zhuzhou, f"registrations/{standing['id']}")
    assert (row["status"], row["ended_on"]) == ("ended", "2026-09-01")
    assert "注销" in row["reason"]
    assert (await read(zhuzhou, f"hosts/{host['id']}"))["status"] == "left"


async def test_a_host_that_is_deregistered_owes_its_firms_the_days_to_move(zhuzhou: City, process: Process) -> None:
    """ZZ-20: and where the city has set no days, its firms stand without a host at once."""
    open_city = await in_city(process, "zhuzhou", **{k: v for k, v in CLUSTER.items() if "leaving" not in k})
    for city, status, firms in ((zhuzhou, "leaving", "standing"), (open_city, "left", "without_host")):
        host = await a_host(city)
        standing = created(await hosting(city, host))
        await ended(city, host["organisation"])
        told = await read(city, f"hosts/{host['id']}")
        assert (told["status"], told["move_by"] is not None) == (status, True)
        assert (await read(city, f"registrations/{standing['id']}"))["status"] == firms
    assert len(await zhuzhou.facts("address_host.leaving")) == 1
    assert len((await open_city.facts("address_host.left"))[0]["stranded"]) == 1


async def test_hosts_and_addresses_of_a_merged_firm_are_its_successors(zhuzhou: City) -> None:
    """ZZ-20: a successor that hosts already is a host once; the other leaves with its days."""
    first, second, successor = await a_host(zhuzhou), await a_host(zhuzhou), await an_organisation(zhuzhou)
    created(await hosting(zhuzhou, second))
    await ended(zhuzhou, first["organisation"], into_id=successor)
    assert (await read(zhuzhou, f"hosts/{first['id']}"))["organisation_id"] == successor
    assert (await read(zhuzhou, f"addresses/{first['address']}"))["holder_id"] == successor
    created(await hosting(zhuzhou, first))
    await ended(zhuzhou, second["organisation"], into_id=successor)
    told = await read(zhuzhou, f"hosts/{second['id']}")
    assert (told["organisation_id"], told["status"]) == (second["organisation"], "leaving")
