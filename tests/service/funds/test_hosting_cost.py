"""JX-22: a share of what a contest cost its host, computed on the cost events had confirmed, never on its own word."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.funds import invoice_print
from kernel.ids import encode_id, new_id
from tests.builders.processes import Process
from tests.policy.cases import default_settings
from tests.service.funds.city import City, open_city
from tests.service.funds.test_applications import apply, approve, invoice, review

pytestmark = pytest.mark.anyio
YUAN = 100
ITEM, FUND = "apply-contest-support", "contest.cost"
OPEN = tuple(f"contest.cost.{reach}.{what}" for reach in ("regional", "national", "international")
             for what in ("share", "yearly_cap"))  # fmt: skip
NUMBER = "26337000000000000901"


def settings() -> dict[str, Any]:
    """Every value an operator might set: half of the cost of a national contest, at most 500,000.00 a year."""
    return {key: tuple(v) if isinstance(v, list) else v for key, v in default_settings("jiaxing").items()}


@pytest.fixture
async def jiaxing(funds: Process) -> City:
    city = await open_city(funds, pack="jiaxing", settings=settings())
    await city.budget(2_000_000 * YUAN, fund=FUND)
    return city


async def hold(city: City, number: str, reference: UUID, host: UUID) -> list[dict[str, Any]]:
    """Events asks the register for one invoice, as it does before it confirms."""
    asked = {
        "city_code": city.code, "reference": str(reference), "claimed_for": str(host), "subject_kind": "hosting_cost",
        "programme_kind": "capped_share", "claimed_on": city.today, "hold": True,
        "invoices": [{"number": number, "issued_on": "2026-05-08", "amount_fen": 1}],
    }  # fmt: skip
    async with city.process.as_("workload:events", "workload") as client:
        answer = await client.post("/internal/invoices/claims", json=asked)
    assert answer.status_code == 200, answer.text
    used: list[dict[str, Any]] = answer.json()["used"]
    return used


async def confirmed(city: City, host: UUID, event_id: UUID, *, yuan: int, **more: Any) -> dict[str, Any]:
    """Events tells that a cost was confirmed. Answers how funds took it."""
    told = {
        "event_id": str(event_id), "organisation_id": str(host), "statement_id": str(new_id()), "edition": 1,
        "event_kind": "contest", "level": "municipal", "reach": "national", "held_on": city.today,
        "eligible_fen": yuan * YUAN, "public_money_fen": 0, "own_income_fen": 0, "participants": 186,
        "invoice_reference": str(event_id), "invoice_prints": [],
    } | more  # fmt: skip
    outcome: dict[str, Any] = await city.process.tell(
        "hosting.cost_confirmed", told, city=city.code, subject=str(event_id)
    )
    return outcome


def about(event_id: UUID) -> str:
    return encode_id("evt", event_id)


async def test_the_share_of_the_confirmed_cost_less_other_public_money_then_the_cap(jiaxing: City) -> None:
    host, small, large = jiaxing.organisation(), new_id(), new_id()
    await confirmed(jiaxing, host, small, yuan=300_000, public_money_fen=20_000 * YUAN)
    await confirmed(jiaxing, host, large, yuan=1_200_000)
    # What the applicant says about the cost is not heard, and nobody is asked for it.
    row = await apply(jiaxing, ITEM, {"cost_fen": 9_000_000 * YUAN, "head": "international"}, applicant=host)
    assert row["stated"] == {}
    told = await review(jiaxing, row, about=about(small), host_is_service_body=True)
    assert (told["status"], told["amount_fen"]) == ("payable", 140_000 * YUAN)
    assert told["facts"] == {
        "host_is_service_body": True, "event_kind": "contest", "head": "national", "cost_fen": 300_000 * YUAN,
        "other_public_money_fen": 20_000 * YUAN, "participants": 186,
    }  # fmt: skip
    await approve(jiaxing, row)
    # 600,000.00 by the share, but 500,000.00 a year, of which 140,000.00 are gone.
    second = await apply(jiaxing, ITEM, {}, applicant=host)
    told = await review(jiaxing, second, about=about(large), host_is_service_body=True)
    assert (told["status"], told["amount_fen"]) == ("payable", 360_000 * YUAN)
    await jiaxing.assert_sound()


async def test_while_share_and_cap_are_open_it_waits_and_names_the_clause(funds: Process) -> None:
    given = settings()
    values = {key: given.pop(key) for key in OPEN}
    city = await open_city(funds, pack="jiaxing", settings=given)
    await city.budget(1_000_000 * YUAN, fund=FUND)
    host, event_id = city.organisation(), new_id()
    await confirmed(city, host, event_id, yuan=300_000)
    row = await review(
        city, await apply(city, ITEM, {}, applicant=host), about=about(event_id), host_is_service_body=True
    )
    assert (row["status"], row["amount_fen"]) == ("waiting_policy", 0)
    assert {tuple(reason["clauses"]) for reason in row["reasons"]} == {("JX-22",)}
    assert {reason["facts"]["parameter"] for reason in row["reasons"]} == set(OPEN)
    await approve(city, row, status=409)
    await city.publish(values)
    for _ in range(100):
        found = await city.get(f"/v1/funds/applications/{row['id']}")
        if found["status"] != "waiting_policy":
            break
        await asyncio.sleep(0.05)
    assert (found["status"], found["amount_fen"]) == ("payable", 150_000 * YUAN)


async def test_an_event_is_paid_to_a_host_once(jiaxing: City) -> None:
    host, other, event_id = jiaxing.organisation(), jiaxing.organisation(), new_id()
    await confirmed(jiaxing, host, event_id, yuan=100_000)
    await confirmed(jiaxing, other, event_id, yuan=50_000)
    rows = [await apply(jiaxing, ITEM, {}, applicant=one) for one in (host, host, other)]
    for row in rows:
        await review(jiaxing, row, about=about(event_id), host_is_service_body=True)
    await approve(jiaxing, rows[0])
    assert (await approve(jiaxing, rows[1], status=409))["code"] == "determination_outdated"  # the cap moved
    await review(jiaxing, rows[1], about=about(event_id), host_is_service_body=True)
    assert (await approve(jiaxing, rows[1], status=409))["code"] == "already_paid_for"
    assert (await approve(jiaxing, rows[2]))["amount_fen"] == 25_000 * YUAN  # its own share of the same event


async def test_a_cost_nobody_confirmed_is_not_paid(jiaxing: City) -> None:
    host, event_id = jiaxing.organisation(), new_id()
    await confirmed(jiaxing, jiaxing.organisation(), event_id, yuan=100_000)  # another host's
    row = await apply(jiaxing, ITEM, {}, applicant=host)
    for given in (about(event_id), "2026", "evt_0"):
        answer = await review(jiaxing, row, about=given, status=409, host_is_service_body=True, cost_fen=1)
        assert [reason["code"] for reason in answer["reasons"]] == ["fact_unfit", "hosting_cost_unconfirmed"]
        assert answer["reasons"][1]["clauses"] == ["JX-22"]
    lacking = await review(jiaxing, row, status=409)
    assert [reason["code"] for reason in lacking["reasons"]] == ["about_missing"]


async def test_what_is_no_contest_or_too_small_is_refused_with_all_reasons(jiaxing: City) -> None:
    host, event_id = jiaxing.organisation(), new_id()
    await confirmed(jiaxing, host, event_id, yuan=1_000, event_kind="training", participants=12, reach="local")
    row = await apply(jiaxing, ITEM, {}, applicant=host)
    told = await review(jiaxing, row, about=about(event_id), host_is_service_body=True)
    assert told["status"] == "refused"
    assert [reason["code"] for reason in told["reasons"]] == [
        "criterion_not_met", "criterion_not_met", "head_out_of_scope",
    ]  # fmt: skip


async def test_a_corrected_cost_is_reviewed_again_and_an_earlier_edition_changes_nothing(jiaxing: City) -> None:
    host, event_id = jiaxing.organisation(), new_id()
    await confirmed(jiaxing, host, event_id, yuan=100_000)
    row = await apply(jiaxing, ITEM, {}, applicant=host)
    await review(jiaxing, row, about=about(event_id), host_is_service_body=True)
    await confirmed(jiaxing, host, event_id, yuan=80_000, edition=2)
    await confirmed(jiaxing, host, event_id, yuan=100_000)  # told late, after its successor
    assert (await approve(jiaxing, row, status=409))["code"] == "determination_outdated"
    told = await review(jiaxing, row, about=about(event_id), host_is_service_body=True)
    assert told["amount_fen"] == 40_000 * YUAN
    await approve(jiaxing, row)


async def test_its_invoices_are_used_for_good_in_every_programme(jiaxing: City) -> None:
    host, event_id = jiaxing.organisation(), new_id()
    assert await hold(jiaxing, NUMBER, event_id, host) == []
    prints = [invoice_print(NUMBER, None)]
    assert (await confirmed(jiaxing, host, event_id, yuan=1_000, invoice_prints=prints))["outcome"] == "done"
    form = {"head": "rent", "cost_fen": 1_000 * YUAN, "invoices": [invoice(NUMBER, 1_000)]}
    other = await apply(jiaxing, "apply-operation-subsidy", form)
    assert (other["status"], [reason["code"] for reason in other["reasons"]]) == ("refused", ["invoice_used"])
    assert await hold(jiaxing, NUMBER, event_id, host) == []  # its own, in a later edition
    (used,) = await hold(jiaxing, NUMBER, uuid4(), host)
    assert used["number_last4"] == NUMBER[-4:]


async def test_a_confirmation_whose_invoices_are_not_all_held_is_parked(jiaxing: City) -> None:
    host, event_id = jiaxing.organisation(), new_id()
    held, lost = "26337000000000000911", "26337000000000000912"
    assert await hold(jiaxing, held, event_id, host) == []
    prints = [invoice_print(held, None), invoice_print(lost, None)]
    outcome = await confirmed(jiaxing, host, event_id, yuan=1_000, invoice_prints=prints)
    assert (outcome["outcome"], "InvoiceLost" in outcome["reason"]) == ("failed", True)
    row = await apply(jiaxing, ITEM, {}, applicant=host)
    answer = await review(jiaxing, row, about=about(event_id), status=409, host_is_service_body=True)
    assert [reason["code"] for reason in answer["reasons"]] == ["hosting_cost_unconfirmed"]


async def test_another_citys_cost_is_not_this_ones(jiaxing: City, funds: Process) -> None:
    elsewhere = await open_city(funds, pack="jiaxing", settings=settings())
    host, event_id = jiaxing.organisation(), new_id()
    await confirmed(elsewhere, host, event_id, yuan=1_000)
    row = await apply(jiaxing, ITEM, {}, applicant=host)
    answer = await review(jiaxing, row, about=about(event_id), status=409, host_is_service_body=True)
    assert [reason["code"] for reason in answer["reasons"]] == ["hosting_cost_unconfirmed"]
