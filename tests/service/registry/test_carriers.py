"""Carriers: premises with their history, facts the pack knows, who sees what, signed proofs and certificates."""

import asyncio
import base64
import json
from datetime import date
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError

from tests.builders.processes import Process
from tests.builders.registry import City, a_city, an_upper_form, answered, created, refused

pytestmark = pytest.mark.anyio
PATH = "/v1/registry/carriers"
PLACE = {"address": "徐州市铜山区大学路1号", "district_code": "320312", "area_sqm": 700, "seats": 40}


async def a_carrier(city: City, **more: Any) -> dict[str, Any]:
    firm = await city.register()
    body = {"kind": "makerspace", "name": "矿大众创", "operator_id": firm["id"], "premises": [PLACE]} | more
    async with city.portal() as portal:
        return created(await portal.post(PATH, json=body))


async def recognised(city: City, decided_on: str = "2026-08-20") -> dict[str, Any]:
    """A carrier whose provincial recognition of `decided_on` was recorded."""
    firm = await city.register()
    form = an_upper_form(upper_decision_on=decided_on)
    case = await city.accept(firm["id"], form, item="record-upper-recognition")
    answer = await city.reviewed(await city.recognition_of(case), issuing_authority="江苏省科学技术厅")
    return answered(answer)


def verified_offline(signed: dict[str, Any], keys: dict[str, Any]) -> bool:
    """With nothing of ours: canonical JSON, base64url, and the published key."""

    def number(text: str) -> int:
        return int.from_bytes(base64.urlsafe_b64decode(text + "=="), "big")

    header, _, signature = signed["signature"].split(".")
    key = next(key for key in keys["keys"] if key["kid"] == signed["key_id"])
    payload = json.dumps(signed["statement"], ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    said = f"{header}.{base64.urlsafe_b64encode(payload).decode().rstrip('=')}".encode()
    raw = base64.urlsafe_b64decode(signature + "==")
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    public = ec.EllipticCurvePublicNumbers(number(key["x"]), number(key["y"]), ec.SECP256R1()).public_key()
    try:
        public.verify(der, said, ec.ECDSA(hashes.SHA256()))
    except Exception:  # noqa: BLE001 - whatever it says, it is not verified
        return False
    return True


async def proof(city: City, carrier_id: str, on: str) -> dict[str, Any]:
    async with city.portal() as portal:
        return answered(await portal.get(f"{PATH}/{carrier_id}/proof", params={"on": on}))


async def test_an_operator_enters_a_space_once_however_it_is_typed(city: City) -> None:
    first = await a_carrier(city)
    body = {"kind": "makerspace", "name": "矿大  众创", "operator_id": first["operator"]["id"], "premises": []}
    other = (await city.register())["id"]
    async with city.portal() as portal:
        again = await portal.post(PATH, json=body)
        assert (refused(again), again.json()["reasons"][0]["facts"]) == (["space_entered"], {"carrier_id": first["id"]})
        created(await portal.post(PATH, json=body | {"kind": "incubator"}))
        created(await portal.post(PATH, json=body | {"operator_id": other}))
        second = created(await portal.post(PATH, json=body | {"name": "矿大众创二期"}))
        path, match = f"{PATH}/{second['id']}", {"If-Match": "*"}
        assert refused(await portal.patch(path, json={"name": "矿大众创"}, headers=match)) == ["space_entered"]
        answered(await portal.patch(path, json={"name": "矿大众创二期"}, headers=match))
        at_once = await asyncio.gather(*(portal.post(PATH, json=body | {"name": "矿大三期"}) for _ in range(3)))
    assert sorted(answer.status_code for answer in at_once) == [201, 409, 409]


async def test_recognised_on_a_day_is_answered_with_a_signature_that_verifies_offline(city: City) -> None:
    recognition = await recognised(city)
    async with city.portal() as portal:
        keys = answered(await portal.get("/v1/registry/keys"))
    assert "d" not in keys["keys"][0]
    before = await proof(city, recognition["carrier_id"], "2026-08-19")
    since = await proof(city, recognition["carrier_id"], "2026-08-20")
    assert (before["recognised"], before["level"], before["statement"]["levels"]) == (False, None, [])
    assert (since["recognised"], since["level"], since["is_key"]) == (True, "provincial", True)
    level = since["statement"]["levels"][0]
    assert level["certificate_number"] == recognition["certificate_number"]
    assert (level["policy"]["version"], len(level["policy"]["hash"])) == (2, 64)
    assert verified_offline(before, keys)
    assert verified_offline(since, keys)
    since["statement"]["on"] = "2026-08-01"
    assert not verified_offline(since, keys)


async def test_nothing_is_proved_of_a_day_that_has_not_come(city: City) -> None:
    carrier = await a_carrier(city)
    async with city.portal() as portal:
        answer = await portal.get(f"{PATH}/{carrier['id']}/proof", params={"on": "2026-09-02"})
    assert (answer.status_code, answer.json()["code"]) == (422, "day_in_future")


async def test_a_certificate_is_read_by_its_number_and_verifies(process: Process, city: City) -> None:
    recognition = await recognised(city)
    path = f"/v1/registry/certificates/{recognition['certificate_number']}"
    async with city.portal("client:anybody") as portal:
        certificate = answered(await portal.get(path))
        keys = answered(await portal.get("/v1/registry/keys"))
    assert verified_offline(certificate, keys)
    said = certificate["statement"]
    assert (said["level"], said["recognised_on"], said["issued_on"]) == ("provincial", "2026-08-20", "2026-09-01")
    assert said["upper_document"]["authority"] == "江苏省科学技术厅"
    async with (await a_city(process)).portal() as stranger:
        assert (await stranger.get(path)).status_code == 404


@pytest.mark.own_city
async def test_certificate_numbers_follow_each_other(city: City) -> None:
    numbers = [(await recognised(city))["certificate_number"] for _ in range(2)]
    assert [number.split("-")[-2] for number in numbers] == ["00001", "00002"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE carrier_level SET level = 'national' WHERE city_code = :city",
        "DELETE FROM carrier_level WHERE city_code = :city",
        "UPDATE certificate SET number = 'X' WHERE city_code = :city",
        "DELETE FROM organisation_name WHERE city_code = :city",
    ],
)
async def test_history_is_not_rewritten(city: City, statement: str) -> None:
    await recognised(city)
    with pytest.raises(IntegrityError, match="keeps its history"):
        async with city.process.app.state.sessions() as session, session.begin():
            await session.execute(text(statement), {"city": city.code})


async def test_a_level_that_ended_is_proved_for_the_days_it_stood(city: City) -> None:
    recognition = await recognised(city)
    async with city.process.app.state.sessions() as session, session.begin():
        ended = "UPDATE carrier_level SET ended_on = '2026-08-25' WHERE city_code = :city"
        await session.execute(text(ended), {"city": city.code})
    days = {"2026-08-19": False, "2026-08-20": True, "2026-08-24": True, "2026-08-25": False}
    for day, stood in days.items():
        assert (await proof(city, recognition["carrier_id"], day))["recognised"] is stood


@pytest.mark.own_city
async def test_premises_move_and_facts_change_under_an_etag(city: City) -> None:
    carrier = await a_carrier(city, facts={"tenants": 10})
    place = PLACE | {"area_sqm": 900, "address": "和平路57号" * 50}  # as long as the document promises
    path, moved = f"{PATH}/{carrier['id']}", {"premises": [place], "facts": {"tenants": 12}}
    async with city.portal() as portal:
        assert (await portal.patch(path, json=moved)).status_code == 428
        longer = moved | {"premises": [place | {"address": place["address"] + "A"}], "host_zone": "云龙" * 51}
        wrong = await portal.patch(path, json=longer, headers={"If-Match": '"v1"', "Accept-Language": "en"})
        assert [(one["pointer"], one["code"], one["message"]) for one in wrong.json()["errors"]] == [
            ("/host_zone", "string_too_long", "The text is too long (at most 100)"),
            ("/premises/0/address", "string_too_long", "The text is too long (at most 300)"),
        ]
        changed = answered(await portal.patch(path, json=moved, headers={"If-Match": '"v1"'}))
        stale = await portal.patch(path, json=moved, headers={"If-Match": '"v1"'})
    assert [(one["area_sqm"], one["address"]) for one in changed["premises"]] == [(900, place["address"])]
    assert changed["facts"] == {"tenants": 12}
    assert stale.status_code == 412
    async with city.process.app.state.sessions() as session:
        kept = text("SELECT area_sqm, ended_on FROM carrier_premises WHERE city_code = :city ORDER BY id")
        rows = [tuple(row) for row in await session.execute(kept, {"city": city.code})]
    assert rows == [(700, date(2026, 9, 1)), (900, None)]


async def test_a_carrier_stands_in_its_city(city: City) -> None:
    firm = await city.register()
    body = {
        "kind": "makerspace",
        "name": "远方",
        "operator_id": firm["id"],
        "premises": [PLACE | {"district_code": "320102"}],
    }
    async with city.portal() as portal:
        assert refused(await portal.post(PATH, json=body)) == ["district_elsewhere"]
        # 铜山县 has been 铜山区 since 2010: a list of another year is named with the code of today.
        former = body | {"premises": [PLACE | {"district_code": "320323"}]}
        answer = await portal.post(PATH, json=former)
        assert refused(answer) == ["division_code_former"]
        assert answer.json()["reasons"][0]["facts"] == {"division_code": "320323", "now": "320312"}
        never = body | {"premises": [PLACE | {"district_code": "320399"}], "host_district_code": "320323"}
        assert refused(await portal.post(PATH, json=never)) == ["division_unknown", "division_code_former"]


async def test_facts_are_those_the_pack_declares(city: City) -> None:
    firm = await city.register()
    body = {"kind": "makerspace", "name": "云", "operator_id": firm["id"], "facts": {"tenants": "26", "tenant": 3}}
    async with city.portal() as portal:
        answer = await portal.post(PATH, json=body)
    assert answer.status_code == 422
    wrong = {(error["pointer"], error["code"], error["message"]) for error in answer.json()["errors"]}
    assert wrong == {
        ("/facts/tenants", "fact_count", "应为不小于 0 的整数"),
        ("/facts/tenant", "fact_unknown", "没有项目需要这一事实"),
    }


@pytest.mark.own_city
async def test_a_carrier_is_public_once_recognised_and_its_facts_stay_the_operators(
    process: Process, city: City
) -> None:
    private = await a_carrier(city)
    public = await recognised(city)
    async with city.portal("client:other") as other:
        assert (await other.get(f"{PATH}/{private['id']}")).status_code == 404
        assert (
            await other.patch(f"{PATH}/{public['carrier_id']}", json={}, headers={"If-Match": "*"})
        ).status_code == 404
        listed = answered(await other.get(PATH))["items"]
    assert [(carrier["id"], carrier["facts"]) for carrier in listed] == [(public["carrier_id"], None)]
    async with (await a_city(process)).officer() as foreign:
        assert (await foreign.get(f"{PATH}/{public['carrier_id']}")).status_code == 404
    operator_id = public["applicant_id"]
    async with city.portal("client:other") as other:
        body = {"kind": "makerspace", "name": "冒名", "operator_id": operator_id}
        assert (await other.post(PATH, json=body)).status_code == 404


@pytest.mark.own_city
async def test_carriers_are_found_by_kind_level_district_and_operator(city: City) -> None:
    plain = await a_carrier(city)
    levelled = await recognised(city)
    async with city.officer() as officer:

        async def found(**by: Any) -> list[str]:
            return [carrier["id"] for carrier in answered(await officer.get(PATH, params=by))["items"]]

        assert await found(kind="makerspace") == [plain["id"], levelled["carrier_id"]]
        assert await found(level="provincial", is_key=True) == [levelled["carrier_id"]]
        assert await found(level="municipal") == []
        assert await found(district_code="320312") == [plain["id"]]
        assert await found(operator_id=levelled["applicant_id"]) == [levelled["carrier_id"]]


async def test_a_longer_list_takes_no_more_queries(city: City) -> None:
    counts = []
    for _ in range(2):
        await recognised(city)
        await recognised(city)
        async with city.officer() as officer:
            counts.append(await queries_of(city, officer.get(PATH)))
    assert counts[0] == counts[1]


async def queries_of(city: City, call: Any) -> int:
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "FROM carrier" in statement or "FROM organisation" in statement:
            seen.append(statement)

    engine = city.process.app.state.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    answered(await call)
    event.remove(engine, "before_cursor_execute", note)
    assert seen
    return len(seen)


async def test_a_determination_is_read_and_decided_again_with_the_same_bytes(process: Process, city: City) -> None:
    recognition = await recognised(city)
    path = f"/v1/registry/determinations/{recognition['determination_id']}"
    async with city.portal() as portal:
        read = answered(await portal.get(path))
        replayed = answered(await portal.get(f"{path}/replay"))
    assert (read["programme"], read["outcome"]) == ("recognition.upper", "eligible")
    assert (replayed["is_same"], replayed["differences"], replayed["sha256"]) == (True, [], read["sha256"])
    async with city.portal("client:other") as other:
        assert (await other.get(path)).status_code == 404
        assert (await other.get(f"{path}/replay")).status_code == 404
    async with (await a_city(process)).officer() as foreign:
        assert (await foreign.get(path)).status_code == 404


async def test_foreign_recognitions_do_not_exist(process: Process, city: City) -> None:
    recognition = await recognised(city)
    path = f"/v1/registry/recognitions/{recognition['id']}"
    other = await a_city(process)
    async with other.officer() as officer:
        body = {"evidence": [{"title": "a", "reference": "b"}], "opinion": "c"}
        assert (await officer.get(path)).status_code == 404
        assert (await officer.post(f"{path}/review", json=body)).status_code == 404
        decision = {"outcome": "recognise", "reason": "x"}
        assert (await officer.post(f"{path}/decision", json=decision)).status_code == 404
    async with city.portal("client:other") as portal:
        assert (await portal.get(path)).status_code == 404
        assert (await portal.post(f"{path}/decision", json=decision)).status_code == 403
