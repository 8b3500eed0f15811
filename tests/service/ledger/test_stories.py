"""Stories told in entries; each asserts the whole trial balance."""


import pytest

from tests.service.ledger.conftest import City, transfer

pytestmark = pytest.mark.anyio


async def test_a_budget_is_appropriated_allotted_encumbered_and_spent(city: City) -> None:
    await city.post(transfer("treasury", "appropriated", 2_000_000_000), key="budget")
    await city.post(transfer("appropriated", "allotted", 2_000_000_000), key="allotment")
    await city.post(transfer("allotted", "encumbered", 30_000_000), key="encumbrance")
    paid = await city.post(transfer("encumbered", "spent", 30_000_000), key="payment")

    assert paid.document == "funds-2026-11-000004"
    assert await city.balances() == {
        "treasury": 2_000_000_000,
        "appropriated": 0,
        "allotted": 1_970_000_000,
        "encumbered": 0,
        "spent": 30_000_000,
    }
