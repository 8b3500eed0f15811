"""When a carrier may pass to another operator, purely."""

from datetime import date

from kernel.findings import Finding, findings
from services.registry.carriers.rules import operator_deregistered


def change_findings(
    *, is_same: bool, effective_on: date, today: date, recorded_since: date, taker_is_active: bool, is_ordered: bool
) -> list[Finding]:
    """Another organisation in law, from a day on: by consent not in the past, by order not before registration."""
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
    return findings(
        (is_same, same),
        (not is_ordered and effective_on < today, past),
        (is_ordered and effective_on < recorded_since, unborn),
        (not taker_is_active, operator_deregistered()),
    )


def order_reason_missing() -> Finding:
    """An officer who acts for neither side orders, and says why."""
    zh, en = "窗口人员变更运营单位须说明理由。", "An officer who orders a change of operator gives a reason."
    return Finding("order_reason_missing", (), zh, en)
