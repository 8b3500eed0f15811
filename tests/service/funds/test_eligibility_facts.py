"""What the books tell the window of an organisation it scans."""

from typing import Any
from uuid import UUID

import pytest

from kernel.ids import new_id
from tests.service.funds.city import FUND, City

pytestmark = pytest.mark.anyio
PATH, YUAN = "/internal/eligibility-facts", 100


async def told(city: City, organisation: UUID, code: str | None = None) -> dict[str, Any]:
    async with city.process.as_("workload:window", "workload") as window:
        answer = await window.get(PATH, params={"organisation_id": str(organisation), "city": code or city.code})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_who_was_paid_nothing_is_told_so(city: City) -> None:
    organisation = new_id()
    assert await told(city, organisation) == {"organisation_id": str(organisation), "awards": [], "paid": []}


async def test_an_award_counts_from_its_approval_and_only_for_who_gets_it(city: City) -> None:
    await city.budget(1_000_000 * YUAN)
    carrier, organisation, other = new_id(), city.organisation(), city.organisation()
    award = await city.awarded(await city.recognise(carrier=carrier, organisation=organisation))
    assert (await told(city, organisation))["awards"] == []
    await city.approve(award)
    held = {
        "programme": "award.recognition",
        "carrier_id": str(carrier),
        "level": "municipal",
        "amount_fen": 30_000_000,
    }
    paid = {"programme": "award.recognition", "policy_year": city.year, "amount_fen": 30_000_000}
    assert await told(city, organisation) == {"organisation_id": str(organisation), "awards": [held], "paid": [paid]}
    assert (await told(city, other))["awards"] == (await told(city, other))["paid"] == []
    assert (await told(city, organisation, "320300-elsewher"))["awards"] == []


async def test_payments_of_a_year_are_added_up_and_a_returned_one_is_still_owed(city: City) -> None:
    await city.budget(2_000_000 * YUAN, fund=FUND)
    carrier, organisation = new_id(), city.organisation()
    first = await city.awarded(await city.recognise(carrier=carrier, organisation=organisation))
    await city.approve(first)
    order = await city.order_of(first)
    await city.send(order)
    await city.confirm(city.line(order, "B-1"))
    await city.confirm(city.line(order, "B-2", outcome="returned", reason="账户已销户"))
    second = await city.awarded(await city.recognise(carrier=carrier, organisation=organisation, level="provincial"))
    await city.approve(second)
    (paid,) = (await told(city, organisation))["paid"]
    assert paid["amount_fen"] == 40_000_000
    assert [award["level"] for award in (await told(city, organisation))["awards"]] == ["municipal", "provincial"]


async def test_nobody_but_our_processes_asks_and_they_say_whom_they_mean(city: City) -> None:
    async with city.as_("auditor-1") as auditor:
        query = {"organisation_id": str(new_id()), "city": city.code}
        assert (await auditor.get(PATH, params=query)).status_code == 403
    async with city.process.as_("workload:window", "workload") as window:
        for query in ({}, {"organisation_id": "org_1", "city": city.code}, {"organisation_id": str(new_id())}):
            assert (await window.get(PATH, params=query)).status_code in (400, 422)
