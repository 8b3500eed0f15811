"""The terms of a programme that shares an investor's loss. Every figure is the key of a parameter, never a literal."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from policy.terms import Frozen


class StageShare(Frozen):
    """Of an investment made at one stage of the project: the share of its loss, and the most a year for an investor."""

    stage: str
    share: str
    yearly_cap: str


class InvestmentLossTerms(Frozen):
    """An investor's audited loss, shared by stage within caps. Acts: `compensate`, `share_recovery`."""

    kind: Literal["investment_loss_share"]
    stages: tuple[StageShare, ...] = Field(min_length=1)
    paying_layer: Literal["city", "district"] = "city"
    project_cap: str
    recovery_sharing: str
    review_working_days: str
    claim_documents: str

    def parameters(self, act: str) -> Iterator[str]:
        """All of them for a claim; a recovery goes back by the split stored with its claim."""
        yield self.recovery_sharing
        if act == "share_recovery":
            return
        for stage in self.stages:
            yield from (stage.share, stage.yearly_cap)
        yield from (self.project_cap, self.review_working_days, self.claim_documents)
