"""What a report must agree with (XZ-37): itself, the periods before it, the operator's other reports; purely."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.findings import codes
from policy.forms import report_forms
from services.registry.statistics.reading import Line, Reader, read_content
from services.registry.statistics.rules import (
    Counted,
    Elsewhere,
    counted_from,
    double_findings,
    earlier_findings,
    figures_of,
    jumps_of,
    later_findings,
    repeated_findings,
    unexplained,
    within_findings,
)
from services.registry.statistics.workbook_reading import read_workbook
from services.registry.statistics.workbooks import Addressed, write_workbook
from tests.builders.statistics import a_content, a_space, a_tenant

FORM = report_forms()[-1]
CLAUSES = ("XZ-37",)
PERIOD = (date(2026, 8, 1), date(2026, 8, 31))


def within(**space: Any) -> list[str]:
    return codes(within_findings(FORM, a_content(space=[a_space(**space)]), CLAUSES))


def earlier(preceding: dict[str, int] | None, latest: dict[str, int] | None = None, **space: Any) -> list[str]:
    content = a_content(space=[a_space(**space)])
    return codes(earlier_findings(FORM, content, preceding=preceding, latest=latest or preceding, clauses=CLAUSES))


def test_a_report_in_order_has_no_finding() -> None:
    assert within() == []
    assert earlier({"tenants": 0, "graduates_total": 0, "listed_total": 0}) == []


@pytest.mark.parametrize(
    ("space", "found"),
    [
        ({"income": 301}, ["income_adds_up", "profit_adds_up"]),
        ({"profit": 51}, ["profit_adds_up"]),
        ({"area_public": 300}, []),
        ({"area_public": 301}, ["areas_fit"]),
        ({"staff_trained": 6}, ["trained_of_staff"]),
        ({"tenants_in": 3}, ["tenants_add_up"]),
        ({"tenants_in": 3, "tenants_out": 1}, []),
        ({"teams_served": 1}, ["teams_have_members"]),
        ({"startup_jobs": 4}, ["startups_have_jobs"]),
        ({"investment": 500}, ["financed_with_money"]),
        ({"investment": 500, "firms_financed": 1}, []),
        ({"tenants": 3, "tenants_in": 3}, ["every_tenant_listed"]),
        ({"events": 2}, ["every_event_listed"]),
        ({"income": None}, []),  # what could not be read is told as that, and not judged
    ],
)
def test_each_sentence_of_the_form_is_judged(space: dict[str, Any], found: list[str]) -> None:
    assert within(**space) == found


def test_graduates_are_some_of_those_that_were_there() -> None:
    listed = {"graduates": [{"name": "甲", "employees": 1}]}
    more = {"tenants_in": 3, "tenants_out": 1, "graduates": 1, "graduates_total": 1}
    assert within_findings(FORM, a_content(space=[a_space(**more)]) | listed, CLAUSES) == []
    many = {"graduates": 4, "graduates_total": 3}
    assert within(**many) == [
        "graduates_of_leavers",
        "graduates_of_stock",
        "graduates_of_total",
        "every_graduate_listed",
    ]


def test_stock_plus_in_less_out_is_stock() -> None:
    before = {"tenants": 5, "graduates_total": 3, "listed_total": 1}
    assert earlier(before, tenants_at_start=4, graduates_total=3, listed_total=1) == ["tenants_carried"]
    assert earlier(before, tenants_at_start=5, graduates_total=4, listed_total=1) == ["graduates_grow"]
    falls = earlier(before, tenants_at_start=5, graduates_total=2, listed_total=0)
    assert falls == ["graduates_grow", "cumulative_falls", "cumulative_falls"]


def test_after_a_gap_only_what_counts_all_is_compared() -> None:
    assert earlier(None, {"tenants": 5, "graduates_total": 3}, graduates_total=3) == []
    assert earlier(None, {"tenants": 5, "graduates_total": 3}, graduates_total=2) == ["cumulative_falls"]


@pytest.mark.parametrize(
    ("before", "now", "jumps"),
    [(40, 60, False), (40, 61, True), (40, 20, False), (40, 19, True), (4, 9, False), (4, 10, True), (0, 10, True)],
)
def test_a_move_is_explained_above_half_and_from_ten_on(before: int, now: int, jumps: bool) -> None:
    """Below, at and above: the form has 5,000 basis points and figures from ten."""
    found = jumps_of(FORM, a_content(space=[a_space(seats=now)]), {"seats": before})
    assert (codes(found) == ["jump_to_explain"]) is jumps
    assert unexplained(found, {"seats": "二期"}) == []


def test_a_correction_names_what_the_next_period_breaks() -> None:
    content = a_content()
    assert later_findings(FORM, content, None) == []
    assert later_findings(FORM, content, {"tenants_at_start": 2, "graduates_total": 0, "graduates": 0}) == []
    broken = later_findings(FORM, content, {"tenants_at_start": 3, "graduates_total": 0, "graduates": 0})
    assert [found.facts["fields"] for found in broken] == [["tenants_at_start", "tenants"]]


def test_figures_of_firms_are_added_up() -> None:
    tenants = [a_tenant("甲", turnover=10), a_tenant("乙", turnover=5)]
    figures = figures_of(FORM, a_content(tenants=tenants))
    assert (figures["tenants.turnover"], figures["seats"]) == (15, 40)
    assert "offers_finance" not in figures


def place(section: str, row: int) -> Mapping[str, Any]:
    return {"pointer": f"/{section}/{row}"}


@pytest.mark.parametrize(
    ("other", "twice"),
    [
        (("X", "甲公司"), True),  # the code tells, whatever it is called
        (("X", "改名公司"), True),
        ((None, "甲公司"), True),  # without a code the name does
        (("Y", "甲公司"), False),  # two codes are two firms
        ((None, "乙公司"), False),
    ],
)
def test_a_firm_is_known_by_its_code_or_else_its_name(other: tuple[str | None, str], twice: bool) -> None:
    one = Counted("tenant", "X", "甲公司", "tenants", 0)
    found = double_findings([one], [Elsewhere("tenant", *other, "car")], place, CLAUSES)
    assert (codes(found) == ["tenant_counted_twice"]) is twice
    again = repeated_findings([one, Counted("tenant", *other, "tenants", 1)], place, CLAUSES)
    assert (codes(again) == ["listed_twice"]) is twice


def test_a_namesake_with_another_code_hides_nobody_without_one() -> None:
    one = Counted("tenant", "X", "甲公司", "tenants", 0)
    for others in ([(None, "甲公司"), ("Y", "甲公司")], [("Y", "甲公司"), (None, "甲公司")]):
        known = [Elsewhere("tenant", *other, "car") for other in others]
        assert codes(double_findings([one], known, place, CLAUSES)) == ["tenant_counted_twice"]


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z", "M"]), min_size=1, max_size=30)


@settings(max_examples=15, deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=4), st.integers(-(10**9), 10**9), st.sampled_from(["zh", "en"]))
def test_what_a_workbook_is_written_with_is_read_back(names: list[str], profit: int, language: Any) -> None:
    content = a_content(space=[a_space(profit=profit)], tenants=[a_tenant(name) for name in names])
    reader = Reader(lenient=True, period=PERIOD, divisions=frozenset({"320312"}))
    typed = {section: [Line(at, row) for at, row in enumerate(rows)] for section, rows in content.items()}
    direct = read_content(FORM, typed, reader, lambda *_: {})
    book = write_workbook(FORM, Addressed("srp_x", "甲", "p", "d"), language=language, content=direct.content)
    filled = read_workbook(book, FORM)
    again = read_content(FORM, filled.typed, reader, filled.place)
    assert (again.faults, again.content) == ([], direct.content)


@pytest.mark.parametrize(
    ("opened_on", "by_itself", "first"),
    [
        (date(2026, 9, 1), True, date(2026, 8, 31)),
        (date(2026, 9, 2), True, date(2026, 9, 2)),
        (date(2026, 10, 30), True, date(2026, 10, 30)),
        (date(2026, 9, 10), False, date(2026, 8, 31)),
        (date(2026, 8, 20), False, date(2026, 8, 31)),
    ],
)
def test_working_days_count_from_the_period_unless_nobody_was_asked_in_time(
    opened_on: date, by_itself: bool, first: date
) -> None:
    assert counted_from(period_until=date(2026, 8, 31), opened_on=opened_on, by_itself=by_itself) == first
