"""Consents: who may record one, who sees it, how it ends, and that nothing of it is ever changed."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from kernel.clock import today
from kernel.ids import encode_id, new_id
from tests.builders.processes import Process
from tests.service.window.rig import ELSEWHERE, OTHER_PORTAL, OURS, THEIRS, key
from tests.service.window.scanning import CONSENTS, Neighbours, a_consent, consented, officer, portal

pytestmark = pytest.mark.anyio


@pytest.fixture
def neighbours(window: Process, city: str) -> Neighbours:
    return Neighbours(window, city).listen()


async def test_a_consent_is_kept_with_who_when_and_on_which_evidence(neighbours: Neighbours) -> None:
    made = await consented(neighbours)
    asked = a_consent(neighbours.city)
    assert {name: made[name] for name in asked} == asked
    assert (made["is_live"], made["recorded_by"], made["withdrawn_at"]) == (True, "portal-1", None)
    async with portal(neighbours) as client:
        assert (await client.get(f"{CONSENTS}/{made['id']}")).json() == made
        assert (await client.get(CONSENTS)).json()["items"] == [made]
    async with officer(neighbours) as client:
        found = await client.get(CONSENTS, params={"organisation_id": encode_id("org", OURS)})
        assert found.json()["items"] == [made]
        other = await client.get(CONSENTS, params={"organisation_id": encode_id("org", THEIRS)})
        assert other.json()["items"] == []


@pytest.mark.parametrize("organisation", [THEIRS, ELSEWHERE, UUID(int=999)])
async def test_who_does_not_act_for_an_organisation_records_nothing_of_it(
    neighbours: Neighbours, organisation: UUID
) -> None:
    async with portal(neighbours) as client:
        answer = await client.post(CONSENTS, json=a_consent(neighbours.city, organisation))
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert (await client.get(CONSENTS)).json()["items"] == []


async def test_an_officer_does_not_consent_for_others(neighbours: Neighbours) -> None:
    async with officer(neighbours) as client:
        assert (await client.post(CONSENTS, json=a_consent(neighbours.city))).status_code == 403


async def test_a_consent_of_yesterday_or_of_nobody_is_refused_with_all_reasons(neighbours: Neighbours) -> None:
    neighbours.status = "deregistered"
    async with portal(neighbours) as client:
        answer = await client.post(CONSENTS, json=a_consent(neighbours.city, days=-1))
    assert answer.status_code == 409
    assert [reason["code"] for reason in answer.json()["reasons"]] == ["consent_over", "organisation_ended"]


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"purpose": "advertising"}, "/purpose"),
        ({"evidence": {"title": " ", "reference": "r"}}, "/evidence/title"),
        ({"evidence": {"title": "t"}}, "/evidence/reference"),
        ({"valid_until": "2026-13-01"}, "/valid_until"),
        ({"organisation_id": "car_01k30dwg0070008000000000a1"}, "/organisation_id"),
    ],
)
async def test_a_malformed_consent_is_pointed_at(neighbours: Neighbours, changed: dict[str, Any], pointer: str) -> None:
    async with portal(neighbours) as client:
        answer = await client.post(CONSENTS, json=a_consent(neighbours.city) | changed)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


async def test_the_same_intent_sent_twice_is_one_consent(neighbours: Neighbours) -> None:
    same, body = key(), a_consent(neighbours.city)
    async with portal(neighbours) as client:
        first, again = [await client.post(CONSENTS, json=body, headers=same) for _ in range(2)]
        assert (first.status_code, again.json()) == (201, first.json())
        assert len((await client.get(CONSENTS)).json()["items"]) == 1


async def test_a_consent_is_withdrawn_once_and_stays_on_record(neighbours: Neighbours) -> None:
    made = await consented(neighbours)
    path = f"{CONSENTS}/{made['id']}/withdrawal"
    async with portal(neighbours) as client:
        gone = (await client.post(path, json={"reason": "不再委托"})).json()
        assert (gone["is_live"], gone["withdrawn_by"], gone["withdrawal_reason"]) == (False, "portal-1", "不再委托")
        again = await client.post(path, json={})
        assert (again.status_code, again.json()["code"]) == (409, "consent_withdrawn")
        assert (await client.get(CONSENTS)).json()["items"] == [gone]


async def test_an_organisation_may_withdraw_at_the_counter(neighbours: Neighbours) -> None:
    made = await consented(neighbours)
    async with officer(neighbours) as client:
        gone = await client.post(f"{CONSENTS}/{made['id']}/withdrawal", json={})
    assert (gone.status_code, gone.json()["withdrawn_by"]) == (200, "person:officer-1")


async def test_another_portals_consent_does_not_exist(neighbours: Neighbours) -> None:
    made = await consented(neighbours)
    async with portal(neighbours, OTHER_PORTAL) as client:
        assert (await client.get(f"{CONSENTS}/{made['id']}")).status_code == 404
        assert (await client.post(f"{CONSENTS}/{made['id']}/withdrawal", json={})).status_code == 404
        assert (await client.get(CONSENTS)).json()["items"] == []
    stranger = Neighbours(neighbours.process, "320300-elsewher")
    async with portal(stranger) as client:
        assert (await client.get(f"{CONSENTS}/{made['id']}")).status_code == 404


async def test_a_consent_ends_with_its_last_day(neighbours: Neighbours) -> None:
    made = await consented(neighbours, days=0)
    assert (made["is_live"], made["valid_until"]) == (True, today(neighbours.city).isoformat())
    told = {"city_code": neighbours.city, "offset_seconds": int(timedelta(days=1).total_seconds())}
    opened = {"city_code": neighbours.city, "pack_id": "xuzhou", "name_zh": "x", "name_en": "x", "is_sandbox": True}
    for kind, data in (("city.opened", opened), ("city.clock_moved", told)):
        await neighbours.process.tell(kind, data, city=neighbours.city)
    async with portal(neighbours) as client:
        assert (await client.get(f"{CONSENTS}/{made['id']}")).json()["is_live"] is False


@pytest.mark.parametrize("table", ["consent", "consent_withdrawal", "eligibility_scan"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET city_code = 'x'", "DELETE FROM {}"])
async def test_history_is_not_rewritten(neighbours: Neighbours, table: str, statement: str) -> None:
    with pytest.raises(IntegrityError, match="keeps its history"):
        async with neighbours.process.app.state.sessions() as session, session.begin():
            await session.execute(text(statement.format(table)))


async def test_a_consent_nobody_recorded_is_not_found(neighbours: Neighbours) -> None:
    async with portal(neighbours) as client:
        assert (await client.get(f"{CONSENTS}/{encode_id('cns', new_id())}")).status_code == 404
