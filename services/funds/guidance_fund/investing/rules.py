"""What a sub-fund may do with its money: never more than it has, nothing the State forbids. Pure."""

from datetime import date

from kernel.findings import Finding, findings
from kernel.money import share_of
from policy.national import investments


def deal_findings(*, asset_class: str, on: date) -> list[Finding]:
    """The State's negative list, from its day on; and nothing that is on no list (财预〔2015〕210号, art. 12)."""
    rule = investments()
    forbidden = on >= rule.from_on and asset_class in rule.forbidden
    known = asset_class in {*rule.allowed, *rule.forbidden}
    facts = {"asset_class": asset_class, "document": rule.document}
    zh, en = "投资类别未列明。", "This class of deals is not listed."
    return findings(
        (forbidden, Finding("deal_forbidden", (), rule.zh, rule.en, facts)),
        (not known, Finding("deal_unlisted", (), zh, en, facts | {"allowed": list(rule.allowed)})),
    )


def cash_findings(*, wanted_fen: int, cash_fen: int) -> list[Finding]:
    """A sub-fund pays out of what is on its account."""
    zh, en = "超过子基金账面资金。", "This is more than the sub-fund has."
    return findings((wanted_fen > cash_fen, Finding("above_cash", (), zh, en, {"cash_fen": cash_fen})))


def exit_findings(*, cost_fen: int, held_fen: int) -> list[Finding]:
    """Nothing is sold that is not held."""
    zh, en = "退出成本超过在投成本。", "This is more than is still held."
    return findings((cost_fen > held_fen, Finding("above_holding", (), zh, en, {"held_fen": held_fen})))


def fee_findings(*, amount_fen: int, taken_fen: int, paid_in_fen: int, fee_bp: int | None) -> list[Finding]:
    """Fees of a year stay within the agreed share of the paid-in capital; without an agreed share there are none."""
    left = share_of(paid_in_fen, fee_bp or 0) - taken_fen
    zh, en = "超过约定的年管理费。", "This is more than the agreed fee of the year."
    return findings((amount_fen > left, Finding("above_fee", (), zh, en, {"left_fen": max(left, 0)})))
