"""How organisations change and end: a team becomes a firm, two become one, one is deregistered; by a second person
where something is taken away.
"""

import asyncio
from datetime import date
from typing import Any

import httpx2
import pytest
from sqlalchemy import select, text

from kernel.ids import decode_id
from services.registry.carriers.models import Carrier
from tests.builders.processes import Process
from tests.builders.registry import (
    PORTAL,
    SECOND,
    THIRD,
    City,
    a_city,
    a_credit_code,
    a_firm,
    a_form,
    an_upper_form,
    answered,
    created,
    refused,
)

pytestmark = pytest.mark.anyio
PATH, ENDINGS = "/v1/registry/organisations", "/v1/registry/endings"
ACCOUNT = {"payee_name": "李雷", "account_number": "1106020109000123456", "bank_name": "中国工商银行"}


async def post(
    city: City, path: str, body: dict[str, Any] | None = None, *, by: str = SECOND, version: str = "*"
) -> httpx2.Response:
    async with city.officer(by) as officer:
        return await officer.post(path, json=body, headers={"If-Match": version})


async def a_merger(city: City, firm: dict[str, Any], into: dict[str, Any], **more: Any) -> httpx2.Response:
    body = {"into_id": into["id"], "on": "2026-08-30", "reason": "吸收合并", "evidence": "准予合并登记通知书"} | more
    return await post(city, f"{PATH}/{firm['id']}/merger", body)


async def confirm(city: City, ending: dict[str, Any], *, by: str = THIRD) -> httpx2.Response:
    return await post(city, f"{ENDINGS}/{ending['id']}/confirmation", by=by)


async def read(city: City, firm: dict[str, Any]) -> dict[str, Any]:
    async with city.officer() as officer:
        return answered(await officer.get(f"{PATH}/{firm['id']}"))


async def a_carrier(city: City, operator: dict[str, Any], name: str = "云创众创空间") -> dict[str, Any]:
    body = {"kind": "makerspace", "name": name, "operator_id": operator["id"], "premises": []}
    async with city.portal() as portal:
        return created(await portal.post("/v1/registry/carriers", json=body))


async def incorporate(city: City, team: dict[str, Any], code: str, **more: Any) -> httpx2.Response:
    body = {"name": "徐州云创智能科技有限公司", "credit_code": code, "effective_on": "2026-09-01"} | more
    async with city.portal() as portal:
        return await portal.post(f"{PATH}/{team['id']}/incorporation", json=body, headers={"If-Match": '"v1"'})


@pytest.mark.own_city
async def test_a_team_becomes_a_firm_and_stays_what_it_was(city: City) -> None:
    team = await city.register(kind="team", credit_code=None, name="云创智能团队", payee_account=ACCOUNT)
    await city.set_clock(date(2026, 9, 4))
    code = a_credit_code()
    firm = answered(await incorporate(city, team, code, effective_on="2026-09-03"))
    assert (firm["id"], firm["kind"], firm["credit_code"], firm["incorporated_on"]) == (
        team["id"], "firm", code, "2026-09-03",
    )  # fmt: skip
    assert [name["name"] for name in firm["names"]] == ["云创智能团队", "徐州云创智能科技有限公司"]
    assert firm["payee_account"] is None, "a firm is not paid to a member's account"
    (fact,) = await city.facts("organisation.incorporated")
    assert fact["organisation_id"] == str(decode_id("org", team["id"]))
    again = await post(city, f"{PATH}/{team['id']}/incorporation", _body(a_credit_code()))
    assert again.json()["code"] == "not_a_team"


def _body(code: str) -> dict[str, Any]:
    return {"name": "徐州云创智能科技有限公司", "credit_code": code, "effective_on": "2026-09-04"}


async def test_a_team_does_not_become_a_firm_that_is_here_already(city: City) -> None:
    team = await city.register(kind="team", credit_code=None, name="云创智能团队")
    firm = await city.register()
    taken = await incorporate(city, team, firm["credit_code"])
    assert (taken.status_code, taken.json()["code"]) == (409, "organisation_exists")
    early = await incorporate(city, team, a_credit_code(), effective_on="2026-08-01")
    assert refused(early) == ["name_not_later"]
    late = await incorporate(city, team, a_credit_code(), effective_on="2026-10-01")
    assert refused(late) == ["date_in_future"]


async def test_a_merger_takes_two_persons_and_the_identity_survives(city: City) -> None:
    old, new = await city.register(payee_account=ACCOUNT | {"payee_name": a_firm()["name"]}), await city.register()
    carrier = await a_carrier(city, old)
    ending = created(await a_merger(city, old, new))
    assert (ending["status"], ending["open"]) == (
        "proposed", [{"kind": "carrier", "id": carrier["id"], "status": "makerspace"}],
    )  # fmt: skip
    waiting = await read(city, old)
    assert (waiting["status"], waiting["pending_ending_id"]) == ("active", ending["id"])
    assert refused(await confirm(city, ending, by=SECOND)) == ["second_person_confirms"]
    assert refused(await a_merger(city, old, new)) == ["ending_waits"]

    confirmed = answered(await confirm(city, ending))
    assert (confirmed["status"], confirmed["decided_by"]) == ("confirmed", THIRD)
    merged = await read(city, old)
    assert (merged["status"], merged["merged_into_id"], merged["merged_on"], merged["payee_account"]) == (
        "merged", new["id"], "2026-08-30", None,
    )  # fmt: skip
    async with city.portal() as portal:
        account = await portal.put(f"{PATH}/{old['id']}/payee-account", json=ACCOUNT, headers={"If-Match": "*"})
        again = {"name": "徐州旧业有限公司", "effective_on": "2026-09-01"}
        renamed = await portal.post(f"{PATH}/{old['id']}/names", json=again, headers={"If-Match": "*"})
    assert (refused(account)[0], refused(renamed)[0]) == ("organisation_ended", "organisation_ended")
    async with city.process.app.state.sessions() as session:
        operator = await session.scalar(
            select(Carrier.operator_id).where(Carrier.id == decode_id("car", carrier["id"]))
        )
    assert operator == decode_id("org", new["id"])
    (fact,) = await city.facts("organisation.merged")
    assert fact == {
        "organisation_id": str(decode_id("org", old["id"])), "successor_id": str(operator),
        "effective_on": "2026-08-30",
    }  # fmt: skip
    async with city.process.as_("workload:funds", "workload", city="") as funds:
        told = answered(await funds.get(f"/internal/organisations/{decode_id('org', old['id'])}"))
        paid = answered(await funds.get(f"/internal/organisations/{decode_id('org', old['id'])}/payee"))
        path = f"/internal/organisations/{decode_id('org', new['id'])}/controller-group"
        group = answered(await funds.get(path))
        asked = {"city_code": city.code, "client": PORTAL}
        whole = answered(await funds.post("/internal/organisations/represented", json=asked))
        acted_for, known = whole["ids"], asked | {"known": whole["mark"]}
        still = answered(await funds.post("/internal/organisations/represented", json=known))
        nobodys = await funds.post("/internal/organisations/represented", json=asked | {"client": "portal-nobody"})
    assert (told["status"], told["merged_into"], told["ended_on"]) == ("merged", str(operator), "2026-08-30")
    assert (paid["successor_id"], paid["account_number"]) == (str(operator), None)
    assert {str(operator), fact["organisation_id"]} <= set(acted_for)  # what merged into one's own is one's own
    assert answered(nobodys)["ids"] == []
    assert still == {"ids": None, "mark": whole["mark"]}
    other = {"client": "client:other", "reason": "改由门户代办", "evidence": "授权委托书"}
    async with city.officer() as officer:
        answered(await officer.post(f"{PATH}/{new['id']}/entrustment", json=other, headers={"If-Match": "*"}))
    async with city.process.as_("workload:funds", "workload", city="") as funds:
        left = answered(await funds.post("/internal/organisations/represented", json=known))["ids"]
        others = await funds.post("/internal/organisations/represented", json=asked | {"client": "client:other"})
    assert not {str(operator), fact["organisation_id"]} & set(left)
    assert set(answered(others)["ids"]) == {str(operator), fact["organisation_id"]}
    assert group["predecessors"] == [fact["organisation_id"]]
    assert {member["organisation_id"] for member in group["members"]} == {str(operator), fact["organisation_id"]}


async def test_a_merged_operators_certificates_are_replaced_by_the_successors(city: City) -> None:
    old, new = await city.register(), await city.register(name="徐州合并后有限公司")
    case = await city.accept(old["id"], an_upper_form(), item="record-upper-recognition")
    upper = answered(await city.reviewed(await city.recognition_of(case), issuing_authority="江苏省科学技术厅"))
    answered(await confirm(city, created(await a_merger(city, old, new))))
    (changed,) = await city.facts("carrier.recognition_changed")
    assert (changed["kind"], changed["organisation_id"]) == ("operator", str(decode_id("org", new["id"])))
    said = answered(await city.ask(f"certificates/{changed['certificate_number']}"))["statement"]
    assert (said["operator"]["name"], said["replaces"]) == ("徐州合并后有限公司", upper["certificate_number"])
    verified = answered(await city.ask(f"certificates/{upper['certificate_number']}/verification"))
    assert (verified["standing"], verified["replaced_by"]) == ("replaced", changed["certificate_number"])
    (told,) = await city.facts("carrier.operator_changed")
    assert told["former_organisation_id"] == str(decode_id("org", old["id"]))


async def a_tenant_of(city: City, code: str, *carriers: dict[str, Any]) -> list[dict[str, Any]]:
    tenant = {"kind": "firm", "name": "星火智能", "credit_code": code, "seats": 3, "started_on": "2026-08-01"}
    async with city.portal() as portal:
        return [
            created(await portal.post(f"/v1/registry/carriers/{carrier['id']}/tenants", json=tenant))
            for carrier in carriers
        ]


async def sitting(city: City, carrier: dict[str, Any]) -> tuple[list[Any], int]:
    """Its tenants, each with the day and the reason of its end, and how many it counts."""
    async with city.officer() as officer:
        listed = answered(await officer.get(f"/v1/registry/carriers/{carrier['id']}/tenants"))["items"]
        counted = answered(await officer.get(f"/v1/registry/carriers/{carrier['id']}"))["tenants_now"]
    return [(one["ended_on"], one["end_reason"] and one["end_reason"].split()[0]) for one in listed], counted


async def test_who_is_no_more_sits_nowhere_and_the_carriers_count_without_it(city: City) -> None:
    """Also where the tenancy is older than the firm's entry in the register."""
    operator, code = await city.register(), a_credit_code()
    first, second = await a_carrier(city, operator), await a_carrier(city, operator, "二号空间")
    await a_tenant_of(city, code, first)
    firm = await city.register(credit_code=code)
    await a_tenant_of(city, code, second)
    await a_tenant_of(city, a_credit_code(), second)
    answered(await post(city, f"{PATH}/{firm['id']}/deregistration", {"on": "2026-08-30", "reason": "注销"}))
    gone = ("2026-08-30", "入驻单位已注销")
    assert await sitting(city, first) == ([gone], 0)
    assert await sitting(city, second) == ([gone, (None, None)], 1)
    facts = await city.facts("tenancy.ended")
    assert [(fact["ended_on"], fact["organisation_id"] is None) for fact in facts] == [
        ("2026-08-30", True), ("2026-08-30", False),
    ]  # fmt: skip


async def test_who_is_merged_gives_up_its_seats_and_one_found_out_late_ends_as_it_began(city: City) -> None:
    operator, old, new = [await city.register() for _ in range(3)]
    carrier = await a_carrier(city, operator)
    await a_tenant_of(city, old["credit_code"], carrier)
    ending = created(await a_merger(city, old, new, on="2026-07-01"))
    assert await sitting(city, carrier) == ([(None, None)], 1)
    answered(await confirm(city, ending))
    assert await sitting(city, carrier) == ([("2026-08-01", "入驻单位已并入其他单位")], 0)
    await a_tenant_of(city, new["credit_code"], carrier)


async def test_nobody_moves_in_while_it_ends(city: City) -> None:
    operator, firm = await city.register(), await city.register()
    carrier = await a_carrier(city, operator)
    tenant = {"kind": "firm", "name": "甲", "credit_code": firm["credit_code"], "started_on": "2026-08-01"}
    async with city.portal() as portal:
        path = f"/v1/registry/carriers/{carrier['id']}/tenants"
        moved, ended = await asyncio.gather(
            portal.post(path, json=tenant),
            post(city, f"{PATH}/{firm['id']}/deregistration", {"on": "2026-08-30", "reason": "注销"}),
        )
    answered(ended)
    assert moved.status_code in {201, 409}
    assert (await sitting(city, carrier))[1] == 0


async def test_what_is_under_way_is_decided_before_a_merger(city: City) -> None:
    firm, other = await city.register(), await city.register()
    proposed = created(await a_merger(city, firm, other))
    await city.accept(firm["id"], a_form())
    assert refused(await confirm(city, proposed)) == ["recognition_under_way"]
    answered(await post(city, f"{ENDINGS}/{proposed['id']}/withdrawal", {"reason": "先办结认定"}))
    assert refused(await a_merger(city, firm, other, on="2026-10-01")) == ["date_in_future", "recognition_under_way"]


async def test_nobody_is_merged_into_itself_nor_into_what_ends(city: City) -> None:
    firm, other = await city.register(), await city.register()
    assert refused(await a_merger(city, firm, firm)) == ["merged_into_itself"]
    created(await a_merger(city, other, firm))
    assert refused(await a_merger(city, firm, other)) == ["successor_ends"]
    foreign = await a_city(city.process)
    unknown = await a_merger(city, firm, await foreign.register())
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/into_id")


async def test_two_mergers_across_each_other_are_one(city: City) -> None:
    one, other = await city.register(), await city.register()
    found = await asyncio.gather(a_merger(city, one, other), a_merger(city, other, one))
    assert sorted(answer.status_code for answer in found) == [201, 409]
    (lost,) = [answer for answer in found if answer.status_code == 409]
    assert refused(lost) == ["successor_ends"]


async def test_a_deregistration_that_takes_something_away_waits_for_a_second_person(city: City) -> None:
    firm = await city.register()
    await a_carrier(city, firm)
    body = {"on": "2026-08-30", "cause": "bankrupt", "reason": "破产清算终结"}
    waiting = answered(await post(city, f"{PATH}/{firm['id']}/deregistration", body))
    assert (waiting["status"], waiting["pending_ending_id"] is not None) == ("active", True)
    again = await post(city, f"{PATH}/{firm['id']}/deregistration", body)
    assert refused(again) == ["ending_waits"]
    ending = {"id": waiting["pending_ending_id"]}
    assert refused(await confirm(city, ending, by=SECOND)) == ["second_person_confirms"]
    answered(await confirm(city, ending))
    ended = await read(city, firm)
    assert (ended["status"], ended["deregistered_on"], ended["pending_ending_id"]) == (
        "deregistered",
        "2026-08-30",
        None,
    )
    assert [(fact["cause"], fact["effective_on"]) for fact in await city.facts("organisation.deregistered")] == [
        ("bankrupt", "2026-08-30")
    ]


async def test_a_deregistration_is_confirmed_once_however_many_press_the_button(city: City) -> None:
    firm = await city.register()
    await a_carrier(city, firm)
    waiting = answered(
        await post(city, f"{PATH}/{firm['id']}/deregistration", {"on": "2026-08-30", "reason": "公告注销"})
    )
    ending = {"id": waiting["pending_ending_id"]}
    found = await asyncio.gather(*(confirm(city, ending) for _ in range(4)))
    assert sorted(answer.status_code for answer in found) == [200, 409, 409, 409]
    assert len(await city.facts("organisation.deregistered")) == 1


async def test_a_withdrawn_proposal_leaves_everything_as_it_was(city: City) -> None:
    firm = await city.register()
    await a_carrier(city, firm)
    path, body = f"{PATH}/{firm['id']}/deregistration", {"on": "2026-08-30", "reason": "公告注销"}
    ending = {"id": answered(await post(city, path, body))["pending_ending_id"]}
    answered(await post(city, f"{ENDINGS}/{ending['id']}/withdrawal", {"reason": "公告已被撤销"}))
    assert (await read(city, firm))["pending_ending_id"] is None
    assert (await confirm(city, ending)).json()["code"] == "move_not_allowed"
    async with city.officer() as officer:
        listed = answered(await officer.get(ENDINGS, params={"status": "withdrawn", "organisation_id": firm["id"]}))
    assert [entry["id"] for entry in listed["items"]] == [ending["id"]]
    answered(await post(city, path, body))


async def test_an_ending_is_the_citys_alone_and_no_portals(process: Process, city: City) -> None:
    firm, other = await city.register(), await city.register()
    ending = created(await a_merger(city, firm, other))
    foreign = await a_city(process)
    assert (await confirm(foreign, ending)).status_code == 404
    async with city.portal() as portal:
        assert (await portal.post(f"{ENDINGS}/{ending['id']}/confirmation")).status_code == 403
        body = {"into_id": other["id"], "on": "2026-08-30", "reason": "合并", "evidence": "通知书"}
        answer = await portal.post(f"{PATH}/{firm['id']}/merger", json=body, headers={"If-Match": "*"})
    assert answer.status_code == 403


@pytest.mark.own_city
async def test_the_database_itself_wants_a_second_person_and_keeps_what_was_decided(city: City) -> None:
    firm, other = await city.register(), await city.register()
    created(await a_merger(city, firm, other))
    alone = "UPDATE ending SET status = 'confirmed', decided_by = proposed_by, decided_at = proposed_at"
    async with city.process.app.state.sessions() as session:
        with pytest.raises(Exception, match="second_person_confirms"):
            await session.execute(text(f"{alone} WHERE city_code = :c"), {"c": city.code})
        await session.rollback()
        with pytest.raises(Exception, match="keeps its history"):
            await session.execute(text("DELETE FROM ending"))


async def test_what_was_deregistered_by_mistake_exists_again_by_two_persons_and_may_end_again(city: City) -> None:
    firm = await city.register()
    gone = {"on": "2026-08-30", "cause": "moved_away", "reason": "迁出本市"}
    answered(await post(city, f"{PATH}/{firm['id']}/deregistration", gone))
    assert refused(await a_merger(city, await city.register(), firm)) == ["successor_ends"]
    path, back = f"{PATH}/{firm['id']}/restoration", {"on": "2026-09-01", "reason": "迁回本市", "evidence": "营业执照"}
    assert refused(await post(city, path, back | {"on": "2026-08-29"})) == ["restored_before_its_end"]
    ending = created(await post(city, path, back))
    assert refused(await post(city, path, back)) == ["ending_waits"]
    assert refused(await confirm(city, ending, by=SECOND)) == ["second_person_confirms"]
    assert (await read(city, firm))["status"] == "deregistered"
    answered(await confirm(city, ending))
    restored = await read(city, firm)
    async with city.process.as_("workload:vouchers", "workload") as vouchers:
        known = answered(await vouchers.get(f"/internal/organisations/{decode_id('org', firm['id'])}"))
    assert (known["ended_on"], known["absent"]) == (None, [{"since": "2026-08-30", "until": "2026-09-01"}])
    assert (restored["status"], restored["deregistered_on"], restored["pending_ending_id"]) == ("active", None, None)
    assert [fact["effective_on"] for fact in await city.facts("organisation.restored")] == ["2026-09-01"]
    assert refused(await post(city, path, back)) == ["not_deregistered"]
    again = await post(city, f"{PATH}/{firm['id']}/deregistration", gone | {"on": "2026-09-01"})
    assert answered(again)["status"] == "deregistered"
