"""When a carrier may pass to another operator, purely."""

from datetime import date

from kernel.findings import Finding, findings
from services.registry.carriers.rules import operator_deregistered


def change_findings(
    *,
    is_same: bool,
    effective_on: date,
    today: date,
    recorded_since: date,
    taker_is_active: bool,
    is_ordered: bool,
    is_under_review: bool,
) -> list[Finding]:
    """Another organisation in law, from a day on: by consent not in the past, by order not before registration.

    While a recognition is under way the level, and the award it earns, are still the applicant's.
    """
    same = Finding("same_operator", (), "新旧运营单位相同。", "The carrier is run by this organisation already.")
    past = Finding(
        "effective_in_past",
        (),
        "变更生效日不得早于今日。",
        "The change may not begin before today.",
        {"today": today.isoformat()},
    )
    unborn = Finding(
        "effective_before_registration",
        (),
        "变更生效日不得早于载体登记日。",
        "The change may not begin before the carrier was registered.",
        {"registered_on": recorded_since.isoformat()},
    )
    judged = Finding(
        "recognition_pending",
        (),
        "该载体的认定正在办理,办结后方可变更运营单位。",
        "A recognition of the carrier is under way; its operator changes after that.",
    )
    return findings(
        (is_same, same),
        (is_under_review, judged),
        (not is_ordered and effective_on < today, past),
        (is_ordered and effective_on < recorded_since, unborn),
        (not taker_is_active, operator_deregistered()),
    )


def order_reason_missing() -> Finding:
    """An officer who acts for neither side orders, and says why."""
    zh, en = "窗口人员变更运营单位须说明理由。", "An officer who orders a change of operator gives a reason."
    return Finding("order_reason_missing", (), zh, en)
