"""What may be stated of a firm, and what a loan to one outside the library meets. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from kernel.findings import Finding, findings
from policy.engine import fits
from policy.rules.matter import Fact


def fact_findings(known: Mapping[str, Fact], facts: Mapping[str, Any], clauses: Sequence[str]) -> list[Finding]:
    """Each fact the policy does not know, or that is of another type."""
    zh, en = "政策中没有该事实或类型不符。", "The policy does not know this fact, or it is of another type."
    return [
        Finding("fact_unfit", tuple(clauses), zh, en, {"fact": name})
        for name, value in facts.items()
        if name not in known or not fits(known[name], value)
    ]


def outside_findings(*, refuses: bool, clauses: tuple[str, ...]) -> list[Finding]:
    """Of a firm that is not in the library: a refusal where the city says so, else a warning on the loan."""
    zh, en = "借款企业不在企业库内,不予登记。", "The borrower is not in the library; its loan is not registered."
    return findings((refuses, Finding("borrower_outside_library", clauses, zh, en)))
