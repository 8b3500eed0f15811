"""Which year a budget may belong to, and what an envelope is told. Pure."""

from datetime import date
from typing import Any

from kernel.findings import Finding, findings
from policy.kinds import APPLIED_FOR
from policy.schema import Pack, Programme
from services.funds.chart import Line

_PAYING = frozenset({"voucher_quota", "once_only_award", "fund_participation", *APPLIED_FOR})


def is_fund(programme: Programme) -> bool:
    """Whether money is appropriated to it: an envelope, or a paying programme that no envelope stands behind."""
    # WH-18 names no fund behind its vouchers: such a programme holds its own budget, which no text limits.
    return programme.terms.kind == "envelope" or (programme.paid_from is None and programme.terms.kind in _PAYING)


def fund_of(pack: Pack, programme_id: str) -> str:
    """The fund that pays a programme: its envelope, or itself."""
    return pack.programmes[programme_id].paid_from or programme_id


def envelope_facts(requested_fen: int, *, this_year_fen: int, ever_fen: int) -> dict[str, Any]:
    """The facts of an appropriation, in the words of the rule."""
    return {
        "requested_fen": requested_fen,
        "appropriated_this_year_fen": this_year_fen,
        "appropriated_ever_fen": ever_fen,
    }


def policy_year_findings(policy_year: int, *, on: date, issued_on: date) -> list[Finding]:
    """A budget belongs to a year of the policy's life: not before its document, not beyond next year."""
    facts = {"first_year": issued_on.year, "last_year": on.year + 1}
    return findings(
        (
            not issued_on.year <= policy_year <= on.year + 1,
            Finding(
                "policy_year_out_of_range",
                (),
                "预算年度早于政策文件或晚于下一年度。",
                "The policy year lies before the document or beyond next year.",
                facts,
            ),
        ),
    )


def not_allotted(fund: Programme, line: Line, *, appropriated_fen: int) -> Finding:
    """Why nothing is paid out of a line nobody allotted; what was appropriated to it waits for its allotment."""
    return Finding(
        "fund_not_allotted",
        fund.clauses,
        f"“{fund.zh}”{line.policy_year}年度尚未下达指标,不能支付。",
        f"“{fund.en}” has no allotment for {line.policy_year}: nothing can be paid from it.",
        _line_facts(line) | {"appropriated_fen": appropriated_fen},
    )


def not_enough(fund: Programme, line: Line, *, available_fen: int) -> Finding:
    """Why a line that was allotted does not pay: the rest of it is too small."""
    return Finding(
        "budget_exhausted",
        fund.clauses,
        f"“{fund.zh}”{line.policy_year}年度可用指标不足。",
        f"“{fund.en}” has too little left of {line.policy_year}.",
        _line_facts(line) | {"available_fen": available_fen},
    )


def _line_facts(line: Line) -> dict[str, Any]:
    return {"fund": line.fund, "policy_year": line.policy_year, "payer_level": line.payer_level}
