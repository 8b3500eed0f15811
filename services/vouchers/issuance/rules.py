"""What stands against issuing a voucher beside the policy's own terms."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from kernel.findings import Finding, findings
from policy.snapshots import Acceptance


@dataclass(frozen=True, slots=True)
class Application:
    """Whose voucher is asked for, and under the policy of which moment. `case_id` and `accepted_by` come together."""

    holder_id: UUID
    accepted_on: date
    accepted_at: datetime
    case_id: UUID | None = None
    item: str | None = None
    accepted_by: str | None = None

    @property
    def acceptance(self) -> Acceptance:
        return Acceptance(on=self.accepted_on, at=self.accepted_at)


_REASONS = {
    "holder_ended": ("申领单位已注销。", "The holder no longer exists in law."),
    "tranche_used_up": ("本批次创新券已发完。", "The tranche is used up."),
    "item_of_other_programme": ("该办件不属于本创新券项目。", "The case is about another matter than this programme."),
    "second_officer_needed": ("受理人员不得办理发放。", "Whoever accepted the case may not issue the voucher."),
}


def issue_findings(
    application: Application,
    *,
    issuer: str,
    holder_is_active: bool,
    unissued_fen: int,
    items: frozenset[str],
    clauses: tuple[str, ...],
) -> list[Finding]:
    """Every reason at once. `items`: the catalogue items that apply for this programme; `clauses`: the programme's."""

    def reason(code: str) -> Finding:
        return Finding(code, clauses, *_REASONS[code])

    return findings(
        (not holder_is_active, reason("holder_ended")),
        (unissued_fen <= 0, reason("tranche_used_up")),
        (application.item is not None and application.item not in items, reason("item_of_other_programme")),
        (application.accepted_by == issuer, reason("second_officer_needed")),
    )
