"""The one register of invoices, for the services that pay for costs: they ask here before they pay."""

from contracts.funds import InvoicesAsked, InvoicesReply, InvoiceUsedBefore
from kernel.auth import WORKLOAD, Internal
from kernel.routing import SessionDep, router
from services.funds.invoices.rules import InvoiceStated
from services.funds.invoices.service import Purpose, hold_invoices, used_among

internal = router(prefix="/internal/invoices", tags=["internal"])


@internal.post("/claims", include_in_schema=False)
async def take_invoices(caller: Internal, body: InvoicesAsked, session: SessionDep) -> InvoicesReply:
    """Hold every invoice for the asker's reference, or tell which are used elsewhere and hold none."""
    stated = [InvoiceStated(**one.model_dump()) for one in body.invoices]
    purpose = Purpose(
        service=caller.subject.removeprefix(WORKLOAD),
        city_code=body.city_code,
        subject_kind=body.subject_kind,
        reference=body.reference,
        claimed_for=body.claimed_for,
        programme_kind=body.programme_kind,
        claimed_on=body.claimed_on,
    )
    if body.hold:
        used = await hold_invoices(session, stated, purpose)
    else:
        used = await used_among(session, stated, city_code=body.city_code, but=purpose)
    return InvoicesReply(used=[InvoiceUsedBefore.model_validate(one, from_attributes=True) for one in used.values()])
