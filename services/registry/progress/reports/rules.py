"""Whether a report is owed and its figures may count, purely; and what accepted figures come to."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from kernel.findings import Finding, findings
from policy.schema import Target

State = Literal["in_time", "late", "returned", "not_reported"]


@dataclass(frozen=True, slots=True)
class Reported:
    """An accepted figure. `is_part`: of a county or zone, one of many; else of the whole city."""

    reporter: str
    is_part: bool
    starts_on: date
    ends_on: date
    value: int


def submission_findings(
    *, owes: bool, period_over: bool, may_look_ahead: bool, figures: Collection[str], targets: Mapping[str, Target],
    clauses: tuple[str, ...],
) -> list[Finding]:  # fmt: skip
    """It is owed by this reporter, for a period that is over, and reports only what no service counts itself."""
    unknown = sorted(key for key in figures if key not in targets)
    counted = sorted(key for key in figures if key in targets and targets[key].counter != "progress_report")
    return findings(
        (
            not owes,
            Finding(
                "report_not_owed", clauses, "该单位在该期间无此报送职责。", "This reporter does not owe this report."
            ),
        ),
        (
            not period_over and not may_look_ahead,
            Finding("period_not_over", clauses, "报告期尚未结束。", "The period is not over yet."),
        ),
        (
            bool(unknown),
            Finding(
                "target_unknown", clauses, "含有政策中没有的指标。", "A figure is of no target.", {"targets": unknown}
            ),
        ),
        (
            bool(counted),
            Finding(
                "target_counted_here",
                clauses,
                "该指标由平台直接统计,无须报送。",
                "The target is counted by the registers themselves and is not reported.",
                {"targets": counted},
            ),
        ),
    )


def second_person_findings(*, submitted_by: str, judged_by: str, clauses: tuple[str, ...]) -> list[Finding]:
    """Who handed it in does not judge it."""
    same = Finding(
        "second_person_needed", clauses, "报送人不得审核本人报送的内容。", "Who handed it in does not judge it."
    )
    return findings((submitted_by == judged_by, same))


def double_count_findings(targets: Iterable[str], clauses: tuple[str, ...]) -> list[Finding]:
    """Another report of the same days has the figure: a department's covers the city, the counties' add up to it."""
    twice = sorted(targets)
    counted = Finding(
        "target_reported_by_another",
        clauses,
        "同期该指标已由其他单位报送并计入,不得重复计数。",
        "An accepted report of the same days has this figure already; it would count twice.",
        {"targets": twice},
    )
    return findings((bool(twice), counted))


def counted_twice(*, is_part: bool, other_is_part: bool) -> bool:
    """Parts of the city add up; everything else of the same days covers the same ground."""
    return not (is_part and other_is_part)


def state_of(*, status: str | None, first_submitted_on: date | None, due_on: date) -> State:
    """How a reporter stands on the circulation list. What came in time and was returned waits for its reporter."""
    if status is None or first_submitted_on is None:
        return "not_reported"
    if status == "returned":
        return "returned"
    return "late" if first_submitted_on > due_on else "in_time"


def total(reported: Sequence[Reported], *, since: date | None) -> int | None:
    """What accepted figures come to: without `since` what stands last, else all that is new since then.

    None when nothing was reported: that is unknown, not nought.
    """
    within = [one for one in reported if since is None or one.ends_on >= since]
    if not within:
        return None
    if since is not None:
        return sum(one.value for one in within)
    latest: dict[str, Reported] = {}
    for one in sorted(within, key=lambda one: one.ends_on):
        latest[one.reporter] = one
    wholes = [one for one in latest.values() if not one.is_part]
    parts = [one for one in latest.values() if one.is_part]
    newest_whole = max(wholes, key=lambda one: one.ends_on, default=None)
    if newest_whole is None or any(one.ends_on > newest_whole.ends_on for one in parts):
        return sum(one.value for one in parts)
    return newest_whole.value
