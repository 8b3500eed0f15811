"""Why the ledger refuses, one class per fact. Contention is never among them: it is retried, then answered as 503."""

from typing import ClassVar

from kernel.findings import Finding
from kernel.problems import Conflict, Invalid, NotFound, Problem, named_constraint


class PostingRefused(Conflict):
    """The journal is unchanged. `reasons` has one finding per refused entry."""

    code, title_zh, title_en = "posting_refused", "账务处理被拒绝", "The posting was refused"
    outcome: ClassVar[str] = ""


class Insufficient(PostingRefused):
    code, title_zh, title_en = "insufficient_available", "可用余额不足", "Not enough is available"
    outcome = "insufficient"


class AccountClosed(PostingRefused):
    code, title_zh, title_en = "account_closed", "账户已销户", "The account is closed"
    outcome = "account_closed"


class NotSpendable(PostingRefused):
    code, title_zh, title_en = "account_not_spendable", "该账户不可冻结", "Nothing can be held on this account"
    outcome = "not_spendable"


class HoldExpired(PostingRefused):
    code, title_zh, title_en = "hold_expired", "冻结已到期", "The hold has expired"
    outcome = "hold_expired"


class HoldEnded(PostingRefused):
    code, title_zh, title_en = "hold_ended", "冻结已解除或已支用", "The hold was captured or voided before"
    outcome = "hold_ended"


class HoldExceeded(PostingRefused):
    code, title_zh, title_en = "hold_exceeded", "支用超过冻结余额", "More than the hold has left"
    outcome = "hold_exceeded"


class HoldMismatch(PostingRefused):
    code, title_zh, title_en = "hold_mismatch", "支用与冻结账户不符", "The held account is not lowered by it"
    outcome = "hold_mismatch"


class AlreadyReversed(PostingRefused):
    code, title_zh, title_en = "already_reversed", "冲销超过原凭证", "The reversals would exceed the entry"
    outcome = "reversal_exceeds"


class ReversalOfReversal(PostingRefused):
    code, title_zh, title_en = "reversal_of_reversal", "红字凭证不可再冲销", "A reversal cannot be reversed"
    outcome = "reversal_of_reversal"


class KeyReused(Invalid):
    code, title_zh, title_en = "posting_key_reused", "幂等键已用于其他内容", "The key was used for something else"
    outcome = "key_reused"


class UnknownAccount(NotFound):
    code, title_zh, title_en = "unknown_account", "账户不存在", "No such account"
    outcome = "unknown_account"


class HoldUnknown(NotFound):
    code, title_zh, title_en = "hold_unknown", "冻结不存在", "No such hold"
    outcome = "hold_unknown"


class ReversalUnknown(NotFound):
    code, title_zh, title_en = "entry_unknown", "原凭证不存在", "No such entry"
    outcome = "reversal_unknown"


class AccountTaken(Conflict):
    code, title_zh, title_en = "account_taken", "账户代码已用于其他账户", "The account code stands for another account"


class AccountNotEmpty(Conflict):
    code, title_zh, title_en = "account_not_empty", "账户余额不为零", "The account is not empty"


class PeriodUnknown(NotFound):
    code, title_zh, title_en = "period_unknown", "账期不存在", "The book has no such period"


class PeriodClosed(Conflict):
    code, title_zh, title_en = "period_closed", "账期已结账", "The period is closed"


class PeriodOpen(Conflict):
    code, title_zh, title_en = "period_open", "账期未结账", "The period is open"


class PeriodNotOver(Conflict):
    code, title_zh, title_en = "period_not_over", "当月尚未结束,不能结账", "The month is not over yet"


class EarlierPeriodOpen(Conflict):
    code, title_zh, title_en = "earlier_period_open", "以前账期尚未结账", "An earlier period is still open"


class LaterPeriodClosed(Conflict):
    code, title_zh, title_en = "later_period_closed", "以后账期已结账", "A later period is closed"


BY_PERIOD_OUTCOME: dict[str, type[Problem]] = {
    kind.code: kind
    for kind in (PeriodUnknown, PeriodClosed, PeriodOpen, PeriodNotOver, EarlierPeriodOpen, LaterPeriodClosed)
}

# Two transactions with one key and nothing else in common meet only at the index.
named_constraint("uq_ledger_entry_key", KeyReused)
named_constraint("uq_ledger_hold_city_code_idempotency_key", KeyReused)

BY_OUTCOME: dict[str, type[Problem]] = {
    kind.outcome: kind
    for kind in (
        Insufficient,
        AccountClosed,
        NotSpendable,
        HoldExpired,
        HoldEnded,
        HoldExceeded,
        HoldMismatch,
        AlreadyReversed,
        ReversalOfReversal,
        KeyReused,
        UnknownAccount,
        HoldUnknown,
        ReversalUnknown,
    )
}


def refusal(outcome: str, *, account: str | None = None, available_fen: int | None = None) -> Problem:
    """The named refusal of one item, with the account and what was available there when money was short."""
    kind = BY_OUTCOME[outcome]
    facts: dict[str, str | int] = {}
    if account is not None:
        facts["account"] = account
    if available_fen is not None:
        facts["available_fen"] = available_fen
    return kind(reasons=[Finding(kind.code, (), kind.title_zh, kind.title_en, facts)])


def together(refused: list[Problem]) -> Problem:
    """One problem for a use case: the refusal itself, or one that carries the reasons of all."""
    if len(refused) == 1:
        return refused[0]
    return PostingRefused(reasons=[reason for problem in refused for reason in problem.reasons])
