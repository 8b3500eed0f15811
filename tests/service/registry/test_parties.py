"""Who stands behind organisations: stated once, never more than the whole, and whom that relates to whom, with why.

ZZ-22, JX-31: a quota per controller needs all firms under one controller.
"""

import asyncio
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import event, text

from kernel.ids import decode_id
from tests.builders.processes import Process
from tests.builders.registry import City, a_city, a_firm, a_number, a_person, answered, created, refused

pytestmark = pytest.mark.anyio
PATH = "/v1/registry/organisations"


def controller(**more: Any) -> dict[str, Any]:
    return {"role": "controller", "effective_on": "2026-01-05", "source": "licence"} | more


def shares(bp: int, **more: Any) -> dict[str, Any]:
    return controller(role="shareholder", share_bp=bp) | more


async def state(city: City, firm: dict[str, Any], body: dict[str, Any], *, officer: bool = True) -> httpx2.Response:
    async with city.officer() if officer else city.portal() as caller:
        return await caller.post(f"{PATH}/{firm['id']}/parties", json=body)


async def related(city: City, firm: dict[str, Any], **query: str) -> dict[str, Any]:
    async with city.officer() as officer:
        return answered(await officer.get(f"{PATH}/{firm['id']}/related-parties", params=query))


async def group(city: City, firm: dict[str, Any], **query: str) -> dict[str, Any]:
    path = f"/internal/organisations/{uuid(firm)}/controller-group"
    async with city.process.as_("workload:vouchers", "workload", city="") as vouchers:
        return answered(await vouchers.get(path, params=query))


async def pairs(city: City, *asked: tuple[dict[str, Any], dict[str, Any]], status: int = 200) -> list[dict[str, Any]]:
    body = {"city_code": city.code, "pairs": [{"a": str(uuid(a)), "b": str(uuid(b))} for a, b in asked]}
    async with city.process.as_("workload:events", "workload", city="") as events:
        answer = await events.post("/internal/organisations/related", json=body)
    assert answer.status_code == status, answer.text
    return list(answer.json().get("pairs", []))


def uuid(firm: dict[str, Any]) -> UUID:
    return decode_id("org", firm["id"])


def members(reply: dict[str, Any]) -> set[str]:
    return {member["organisation_id"] for member in reply["members"]}


async def test_several_are_asked_about_at_once_and_each_group_is_told_once(city: City) -> None:
    boss, one, other, alone = a_person(), *[await city.register() for _ in range(3)]
    for firm in (one, other):
        created(await state(city, firm, controller(person=boss)))
    ids = [str(uuid(firm)) for firm in (one, alone, other)] + [str(UUID(int=7))]
    async with city.process.as_("workload:vouchers", "workload", city="") as vouchers:
        path, body = "/internal/organisations/controller-groups", {"city_code": city.code, "ids": ids}
        found = answered(await vouchers.post(path, json=body))["items"]
        elsewhere = answered(await vouchers.post(path, json=body | {"city_code": "320300"}))["items"]
    assert [members(told) for told in found] == [{ids[0], ids[2]}, {ids[1]}]
    assert elsewhere == []


async def test_firms_of_one_person_are_one_group_and_the_path_says_why(city: City) -> None:
    """ZZ-22, JX-31: the quota counts per controller."""
    boss, one, other, stranger = a_person(), *[await city.register() for _ in range(3)]
    assert (await group(city, one))["is_known"] is False
    for firm in (one, other):
        created(await state(city, firm, controller(person=boss)))
    created(await state(city, stranger, controller(person=a_person(name="李雷"))))
    told = await group(city, one)
    assert (members(told), told["is_known"]) == ({str(uuid(one)), str(uuid(other))}, True)
    (found,) = [member for member in told["members"] if member["organisation_id"] == str(uuid(other))]
    assert [(step["kind"], step["organisation_id"]) for step in found["path"]] == [
        ("controller", str(uuid(one))), ("controller", str(uuid(other))),
    ]  # fmt: skip
    shown = await related(city, one)
    assert [(node["kind"], node["name"]) for node in shown["controllers"]] == [("person", "韩梅梅")]
    assert [entry["organisation"]["id"] for entry in shown["group"]] == [other["id"]]
    assert [step["holder"]["name"] for step in shown["group"][0]["path"]] == ["韩梅梅", "韩梅梅"]


async def test_control_goes_through_majorities_and_not_through_less(city: City) -> None:
    top, middle, bottom, minority = [await city.register() for _ in range(4)]
    created(await state(city, top, controller(person=a_person())))
    created(await state(city, middle, shares(5001, holder_organisation_id=top["id"])))
    created(await state(city, bottom, shares(10_000, holder_organisation_id=middle["id"])))
    created(await state(city, minority, shares(5000, holder_organisation_id=top["id"])))
    told = await group(city, bottom)
    assert members(told) == {str(uuid(firm)) for firm in (top, middle, bottom)}
    (first, second) = await pairs(city, (bottom, minority), (bottom, top))
    assert [step["share_bp"] for step in first["path"]] == [10_000, 5001, 5000]
    assert (second["related"], len(second["path"])) == (True, 2)


async def test_owners_who_own_each_other_do_not_loop_and_nobody_is_taken_for_the_controller(city: City) -> None:
    ring = [await city.register() for _ in range(3)]
    for at, firm in enumerate(ring):
        created(await state(city, firm, shares(6000, holder_organisation_id=ring[at - 1]["id"])))
    told = await group(city, ring[0])
    assert (members(told), told["is_known"]) == ({str(uuid(firm)) for firm in ring}, False)
    (pair,) = await pairs(city, (ring[0], ring[1]))
    assert len(pair["path"]) == 1


async def test_a_firm_that_nobody_controls_says_so(city: City) -> None:
    firm, daughter = await city.register(), await city.register()
    created(await state(city, firm, controller(role="no_controller")))
    created(await state(city, daughter, shares(9000, holder_organisation_id=firm["id"])))
    assert (await group(city, firm))["is_known"] is True
    assert ((await group(city, daughter))["is_known"], members(await group(city, daughter))) == (
        True, {str(uuid(firm)), str(uuid(daughter))},
    )  # fmt: skip
    assert refused(await state(city, firm, controller(person=a_person()))) == ["controller_contradicted"]


async def test_what_held_on_a_day_is_told_for_that_day(city: City) -> None:
    boss, one, other = a_person(), await city.register(), await city.register()
    created(await state(city, one, controller(person=boss)))
    party = created(await state(city, other, controller(person=boss)))
    async with city.officer() as officer:
        path = f"{PATH}/{other['id']}/parties/{party['id']}/end"
        early = await officer.post(path, json={"ended_on": "2026-01-05", "reason": "股权转让"})
        assert refused(early) == ["ends_before_beginning"]
        answered(await officer.post(path, json={"ended_on": "2026-06-01", "reason": "股权转让"}))
        again = await officer.post(path, json={"ended_on": "2026-06-01", "reason": "股权转让"})
    assert again.json()["code"] == "party_ended"
    assert members(await group(city, one)) == {str(uuid(one))}
    assert members(await group(city, one, on="2026-05-31")) == {str(uuid(one)), str(uuid(other))}
    shown = await related(city, other)
    assert [entry["ended_on"] for entry in shown["parties"]] == ["2026-06-01"]


async def test_shares_never_exceed_the_whole_even_when_two_are_stated_at_once(city: City) -> None:
    firm = await city.register()
    found = await asyncio.gather(
        *(state(city, firm, shares(3000, person=a_person(name=f"股东{at}"))) for at in "甲乙丙丁")
    )
    assert sorted(answer.status_code for answer in found) == [201, 201, 201, 409]
    (over,) = [refused(answer) for answer in found if answer.status_code == 409]
    assert over == ["shares_exceed_whole"]
    created(await state(city, firm, shares(1000, person=a_person(name="股东戊"))))


async def test_shared_contacts_and_accounts_relate_and_are_not_shown(city: City) -> None:
    account = {
        "payee_name": a_firm()["name"], "account_number": "1106020109000123456", "bank_name": "中国工商银行",
    }  # fmt: skip
    one, other, third = [await city.register(payee_account=account) for _ in range(2)] + [await city.register()]
    async with city.portal() as portal:
        for firm, number in ((one, "+86 139 1234 5678"), (third, "13912345678")):
            body = {"kind": "phone", "value": number, "source": "applicant"}
            answer = await portal.post(f"{PATH}/{firm['id']}/contacts", json=body)
            assert "5678" not in answer.text
            created(answer)
        twice = await portal.post(f"{PATH}/{one['id']}/contacts", json=body)
    assert twice.json()["code"] == "contact_recorded"
    found = await pairs(city, (one, other), (third, one), (other, third))
    assert [(pair["related"], pair["shared"]) for pair in found] == [
        (True, ["bank_account"]), (True, ["phone"]), (False, []),
    ]  # fmt: skip
    sharing = (await related(city, one))["sharing"]
    assert {entry["organisation"]["id"]: entry["shared"] for entry in sharing} == {
        other["id"]: ["bank_account"], third["id"]: ["phone"],
    }  # fmt: skip


async def test_the_number_of_a_person_is_nowhere_but_its_last_four(city: City) -> None:
    number, firm = a_number(), await city.register()
    body = controller(person={"name": "韩梅梅", "resident_id": number})
    answer = await state(city, firm, body)
    party = created(answer)
    async with city.officer() as officer:
        person = answered(await officer.get(f"/v1/registry/people/{party['holder']['id']}"))
    assert (person["number_last4"], person["number_kind"], person["identifier_warnings"]) == (
        number[-4:], "resident", [],
    )  # fmt: skip
    told = [answer.text, str(person), str(await related(city, firm)), str(await group(city, firm))]
    async with city.process.app.state.sessions() as session:
        for table in ("natural_person", "party", "outbox_event", "idempotency_key"):
            told += [str(row) for row in (await session.execute(text(f"SELECT * FROM {table}"))).all()]
    assert not [one for one in told if number in one or number[:14] in one]


async def test_the_same_number_is_the_same_person_and_another_name_is_refused_without_telling_it(city: City) -> None:
    boss, one, other = a_person(), await city.register(), await city.register()
    first = created(await state(city, one, controller(person=boss)))
    wide = boss["resident_id"].translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    second = created(await state(city, other, controller(person=boss | {"resident_id": wide})))
    assert first["holder"]["id"] == second["holder"]["id"]
    differs = await state(city, other, shares(100, person=boss | {"name": "李雷"}))
    assert (refused(differs), "韩梅梅" in differs.text) == (["person_name_differs"], False)


async def test_one_number_stated_for_many_firms_at_once_is_one_person(city: City) -> None:
    boss, firms = a_person(), [await city.register() for _ in range(4)]
    found = await asyncio.gather(*(state(city, firm, controller(person=boss)) for firm in firms))
    assert len({created(answer)["holder"]["id"] for answer in found}) == 1


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("1.23E+17", "number_destroyed_by_spreadsheet"),
        (1.23e17, "number_destroyed_by_spreadsheet"),
        ("110105194912310000", "number_destroyed_by_spreadsheet"),
        ("11010519491331002X", "resident_id"),
        ("李雷", "resident_id"),
    ],
)
async def test_a_number_that_is_none_is_named_for_what_happened_to_it(city: City, number: Any, code: str) -> None:
    firm = await city.register()
    answer = await state(city, firm, controller(person={"name": "韩梅梅", "resident_id": number}))
    assert answer.status_code == 422
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [("/person/resident_id", code)]
    assert str(number) not in answer.text.replace("如 1.23E+17", "")


async def test_a_credit_code_that_a_spreadsheet_destroyed_is_named_so(city: City) -> None:
    async with city.portal() as portal:
        answer = await portal.post(PATH, json=a_firm(credit_code="9.13203E+17"))
    assert [error["code"] for error in answer.json()["errors"]] == ["number_destroyed_by_spreadsheet"]


async def test_a_doubtful_number_is_taken_with_warnings_that_a_clerk_sets_aside(city: City) -> None:
    number = a_number("320399")
    wrong = number[:-1] + ("1" if number[-1] != "1" else "2")
    firm = await city.register()
    party = created(await state(city, firm, controller(person={"name": "韩梅梅", "resident_id": wrong})))
    path = f"/v1/registry/people/{party['holder']['id']}"
    async with city.officer() as officer:
        person = answered(await officer.get(path))
        assert [warning["code"] for warning in person["identifier_warnings"]] == [
            "resident_id_check_digit", "resident_id_division_of_no_list",
        ]  # fmt: skip
        body, headers = {"reason": "已核对身份证原件"}, {"If-Match": '"v1"'}
        confirmed = answered(await officer.post(f"{path}/identifier-override", json=body, headers=headers))
        again = await officer.post(f"{path}/identifier-override", json=body, headers={"If-Match": '"v2"'})
        stale = await officer.post(f"{path}/identifier-override", json=body, headers=headers)
    assert confirmed["identifier_override"]["by"] == "person:officer-2"
    assert (again.json()["code"], stale.status_code) == ("nothing_to_override", 412)


async def test_a_person_yet_to_be_born_is_refused(city: City) -> None:
    firm = await city.register()
    unborn = a_person(resident_id=a_number(born="20260902"))
    assert refused(await state(city, firm, controller(person=unborn))) == ["born_in_future"]


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"person": None}, ""),
        ({"share_bp": 100}, ""),
        ({"role": "shareholder"}, ""),
        ({"role": "no_controller"}, ""),
        ({"role": "shareholder", "share_bp": 10_001}, "/share_bp"),
        ({"ended_on": "2026-01-05"}, ""),
    ],
)
async def test_what_cannot_be_a_party_is_pointed_at(city: City, wrong: dict[str, Any], pointer: str) -> None:
    firm = await city.register()
    answer = await state(city, firm, controller(person=a_person()) | wrong)
    assert answer.status_code == 422, answer.text
    assert {error["pointer"] for error in answer.json()["errors"]} == {pointer}


async def test_a_portal_states_what_applicants_say_of_their_own_and_reads_no_graph(
    process: Process, city: City
) -> None:
    firm = await city.register()
    licence = await state(city, firm, controller(person=a_person()), officer=False)
    assert refused(licence) == ["source_not_yours"]
    created(await state(city, firm, controller(person=a_person(), source="applicant"), officer=False))
    async with city.portal() as portal:
        assert (await portal.get(f"{PATH}/{firm['id']}/related-parties")).status_code == 403
    foreign = await a_city(process)
    for caller in (city.portal("client:other"), foreign.officer()):
        async with caller as other:
            body = controller(person=a_person(), source="applicant")
            assert (await other.post(f"{PATH}/{firm['id']}/parties", json=body)).status_code == 404
    unknown = controller(holder_organisation_id=(await foreign.register())["id"])
    answer = await state(city, firm, unknown)
    assert answer.json()["errors"][0]["pointer"] == "/holder_organisation_id"
    await pairs(city, (firm, await foreign.register()), status=404)


async def test_history_cannot_be_rewritten(city: City) -> None:
    firm = await city.register()
    created(await state(city, firm, shares(3000, person=a_person())))
    async with city.process.app.state.sessions() as session:
        with pytest.raises(Exception, match="keeps its history"):
            await session.execute(text("UPDATE party SET share_bp = 1"))
        await session.rollback()
        with pytest.raises(Exception, match="keeps its history"):
            await session.execute(text("DELETE FROM party"))


async def test_a_larger_group_takes_no_more_statements(city: City) -> None:
    boss, first = a_person(), await city.register()
    created(await state(city, first, controller(person=boss)))
    counts = []
    for more in (1, 2):
        for _ in range(more):
            created(await state(city, await city.register(), controller(person=boss)))
        async with city.officer() as officer:
            counts.append(await statements_of(city, officer.get(f"{PATH}/{first['id']}/related-parties")))
    assert counts[0] == counts[1]


async def test_more_pairs_take_no_more_statements(city: City) -> None:
    firms = [await city.register() for _ in range(4)]
    boss = a_person()
    for firm in firms:
        created(await state(city, firm, controller(person=boss)))
    asked = [(firms[0], firm) for firm in firms[1:]]
    counts = [await statements_of(city, pairs(city, *some)) for some in (asked[:1], asked)]
    assert counts[1] <= counts[0], "levels of the graph are read, not pairs"


async def statements_of(city: City, call: Any) -> int:
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    engine = city.process.app.state.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    await call
    event.remove(engine, "before_cursor_execute", note)
    return len([statement for statement in seen if "organisation" in statement or "party" in statement])
