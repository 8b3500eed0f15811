"""The closed set of rule kinds, told apart by `kind`."""

from typing import Annotated

from pydantic import Field

from policy.terms import AwardTerms, EnvelopeTerms, LossShareTerms, RecognitionTerms, VoucherTerms
from policy.terms_of_evaluation import EvaluationTerms
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
    | EvaluationTerms,
    Field(discriminator="kind"),
]
