"""What a claim is judged on, and why less is paid than was lost. Pure: the policy's own rule does the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kernel.findings import Finding, findings


@dataclass(frozen=True, slots=True)
class Claimed:
    """The loss as audited, at the stage of its investment, and what the investor hands in. Amounts in fen."""

    stage: str
    loss_fen: int
    other_public_fen: int
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was approved already, for the caps: for the project ever, and to the investor at the stage in the year."""

    project_fen: int
    year_fen: int


def claim_facts(claimed: Claimed, drawn: Drawn) -> dict[str, Any]:
    """The facts of the rule, in its words."""
    return {
        "stage": claimed.stage,
        "loss_fen": claimed.loss_fen,
        "other_public_money_fen": claimed.other_public_fen,
        "paid_this_year_fen": drawn.year_fen,
        "paid_for_project_fen": drawn.project_fen,
        "documents": list(claimed.documents),
    }


def standing_findings(*, has_claim: bool, clauses: tuple[str, ...]) -> list[Finding]:
    """One claim for one investment."""
    zh, en = "该笔投资已有补偿申请。", "The investment has a claim already."
    return findings((has_claim, Finding("investment_already_claimed", clauses, zh, en)))


@dataclass(frozen=True, slots=True)
class Causes:
    """The clauses each cause of a reduction rests on."""

    programme: Sequence[str]
    share: Sequence[str]
    project_cap: Sequence[str]
    yearly_cap: Sequence[str]


def reductions(amounts: Mapping[str, int], causes: Causes) -> list[Finding]:
    """Every cause with its `amount_fen`; together they are what lies between lost and paid."""
    kept = amounts["loss"] - amounts["other_public"] - amounts["share_fen"]
    found = (
        ("other_public_money", "其他财政资金已承担的部分", "what other public money bore", amounts["other_public"],
         causes.programme),
        ("investors_own_share", "按该阶段比例由投资人自行承担", "the investor's own share at this stage", kept,
         causes.share),
        ("above_project_cap", "超过单个项目上限的部分", "what lies above the cap of one project",
         amounts["over_project_cap"], causes.project_cap),
        ("above_yearly_cap", "超过机构年度上限的部分", "what lies above the investor's cap of the year",
         amounts["over_yearly_cap"], causes.yearly_cap),
    )  # fmt: skip
    return [
        Finding(code, tuple(clauses), zh, en, {"amount_fen": amount})
        for code, zh, en, amount, clauses in found
        if amount
    ]
