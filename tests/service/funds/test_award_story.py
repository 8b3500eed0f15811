"""One yuan from clause to bank line: XZ-21 and XZ-23, with the whole trial balance after every step (in yuan)."""

from typing import Any
from uuid import UUID

import pytest

from kernel.ids import new_id
from tests.builders.processes import Process
from tests.service.funds.city import FUND, City, open_city

pytestmark = pytest.mark.anyio


async def test_an_award_is_refused_while_open_then_paid_once_and_traced(funds: Process) -> None:
    city = await open_city(funds, settings={})
    assert await open_parameters(city) == [("fund.award_subsidy.period", "XZ-21")]
    organisation, carrier = city.organisation(), new_id()

    told = await city.recognise(carrier=carrier, organisation=organisation)
    waiting = await city.awarded(told)
    assert (waiting["status"], waiting["amount_fen"]) == ("waiting_policy", 0)
    assert [(r["code"], r["facts"]["parameter"], r["clauses"]) for r in waiting["reasons"]] == [
        ("parameter_open", "fund.award_subsidy.period", ["XZ-21"])
    ]
    assert await city.books() == {}

    await city.publish({"fund.award_subsidy.period": "annual"})
    await city.budget(500_000_00, appropriated_fen=20_000_000_00)
    assert await city.books() == {
        "authority": 20_000_000, "appropriated": 19_500_000, "allotted": 500_000,
        "treasury": 500_000, "funding": 500_000,
    }  # fmt: skip

    payable = await city.post("officer-1", f"/v1/funds/entitlements/{waiting['id']}/determination")
    assert (payable["status"], payable["amount_fen"]) == ("payable", 300_000_00)
    approved = await city.approve(payable)
    assert approved["status"] == "approved"
    encumbered = {
        "authority": 20_000_000, "appropriated": 19_500_000, "allotted": 200_000, "encumbered": 300_000,
        "treasury": 500_000, "funding": 500_000, "expense": 300_000, "payable": 300_000,
    }  # fmt: skip
    assert await city.books() == encumbered

    order = await city.order_of(approved)
    batch = await city.send(order)
    assert (batch["sequence"], batch["orders"], batch["total_fen"]) == (1, 1, 300_000_00)
    assert await city.books() == encumbered

    (line,) = await city.confirm(city.line(order, "ICBC-1"))
    assert (line["outcome"], line["repeated"]) == ("settled", False)
    paid = {
        "authority": 20_000_000, "appropriated": 19_500_000, "allotted": 200_000, "spent": 300_000,
        "treasury": 200_000, "funding": 500_000, "expense": 300_000,
    }  # fmt: skip
    assert await city.books() == paid
    assert (await city.awarded(told))["status"] == "paid"
    assert [event["amount_fen"] for event in await city.events("entitlement.paid")] == [300_000_00]

    again = await city.confirm(city.line(order, "ICBC-1"))
    assert again == [line | {"repeated": True}]
    assert await city.books() == paid
    await assert_chain(city, order, told)
    await city.assert_sound()


async def open_parameters(city: City) -> list[tuple[str, str]]:
    """Appropriating names every open parameter of the fund, with its clause."""
    refused = await city.post(
        "finance-1", f"/v1/funds/budgets/{FUND}/{city.year}/appropriations",
        {"amount_fen": 1, "document": "x"}, status=409,
    )  # fmt: skip
    assert refused["code"] == "policy_open"
    return [(reason["facts"]["parameter"], reason["clauses"][0]) for reason in refused["reasons"]]


async def assert_chain(city: City, order: dict[str, Any], told: dict[str, Any]) -> None:
    chain = await city.get(f"/v1/funds/payment-orders/{order['id']}/chain")
    assert [(clause["id"], clause["quote"]) for clause in chain["clauses"]] == [
        ("XZ-23", city.snapshot.pack.clauses["XZ-23"].quote),
        ("XZ-21", city.snapshot.pack.clauses["XZ-21"].quote),
    ]
    read = {step["parameter"]: (step["value"], step["version"]) for step in chain["parameters"]}
    assert read["award.recognition.municipal"] == (300_000_00, 1)
    assert read["fund.award_subsidy.period"] == ("annual", 1)
    people = {
        step["parameter"]: step["setting"] and (step["setting"]["set_by"], step["setting"]["approved_by"])
        for step in chain["parameters"]
    }
    assert people["award.recognition.municipal"] is None
    assert people["fund.award_subsidy.period"] == ("person:operator-1", "person:officer-1")
    assert chain["determination"]["amounts"] == {"award": 300_000_00}
    assert chain["case_id"] is not None
    assert [(step["step"], step["approved_by"]) for step in chain["approvals"]] == [
        ("approval", "person:finance-1"), ("release", "person:finance-2"),
    ]  # fmt: skip
    assert [entry["fact"] for entry in chain["entries"]] == ["payment.committed", "payment.settled"]
    assert [entry["document"][-6:] for entry in chain["entries"]] == ["000003", "000004"]
    assert chain["payment"]["batch_sequence"] == 1
    assert [word["bank_reference"] for word in chain["payment"]["advice"]] == ["ICBC-1"]
    assert UUID(told["case_id"])
