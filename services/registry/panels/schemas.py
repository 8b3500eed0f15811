"""What crosses the wire about expert panels, for officers alone."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from kernel.ids import public_id
from kernel.schemas import Instant, Name, Wire, WireIn
from services.registry.experts.schemas import ExpertId
from services.registry.panels import examples
from services.registry.panels.states import SeatStatus, Status
from services.registry.recognition.schemas import RecognitionId

PanelId = Annotated[UUID, public_id("pan")]
Points = Annotated[int, Field(strict=True, ge=0, le=1000)]


class PanelIn(WireIn):
    """`field` limits the draw to one field; `related_expert_ids` are those the related-party check flagged.

    The documents fix no scale: `points_max` for each criterion and `pass_mark` of the sum are fixed here, before any
    score is in.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{"size": 5, "points_max": 20, "pass_mark": 60}]})

    size: Annotated[int, Field(strict=True, ge=1, le=99)]
    points_max: Annotated[int, Field(strict=True, ge=1, le=1000)]
    pass_mark: Annotated[int, Field(strict=True, ge=1, le=100_000)]
    field: Name | None = None
    related_expert_ids: Annotated[list[ExpertId], Field(max_length=200)] = Field(default_factory=list)


class ScoreSheetIn(WireIn):
    """The points of one expert by criterion, locked once in; or the expert's recusal."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"expert_id": "exp_01m89wxxz5ehfrqcbh0xwd5yfh", "points": {"floor_area": 16, "tenants": 18}}]
        }
    )

    expert_id: ExpertId
    is_recused: bool = Field(default=False, strict=True)
    points: dict[Annotated[str, Field(max_length=100)], Points] = Field(default_factory=dict, max_length=100)


class SeatOut(Wire):
    expert_id: ExpertId
    place: int
    status: SeatStatus
    points: dict[str, Any] | None
    scored_at: Instant | None


class ExcludedOut(Wire):
    expert_id: ExpertId
    reasons: list[Literal["same_unit", "declared_relation", "related_party"]]


class PanelOut(Wire):
    """`result` is the middle total; the draw can be repeated from `seed`. Others' points show when all are in."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PANEL]})

    id: PanelId
    recognition_id: RecognitionId
    status: Status
    size: int
    seed: str
    criteria: list[str]
    points_max: int
    pass_mark: int
    excluded: list[ExcludedOut]
    seats: list[SeatOut]
    convened_by: str
    convened_at: Instant
    result: int | None
    is_passed: bool | None
    closed_at: Instant | None


class PanelsOut(Wire):
    items: list[PanelOut]
