"""The one register of invoices, which funds keeps: asked before the transaction, so that no row waits for a network.

What is held for a redemption that then is not made falls free by itself; told of the redemption, funds keeps it.
"""

from uuid import UUID, uuid5

from contracts.asking import invoices_used
from contracts.funds import InvoiceNamed, InvoicesAsked
from kernel import clock
from kernel.client import ServiceClient
from kernel.findings import Finding
from services.vouchers.issuance.models import Voucher
from services.vouchers.policy_answers import VOUCHER_KIND
from services.vouchers.redemption.rules import Claim

SUBJECT_KIND = "redemption"


def reference_of(voucher: Voucher, claim: Claim, organisation_id: UUID) -> UUID:
    """The same for the same intent however often it is sent, and whichever of our processes sends it."""
    return uuid5(voucher.id, f"{organisation_id}|{claim.invoice.fingerprint.hex()}")


async def ask_register(
    funds: ServiceClient, voucher: Voucher, claim: Claim, *, organisation_id: UUID, hold: bool
) -> list[Finding]:
    """Hold the invoice, or only look; a reason for each use elsewhere. Raises Unavailable."""
    asked = InvoicesAsked(
        city_code=voucher.city_code,
        reference=reference_of(voucher, claim, organisation_id),
        claimed_for=organisation_id,
        subject_kind=SUBJECT_KIND,
        programme_kind=VOUCHER_KIND,
        claimed_on=clock.today(voucher.city_code),
        hold=hold,
        invoices=[
            InvoiceNamed(number=claim.invoice.number, code=claim.invoice.code, amount_fen=claim.contract_net_fen)
        ],
    )
    return await invoices_used(funds, asked)
