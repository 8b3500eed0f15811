"""What another edition of a pack would change: stored questions decided twice, so that the edition alone differs.

Both sides are decided as of the edition's first day with all that is known now, once under the policy without it and
once with it. A value set since a decision was made is on both sides, and so is no effect of the edition.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from policy.engine import ProgrammeUnknown, decide
from policy.snapshots import Acceptance, Snapshot

Kind = Literal["gain", "loss", "newly_eligible", "no_longer_eligible", "other"]
ELIGIBLE, NO_PROGRAMME, NOT_ASKED_SO = "eligible", "no_programme", "not_asked_so"


@dataclass(frozen=True, slots=True)
class Worth:
    """Which amount of a ruling is what the applicant gets, and whether deciding so spends public money."""

    amount: str
    spends: bool


# By rule kind and act. What gives back, appropriates, recognises or informs is worth nothing to an applicant.
WORTH: dict[tuple[str, str], Worth] = {
    ("once_only_award", "award"): Worth("award", spends=True),
    ("layered_loss_share", "register_loan"): Worth("covered", spends=False),
    ("layered_loss_share", "pay_claim"): Worth("payable", spends=True),
    ("investment_loss_share", "compensate"): Worth("payable", spends=True),
    ("voucher_quota", "issue"): Worth("face", spends=False),  # spent only when it is redeemed
    ("voucher_quota", "reserve"): Worth("reserved", spends=False),
    ("voucher_quota", "redeem"): Worth("redeemed", spends=True),
    ("graded_award", "award"): Worth("award", spends=True),
    ("capped_share", "pay"): Worth("subsidy", spends=True),
    ("recurring_subsidy", "pay"): Worth("subsidy", spends=True),
    ("match", "match"): Worth("match", spends=True),
    ("staged_subsidy", "pay"): Worth("subsidy", spends=True),
    ("uplift", "award"): Worth("award", spends=True),
    ("case_decision", "decide"): Worth("support", spends=True),
    ("floor_decision", "decide"): Worth("support", spends=True),
    ("fund_participation", "participate"): Worth("support", spends=True),
    ("fund_participation", "concede"): Worth("conceded", spends=True),
    ("contest_result", "support"): Worth("plan_project", spends=True),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A stored question, without the moment it was asked at."""

    programme: str
    act: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is decided: besides a ruling's outcomes `no_programme`, and `not_asked_so` where facts no longer fit."""

    outcome: str
    amounts: Mapping[str, int]
    terms: Mapping[str, Any]
    reasons: tuple[str, ...]
    worth_fen: int
    cost_fen: int


@dataclass(frozen=True, slots=True)
class Effect:
    """One question that is answered differently. Differences are signed: above zero is more than before."""

    kind: Kind
    before: Answer
    after: Answer

    @property
    def worth_fen(self) -> int:
        """How much more the applicant gets."""
        return self.after.worth_fen - self.before.worth_fen

    @property
    def cost_fen(self) -> int:
        """How much more public money it takes."""
        return self.after.cost_fen - self.before.cost_fen


def effect(asked: Asked, *, without: Snapshot, with_edition: Snapshot, accepted: Acceptance) -> Effect | None:
    """What the edition does to a question asked then; None when the answer stays the same."""
    before, after = answer(asked, without, accepted), answer(asked, with_edition, accepted)
    return None if before == after else Effect(_kind(before, after), before, after)


def answer(asked: Asked, snapshot: Snapshot, accepted: Acceptance) -> Answer:
    """What a policy decides, whatever a pack has made of the programme."""
    policy = snapshot.in_force(accepted)
    try:
        ruling = decide(policy, programme=asked.programme, act=asked.act, facts=asked.facts, accepted=accepted)
    except ProgrammeUnknown:
        return Answer(NO_PROGRAMME, {}, {}, (), 0, 0)
    except ValueError:
        return Answer(NOT_ASKED_SO, {}, {}, (), 0, 0)
    worth = WORTH.get((policy.pack.programmes[asked.programme].terms.kind, asked.act))
    worth_fen = ruling.amounts.get(worth.amount, 0) if worth else 0
    return Answer(
        outcome=ruling.outcome,
        amounts=dict(ruling.amounts),
        terms=dict(ruling.terms),
        reasons=tuple(finding.code for finding in ruling.findings),
        worth_fen=worth_fen,
        cost_fen=worth_fen if worth and worth.spends else 0,
    )


def _kind(before: Answer, after: Answer) -> Kind:
    was, is_now = before.outcome == ELIGIBLE, after.outcome == ELIGIBLE
    if was != is_now:
        return "newly_eligible" if is_now else "no_longer_eligible"
    if before.worth_fen == after.worth_fen:
        return "other"
    return "gain" if after.worth_fen > before.worth_fen else "loss"
