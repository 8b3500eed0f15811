"""What stands against admitting a provider."""

from datetime import date

from kernel.findings import Finding, findings
from services.vouchers.integrity.bars.rules import barred_finding

ENDED = Finding("organisation_ended", (), "该单位已注销。", "The organisation no longer exists in law.")
ALREADY = Finding("provider_already_admitted", (), "该单位已是准入服务机构。", "The organisation is admitted already.")
OVERLAP = Finding("admission_overlaps", (), "准入日期与以往准入期重叠。", "The admission would overlap an earlier one.")


def admission_findings(
    *, is_active: bool, admitted_on: date, earlier: list[tuple[date, date | None]], barred_until: date | None
) -> list[Finding]:
    """`earlier`: first day and day of end of the organisation's other admissions."""
    barred = [barred_finding("provider_barred", barred_until, ())] if barred_until else []
    return barred + findings(
        (not is_active, ENDED),
        (any(ended_on is None for _, ended_on in earlier), ALREADY),
        (any(ended_on is not None and admitted_on < ended_on for _, ended_on in earlier), OVERLAP),
    )
