"""What crosses the wire about yearly action plans."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from kernel.ids import public_id
from kernel.schemas import Code, Instant, Name, Wire, WireIn
from services.registry.progress.plans.states import Status

PlanId = Annotated[UUID, public_id("plan")]
Year = Annotated[int, Field(strict=True, ge=2000, le=2999)]
_TASK: dict[str, Any] = {
    "title": "各区新建一个区域中心众创空间",
    "role": "science_bureau",
    "due_on": "2026-12-31",
    "target": None,
}
_PLAN: dict[str, Any] = {"title": "2026年度众创行动计划", "tasks": [_TASK]}


class TaskIn(WireIn):
    title: Name
    role: Code
    due_on: date
    target: Code | None = None


class PlanContentIn(WireIn):
    model_config = ConfigDict(json_schema_extra={"examples": [_PLAN]})

    title: Name
    tasks: Annotated[list[TaskIn], Field(min_length=1, max_length=200)]


class PlanIn(PlanContentIn):
    """`duty` is the duty of the pack that asks for the plan."""

    model_config = ConfigDict(json_schema_extra={"examples": [_PLAN | {"duty": "make_annual_plan", "year": 2026}]})

    duty: Code
    year: Year


class PlanRevisionOut(Wire):
    number: int
    title: str
    tasks: list[dict[str, Any]]
    written_at: Instant


class PlanOut(Wire):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "plan_01m89wy0bje669n3am2t9jft9f",
                    "duty": "make_annual_plan",
                    "year": 2026,
                    "status": "adopted",
                    "adopted_at": "2026-01-20T02:00:00Z",
                    "revisions": [_PLAN | {"number": 1, "written_at": "2026-01-12T02:00:00Z"}],
                }
            ]
        }
    )

    id: PlanId
    duty: str
    year: int
    status: Status
    adopted_at: Instant | None
    revisions: list[PlanRevisionOut]
