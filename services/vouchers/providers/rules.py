"""What stands against admitting a provider, and against ending that."""

from datetime import date

from kernel.findings import Finding, findings
from services.vouchers.integrity.bars.rules import barred_finding

ENDED = Finding("organisation_ended", (), "该单位已注销。", "The organisation no longer exists in law.")
ALREADY = Finding("provider_already_admitted", (), "该单位已是准入服务机构。", "The organisation is admitted already.")
BEFORE_ADMISSION = Finding("ends_before_admission", (), "终止早于准入。", "It would end before it began.")
NO_SOONER = Finding(
    "ends_no_sooner", (), "已定的终止日期只能提前。", "An end that was set can only be brought forward."
)
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


def end_findings(ended_on: date, *, admitted_on: date, announced_on: date | None) -> list[Finding]:
    """`announced_on`: the end that was set before and is still to come."""
    return findings(
        (ended_on < admitted_on, BEFORE_ADMISSION),
        (announced_on is not None and ended_on >= announced_on, NO_SOONER),
    )
