"""Commitments and drawdowns: nothing above what was decided or committed, every fen allotted. Pure."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from kernel.findings import Finding, findings
from kernel.money import allocate

EARLIER = ("日期早于所依据的事项。", "The day lies before what it follows.")


def size_findings(*, size_fen: int, committed_fen: int) -> list[Finding]:
    """All investors together commit what was decided on: less would raise the public share above it."""
    zh, en = (
        "认缴总额低于决策规模,财政占比将超过核定比例。",
        "Less is committed than was decided: the public share would rise.",
    )
    facts = {"size_fen": size_fen, "committed_fen": committed_fen}
    return findings((committed_fen < size_fen, Finding("committed_below_size", (), zh, en, facts)))


def drawdown_findings(*, amount_fen: int, uncalled_fen: int, asked_fen: int) -> list[Finding]:
    """A drawdown, with those asked for before it, never exceeds what is still to be called."""
    left = uncalled_fen - asked_fen
    zh, en = "超过认缴未缴金额。", "This is more than is left of the commitments."
    return findings((amount_fen > left, Finding("above_commitments", (), zh, en, {"left_fen": max(left, 0)})))


def shares(amount_fen: int, uncalled: Sequence[int]) -> list[int]:
    """Each investor's part, pro rata to what it can still be called for.

    Exact, never above a commitment, and the last drawdown takes what is left of each to the fen.
    """
    return allocate(amount_fen, uncalled)


def payment_findings(*, first: bool, outstanding_fen: int) -> list[Finding]:
    """Where it was agreed, public money is paid after the others' shares are in."""
    zh, en = "社会资本尚未全部到位,财政出资不得先行拨付。", "Public money is paid after the others' shares are in."
    found = Finding("social_capital_outstanding", (), zh, en, {"outstanding_fen": outstanding_fen})
    return findings((first and outstanding_fen > 0, found))


def day_findings(*, on: date, not_before: date, today: date, field: str = "on") -> list[Finding]:
    """A fact is dated between what it follows and today."""
    facts: dict[str, Any] = {"field": field, "not_before": not_before.isoformat()}
    return findings(
        (on > today, Finding("date_in_future", (), "日期晚于今日。", "The day lies in the future.", {"field": field})),
        (on < not_before, Finding("date_too_early", (), *EARLIER, facts)),
    )
