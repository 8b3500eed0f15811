"""A carrier passes to another operator: consent of both, or an officer's order; from its day; once at a time."""

import asyncio
from datetime import date, time
from typing import Any

import httpx2
import pytest

from tests.builders.processes import Process
from tests.builders.registry import (
    PORTAL,
    THIRD,
    TUESDAY,
    City,
    a_city,
    a_firm,
    an_upper_form,
    answered,
    created,
    refused,
)

pytestmark = pytest.mark.anyio
TAKER = "client:taker"
CHANGES = "/v1/registry/operator-changes"


async def a_carrier(city: City) -> dict[str, Any]:
    firm = await city.register()
    body = {"kind": "incubator", "name": "云龙孵化器", "operator_id": firm["id"]}
    async with city.portal() as portal:
        return created(await portal.post("/v1/registry/carriers", json=body))


async def a_taker(city: City, subject: str = TAKER) -> str:
    async with city.portal(subject) as portal:
        return str(created(await portal.post("/v1/registry/organisations", json=a_firm(name="接手公司")))["id"])


async def propose(
    city: City, carrier: dict[str, Any], to_id: str, on: str = "2026-09-01", by: str = PORTAL, **more: Any
) -> httpx2.Response:
    door = city.officer if by.startswith("person") else city.portal
    async with door(by) as client:
        body = {"to_id": to_id, "effective_on": on} | more
        return await client.post(f"/v1/registry/carriers/{carrier['id']}/operator-changes", json=body)


async def consent(city: City, change: dict[str, Any], by: str = TAKER) -> httpx2.Response:
    async with city.portal(by) as client:
        return await client.post(f"{CHANGES}/{change['id']}/consent")


async def operator_of(city: City, carrier: dict[str, Any]) -> str:
    async with city.officer() as officer:
        return str(answered(await officer.get(f"/v1/registry/carriers/{carrier['id']}"))["operator"]["id"])


async def test_both_consent_and_the_carrier_has_another_operator(city: City) -> None:
    carrier, taker = await a_carrier(city), await a_taker(city)
    proposed = created(await propose(city, carrier, taker))
    assert (proposed["status"], proposed["has_leaving_consent"], proposed["has_taking_consent"]) == (
        "proposed", True, False,
    )  # fmt: skip
    assert await operator_of(city, carrier) == carrier["operator"]["id"]
    agreed = answered(await consent(city, proposed))
    assert agreed["status"] == "in_force"
    assert await operator_of(city, carrier) == taker
    (fact,) = await city.facts("carrier.operator_changed")
    assert (fact["effective_on"], fact["by_order"]) == ("2026-09-01", False)
    async with city.portal() as former:
        assert (await former.get(f"/v1/registry/carriers/{carrier['id']}")).status_code == 404


@pytest.mark.own_city
async def test_a_change_of_a_later_day_waits_for_it(city: City) -> None:
    carrier, taker = await a_carrier(city), await a_taker(city)
    proposed = created(await propose(city, carrier, taker, on="2026-09-10"))
    assert answered(await consent(city, proposed))["status"] == "agreed"
    assert await operator_of(city, carrier) == carrier["operator"]["id"]
    await city.set_clock(date(2026, 9, 10), time(0, 1))
    async with asyncio.timeout(10):
        while await operator_of(city, carrier) != taker:
            await asyncio.sleep(0.05)
    assert len(await city.facts("carrier.operator_changed")) == 1


@pytest.mark.own_city
async def test_a_taker_that_is_no_more_on_the_day_takes_nothing(city: City) -> None:
    carrier, taker = await a_carrier(city), await a_taker(city)
    proposed = created(await propose(city, carrier, taker, on="2026-09-10"))
    answered(await consent(city, proposed))
    async with city.officer() as officer:
        gone = {"on": "2026-09-01", "reason": "注销"}
        path = f"/v1/registry/organisations/{taker}/deregistration"
        answered(await officer.post(path, json=gone, headers={"If-Match": "*"}))
    await city.set_clock(date(2026, 9, 10), time(0, 1))
    await city.until(f"{CHANGES}/{proposed['id']}", lambda found: found["status"] == "withdrawn")
    assert await operator_of(city, carrier) == carrier["operator"]["id"]


async def test_the_taker_may_propose_and_the_leaving_one_consents(city: City) -> None:
    carrier, taker = await a_carrier(city), await a_taker(city)
    proposed = created(await propose(city, carrier, taker, by=TAKER))
    assert (await consent(city, proposed, by=TAKER)).json()["status"] == "proposed"
    assert answered(await consent(city, proposed, by=PORTAL))["status"] == "in_force"


async def test_an_officer_orders_with_a_reason(city: City) -> None:
    carrier, taker = await a_carrier(city), await a_taker(city)
    assert refused(await propose(city, carrier, taker, by="person:officer-2")) == ["order_reason_missing"]
    ordered = created(await propose(city, carrier, taker, by="person:officer-2", order_reason="原单位失联"))
    assert (ordered["status"], ordered["order_reason"]) == ("in_force", "原单位失联")
    assert (await propose(city, carrier, carrier["operator"]["id"], by=TAKER, order_reason="x")).status_code == 403
    assert await operator_of(city, carrier) == taker


async def test_all_that_is_wrong_is_told_at_once(city: City) -> None:
    carrier = await a_carrier(city)
    own = carrier["operator"]["id"]
    assert refused(await propose(city, carrier, own, on="2026-08-31")) == ["same_operator", "effective_in_past"]
    taker = await a_taker(city)
    async with city.officer() as officer:
        body = {"on": "2026-08-31", "reason": "注销"}
        path = f"/v1/registry/organisations/{taker}/deregistration"
        answered(await officer.post(path, json=body, headers={"If-Match": "*"}))
    assert refused(await propose(city, carrier, taker)) == ["operator_deregistered"]


async def test_a_carrier_under_review_keeps_its_operator(city: City) -> None:
    carrier, taker = await a_carrier(city), await a_taker(city)
    form = an_upper_form(carrier_id=carrier["id"], carrier_name=carrier["name"], carrier_kind="incubator")
    case = await city.accept(carrier["operator"]["id"], form, item="record-upper-recognition")
    assert refused(await propose(city, carrier, taker)) == ["recognition_pending"]
    recognition = await city.recognition_of(case)
    answered(await city.reviewed(recognition, issuing_authority="江苏省科学技术厅"))
    answer = await propose(city, carrier, taker)
    assert refused(answer) == ["recognised_carrier_changes_by_request"]
    assert answer.json()["reasons"][0]["facts"] == {
        "recognition_id": recognition["id"],
        "request": f"/v1/registry/recognitions/{recognition['id']}/changes",
        "kind": "operator",
    }
    ordered = await propose(city, carrier, taker, by="person:officer-2", order_reason="原单位失联")
    assert refused(ordered) == ["recognised_carrier_changes_by_request"]


@pytest.mark.own_city
async def test_a_recognised_carrier_changes_hands_at_the_named_door_and_every_certificate_with_it(city: City) -> None:
    """The door that is named: one request, another officer's decision, new certificates of all that is held."""
    municipal = await city.recognised()
    form = an_upper_form(carrier_id=municipal["carrier_id"])
    case = await city.accept(municipal["applicant_id"], form, item="record-upper-recognition")
    upper = answered(await city.reviewed(await city.recognition_of(case), issuing_authority="江苏省科学技术厅"))
    carrier, taker = {"id": municipal["carrier_id"]}, await a_taker(city)
    answer = await propose(city, carrier, taker, on="2026-09-20")
    named = [reason["facts"]["request"] for reason in answer.json()["reasons"]]
    assert named == [f"/v1/registry/recognitions/{one['id']}/changes" for one in (municipal, upper)]
    where = named[0].removeprefix("/v1/registry/")
    wanted = {"kind": "operator", "operator_id": taker, "grounds": "运营权转让"}
    asked = created(await city.send(where, wanted, by=PORTAL))
    answered(await city.send(f"{where}/{asked['id']}/decision", {"outcome": "grant", "reason": "同意"}, by=THIRD))
    assert await operator_of(city, carrier) == taker
    changed = await city.facts("carrier.recognition_changed")
    for one in changed:
        said = answered(await city.ask(f"certificates/{one['certificate_number']}"))["statement"]
        assert said["operator"]["name"] == "接手公司"
    assert len({one["recognition_id"] for one in changed}) == 2
    assert len(await city.facts("carrier.operator_changed")) == 1


async def test_no_recognition_is_applied_for_while_the_carrier_is_passing_to_another(city: City) -> None:
    carrier, taker = await a_carrier(city), await a_taker(city)
    proposed = created(await propose(city, carrier, taker, on="2026-09-10"))
    answered(await consent(city, proposed))
    form = an_upper_form(carrier_id=carrier["id"], carrier_name=carrier["name"], carrier_kind="incubator")
    case = await city.accept(carrier["operator"]["id"], form, item="record-upper-recognition")
    refusal = await city.recognition_of(case)
    assert [reason["code"] for reason in refusal["reasons"]] == ["operator_change_pending"]


async def test_who_only_wants_a_carrier_stands_in_nobodys_way(city: City) -> None:
    """Else anybody could keep a space from being recognised by proposing to take it over."""
    carrier, taker = await a_carrier(city), await a_taker(city)
    proposed = created(await propose(city, carrier, taker, on="2026-09-10", by=TAKER))
    form = an_upper_form(carrier_id=carrier["id"], carrier_name=carrier["name"], carrier_kind="incubator")
    case = await city.accept(carrier["operator"]["id"], form, item="record-upper-recognition")
    assert (await city.recognition_of(case))["status"] == "under_review"
    assert refused(await consent(city, proposed, by=PORTAL)) == ["recognition_pending"]


async def test_one_change_waits_at_a_time_and_can_be_taken_back(city: City) -> None:
    carrier, taker = await a_carrier(city), await a_taker(city)
    first = created(await propose(city, carrier, taker, on="2026-09-10"))
    again = await propose(city, carrier, taker, on="2026-09-11")
    assert (again.status_code, again.json()["code"]) == (409, "operator_change_pending")
    async with city.portal() as portal:
        assert answered(await portal.post(f"{CHANGES}/{first['id']}/withdrawal"))["status"] == "withdrawn"
    late = await consent(city, first)
    assert (late.status_code, late.json()["code"]) == (409, "move_not_allowed")
    created(await propose(city, carrier, taker, on="2026-09-11"))


async def test_what_an_officer_ordered_only_an_officer_takes_back(city: City) -> None:
    """It is directed against the operator that would cancel it."""
    carrier, taker = await a_carrier(city), await a_taker(city)
    by = {"by": "person:officer-2", "order_reason": "原单位失联"}
    ordered = created(await propose(city, carrier, taker, on="2026-09-10", **by))
    for subject in (PORTAL, TAKER):
        async with city.portal(subject) as portal:
            assert (await portal.post(f"{CHANGES}/{ordered['id']}/withdrawal")).status_code == 403
    async with city.officer() as officer:
        assert answered(await officer.get(f"{CHANGES}/{ordered['id']}"))["status"] == "agreed"
        assert answered(await officer.post(f"{CHANGES}/{ordered['id']}/withdrawal"))["status"] == "withdrawn"


async def test_two_proposals_at_once_leave_one(city: City) -> None:
    carrier, taker = await a_carrier(city), await a_taker(city)
    answers = await asyncio.gather(*(propose(city, carrier, taker, on="2026-09-10") for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [201, 409]


@pytest.mark.own_city
async def test_strangers_know_of_no_change(process: Process, city: City) -> None:
    carrier, taker = await a_carrier(city), await a_taker(city)
    proposed = created(await propose(city, carrier, taker))
    assert (await propose(city, carrier, await a_taker(city, "client:s"), by="client:other")).status_code == 404
    assert (await consent(city, proposed, by="client:other")).status_code == 404
    async with city.portal("client:other") as other:
        assert answered(await other.get(CHANGES))["items"] == []
        assert (await other.post(f"{CHANGES}/{proposed['id']}/withdrawal")).status_code == 404
    async with (await a_city(process, on=TUESDAY)).officer() as foreign:
        assert (await foreign.get(f"{CHANGES}/{proposed['id']}")).status_code == 404
    async with city.portal(TAKER) as portal:
        mine = answered(await portal.get(CHANGES, params={"status": "proposed"}))["items"]
    assert [change["id"] for change in mine] == [proposed["id"]]
