"""What measures and bars say against spending of a voucher, with a provider, on a day: every reason at once."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kernel.findings import Finding, findings
from services.vouchers.contracts.rules import NOBODY, Kin
from services.vouchers.integrity.bars.queries import barred_days
from services.vouchers.integrity.bars.rules import barred_finding, barred_until
from services.vouchers.issuance.models import Voucher
from services.vouchers.issuance.states import Status

_REASONS = {
    Status.FROZEN: ("voucher_frozen", "该创新券已冻结。", "The voucher is frozen."),
    Status.VOIDED: ("voucher_voided", "该创新券已作废。", "The voucher was voided."),
}


async def hindrances(
    session: AsyncSession,
    voucher: Voucher,
    provider_id: UUID,
    *,
    on: date,
    served_on: date,
    clauses: tuple[str, ...],
    kin: Kin = NOBODY,
) -> list[Finding]:
    """A holder is barred today, a provider on the day of its service or contract; each with its `kin`."""
    holder_bars = await barred_days(session, {voucher.holder_id, *kin.holder}, city_code=voucher.city_code)
    provider_bars = await barred_days(session, {provider_id, *kin.provider}, city_code=voucher.city_code)
    return standing_findings(
        voucher.status,
        holder_barred_until=barred_until(holder_bars, on),
        provider_barred_until=barred_until(provider_bars, served_on),
        clauses=clauses,
    )


def standing_findings(
    status: Status,
    *,
    holder_barred_until: date | None,
    provider_barred_until: date | None,
    clauses: tuple[str, ...],
) -> list[Finding]:
    """Bars first, then what was done to the voucher."""
    sides = (("holder_barred", holder_barred_until), ("provider_barred", provider_barred_until))
    barred = [barred_finding(code, until, clauses) for code, until in sides if until is not None]
    stopped = ((status is one, Finding(code, clauses, zh, en)) for one, (code, zh, en) in _REASONS.items())
    return barred + findings(*stopped)
