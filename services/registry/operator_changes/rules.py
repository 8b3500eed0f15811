"""When a carrier may pass to another operator, purely."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from kernel.findings import Finding, findings
from kernel.ids import encode_id
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
    recognitions: Sequence[UUID],
) -> list[Finding]:
    """Another organisation in law, from a day on: by consent not in the past, by order not before registration.

    While a recognition is under way the level, and the award it earns, are still the applicant's. Once it is held its
    certificate names the operator: another one is asked for there, so that the certificate changes with it.
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
    return findings(
        (is_same, same),
        (is_under_review, recognition_under_way()),
        *((True, certified(recognition_id)) for recognition_id in recognitions),
        (not is_ordered and effective_on < today, past),
        (is_ordered and effective_on < recorded_since, unborn),
        (not taker_is_active, operator_deregistered()),
    )


def recognition_under_way() -> Finding:
    """Whichever door: who applied is judged, and gets what it earns."""
    zh = "该载体的认定正在办理,办结后方可变更运营单位。"
    en = "A recognition of the carrier is under way; its operator changes after that."
    return Finding("recognition_pending", (), zh, en)


def certified(recognition_id: UUID) -> Finding:
    """A certificate names the operator; `request` is where another one is asked for."""
    named = encode_id("rec", recognition_id)
    return Finding(
        "recognised_carrier_changes_by_request",
        (),
        "该载体已获认定,证书载明运营单位;须对该认定提出运营单位变更申请,批准后换发证书。",
        "A certificate names the operator: ask for the change at the recognition; a new certificate is issued with it.",
        {"recognition_id": named, "request": f"/v1/registry/recognitions/{named}/changes", "kind": "operator"},
    )


def order_reason_missing() -> Finding:
    """An officer who acts for neither side orders, and says why."""
    zh, en = "窗口人员变更运营单位须说明理由。", "An officer who orders a change of operator gives a reason."
    return Finding("order_reason_missing", (), zh, en)
