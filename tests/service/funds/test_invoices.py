"""The one register of invoices as other services meet it: held once over all cities, kept, never twice."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from kernel import clock
from services.funds.invoices.models import Invoice
from services.funds.invoices.rules import InvoiceStated
from services.funds.invoices.service import OWN, InvoiceLost, Purpose, claim_invoices, keep_invoices, release_invoices
from tests.builders.processes import Process

pytestmark = pytest.mark.anyio
WUHAN, LIUZHOU = "420100", "450200"


async def take(
    funds: Process, number: str, reference: UUID, *, city: str = WUHAN, service: str = "vouchers", hold: bool = True
) -> Any:
    asked = {
        "city_code": city, "reference": str(reference), "claimed_for": str(uuid4()), "subject_kind": "redemption",
        "programme_kind": "voucher_quota", "claimed_on": "2026-11-22", "hold": hold,
        "invoices": [{"number": number, "code": None, "issued_on": None, "amount_fen": 100}],
    }  # fmt: skip
    async with funds.as_(f"workload:{service}", "workload") as client:
        answer = await client.post("/internal/invoices/claims", json=asked)
    return answer.json()["used"] if answer.status_code == 200 else answer.json()["code"]


async def release(funds: Process, reference: UUID, *, city: str) -> None:
    async with funds.app.state.sessions() as session, session.begin():
        await release_invoices(session, reference, city_code=city)


def a_number() -> str:
    return f"{uuid4().int % 10**20:020}"


async def test_it_is_held_once_over_services_and_cities_and_the_same_reference_may_ask_again(funds: Process) -> None:
    number, ours = a_number(), uuid4()
    assert await take(funds, number[:9], ours) == "invalid"  # no invoice has such a number
    assert await take(funds, number, ours, hold=False) == []
    assert await take(funds, number, ours) == []
    assert await take(funds, number, ours) == []
    used = [{"number_last4": number[-4:], "programme_kind": "voucher_quota", "claimed_on": "2026-11-22"}]
    assert await take(funds, f" {number[:4]} {number[4:]}", uuid4(), city=LIUZHOU) == used
    assert await take(funds, number, ours, service="events") == used  # another service's id may look the same
    assert await take(funds, number, ours, city=f"{WUHAN}-00000001") == []  # a sandbox plays with its own
    await release(funds, ours, city=WUHAN)  # what another service holds is not ours to free
    assert await take(funds, number, uuid4(), hold=False) == used


async def test_of_ten_at_once_one_holds_it(funds: Process) -> None:
    number = a_number()
    answers = await asyncio.gather(*(take(funds, number, uuid4()) for _ in range(10)))
    assert answers.count([]) == 1
    assert all(answer == "invoice_taken" or answer[0]["number_last4"] == number[-4:] for answer in answers if answer)
    same, number = uuid4(), a_number()
    assert await asyncio.gather(*(take(funds, number, same) for _ in range(10))) == [[]] * 10


async def test_what_nobody_booked_falls_free_and_what_was_booked_never_does(funds: Process) -> None:
    lapsed, kept, mine, other = a_number(), a_number(), uuid4(), uuid4()
    await take(funds, lapsed, mine)
    await take(funds, kept, other)
    async with funds.app.state.sessions() as session, session.begin():
        await keep_invoices(session, service="vouchers", reference=other, city_code=WUHAN)
        past = clock.real_now() - timedelta(seconds=1)
        await session.execute(update(Invoice).where(Invoice.subject_id == mine).values(held_until=past))
        again = InvoiceStated(lapsed, None, None, 100)
        own = Purpose(OWN, LIUZHOU, "application", uuid4(), uuid4(), "recurring_subsidy", date(2026, 11, 22))
        await claim_invoices(session, [again], own)  # an application of our own finds it free too
    await release(funds, own.reference, city=WUHAN)
    assert await take(funds, lapsed, uuid4(), hold=False) != []
    await release(funds, own.reference, city=LIUZHOU)
    assert await take(funds, lapsed, uuid4()) == []
    assert await take(funds, kept, uuid4()) != []
    async with funds.app.state.sessions() as session:
        with pytest.raises(InvoiceLost):  # told late of what it was held for: parked, and nothing is paid twice
            await keep_invoices(session, service="vouchers", reference=mine, city_code=WUHAN)


async def test_only_our_own_processes_ask(funds: Process) -> None:
    async with funds.as_("client:bank", "bank", city=WUHAN) as bank:
        assert (await bank.post("/internal/invoices/claims", json={})).status_code == 403
