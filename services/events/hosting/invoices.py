"""The one register of invoices, which funds keeps: asked before the transaction, so that no row waits for a network.

A statement only looks; a confirmation holds the invoices of the accepted lines. Told of the confirmation, funds keeps
them for good; what is held for a confirmation that then is not made falls free by itself.
"""

from collections.abc import Sequence
from uuid import UUID, uuid5

from contracts.asking import invoices_used
from contracts.funds import InvoiceNamed, InvoicesAsked
from kernel import clock
from kernel.client import ServiceClient
from kernel.findings import Finding
from services.events.hosting.rules import Invoice

SUBJECT_KIND, PROGRAMME_KIND = "hosting_cost", "capped_share"


def reference_of(event_id: UUID, host_id: UUID) -> UUID:
    """The same for every edition: an invoice stays the host's own when its statement is corrected."""
    return uuid5(event_id, str(host_id))


async def ask_register(
    funds: ServiceClient, invoices: Sequence[Invoice], *, city_code: str, event_id: UUID, host_id: UUID, hold: bool
) -> list[Finding]:
    """Hold the invoices, or only look; a reason for each use elsewhere. Raises Unavailable."""
    if not invoices:
        return []
    asked = InvoicesAsked(
        city_code=city_code,
        reference=reference_of(event_id, host_id),
        claimed_for=host_id,
        subject_kind=SUBJECT_KIND,
        programme_kind=PROGRAMME_KIND,
        claimed_on=clock.today(city_code),
        hold=hold,
        invoices=[
            InvoiceNamed(number=one.number, code=one.code, issued_on=one.issued_on, amount_fen=one.amount_fen)
            for one in invoices
        ],
    )
    return await invoices_used(funds, asked)
