"""The closed set of rule kinds, told apart by `kind`."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from policy.terms import AwardTerms, EnvelopeTerms, LossShareTerms, RecognitionTerms, VoucherTerms
from policy.terms_of_angel import InvestmentLossTerms
from policy.terms_of_evaluation import EvaluationTerms
from policy.terms_of_participation import ParticipationTerms
from policy.terms_of_support import (
    CappedShareTerms,
    CaseDecisionTerms,
    ContestResultTerms,
    FloorDecisionTerms,
    GradedAwardTerms,
    MatchTerms,
    PriorityTerms,
    RecurringSubsidyTerms,
    StagedSubsidyTerms,
    StandardTerms,
    TaxInformationTerms,
    UpliftTerms,
    YearlyGrowthTerms,
)

# What pays money to whoever applies for it, by rule kind, with the act that is asked for.
APPLIED_FOR: Mapping[str, str] = {
    "graded_award": "award",
    "capped_share": "pay",
    "recurring_subsidy": "pay",
    "staged_subsidy": "pay",
    "match": "match",
    "uplift": "award",
    "case_decision": "decide",
    "floor_decision": "decide",
}
Terms = Annotated[
    RecognitionTerms
    | AwardTerms
    | LossShareTerms
    | VoucherTerms
    | EnvelopeTerms
    | GradedAwardTerms
    | CappedShareTerms
    | RecurringSubsidyTerms
    | MatchTerms
    | UpliftTerms
    | FloorDecisionTerms
    | StagedSubsidyTerms
    | ContestResultTerms
    | TaxInformationTerms
    | YearlyGrowthTerms
    | StandardTerms
    | CaseDecisionTerms
    | PriorityTerms
    | EvaluationTerms
    | InvestmentLossTerms
    | ParticipationTerms,
    Field(discriminator="kind"),
]
