"""Organisations: codes that warn, names that follow each other, accounts that are not shown, and who sees what."""

import asyncio
from datetime import date
from typing import Any
from uuid import UUID

import httpx2
import pytest

from kernel.ids import decode_id, encode_id
from tests.builders.processes import Process
from tests.builders.registry import PORTAL, City, a_city, a_credit_code, a_firm, answered, created, refused

pytestmark = pytest.mark.anyio
PATH = "/v1/registry/organisations"
ACCOUNT = {
    "payee_name": "徐州云创众创空间管理有限公司", "account_number": "1106 0201 0900 0123 456",
    "bank_name": "中国工商银行徐州云龙支行",
}  # fmt: skip


async def sent(
    city: City, method: str, path: str, body: dict[str, Any], *, version: str | None = '"v1"', **who: Any
) -> httpx2.Response:
    client = city.officer() if who.get("officer") else city.portal(who.get("subject", "client:portal"))
    headers = {"If-Match": version} if version else {}
    async with client as caller:
        return await caller.request(method, PATH + path, json=body, headers=headers)


async def register(city: City, **firm: Any) -> httpx2.Response:
    return await sent(city, "POST", "", a_firm(**firm), version=None)


async def test_a_firm_registers_once_in_its_city(process: Process, city: City) -> None:
    code = a_credit_code()
    answer = await register(city, credit_code=code)
    firm = created(answer)
    assert (firm["credit_code"], firm["identifier_warnings"], firm["status"]) == (code, [], "active")
    assert answer.headers["etag"] == '"v1"'
    again = await register(city, credit_code=code)
    assert (again.status_code, again.json()["code"]) == (409, "organisation_exists")
    other = await a_city(process)
    created(await register(other, credit_code=code))
    assert [fact["kind"] for fact in await city.facts("organisation.registered")] == ["firm"]


async def test_full_width_digits_are_the_same_code(city: City) -> None:
    code = a_credit_code()
    wide = code.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    assert created(await register(city, credit_code=wide))["credit_code"] == code


async def test_a_wrong_check_digit_is_registered_with_a_warning_that_a_clerk_sets_aside(city: City) -> None:
    firm = created(await register(city, credit_code="91350203M0001FUE2P"))
    warning = {"code": "credit_code_check_digit", "text": "末位校验码不符", "facts": {"expected": "J"}}
    assert (firm["identifier_warnings"], firm["identifier_override"]) == ([warning], None)

    path, reason = f"/{firm['id']}/identifier-override", {"reason": "早期试点赋码"}
    assert refused(await sent(city, "POST", path, reason)) == ["override_needs_evidence"]
    confirmed = answered(await sent(city, "POST", path, reason, officer=True))
    assert confirmed["identifier_warnings"] == [warning]
    assert (confirmed["identifier_override"]["by"], confirmed["identifier_override"]["reason"]) == (
        "person:officer-2", "早期试点赋码",
    )  # fmt: skip
    again = await sent(city, "POST", path, reason, officer=True, version='"v2"')
    assert again.json()["code"] == "nothing_to_override"


async def test_whoever_registers_may_state_evidence_at_once(city: City) -> None:
    override = {"reason": "早期试点赋码", "evidence": "营业执照 2016-03-02"}
    firm = created(await register(city, credit_code="91350211M0000XUF46", identifier_override=override))
    assert firm["identifier_override"]["evidence"] == "营业执照 2016-03-02"


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"credit_code": "91320300"}, "/credit_code"),
        ({"credit_code": "362322198709086409"}, "/credit_code"),
        ({"credit_code": None}, "/credit_code"),
        ({"kind": "team"}, "/credit_code"),
        ({"kind": "castle"}, "/kind"),
        ({"name": ""}, "/name"),
        ({"payee_account": ACCOUNT | {"account_number": "12-34"}}, "/payee_account/account_number"),
        ({"nickname": "云创"}, "/nickname"),
    ],
)
async def test_what_cannot_be_read_is_named_and_not_echoed(city: City, wrong: dict[str, Any], pointer: str) -> None:
    answer = await register(city, **wrong)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert "362322198709086409" not in answer.text


async def test_a_team_has_no_code_and_may_be_paid_to_a_member(city: City) -> None:
    team = {"kind": "team", "credit_code": None, "payee_account": ACCOUNT | {"payee_name": "李雷"}}
    assert created(await register(city, **team))["credit_code"] is None


async def test_an_account_is_shown_by_its_last_digits_and_told_whole_to_funds_alone(city: City) -> None:
    answer = await register(city, payee_account=ACCOUNT)
    firm = created(answer)
    assert firm["payee_account"] == {
        "payee_name": ACCOUNT["payee_name"], "bank_name": ACCOUNT["bank_name"], "last4": "3456",
    }  # fmt: skip
    assert "1106020109000123456" not in answer.text
    path = f"/internal/organisations/{decode_id('org', firm['id'])}"
    async with city.process.as_("workload:funds", "workload", city="") as funds:
        assert answered(await funds.get(path))["bank_account_last4"] == "3456"
        assert answered(await funds.get(f"{path}/payee"))["account_number"] == "1106020109000123456"
    async with city.process.as_("workload:vouchers", "workload", city="") as vouchers:
        assert answered(await vouchers.get(path))["registered_by"] == "client:portal"
        assert (await vouchers.get(f"{path}/payee")).status_code == 403
    async with city.officer() as officer:
        assert (await officer.get(f"{path}/payee")).status_code == 403


async def test_money_is_not_directed_to_somebody_else(city: City) -> None:
    answer = await register(city, payee_account=ACCOUNT | {"payee_name": "徐州别家有限公司"})
    assert refused(answer) == ["payee_name_differs"]


async def test_an_account_is_replaced_and_a_stale_reader_is_told(city: City) -> None:
    firm = created(await register(city, payee_account=ACCOUNT))
    path, other = f"/{firm['id']}/payee-account", ACCOUNT | {"account_number": "3202110900998877"}
    assert (await sent(city, "PUT", path, other, version=None)).status_code == 428
    assert answered(await sent(city, "PUT", path, other))["payee_account"]["last4"] == "8877"
    assert (await sent(city, "PUT", path, other)).status_code == 412


async def test_many_are_told_at_once_as_each_alone_and_only_to_our_processes(city: City) -> None:
    firms = [created(await register(city, credit_code=a_credit_code(), name=f"徐州{n}公司")) for n in range(3)]
    ids = [str(decode_id("org", firm["id"])) for firm in firms]
    path = "/internal/organisations"
    async with city.process.as_("workload:funds", "workload", city="") as funds:
        told = answered(await funds.post(f"{path}/several", json={"ids": [*ids, str(UUID(int=7))]}))["items"]
        alone = [answered(await funds.get(f"{path}/{one}")) for one in ids]
        assert sorted(told, key=lambda one: ids.index(one["id"])) == alone
        assert (await funds.post(f"{path}/several", json={"ids": []})).status_code == 422
    async with city.officer() as officer:
        assert (await officer.post(f"{path}/several", json={"ids": ids})).status_code == 403


@pytest.mark.own_city
async def test_names_are_kept_and_follow_each_other(city: City) -> None:
    firm = created(await register(city))
    await city.set_clock(date(2026, 9, 20))
    renamed = created(
        await sent(city, "POST", f"/{firm['id']}/names", {"name": "徐州云创科技", "effective_on": "2026-09-15"})
    )
    assert [name["name"] for name in renamed["names"]] == [firm["name"], "徐州云创科技"]
    earlier = {"name": "徐州云创", "effective_on": "2026-09-15"}
    assert refused(await sent(city, "POST", f"/{firm['id']}/names", earlier, version='"v2"')) == ["name_not_later"]


async def test_foreign_organisations_do_not_exist(process: Process, city: City) -> None:
    firm = created(await register(city))
    other = await a_city(process)
    for client in (city.portal("client:other"), other.portal(), other.officer()):
        async with client as caller:
            assert (await caller.get(f"{PATH}/{firm['id']}")).status_code == 404
            assert answered(await caller.get(PATH))["items"] == []
    own = str(decode_id("org", firm["id"]))
    async with process.as_("client:bank", "portal", city=city.code, organisation=own) as itself:
        assert answered(await itself.get(f"{PATH}/{firm['id']}"))["id"] == firm["id"]


async def test_only_the_city_deregisters_and_only_once(city: City) -> None:
    firm = created(await register(city))
    path, body = f"/{firm['id']}/deregistration", {"on": "2026-08-30", "reason": "注销公告"}
    assert (await sent(city, "POST", path, body)).status_code == 403
    assert answered(await sent(city, "POST", path, body, officer=True))["status"] == "deregistered"
    again = await sent(city, "POST", path, body, officer=True, version='"v2"')
    assert again.json()["code"] == "already_deregistered"


async def test_a_retry_with_its_key_registers_once(city: City) -> None:
    body = a_firm()
    async with city.portal() as portal:
        first = await portal.post(PATH, json=body, headers={"Idempotency-Key": "r-1"})
        second = await portal.post(PATH, json=body, headers={"Idempotency-Key": "r-1"})
        other = await portal.post(PATH, json=a_firm(), headers={"Idempotency-Key": "r-1"})
    assert created(first) == created(second)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert other.status_code == 422


@pytest.mark.own_city
async def test_pages_go_on_where_the_last_one_ended(city: City) -> None:
    ids = [created(await register(city))["id"] for _ in range(3)]
    async with city.portal() as portal:
        first = answered(await portal.get(PATH, params={"limit": 2}))
        second = answered(await portal.get(PATH, params={"limit": 2, "cursor": first["next_cursor"]}))
        forged = await portal.get(PATH, params={"cursor": first["next_cursor"][:-4] + "AAAA"})
    assert [item["id"] for item in first["items"] + second["items"]] == ids
    assert second["next_cursor"] is None
    assert forged.status_code == 400


FIRMS = "/internal/organisations/firms"


async def firms_named(city: City, *firms: tuple[str, str]) -> list[dict[str, Any]]:
    asked = {"city_code": city.code, "firms": [{"credit_code": code, "name": name} for code, name in firms]}
    async with city.process.as_("workload:funds", "workload", city="") as funds:
        found: list[dict[str, Any]] = answered(await funds.post(FIRMS, json=asked))["firms"]
    return found


async def test_a_partner_names_firms_by_their_codes_once(city: City) -> None:
    """Many in one question, each with its own answer; the same new ones at once, in any order, are registered once."""
    known, name = a_credit_code(), "徐州淮海传感科技有限公司"
    ((earlier,), new) = (await firms_named(city, (known, name)), [(a_credit_code(), f"{name}{n}") for n in range(3)])
    questions = [new, new[::-1], [(known, name), *new]]
    told = await asyncio.gather(*(firms_named(city, *one) for one in questions))
    ids = [{one["organisation"]["credit_code"]: one["organisation"]["id"] for one in answer} for answer in told]
    assert ids[0] == ids[1]
    assert ids[2] == ids[0] | {known: earlier["organisation"]["id"]}
    assert len(await city.facts("organisation.registered")) == 4
    lower, other, malformed = await firms_named(city, (known.lower(), name), (known, "徐州别家公司"), ("9132", name))
    assert lower["organisation"]["id"] == earlier["organisation"]["id"]
    assert [one["code"] for one in other["problem"]["reasons"]] == ["organisation_name_differs"]
    assert "淮海" not in str(other)
    assert (malformed["problem"]["status"], malformed["problem"]["code"]) == (422, "credit_code_malformed")
    async with city.portal() as portal:
        assert (await portal.post(FIRMS, json={})).status_code == 403


async def test_of_a_new_code_named_twice_the_first_name_stands(city: City) -> None:
    code = a_credit_code()
    first, second = await firms_named(city, (code, "徐州甲有限公司"), (code, "徐州乙有限公司"))
    assert first["organisation"]["name"] == "徐州甲有限公司"
    assert second["problem"]["code"] == "refused"


async def test_a_firm_a_partner_named_is_its_first_applicants(city: City) -> None:
    code = a_credit_code()
    (named,) = [one["organisation"] for one in await firms_named(city, (code, a_firm()["name"]))]
    assert (await register(city, credit_code=code, name="徐州别家有限公司")).json()["code"] == "organisation_exists"
    claimed = created(await register(city, credit_code=code, payee_account=ACCOUNT))
    assert decode_id("org", claimed["id"]) == UUID(named["id"])
    assert (claimed["payee_account"]["last4"], [entry["name"] for entry in claimed["names"]]) == (
        "3456", [a_firm()["name"]],
    )  # fmt: skip
    again = await register(city, credit_code=code)
    assert again.json()["code"] == "organisation_exists"
    (known,) = await firms_named(city, (code, a_firm()["name"]))
    assert known["organisation"]["registered_by"] == "client:portal"


async def test_a_named_firm_whose_account_the_counter_entered_is_not_for_anybody_to_claim(city: City) -> None:
    code = a_credit_code()
    (named,) = [one["organisation"] for one in await firms_named(city, (code, a_firm()["name"]))]
    path = f"/{encode_id('org', UUID(named['id']))}/payee-account"
    answered(await sent(city, "PUT", path, ACCOUNT, officer=True, version="*"))
    other = ACCOUNT | {"account_number": "1106020109000127777"}
    assert (await register(city, credit_code=code, payee_account=other)).json()["code"] == "organisation_exists"


async def test_who_was_entered_at_the_counter_is_entrusted_to_the_portal_it_wants(city: City) -> None:
    """The 409 of a code that another has says: ask the window. The window can help, and nobody else."""
    firm, headers = a_firm(), {"version": "*"}
    entered = created(await sent(city, "POST", "", firm, version=None, officer=True))
    assert (await sent(city, "POST", "", firm, version=None)).json()["code"] == "organisation_exists"
    path = f"/{entered['id']}/entrustment"
    wanted = {"client": PORTAL, "reason": "改由门户代办", "evidence": "授权委托书"}
    assert (await sent(city, "POST", path, wanted, **headers)).status_code == 403
    assert (await city.ask(f"organisations/{entered['id']}")).status_code == 404
    ours = wanted | {"client": "workload:funds"}
    assert refused(await sent(city, "POST", path, ours, officer=True, **headers)) == ["entrusted_to_process"]
    answered(await sent(city, "POST", path, wanted, officer=True, **headers))
    assert refused(await sent(city, "POST", path, wanted, officer=True, **headers)) == ["entrusted_already"]
    assert answered(await city.ask(f"organisations/{entered['id']}"))["id"] == entered["id"]
    (fact,) = [one for one in await city.facts("organisation.entrusted") if one["present"] == PORTAL]
    assert fact["former"] == "person:officer-2"
