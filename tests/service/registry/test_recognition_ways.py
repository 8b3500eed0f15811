"""Each city's way of recognising a space, in the words of its document, from the accepted case to the certificate."""

from typing import Any

import pytest

from tests.builders.processes import Process
from tests.builders.registry import City, a_city, a_form, an_upper_form, answered, the_day_after

pytestmark = pytest.mark.anyio


async def certified(city: City, recognition: dict[str, Any]) -> dict[str, Any]:
    """The signed statement of its certificate."""
    statement = answered(await city.ask(f"certificates/{recognition['certificate_number']}"))["statement"]
    return dict(statement)


async def proved(city: City, recognition: dict[str, Any], on: str) -> list[tuple[str, bool]]:
    proof = answered(await city.ask(f"carriers/{recognition['carrier_id']}/proof", on=on))
    return [(level["level"], level["is_key"]) for level in proof["statement"]["levels"]]


async def tax(city: City, recognition: dict[str, Any]) -> list[tuple[list[str], str]]:
    told = answered(await city.ask(f"recognitions/{recognition['id']}/upkeep"))["tax"]
    return [(one["clauses"], one["from_month"]) for one in told]


async def test_xuzhou_files_a_makerspace_and_later_certifies_it_as_a_key_one(process: Process) -> None:
    """XZ-18: 开展众创空间备案认定工作; XZ-39: 重点众创空间 are certified by the measure of 徐政发〔2015〕73号.

    Filed first, then certified: both stand in parallel, and XZ-18's tax treatment begins the month after the filing.
    """
    city = await a_city(process)
    form = a_form()
    filed = await city.recognised(form, item="file-makerspace")
    assert (filed["is_key"], filed["level"], filed["way"]) == (False, "municipal", "assessed")
    said = await certified(city, filed)
    assert (said["way"], said["issuer"]["zh"]) == ("filing_and_certification", "徐州市科技局")
    assert await tax(city, filed) == [(["XZ-18"], "2026-10")]

    case = await city.accept(filed["applicant_id"], form | {"carrier_id": filed["carrier_id"]})
    key = await city.recognition_of(case)
    reviewed = answered(await city.reviewed(key))
    await city.notice_over(reviewed)
    key = answered(await city.decided(key))
    assert (await certified(city, key))["way"] == "certification"
    on = the_day_after(reviewed["notice"]["closes_on"]).isoformat()
    assert await proved(city, key, on) == [("municipal", True), ("municipal", False)]
    assert await proved(city, key, "2026-09-09") == [("municipal", False)]


async def test_xuzhou_records_what_the_province_decided(process: Process) -> None:
    """XZ-20: 省级 and 国家级 carriers are recognised above; the city records the paper as evidence, on its day."""
    city = await a_city(process)
    firm = await city.register()
    case = await city.accept(firm["id"], an_upper_form(), item="record-upper-recognition")
    recorded = await city.reviewed(await city.recognition_of(case), issuing_authority="江苏省科学技术厅")
    said = await certified(city, answered(recorded))
    assert (said["recognised_on"], said["way"]) == ("2026-08-20", None)
    assert said["upper_document"] == {
        "authority": "江苏省科学技术厅", "number": "苏科高发〔2026〕120号", "on": "2026-08-20",
    }  # fmt: skip


async def test_zhuzhou_certifies_for_a_time_by_its_own_measure(process: Process) -> None:
    """ZZ-09: 制订出台《株洲市众创空间认定管理办法》; criteria, validity and notice are what that measure sets."""
    city = await a_city(process, pack="zhuzhou")
    recognised = await city.recognised(a_form(yearly_events=12), item="recognise-makerspace")
    said = await certified(city, recognised)
    assert (said["way"], said["valid_until"], said["city"]["zh"]) == ("certification", "2029-09-08", "株洲市")


async def test_zhuzhou_recognises_nothing_before_the_measure_is_issued(process: Process) -> None:
    """ZZ-09: the text only announces the measure; every threshold and the validity refuse, each with its clause."""
    city = await a_city(process, pack="zhuzhou", settings={})
    answer = await city.reviewed(await city.applied(a_form(yearly_events=12), item="recognise-makerspace"))
    assert answer.json()["code"] == "policy_open"
    open_for = {reason["facts"]["parameter"]: reason["clauses"] for reason in answer.json()["reasons"]}
    assert open_for["recognition.makerspace.valid_months"] == ["ZZ-09"]
    assert open_for["recognition.makerspace.notice_working_days"] == ["ZZ-09"]


async def test_jiaxing_files_and_thereby_certifies(process: Process) -> None:
    """JX-18: 经市科技行政管理部门备案后，认定为市级众创空间: one act, one certificate, no second application."""
    city = await a_city(process, pack="jiaxing")
    form = a_form(has_management_rules=True, services_offered=4)
    recognised = await city.recognised(form, item="file-makerspace")
    assert (recognised["level"], recognised["is_key"]) == ("municipal", False)
    said = await certified(city, recognised)
    assert (said["way"], said["valid_until"]) == ("filing_and_certification", None)
    again = await city.accept(
        recognised["applicant_id"], form | {"carrier_id": recognised["carrier_id"]}, item="file-makerspace"
    )
    refusal = await city.recognition_of(again)
    assert [reason["code"] for reason in refusal["reasons"]] == ["already_recognised"]


async def test_jiaxing_wants_sound_organisation_and_says_all_that_is_missing(process: Process) -> None:
    """JX-18: 组织机构健全、管理科学规范、服务全面到位."""
    city = await a_city(process, pack="jiaxing")
    form = a_form(has_management_rules=False, services_offered=3)
    reviewed = answered(await city.reviewed(await city.applied(form, item="file-makerspace")))
    assert [(one["facts"]["fact"], one["clauses"]) for one in reviewed["reasons"]] == [
        ("has_management_rules", ["JX-18"]),
        ("services_offered", ["JX-18"]),
    ]


async def test_wuhan_only_files_a_makerspace(process: Process) -> None:
    """WH-03, WH-09: the text builds spaces and certifies none; filed is filed, and the paper says so."""
    city = await a_city(process, pack="wuhan")
    filed = await city.recognised(a_form(yearly_events=12), item="file-makerspace")
    said = await certified(city, filed)
    assert (said["way"], said["is_key"]) == ("filing", False)


async def test_wuhan_recognises_a_regional_centre_in_its_district_when_it_is_new(process: Process) -> None:
    """WH-06: 各区至少新建1家区域中心性众创空间: an old space is none, however large."""
    city = await a_city(process, pack="wuhan")
    form = a_form(level="district", floor_area=2000, built_since_policy=True)
    centre = await city.recognised(form, item="recognise-regional-centre")
    said = await certified(city, centre)
    assert (said["level"], said["way"]) == ("district", "certification")
    old = await city.applied(form | {"built_since_policy": False}, item="recognise-regional-centre")
    reasons = answered(await city.reviewed(old))["reasons"]
    assert [one["facts"]["fact"] for one in reasons] == ["built_since_policy"]


async def test_liuzhou_files_makerspaces_and_certifies_university_parks(process: Process) -> None:
    """LZ-09, LZ-19: 修订完善大学科技园认定和管理办法; LZ-20: the State's tax relief follows, told as information."""
    city = await a_city(process, pack="liuzhou")
    filed = await city.recognised(a_form(), item="file-makerspace")
    assert (await certified(city, filed))["way"] == "filing"
    assert await tax(city, filed) == []

    form = a_form(carrier_kind="university_park", carrier_name="柳州大学科技园", floor_area=6000)
    park = await city.recognised(form, item="recognise-university-park")
    said = await certified(city, park)
    assert (said["way"], said["carrier"]["kind"]) == ("certification", "university_park")
    assert await tax(city, park) == [(["LZ-20"], "2026-10")]


async def test_an_item_of_another_city_leads_nowhere(process: Process) -> None:
    """ZZ-09 knows no key designation; Xuzhou's item is none of Zhuzhou's."""
    city = await a_city(process, pack="zhuzhou")
    recognition = await city.applied(a_form(), item="recognise-key-makerspace")
    assert [reason["code"] for reason in recognition["reasons"]] == ["item_not_recognition"]
