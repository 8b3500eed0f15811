"""Events and funds as they answer each other: what a contest cost, from the host's word to the subsidy (JX-22)."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import select

from contracts.events import HostingCostConfirmed
from devtools.databases import Database
from kernel.client import ServiceClient
from kernel.outbox import OutboxEvent
from services.events import main as events_main
from services.funds import main as funds_main
from tests.builders.identity import XUZHOU
from tests.builders.neighbours import registry_of
from tests.builders.processes import Process, running
from tests.service.events.test_hosting import CITY, HOST, Desk, accept, codes, line, refuse
from tests.service.funds.city import City, open_city
from tests.service.funds.test_applications import apply, approve, invoice, review
from tests.service.funds.test_hosting_cost import FUND, ITEM, settings

pytestmark = pytest.mark.anyio
YUAN = 100


class _SignedBy:
    """A workload's tokens, signed by the window of the process that is called."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def token(self, audience: str, _actor_token: str | None = None) -> str:
        return self._process.signer.token(audience, "workload:events", roles=["workload"], city="")


@pytest.fixture
async def both(database: Callable[[str], Database], tmp_path: Path) -> AsyncIterator[tuple[Desk, City]]:
    (tmp_path / "events").mkdir()
    (tmp_path / "funds").mkdir()
    async with (
        running(funds_main.build, "funds", database("funds"), tmp_path / "funds") as funds,
        running(events_main.build, "events", database("events"), tmp_path / "events") as events,
    ):
        city = await open_city(funds, pack="jiaxing", settings=settings())
        await events.tell("city.opened", CITY | {"city_code": city.code, "is_sandbox": True})
        await events.tell("city.opened", CITY | {"city_code": XUZHOU})
        http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=funds.app))
        client = ServiceClient(http, _SignedBy(funds), audience="funds", base_url="http://funds.test")  # type: ignore[arg-type]
        registry_of(events)
        events.app.state.neighbours |= {"funds": client}
        yield Desk(events, city=city.code), city


async def carry(desk: Desk, city: City) -> list[str]:
    """What events told of costs arrives at funds; how it was taken."""
    async with desk.process.app.state.sessions() as session:
        rows = await session.scalars(select(OutboxEvent).where(OutboxEvent.type == HostingCostConfirmed.TYPE))
        told = [(str(row.id), row.data, row.subject) for row in rows]
    taken = [
        await city.process.tell(HostingCostConfirmed.TYPE, data, city=city.code, subject=subject, id=one)
        for one, data, subject in told
    ]
    return [one["outcome"] for one in taken]


async def test_a_contest_is_paid_for_by_what_was_confirmed_and_its_invoices_pay_for_nothing_else(
    both: tuple[Desk, City],
) -> None:
    desk, city = both
    city.organisation(id=str(HOST))
    await city.budget(1_000_000 * YUAN, fund=FUND)
    event = await desk.held()
    public = [{"payer": "南湖区财政局", "amount_fen": 10_000 * YUAN}]
    row = await desk.state(event, line(71, 90_000), line(72, 8_000, kind="catering"), public_money=public)
    await desk.check(row, accept(1), refuse(2), public_money_fen=10_000 * YUAN)
    await desk.confirm(row)
    assert await carry(desk, city) == ["done"]

    asked = await apply(city, ITEM, {"cost_fen": 98_000 * YUAN}, applicant=HOST)
    paid = await review(city, asked, about=event, host_is_service_body=True)
    assert (paid["status"], paid["amount_fen"]) == ("payable", 40_000 * YUAN)  # half of 90,000.00 less 10,000.00
    await approve(city, asked)

    form = {"head": "rent", "cost_fen": 1, "invoices": [invoice(line(71)["invoice"]["number"], 90_000)]}
    other = await apply(city, "apply-operation-subsidy", form)
    assert (other["status"], codes(other)) == ("refused", ["invoice_used"])
    # The refused line's invoice was never claimed: another programme may have it, and then the host may not.
    form["invoices"] = [invoice(line(72)["invoice"]["number"], 8_000)]
    assert (await apply(city, "apply-operation-subsidy", form))["status"] == "under_review"
    again = await desk.correct(row, line(71, 90_000), line(72, 8_000), status=409)
    assert codes(again) == ["invoice_used"]
    # Its own invoice stays its own in the next edition.
    second = await desk.correct(row, line(71, 80_000))
    await desk.check(second, public_money_fen=0)
    await desk.confirm(second)
    assert await carry(desk, city) == ["duplicate", "done"]
    await city.assert_sound()
