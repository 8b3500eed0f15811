"""What crosses the wire about reports."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from kernel.ids import public_id
from kernel.schemas import Code, Count, Instant, Sentence, Wire, WireIn
from services.registry.progress.bodies.schemas import ReporterId
from services.registry.progress.duties.schemas import DutyDayId
from services.registry.progress.reports.models import Outcome
from services.registry.progress.reports.states import Status

ReportId = Annotated[UUID, public_id("rpt")]
Figures = Annotated[
    dict[Code, Count], Field(max_length=100, default_factory=dict, description="Whole numbers by target id")
]
_CONTENT: dict[str, Any] = {"summary": "全年新建众创空间6家,举办活动42场。", "figures": {"hightech_firms": 61}}


class RevisionIn(WireIn):
    """`figures`: what stands at the end of the period, for a target of kind `stock`; else what is new within it."""

    model_config = ConfigDict(json_schema_extra={"examples": [_CONTENT]})

    summary: Sentence
    figures: Figures


class ReportIn(RevisionIn):
    model_config = ConfigDict(
        json_schema_extra={"examples": [_CONTENT | {"reporter_id": "rptr_01m89wy0bje669n3am2t9jft9c"}]}
    )

    reporter_id: ReporterId


class ReturnIn(WireIn):
    """Everything that is missing, at once."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reasons": ["缺少活动明细", "高新技术企业数未附清单"]}]})

    reasons: Annotated[list[Sentence], Field(min_length=1, max_length=50)]


class VerdictOut(Wire):
    outcome: Outcome
    reasons: list[str]
    judged_at: Instant


class RevisionOut(Wire):
    number: int
    summary: str
    figures: dict[str, int]
    submitted_at: Instant
    verdict: VerdictOut | None


class ReportOut(Wire):
    """With every revision and what was said of it. `is_late`: the first one came after the due day."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "rpt_01m89wy0bje669n3am2t9jft9d",
                    "duty_day_id": "duty_01m89wy0bje669n3am2t9jft9e",
                    "duty": "report_yearly_localities",
                    "due_on": "2026-01-29",
                    "reporter_id": "rptr_01m89wy0bje669n3am2t9jft9c",
                    "reporter": "海宁市人民政府",
                    "status": "accepted",
                    "is_late": False,
                    "revisions": [
                        _CONTENT
                        | {
                            "number": 1,
                            "submitted_at": "2026-01-20T02:00:00Z",
                            "verdict": {"outcome": "accepted", "reasons": [], "judged_at": "2026-01-21T02:00:00Z"},
                        }
                    ],
                }
            ]
        }
    )

    id: ReportId
    duty_day_id: DutyDayId
    duty: str
    due_on: date
    reporter_id: ReporterId
    reporter: str
    status: Status
    is_late: bool
    revisions: list[RevisionOut]
