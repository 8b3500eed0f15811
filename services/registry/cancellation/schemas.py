"""What crosses the wire about cancellations."""

from datetime import date
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from kernel.ids import public_id
from kernel.schemas import Instant, Sentence, Wire, WireIn
from services.registry.cancellation import examples
from services.registry.cancellation.states import Cause, Status
from services.registry.recognition.schemas import EvidenceIn, RecognitionId

CancellationId = Annotated[UUID, public_id("can")]


class CancellationIn(WireIn):
    """Why the recognition is to be taken away. `cure_by` only where the city's policy names no cure period."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"cause": "reports_missed", "statement": "连续两期未报送统计报表", "evidence": [], "cure_by": None}
            ]
        }
    )

    cause: Cause
    statement: Sentence
    evidence: Annotated[list[EvidenceIn], Field(max_length=50)] = Field(default_factory=list)
    cure_by: date | None = None


class CureIn(WireIn):
    """What was set right, and the papers seen."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"opinion": "已补报", "evidence": [{"title": "补报回执", "reference": "2027-统-018"}]}]
        }
    )

    opinion: Sentence
    evidence: Annotated[list[EvidenceIn], Field(min_length=1, max_length=50)]


class CancellationDecisionIn(WireIn):
    """`cancel` takes the recognition away; `drop` leaves it as it was.

    `ended_on`: the day from which a level above took away what it had given. The city's own ends today.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{"outcome": "cancel", "opinion": "整改期满仍未整改"}]})

    outcome: Literal["cancel", "drop"]
    opinion: Sentence
    ended_on: date | None = None

    @model_validator(mode="after")
    def _ends_what_is_cancelled(self) -> Self:
        if self.ended_on is not None and self.outcome == "drop":
            raise PydanticCustomError("value_error", "what is dropped does not end")
        return self


class CancellationOut(Wire):
    """`cure_by` counts until midnight (Asia/Shanghai); null for a cause that cannot be cured."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CANCELLATION]})

    id: CancellationId
    recognition_id: RecognitionId
    cause: Cause
    statement: str
    clauses: list[str]
    status: Status
    opened_by: str
    opened_at: Instant
    cure_by: date | None
    cure_provisional: bool | None
    evidence: list[dict[str, Any]] | None
    settled_on: date | None
    settled_by: str | None
    settled_at: Instant | None
    opinion: str | None
