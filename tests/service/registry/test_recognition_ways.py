"""What a city's way of recognising a space refuses; how it grants is told in test_recognition_stories.py."""

import pytest

from tests.builders.processes import Process
from tests.builders.registry import a_city, a_form, answered

pytestmark = pytest.mark.anyio


async def test_zhuzhou_recognises_nothing_before_the_measure_is_issued(process: Process) -> None:
    """ZZ-09: the text only announces the measure; every threshold and the validity refuse, each with its clause."""
    city = await a_city(process, pack="zhuzhou", settings={})
    answer = await city.reviewed(await city.applied(a_form(yearly_events=12), item="recognise-makerspace"))
    assert answer.json()["code"] == "policy_open"
    open_for = {reason["facts"]["parameter"]: reason["clauses"] for reason in answer.json()["reasons"]}
    assert open_for["recognition.makerspace.valid_months"] == ["ZZ-09"]
    assert open_for["recognition.makerspace.notice_working_days"] == ["ZZ-09"]


async def test_jiaxing_wants_sound_organisation_and_says_all_that_is_missing(process: Process) -> None:
    """JX-18: 组织机构健全、管理科学规范、服务全面到位."""
    city = await a_city(process, pack="jiaxing")
    form = a_form(has_management_rules=False, services_offered=3)
    reviewed = answered(await city.reviewed(await city.applied(form, item="file-makerspace")))
    assert [(one["facts"]["fact"], one["clauses"]) for one in reviewed["reasons"]] == [
        ("has_management_rules", ["JX-18"]),
        ("services_offered", ["JX-18"]),
    ]


async def test_wuhan_recognises_no_regional_centre_that_stood_before(process: Process) -> None:
    """WH-06: 各区至少新建1家区域中心性众创空间: an old space is none, however large."""
    city = await a_city(process, pack="wuhan")
    form = a_form(level="district", floor_area=2000, built_since_policy=False)
    old = await city.applied(form, item="recognise-regional-centre")
    reasons = answered(await city.reviewed(old))["reasons"]
    assert [one["facts"]["fact"] for one in reasons] == ["built_since_policy"]


async def test_an_item_of_another_city_leads_nowhere(process: Process) -> None:
    """ZZ-09 knows no key designation; Xuzhou's item is none of Zhuzhou's."""
    city = await a_city(process, pack="zhuzhou")
    recognition = await city.applied(a_form(), item="recognise-key-makerspace")
    assert [reason["code"] for reason in recognition["reasons"]] == ["item_not_recognition"]
