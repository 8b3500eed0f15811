"""What a renewal, a change and an end of a recognition ask for, purely."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from kernel.findings import Finding, findings
from kernel.months import after_months, months_later
from services.registry.carriers.rules import operator_deregistered

Clauses = tuple[str, ...]
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Request:
    """What is known when a renewal or change is decided."""

    decider: str
    asked_by: str
    stands: bool
    operator_is_active: bool
    operator_is_doubtful: bool
    cancellation_is_open: bool


def last_day_of(begins_on: date, months: int) -> date:
    """A term of 36 months from 9 September 2026 is valid up to and with 8 September 2029.

    Civil Code art. 202: where the last month has no such day, its last day is the term's last.
    """
    return after_months(begins_on, months) - _DAY


def renewal_findings(
    *, valid_until: date | None, names_validity: bool, is_pending: bool, cancellation_is_open: bool, clauses: Clauses
) -> list[Finding]:
    """Only what runs out is renewed, once at a time, and not while it is being taken away."""
    zh, en = "该认定未设有效期,无须续期。", "The recognition has no term to renew."
    no_term = Finding("recognition_has_no_term", clauses, zh, en)
    zh, en = "现行政策未规定有效期,不能续期。", "The policy of today names no validity to renew it for."
    no_validity = Finding("renewal_without_validity", clauses, zh, en)
    pending = Finding("renewal_pending", clauses, "已有续期申请待决定。", "A renewal waits for its decision.")
    return findings(
        (valid_until is None, no_term),
        (valid_until is not None and not names_validity, no_validity),
        (is_pending, pending),
        (cancellation_is_open, cancellation_pending(clauses)),
    )


def decision_findings(request: Request, *, clauses: Clauses) -> list[Finding]:
    """All that stands against granting a renewal or change."""
    zh, en = "申请人或初审人员不得作出决定。", "Who asked for it or judged it may not decide it."
    same = Finding("decided_by_who_asked", clauses, zh, en)
    gone = Finding("recognition_not_standing", clauses, "该认定已终止。", "The recognition has ended.")
    zh, en = "运营单位的统一社会信用代码存疑。", "The operator's credit code is doubtful."
    doubtful = Finding("identifier_unconfirmed", clauses, zh, en)
    return findings(
        (request.decider == request.asked_by, same),
        (not request.stands, gone),
        (not request.operator_is_active, operator_deregistered()),
        (request.operator_is_doubtful, doubtful),
        (request.cancellation_is_open, cancellation_pending(clauses)),
    )


def decided_by_who_asked(*, decider: str, asked_by: str, clauses: Clauses) -> list[Finding]:
    """Four eyes, whichever way it is decided."""
    zh, en = "申请人或初审人员不得作出决定。", "Who asked for it or judged it may not decide it."
    return findings((decider == asked_by, Finding("decided_by_who_asked", clauses, zh, en)))


def cancellation_pending(clauses: Clauses) -> Finding:
    """What is being taken away is neither renewed nor changed."""
    zh, en = "该认定正在办理取消。", "The recognition is being cancelled."
    return Finding("cancellation_pending", clauses, zh, en)


def change_differs(*, wanted: Mapping[str, Any], present: Mapping[str, Any], clauses: Clauses) -> list[Finding]:
    """A change changes something."""
    zh, en = "申请变更的内容与现状相同。", "Nothing would change."
    return findings((dict(wanted) == dict(present), Finding("nothing_to_change", clauses, zh, en)))


def month_of(day: date) -> str:
    """`2026-09`."""
    return f"{day:%Y-%m}"


def month_after(day: date) -> str:
    """The first month tax treatment can reach: the one after the recognition."""
    return month_of(months_later(day, 1))


def tax_applies(terms: Any, facts: Mapping[str, Any]) -> bool:
    """Whether what is known of a recognised carrier meets every condition of a tax programme that asks about carriers.

    A programme that asks about firms (their size or income) says nothing of a carrier.
    """
    known = [condition for condition in terms.conditions if condition.fact in facts]
    return bool(known) and all(_holds(condition, facts[condition.fact]) for condition in known)


def _holds(condition: Any, value: Any) -> bool:
    if condition.one_of:
        return value in condition.one_of
    return condition.equals is None or bool(value == condition.equals)
