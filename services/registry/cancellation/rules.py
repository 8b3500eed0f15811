"""When a recognition may be put up for cancellation, cured or taken away, purely."""

from datetime import date

from kernel.findings import Finding, findings
from services.registry.cancellation.states import CURABLE, Cause

Clauses = tuple[str, ...]


def opening_findings(
    *,
    cause: Cause,
    is_pending: bool,
    operator_exists: bool,
    policy_names_period: bool,
    cure_by: date | None,
    today: date,
    clauses: Clauses,
) -> list[Finding]:
    """One at a time; a curable cause has a cure period, by the policy or else by the officer; others have none.

    An end of the operator that only waits for a second person is none yet: it may be withdrawn.
    """
    pending = Finding("cancellation_pending", clauses, "该认定正在办理取消。", "The recognition is being cancelled.")
    zh, en = "该事由不可整改,不设整改期。", "This cause cannot be cured; it has no cure period."
    incurable = Finding("cure_period_not_for_cause", clauses, zh, en)
    zh, en = "整改期限由政策参数确定,不得另行指定。", "The policy fixes the cure period; none may be named."
    fixed = Finding("cure_period_fixed_by_policy", clauses, zh, en)
    zh, en = "文件未规定整改期限,须指定整改截止日。", "The text states no cure period; name its last day."
    missing = Finding("cure_period_missing", clauses, zh, en)
    zh, en = "整改截止日须晚于今日。", "The last day of the cure period has to lie in the future."
    past = Finding("cure_period_past", clauses, zh, en, {"today": today.isoformat()})
    curable = cause in CURABLE
    return findings(
        (is_pending, pending),
        _not_dissolved(cause, clauses, operator_exists=operator_exists),
        (not curable and cure_by is not None, incurable),
        (curable and policy_names_period and cure_by is not None, fixed),
        (curable and not policy_names_period and cure_by is None, missing),
        (curable and cure_by is not None and cure_by <= today, past),
    )


def cure_findings(*, cure_by: date | None, today: date, clauses: Clauses) -> list[Finding]:
    """Cured until midnight after the last day, whether or not the timer has fired."""
    facts = {"cure_by": cure_by.isoformat() if cure_by else None}
    late = Finding("cure_period_over", clauses, "整改期已满。", "The cure period is over.", facts)
    return findings((cure_by is not None and today > cure_by, late))


def end_findings(*, ended_on: date, recognised_on: date, is_citys_own: bool, today: date) -> list[Finding]:
    """The day is named of what a level above took away: the city's own ends with its decision, never back in time."""
    zh, en = "本市认定自决定之日起取消,不得另行指定日期。", "What the city gave ends on the day it decides so."
    own = Finding("end_day_is_the_decisions", (), zh, en)
    future = Finding("date_in_future", (), "日期不得晚于今日。", "The date may not lie in the future.")
    zh, en = "取消日期须晚于认定日期。", "It ends after the day it was recognised."
    early = Finding("ends_before_beginning", (), zh, en, {"recognised_on": recognised_on.isoformat()})
    return findings((is_citys_own, own), (ended_on > today, future), (ended_on <= recognised_on, early))


def decision_findings(
    *, decider: str, opened_by: str, cause: Cause, operator_exists: bool, clauses: Clauses
) -> list[Finding]:
    """Who put a recognition up for cancellation does not take it away; nor is it taken from who exists again."""
    zh, en = "提出取消的人员不得作出取消决定。", "The officer who opened the cancellation may not decide to cancel."
    return findings(
        (decider == opened_by, Finding("decided_by_who_opened", clauses, zh, en)),
        _not_dissolved(cause, clauses, operator_exists=operator_exists),
    )


def _not_dissolved(cause: Cause, clauses: Clauses, *, operator_exists: bool) -> tuple[bool, Finding]:
    zh, en = "运营单位仍在登记,不能以注销为由取消。", "The operator is registered; it is not dissolved."
    return cause is Cause.OPERATOR_DISSOLVED and operator_exists, Finding("operator_not_dissolved", clauses, zh, en)
