"""What stands against issuing a voucher beside the policy's own terms."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from kernel.findings import Finding, findings
from policy.kinds import Terms
from policy.rules.vouchers import holder_kind
from policy.snapshots import Acceptance
from policy.terms import VoucherTerms
from services.vouchers.applications.rules import officer_findings
from services.vouchers.integrity.bars.rules import barred_finding


@dataclass(frozen=True, slots=True)
class Application:
    """Whose voucher is asked for, and under the policy of which moment. `case_id` and `accepted_by` come together.

    `opened_by`: who entered the case, a client or an officer.
    """

    holder_id: UUID
    accepted_on: date
    accepted_at: datetime
    case_id: UUID | None = None
    item: str | None = None
    accepted_by: str | None = None
    opened_by: str | None = None

    @property
    def acceptance(self) -> Acceptance:
        return Acceptance(on=self.accepted_on, at=self.accepted_at)


class Group(Protocol):
    """Who stands under the holder's controller. `is_known`: somebody has stated who that is."""

    @property
    def is_known(self) -> bool: ...

    @property
    def predecessors(self) -> Iterable[UUID]: ...


def own_and_merged(holder_id: UUID, group: Group) -> set[UUID]:
    """The holder and those known to have merged into it: what they were given and did counts as its own."""
    return {holder_id, *group.predecessors}


def issued_facts(holder_id: UUID, issued_fen: Mapping[UUID, int], group: Group) -> dict[str, int]:
    """What counts against the quotas, of the rows that are locked: the holder's with those merged into it, and, where
    its controller is known, all under one controller. What nobody has stated is missing, not nought.
    """
    facts = {"issued_this_year_fen": sum(issued_fen.get(one, 0) for one in own_and_merged(holder_id, group))}
    if group.is_known:
        facts["issued_to_controller_this_year_fen"] = sum(issued_fen.values())
    return facts


def holder_facts(terms: Terms, *, registered_as: str, firm_kind: str | None) -> dict[str, str]:
    """Which kind of holder it is, where the city's policy lets some kinds alone hold one; missing until known."""
    asked = isinstance(terms, VoucherTerms) and terms.holder_kinds is not None
    kind = holder_kind(registered_as, firm_kind=firm_kind) if asked else None
    return {"holder_kind": kind} if kind else {}


_REASONS = {
    "holder_ended": ("申领单位已注销。", "The holder no longer exists in law."),
    "tranche_used_up": ("本批次剩余额度不足一张创新券。", "What is left of the tranche is less than a voucher."),
    "item_of_other_programme": ("该办件不属于本创新券项目。", "The case is about another matter than this programme."),
}


def issue_findings(
    application: Application,
    *,
    issuer: str,
    holder_is_active: bool,
    barred_until: date | None,
    unissued_fen: int,
    face_fen: int,
    items: frozenset[str],
    clauses: tuple[str, ...],
) -> list[Finding]:
    """Every reason at once. `items`: the catalogue items that apply for this programme; `clauses`: the programme's.

    `face_fen`: what a voucher is worth, or at least 1 while the policy gives none.
    """

    def reason(code: str, **facts: int) -> Finding:
        return Finding(code, clauses, *_REASONS[code], facts)

    barred = [barred_finding("holder_barred", barred_until, clauses)] if barred_until else []
    by = officer_findings(issuer, opened_by=application.opened_by, accepted_by=application.accepted_by, clauses=clauses)
    return [
        *barred,
        *findings(
            (not holder_is_active, reason("holder_ended")),
            (unissued_fen < face_fen, reason("tranche_used_up", unissued_fen=unissued_fen)),
            (application.item is not None and application.item not in items, reason("item_of_other_programme")),
        ),
        *by,
    ]
