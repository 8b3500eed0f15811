"""Events tells that the cost of hosting an event was confirmed: its invoices are used, and subsidies rest on it."""

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events import HostingCostConfirmed
from kernel.inbox import Received
from services.funds.hosting.models import HostingCost
from services.funds.hosting.queries import hosting_cost
from services.funds.invoices.service import keep_invoices

EVENTS = "events"
KEPT = ("statement_id", "edition", "event_kind", "reach", "held_on", "eligible_fen", "public_money_fen", "participants")


async def on_hosting_cost_confirmed(session: AsyncSession, event: Received[HostingCostConfirmed]) -> None:
    """Keep the latest edition. What an earlier one used stays used: it may have been paid for by now."""
    told, city_code = event.data, event.city_code
    if told.invoice_prints:
        await keep_invoices(
            session,
            service=EVENTS,
            reference=told.invoice_reference,
            city_code=city_code,
            prints=frozenset(told.invoice_prints),
        )
    row = await hosting_cost(
        session, city_code=city_code, event_id=told.event_id, host_id=told.organisation_id, lock=True
    )
    if row is None:
        row = HostingCost(city_code=city_code, event_id=told.event_id, host_id=told.organisation_id, edition=0)
        session.add(row)
    if told.edition > row.edition:
        for name in KEPT:
            setattr(row, name, getattr(told, name))
