"""What leaves room for a loan, and what a payout must be to be the one that was registered. Pure."""

from dataclasses import dataclass
from datetime import date

from kernel.findings import Finding, findings


@dataclass(frozen=True, slots=True)
class Payout:
    """Day and amount as the bank confirms them; `last_on`: the last day to confirm, where the city has set one."""

    on: date
    amount_fen: int
    confirmed_on: date
    last_on: date | None


def payout_findings(
    payout: Payout, registered_on: date, due_on: date, registered_fen: int, clauses: tuple[str, ...]
) -> list[Finding]:
    """Everything wrong at once: registered first, paid out after, never more, and confirmed in time."""
    late = payout.last_on is not None and payout.confirmed_on > payout.last_on
    return findings(
        (
            payout.amount_fen > registered_fen,
            Finding(
                "payout_above_registered", clauses, "放款金额超过登记金额。", "More was paid out than was registered.",
                {"registered_fen": registered_fen, "paid_out_fen": payout.amount_fen},
            ),
        ),
        (
            payout.on < registered_on,
            Finding("payout_before_registration", clauses, "放款日早于登记日。", "Paid out before it was registered."),
        ),
        (
            payout.on > payout.confirmed_on,
            Finding("payout_in_future", clauses, "放款日晚于今日。", "The day of the payout lies in the future."),
        ),
        (
            payout.on >= due_on,
            Finding("payout_after_due", clauses, "放款日不早于到期日。", "Paid out on or after the due day."),
        ),
        (
            late,
            Finding(
                "confirmed_too_late", clauses, "已超过确认放款的期限。", "The time to confirm the payout is over.",
                {"last_on": payout.last_on.isoformat() if payout.last_on else None},
            ),
        ),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Borrower:
    """Who is to borrow: whether it exists in law, and whether it is the bank itself."""

    is_active: bool
    is_the_bank: bool


def borrower_findings(borrower: Borrower, clauses: tuple[str, ...]) -> list[Finding]:
    """A firm that was deregistered or merged borrows nothing any more, and no bank borrows from itself."""
    return findings(
        (
            not borrower.is_active,
            Finding(
                "borrower_inactive", clauses, "借款企业已注销或被合并。", "The borrower is no longer registered in law."
            ),
        ),
        (
            borrower.is_the_bank,
            Finding("borrower_is_the_bank", clauses, "借款人不得为放款银行本身。", "The borrower is the bank itself."),
        ),
    )


def due_findings(due_on: date, registered_on: date, clauses: tuple[str, ...]) -> list[Finding]:
    """The loss of a loan that was due before is not shared: no room is taken for it."""
    zh, en = "贷款登记时已到期,损失不予补偿。", "The loan is due already; its loss would not be shared."
    overdue = Finding("registered_after_due", clauses, zh, en, {"due_on": due_on.isoformat()})
    return findings((due_on < registered_on, overdue))


def quota_findings(
    principal_fen: int, exposure_fen: int, quota_fen: int | None, clauses: tuple[str, ...]
) -> list[Finding]:
    """The quota of the bank's agreement, where there is one."""
    over = quota_fen is not None and exposure_fen + principal_fen > quota_fen
    zh, en = "登记后将超过合作协议约定的额度。", "With this loan the bank would pass the quota of its agreement."
    facts = {"quota_fen": quota_fen, "would_be_fen": exposure_fen + principal_fen}
    return findings((over, Finding("bank_quota_exceeded", clauses, zh, en, facts)))


def exhausted_findings(allotted_fen: int, left_fen: int, clauses: tuple[str, ...]) -> list[Finding]:
    """Who registers a loan relies on the pool: with nothing left no further loan is covered."""
    zh, en = "资金池可用资金已用完,暂不能登记新增贷款。", "The pool is exhausted; no further loans are registered."
    return findings(
        (allotted_fen > 0 and left_fen <= 0, Finding("pool_exhausted", clauses, zh, en, {"allotted_fen": allotted_fen}))
    )
