"""What stands against taking budget back. Pure."""

from kernel.findings import Finding, findings


def withdrawal_findings(*, amount_fen: int, left_fen: int) -> list[Finding]:
    """Nothing that was allotted, encumbered or spent since is taken back."""
    zh, en = "超过该阶段尚未使用的指标。", "It is more than is unused at that stage."
    facts = {"left_fen": left_fen, "amount_fen": amount_fen}
    return findings((amount_fen > left_fen, Finding("above_unused", (), zh, en, facts)))
