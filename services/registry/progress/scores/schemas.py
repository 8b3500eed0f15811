"""What crosses the wire about assessment scores."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from kernel.ids import public_id
from kernel.money import BasisPoints
from kernel.schemas import Code, Instant, Wire, WireIn
from services.registry.progress.bodies.schemas import ReporterId
from services.registry.progress.plans.schemas import Year
from services.registry.progress.scores.rules import Aspect
from services.registry.progress.scores.states import Status

ScoreId = Annotated[UUID, public_id("scr")]
_LINES: list[dict[str, Any]] = [
    {"indicator": "target_figures", "aspect": "results", "weight_bp": 6000, "score_bp": 8500},
    {"indicator": "report_discipline", "aspect": "process", "weight_bp": 4000, "score_bp": 10000},
]
_SCORE: dict[str, Any] = {
    "duty": "assess_counties",
    "year": 2026,
    "reporter_id": "rptr_01m89wy0bje669n3am2t9jft9c",
    "lines": _LINES,
}


class LineIn(WireIn):
    indicator: Code
    aspect: Aspect
    weight_bp: BasisPoints
    score_bp: BasisPoints


class ScoreIn(WireIn):
    model_config = ConfigDict(json_schema_extra={"examples": [_SCORE]})

    duty: Code
    year: Year
    reporter_id: ReporterId
    lines: Annotated[list[LineIn], Field(min_length=1, max_length=100)]


class ScoreOut(Wire):
    """`total_bp`: 10,000 is the whole."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                _SCORE
                | {
                    "id": "scr_01m89wy0bje669n3am2t9jft9g",
                    "reporter": "醴陵市人民政府",
                    "total_bp": 9100,
                    "status": "confirmed",
                    "entered_at": "2027-01-20T02:00:00Z",
                    "confirmed_at": "2027-01-21T02:00:00Z",
                }
            ]
        }
    )

    id: ScoreId
    duty: str
    year: int
    reporter_id: ReporterId
    reporter: str
    lines: list[dict[str, Any]]
    total_bp: int
    status: Status
    entered_at: Instant
    confirmed_at: Instant | None
