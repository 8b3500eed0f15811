"""What may be demanded back, decided, set off and spread over time. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kernel.findings import Finding, findings

# The bank has not paid it, or has it back.
NOT_PAID = Finding("not_paid", (), "该笔支付尚未入账,无从追回。", "Nothing of it was paid yet.")


@dataclass(frozen=True, slots=True)
class Instalment:
    """A part of the debt and its last day."""

    due_on: date
    amount_fen: int


def demand_findings(
    *, demanded_fen: int, paid_fen: int, demanded_before_fen: int, is_settled: bool, is_demandable: bool
) -> list[Finding]:
    """Only what was paid can be demanded back, and once; and only grants: other payments are recovered in their way."""
    left = paid_fen - demanded_before_fen
    facts = {"paid_fen": paid_fen, "demanded_before_fen": demanded_before_fen, "demanded_fen": demanded_fen}
    return findings(
        (
            not is_demandable,
            Finding(
                "not_demandable",
                (),
                "该类支付按其自身的追偿、收回程序办理,不适用补助资金追回。",
                "Payments of this kind are recovered in their own way; only grants are demanded back.",
            ),
        ),
        (not is_settled, NOT_PAID),
        (
            is_settled and demanded_fen > left,
            Finding(
                "above_paid",
                (),
                "追回金额超过已付且未追回的金额。",
                "More is demanded back than was paid and not demanded back before.",
                facts,
            ),
        ),
    )


def decision_findings(
    *, decided_fen: int, demanded_fen: int, object_until_on: date | None, has_objected: bool, on: date
) -> list[Finding]:
    """Never above the notice, and not before the payee has answered or the time for it is over."""
    waits = not has_objected and object_until_on is not None and on <= object_until_on
    until = object_until_on.isoformat() if object_until_on else None
    return findings(
        (
            decided_fen > demanded_fen,
            Finding(
                "above_demand",
                (),
                "决定金额超过通知金额。",
                "It is more than the notice demanded.",
                {"demanded_fen": demanded_fen, "decided_fen": decided_fen},
            ),
        ),
        (
            waits,
            Finding(
                "objection_time_running",
                (),
                "陈述申辩期限未满,不得作出决定。",
                "The payee may still object: nothing is decided before the time is over.",
                {"object_until_on": until},
            ),
        ),
    )


def collection_findings(
    *, amount_fen: int, outstanding_fen: int, on: date, not_before: date | None, today: date
) -> list[Finding]:
    """Never more than is owed, not in the future and not before it was decided."""
    return findings(
        (
            amount_fen > outstanding_fen,
            Finding(
                "above_outstanding",
                (),
                "金额超过尚欠金额。",
                "It is more than is still owed.",
                {"outstanding_fen": outstanding_fen, "amount_fen": amount_fen},
            ),
        ),
        (on > today, Finding("date_in_future", (), "日期晚于今日。", "The day lies in the future.")),
        (
            not_before is not None and on < not_before,
            Finding("date_too_early", (), "日期早于决定日期。", "The day lies before the decision."),
        ),
    )


def offset_findings(*, amount_fen: int, order_fen: int, is_same_payee: bool, is_same_order: bool) -> list[Finding]:
    """Against a coming payment of the same payee, never above it."""
    return findings(
        (
            not is_same_payee,
            Finding("another_payee", (), "抵扣的支付不是同一收款人。", "The payment is to somebody else."),
        ),
        (
            is_same_order,
            Finding("same_payment", (), "不得抵扣被追回的支付本身。", "A payment is not set off by itself."),
        ),
        (
            amount_fen > order_fen,
            Finding(
                "above_payment",
                (),
                "抵扣金额超过待付金额。",
                "It is more than the payment still has.",
                {"to_transfer_fen": order_fen, "amount_fen": amount_fen},
            ),
        ),
    )


def plan_findings(parts: Sequence[Instalment], *, outstanding_fen: int, today: date) -> list[Finding]:
    """The parts are what is owed, on days to come, one a day."""
    total, days = sum(part.amount_fen for part in parts), [part.due_on for part in parts]
    return findings(
        (
            total != outstanding_fen,
            Finding(
                "plan_does_not_add_up",
                (),
                "分期合计不等于尚欠金额。",
                "The parts do not add up to what is owed.",
                {"outstanding_fen": outstanding_fen, "plan_fen": total},
            ),
        ),
        (
            any(day <= today for day in days),
            Finding("plan_in_past", (), "分期日期须晚于今日。", "Every part is due on a day to come."),
        ),
        (
            len(set(days)) < len(days),
            Finding("plan_day_twice", (), "同一日期有两期。", "Two parts are due on one day."),
        ),
    )


def due_by(parts: Sequence[Instalment], *, decided_fen: int, pay_until_on: date, on: date) -> int:
    """What should have come by the end of a day: by the plan, counted from the end of the debt, else all of it."""
    if not parts:
        return decided_fen if on >= pay_until_on else 0
    still_to_come = sum(part.amount_fen for part in parts if part.due_on > on)
    return decided_fen - still_to_come
