"""One story a city: how a space is recognised there, in the words of its document, from the counter to the proof.

Accepted by one officer, looked at, reviewed by a second, on public notice with an objection, decided by a third, told
by a certificate, and proved for the days before, on and after by somebody who has the public keys alone.
"""

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any

import pytest

from tests.builders.offline import Stranger
from tests.builders.processes import Process
from tests.builders.registry import (
    ACCEPTING,
    ENTERING,
    SECOND,
    THIRD,
    City,
    a_city,
    a_form,
    an_upper_form,
    answered,
    created,
    refused,
)

pytestmark = pytest.mark.anyio
OBJECTOR = "client:neighbour"
OBJECTION = {"objector": "王某", "contact": "某路1号", "statement": "入驻企业与另一空间重复统计"}


@dataclass(frozen=True)
class Act:
    """An item of the catalogue and what its document has the certificate say."""

    item: str
    form: dict[str, Any]
    way: str
    level: str = "municipal"
    is_key: bool = False
    valid_until: str | None = None
    issuer: str = ""
    has_panel: bool = field(default=False, kw_only=True)


async def looked_at(city: City, recognition: dict[str, Any], *, has_panel: bool) -> None:
    """The formal check, and where the act certifies a visit to the site and a panel of experts."""
    path = f"recognitions/{recognition['id']}"
    look = {"kind": "formal_check", "examined_on": "2026-09-01", "is_in_order": True, "opinion": "材料齐全"}
    created(await city.send(f"{path}/examinations", look))
    if not has_panel:
        return
    visit = look | {"kind": "site_visit", "opinion": "实地核查,与申报一致"}
    created(await city.send(f"{path}/examinations", visit))
    for number in range(3):
        expert = {"name": f"专家{number}", "unit": f"第{number}研究所", "field": "孵化"}
        created(await city.send("experts", expert))
    panel = created(await city.send(f"{path}/panels", {"size": 3, "points_max": 20, "pass_mark": 20}))
    for seat in panel["seats"]:
        sheet = {"expert_id": seat["expert_id"], "points": dict.fromkeys(panel["criteria"], 15)}
        panel = answered(await city.send(f"panels/{panel['id']}/sheets", sheet))
    assert (panel["status"], panel["is_passed"]) == ("closed", True)


async def heard(city: City, recognition: dict[str, Any]) -> None:
    """An objection on the last evening counts, one the day after does not; answered, it stands in nobody's way."""
    path = f"recognitions/{recognition['id']}/objections"
    await city.set_clock(date.fromisoformat(recognition["notice"]["closes_on"]), time(23, 59))
    filed = created(await city.send(path, OBJECTION, by=OBJECTOR))
    await city.notice_over(recognition)
    assert refused(await city.send(path, OBJECTION, by=OBJECTOR)) == ["notice_over"]
    assert refused(await city.decided(recognition)) == ["objection_unresolved"]
    rejected = {"upheld": False, "opinion": "经核实,名单无重复"}
    answered(await city.send(f"{path}/{filed['id']}/answer", rejected))


async def recognised(city: City, act: Act, applicant: str | None = None, **more: Any) -> dict[str, Any]:
    """The whole way; every hand on it is another."""
    firm = applicant or (await city.register())["id"]
    case = await city.accept(firm, act.form | more, item=act.item)
    recognition = await city.recognition_of(case)
    assert (recognition["status"], recognition["way"]) == ("under_review", "assessed"), recognition["reasons"]
    await looked_at(city, recognition, has_panel=act.has_panel)
    assert refused(await city.reviewed(recognition, by=ACCEPTING)) == ["reviewed_by_accepting_officer"]
    reviewed = answered(await city.reviewed(recognition))
    assert reviewed["status"] == "on_notice", reviewed["reasons"]
    await heard(city, reviewed)
    for by, code in ((ENTERING, "entering_officer"), (ACCEPTING, "accepting_officer"), (SECOND, "reviewer")):
        assert refused(await city.decided(reviewed, by=by)) == [f"decided_by_{code}"]
    decided = answered(await city.decided(reviewed))
    assert (decided["status"], decided["decided_by"]) == ("recognised", THIRD)
    return decided


async def certified(city: City, act: Act, recognition: dict[str, Any], stranger: Stranger) -> date:
    """What the paper says, and that it can be verified far away; answers the day of recognition."""
    document = answered(await city.ask(f"certificates/{recognition['certificate_number']}"))
    said = document["statement"]
    assert (said["way"], said["level"], said["is_key"]) == (act.way, act.level, act.is_key)
    assert (said["valid_until"], said["issuer"]["zh"]) == (act.valid_until, act.issuer)
    code, told = stranger.verifies(answered(await city.ask("keys")), document)
    assert code == 0, told
    return date.fromisoformat(said["recognised_on"])


async def proved(city: City, recognition: dict[str, Any], on: date, stranger: Stranger, days: tuple[int, ...]) -> None:
    """Not the day before, but on the day and after; the proof of the day verifies with the public keys alone."""
    held = []
    for days_after in days:
        day = (on + timedelta(days=days_after)).isoformat()
        proof = answered(await city.ask(f"carriers/{recognition['carrier_id']}/proof", on=day))
        if days_after == 0:
            assert stranger.verifies(answered(await city.ask("keys")), proof)[0] == 0
        levels = proof["statement"]["levels"]
        held.append(recognition["certificate_number"] in [one["certificate_number"] for one in levels])
    assert held == [days_after >= 0 for days_after in days]


async def told(city: City, act: Act, stranger: Stranger, **more: Any) -> dict[str, Any]:
    """One act of a story, with its certificate and proofs."""
    recognition = await recognised(city, act, **more)
    on = await certified(city, act, recognition, stranger)
    await city.set_clock(on + timedelta(days=1))
    await proved(city, recognition, on, stranger, (-1, 0, 1))
    return recognition


async def recorded(city: City, stranger: Stranger, *, item: str, authority: str, **form: Any) -> None:
    """What a level above decided: no notice of the city's; a second officer records it with its paper, on its day."""
    firm = await city.register()
    case = await city.accept(firm["id"], an_upper_form(**form), item=item)
    recognition = await city.recognition_of(case)
    assert refused(await city.reviewed(recognition)) == ["authority_missing"]
    assert refused(await city.reviewed(recognition, by=ENTERING)) == ["decided_by_entering_officer"]
    done = answered(await city.reviewed(recognition, issuing_authority=authority))
    assert (done["status"], done["way"], done["notice"]) == ("recognised", "recorded", None)
    said = answered(await city.ask(f"certificates/{done['certificate_number']}"))["statement"]
    assert said["upper_document"] == {"authority": authority, "number": "苏科高发〔2026〕120号", "on": "2026-08-20"}
    await proved(city, done, date(2026, 8, 20), stranger, (-1, 0))


async def test_xuzhou_files_a_space_and_then_certifies_the_key_one(process: Process, stranger: Stranger) -> None:
    """XZ-18: 开展众创空间备案认定工作; XZ-39: 重点众创空间 by 徐政发〔2015〕73号: filing, then certification.

    Both are held side by side; XZ-20: what 省级、国家级 decided is recorded with its paper.
    """
    city = await a_city(process)
    filing = Act("file-makerspace", a_form(), "filing_and_certification", issuer="徐州市科技局")
    filed = await told(city, filing, stranger)
    tax = answered(await city.ask(f"recognitions/{filed['id']}/upkeep"))["tax"]
    assert [(one["clauses"], one["from_month"]) for one in tax] == [(["XZ-18"], "2026-10")]
    key = Act("recognise-key-makerspace", a_form(), "certification", is_key=True, issuer="徐州市科技局", has_panel=True)
    await told(city, key, stranger, applicant=filed["applicant_id"], carrier_id=filed["carrier_id"])
    carrier = answered(await city.ask(f"carriers/{filed['carrier_id']}"))
    assert {one["is_key"]: one["ended_on"] for one in carrier["levels"]} == {True: None, False: None}
    await recorded(city, stranger, item="record-upper-recognition", authority="江苏省科学技术厅")


async def test_liuzhou_files_spaces_and_certifies_university_parks(process: Process, stranger: Stranger) -> None:
    """LZ-09: spaces are filed only; LZ-19: 大学科技园认定和管理办法 certifies parks; LZ-17: bases above recorded."""
    city = await a_city(process, pack="liuzhou")
    await told(city, Act("file-makerspace", a_form(), "filing", issuer="柳州市科技局"), stranger)
    form = a_form(carrier_kind="university_park", carrier_name="柳州大学科技园", floor_area=6000)
    park = Act("recognise-university-park", form, "certification", issuer="柳州市教育局", has_panel=True)
    certified_park = await told(city, park, stranger)
    tax = answered(await city.ask(f"recognitions/{certified_park['id']}/upkeep"))["tax"]
    assert [(one["clauses"], one["from_month"]) for one in tax] == [(["LZ-20"], "2026-10")]
    base = {"carrier_kind": "micro_firm_base", "authority": "广西壮族自治区中小企业局"}
    await recorded(city, stranger, item="record-upper-base", **base)


async def test_wuhan_files_spaces_and_certifies_regional_centres(process: Process, stranger: Stranger) -> None:
    """WH-09: spaces are filed; WH-06: 各区至少新建1家区域中心性众创空间, certified in its district when new."""
    city = await a_city(process, pack="wuhan")
    form = a_form(yearly_events=12)
    await told(city, Act("file-makerspace", form, "filing", issuer="武汉市科技局"), stranger)
    centre = a_form(
        level="district", floor_area=2000, built_since_policy=True, carrier_name="江岸区域中心",
        address="武汉市江岸区中山大道1号",
    )  # fmt: skip
    act = Act(
        "recognise-regional-centre", centre, "certification", level="district", is_key=True, has_panel=True,
        issuer="武汉市江岸区人民政府",
    )  # fmt: skip
    await told(city, act, stranger)


async def test_jiaxing_files_and_thereby_certifies(process: Process, stranger: Stranger) -> None:
    """JX-18: 经市科技行政管理部门备案后，认定为市级众创空间: one act, one paper; JX-25: upper levels are recorded."""
    city = await a_city(process, pack="jiaxing")
    form = a_form(has_management_rules=True, services_offered=4)
    act = Act("file-makerspace", form, "filing_and_certification", issuer="嘉兴市科技局")
    filed = await told(city, act, stranger)
    again = await city.accept(filed["applicant_id"], form | {"carrier_id": filed["carrier_id"]}, item=act.item)
    assert [one["code"] for one in (await city.recognition_of(again))["reasons"]] == ["already_recognised"]
    await recorded(city, stranger, item="record-upper-recognition", authority="浙江省科学技术厅")


async def test_zhuzhou_certifies_for_a_time_by_its_measure(process: Process, stranger: Stranger) -> None:
    """ZZ-09: 《株洲市众创空间认定管理办法》 certifies, for the term it sets; ZZ-10: one act, no filing beforehand."""
    city = await a_city(process, pack="zhuzhou")
    form = a_form(yearly_events=12)
    act = Act(
        "recognise-makerspace", form, "certification", valid_until="2029-09-08", issuer="株洲市科技局", has_panel=True
    )
    certificate = await told(city, act, stranger)
    await city.set_clock(date(2029, 9, 8))
    await proved(city, certificate, date(2026, 9, 9), stranger, (-1, 0, 365 * 3 - 1))
    nothing = await city.applied(an_upper_form(), item="record-upper-recognition")
    assert [one["code"] for one in nothing["reasons"]] == ["item_not_recognition"]
