"""The terms of a programme that evaluates carriers. Every figure is the key of a parameter, never a literal."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from policy.terms import Frozen, Level


class DimensionWeight(Frozen):
    """What the indicators of one dimension weigh together, where that is a parameter of its own (LZ-18)."""

    dimension: str
    dimension_weight: str


class EvaluationTerms(Frozen):
    """Carriers of these kinds that hold one of these levels take part in a round. Act: `evaluate`.

    `evaluator` is who verifies: a body that is no part of the administration (XZ-24), or the department itself.
    `failures_to_exit`: after as many failures one after the other the end of the recognition is recommended.
    """

    kind: Literal["carrier_evaluation"]
    carrier_kinds: tuple[str, ...] = Field(min_length=1)
    levels: tuple[Level, ...] = Field(min_length=1)
    evaluator: Literal["independent_body", "department"]
    indicators: str
    notice_working_days: str
    appeal_working_days: str
    failures_to_exit: str | None = None
    dimensions: tuple[DimensionWeight, ...] = ()

    def parameters(self, _act: str) -> Iterator[str]:
        """What a grade rests on; without a rule of exit grades are given all the same."""
        yield from (self.indicators, self.notice_working_days, self.appeal_working_days)
        yield from (entry.dimension_weight for entry in self.dimensions)
