"""Whether an action plan splits responsibilities as the policy asks, purely."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Protocol

from kernel.findings import Finding, findings


class Task(Protocol):
    """What is to be done, by which role of the pack, until when, for which target."""

    @property
    def role(self) -> str: ...
    @property
    def due_on(self) -> date: ...
    @property
    def target(self) -> str | None: ...


def plan_findings(
    tasks: Sequence[Task], *, year: int, roles: Collection[str], targets: Collection[str], clauses: tuple[str, ...]
) -> list[Finding]:
    """WH-34, LZ-57: every task has a responsible role of the pack, a day in the plan's year, and a known target."""
    strange = sorted({task.role for task in tasks if task.role not in roles})
    outside = sorted({task.due_on.isoformat() for task in tasks if task.due_on.year != year})
    unknown = sorted({task.target for task in tasks if task.target is not None and task.target not in targets})
    return findings(
        (
            bool(strange),
            Finding(
                "role_unknown",
                clauses,
                "任务的责任单位不是政策中的职责角色。",
                "A task binds to no role of the policy.",
                {"roles": strange},
            ),
        ),
        (
            bool(outside),
            Finding(
                "task_outside_year",
                clauses,
                "任务的完成日不在计划年度内。",
                "A task is due outside the plan's year.",
                {"days": outside},
            ),
        ),
        (
            bool(unknown),
            Finding(
                "target_unknown",
                clauses,
                "任务所列指标不在政策中。",
                "A task names no target of the policy.",
                {"targets": unknown},
            ),
        ),
    )


def adoption_findings(*, written_by: str, adopted_by: str, clauses: tuple[str, ...]) -> list[Finding]:
    """Who wrote a plan does not adopt it."""
    same = Finding("second_person_needed", clauses, "计划起草人不得自行批准。", "Who wrote the plan does not adopt it.")
    return findings((written_by == adopted_by, same))
