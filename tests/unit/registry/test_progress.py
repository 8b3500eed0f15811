"""Due days, what reported figures come to, and scores: pure rules."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.findings import codes
from kernel.workdays import Deadline, settled
from policy.calendar import workdays
from policy.loader import load_pack
from policy.snapshots import Acceptance, Setting, first_snapshot
from services.registry.progress.duties.rules import Occurrence, occurrences, scheduled
from services.registry.progress.plans.rules import plan_findings
from services.registry.progress.reports.rules import Reported, state_of, submission_findings, total
from services.registry.progress.scores.rules import Aspect, score_findings, total_bp

AT = Acceptance(date(2026, 9, 1), datetime(2026, 9, 1, 2, tzinfo=UTC))
# provisions.md, section 9: the 20th working day after each report year.
JX_37 = {
    2015: "2016-01-29", 2016: "2017-02-03", 2017: "2018-01-29", 2018: "2019-01-29", 2019: "2020-02-05",
    2020: "2021-01-29", 2021: "2022-01-29", 2022: "2023-02-02", 2023: "2024-01-29", 2024: "2025-02-05",
    2025: "2026-01-29",
}  # fmt: skip


def due(pack: str, duty: str, since: str, until: str, **values: object) -> list[Occurrence]:
    settings = [
        Setting(
            parameter=key, value=value, effective_on=date(2016, 1, 1), recorded_at=datetime(2016, 1, 1, tzinfo=UTC),
            reason="测试", set_by="a", approved_by="b",
        )
        for key, value in values.items()
    ]  # fmt: skip
    policy = first_snapshot("x", load_pack(pack)).with_settings(settings)
    plan = next(plan for plan in scheduled(policy, at=AT) if plan.duty.id == duty)
    days = workdays()
    return list(occurrences(plan, since=date.fromisoformat(since), until=date.fromisoformat(until), days=days))


@pytest.mark.parametrize("duty", ["report_yearly_localities", "report_yearly_departments"])
def test_annual_reports_were_due_on_the_days_the_holiday_notices_give(duty: str) -> None:
    """JX-37: 20 statutory working days after the year's end, make-up Saturdays worked."""
    found = due("jiaxing", duty, "2015-12-01", "2026-12-31")
    assert {one.ends_on.year: one.due.on.isoformat() for one in found} == JX_37
    assert not any(one.due.provisional for one in found)


def test_a_year_without_a_notice_is_provisional() -> None:
    """JX-37: the notice for the next year is not out."""
    (found,) = due("jiaxing", "report_yearly_localities", "2027-01-01", "2027-12-31")
    assert (found.starts_on, found.ends_on, found.due.provisional) == (date(2026, 1, 1), date(2026, 12, 31), True)


def test_a_plan_counts_from_the_beginning_of_its_year() -> None:
    """WH-34: the plan of 2026 is due in 2026, not after it."""
    found = due("wuhan", "make_annual_plan", "2026-01-01", "2026-12-31", **{"annual_plan.deadline_working_days": 20})
    assert [(one.starts_on.year, one.due.on.isoformat()) for one in found] == [(2026, "2026-01-29")]


def test_nothing_falls_due_while_period_or_deadline_is_open() -> None:
    """ZZ-36: the text says regularly, and no more."""
    assert due("zhuzhou", "report_progress_counties", "2016-01-01", "2026-12-31") == []
    half = due(
        "zhuzhou", "report_progress_counties", "2026-01-01", "2026-12-31", **{"progress_report.period_months": 3}
    )
    assert half == []
    both = {"progress_report.period_months": 3, "progress_report.deadline_working_days": 10}
    found = due("zhuzhou", "report_progress_counties", "2026-01-01", "2026-12-31", **both)
    assert [one.ends_on.isoformat() for one in found] == ["2025-12-31", "2026-03-31", "2026-06-30", "2026-09-30"]


def test_a_duty_done_once_is_dated_from_the_document() -> None:
    """LZ-57: every lead department makes its plan; the days are open until they are set."""
    assert due("liuzhou", "make_lead_plans", "2016-01-01", "2026-12-31") == []
    found = due("liuzhou", "make_lead_plans", "2016-01-01", "2026-12-31", **{"plan.lead.working_days": 20})
    assert [one.due.on.isoformat() for one in found] == ["2016-03-09"]  # 02-06 and 02-14 were worked


def test_a_time_limit_of_cases_is_no_day_of_the_calendar() -> None:
    policy = first_snapshot("x", load_pack("xuzhou"))
    plan = next(plan for plan in scheduled(policy, at=AT) if plan.duty.id == "run_one_stop_window")
    assert (plan.rhythm, plan.open) == ("standing", ())


@given(
    told=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    computed=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    provisional=st.booleans(),
)
def test_a_told_day_never_comes_earlier(told: date, computed: date, provisional: bool) -> None:
    found = settled(told, Deadline(computed, provisional, "v"))
    assert found.on >= told
    assert found.on == max(told, computed)
    assert found.provisional is provisional


def test_working_days_are_counted_backwards() -> None:
    assert workdays().before(date(2022, 1, 30), 1) == date(2022, 1, 29)  # a Saturday that was worked
    assert workdays().before(date(2026, 1, 29), 5) == date(2026, 1, 22)


YEAR = (date(2025, 1, 1), date(2025, 12, 31))
NEXT = (date(2026, 1, 1), date(2026, 12, 31))


def part(reporter: str, days: tuple[date, date], value: int) -> Reported:
    return Reported(reporter, True, *days, value)


def test_figures_of_counties_add_up_and_the_citys_own_stands_for_all() -> None:
    parts = [part("a", YEAR, 10), part("b", YEAR, 5), part("a", NEXT, 12)]
    assert total(parts, since=None) == 17
    assert total(parts, since=date(2015, 12, 1)) == 27
    assert total(parts, since=date(2026, 1, 1)) == 12
    whole = Reported("city", False, *NEXT, 40)
    assert total([*parts[:2], whole], since=None) == 40
    assert total([*parts[:2], replace(whole, ends_on=date(2024, 12, 31))], since=None) == 15
    assert total([], since=None) is None
    assert total(parts, since=date(2027, 1, 1)) is None


def test_every_reason_against_a_report_is_told_at_once() -> None:
    targets = load_pack("jiaxing").targets
    found = submission_findings(
        owes=False,
        period_over=False,
        may_look_ahead=False,
        figures={"mentors": 1, "nothing": 2, "hightech_firms": 3},
        targets=targets,
        clauses=("JX-37",),
    )
    assert codes(found) == ["report_not_owed", "period_not_over", "target_unknown", "target_counted_here"]
    assert [list(finding.facts.values()) for finding in found[2:]] == [[["nothing"]], [["mentors"]]]


@pytest.mark.parametrize(
    ("status", "day", "state"),
    [
        (None, None, "not_reported"),
        ("returned", date(2026, 1, 29), "returned"),
        ("submitted", date(2026, 1, 29), "in_time"),
        ("accepted", date(2026, 1, 30), "late"),
    ],
)
def test_how_a_reporter_stands(status: str | None, day: date | None, state: str) -> None:
    """ZZ-36: what is circulated."""
    assert state_of(status=status, first_submitted_on=day, due_on=date(2026, 1, 29)) == state


@dataclass
class Line:
    indicator: str
    aspect: Aspect
    weight_bp: int
    score_bp: int


def test_process_results_and_social_benefit_weigh_first() -> None:
    """XZ-31: an even split does not put them first."""
    even = [Line("r", Aspect.RESULTS, 5000, 9000), Line("o", Aspect.OTHER, 5000, 8000)]
    assert codes(score_findings(even, indicators=None, clauses=(), city_clauses={"XZ-31"})) == ["aspects_not_first"]
    assert score_findings(even, indicators=None, clauses=(), city_clauses={"JX-38"}) == []
    first = [replace_weight(even[0], 5001), replace_weight(even[1], 4999)]
    assert score_findings(first, indicators=None, clauses=(), city_clauses={"XZ-31"}) == []


def replace_weight(line: Line, weight_bp: int) -> Line:
    return replace(line, weight_bp=weight_bp)


def test_weights_make_a_whole_of_known_indicators_once() -> None:
    lines = [Line("x", Aspect.RESULTS, 6000, 9999), Line("x", Aspect.PROCESS, 3999, 1)]
    found = score_findings(lines, indicators=["y"], clauses=("ZZ-37",), city_clauses=())
    assert codes(found) == ["weights_not_whole", "indicator_twice", "indicator_unknown"]
    assert total_bp([Line("x", Aspect.RESULTS, 3333, 9999), Line("y", Aspect.PROCESS, 6667, 1)]) == 3333


@dataclass
class Task:
    role: str
    due_on: date
    target: str | None


def test_a_plan_binds_every_task_to_a_role_and_a_day_of_its_year() -> None:
    """WH-34, LZ-57: responsibilities are split."""
    tasks = [Task("nobody", date(2026, 12, 31) + timedelta(days=1), "unknown"), Task("a", date(2026, 1, 1), None)]
    found = plan_findings(tasks, year=2026, roles={"a"}, targets={"t"}, clauses=("WH-34",))
    assert codes(found) == ["role_unknown", "task_outside_year", "target_unknown"]
    assert plan_findings(tasks[1:], year=2026, roles={"a"}, targets={"t"}, clauses=("WH-34",)) == []
