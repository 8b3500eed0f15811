"""Rules of statistical reports, what is left out of published figures, and the form itself."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.forms import FormField, FormInvalid, form_for, read_form, report_forms
from services.registry.statistics.aggregates import Cell, Reported, Table, by_period, table_of
from services.registry.statistics.charts import bar_chart, ticks, trend_chart
from services.registry.statistics.reading import FAULTS, Reader, Unfit, read_value
from services.registry.statistics.rules import bare, exit_finding, missed_in_a_row, period_of
from services.registry.statistics.states import MOVES, Fact, Status
from services.registry.statistics.workbook_reading import letters
from services.registry.statistics.workbooks import UNITS

FORM = report_forms()[-1]
READER = Reader(lenient=True, period=(date(2026, 1, 1), date(2026, 6, 30)), divisions=frozenset())
SOURCE = (report_forms.__wrapped__.__globals__["FOLDER"] / "2016-01-01.yaml").read_text(encoding="utf-8")


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.sampled_from([1, 2, 3, 4, 6, 12]))
def test_periods_cover_every_day_once_and_follow_each_other(day: date, months: int) -> None:
    period = period_of(day, months)
    assert period.first <= day <= period.last
    assert period_of(period.last + timedelta(days=1), months).first == period.last + timedelta(days=1)
    assert period_of(period.first, months) == period
    assert (period.first.day, (period.first.month - 1) % months) == (1, 0)


@pytest.mark.parametrize(
    ("months", "first", "last"),
    [
        (6, date(2026, 1, 1), date(2026, 6, 30)),
        (12, date(2026, 1, 1), date(2026, 12, 31)),
        (1, date(2026, 2, 1), date(2026, 2, 28)),
    ],
)
def test_half_years_years_and_months(months: int, first: date, last: date) -> None:
    assert period_of(date(2026, 2, 3), months) == (first, last)


def test_only_the_newest_missed_reports_count_and_leaving_waits_for_the_policys_number() -> None:
    """XZ-37: below, at and above the number an operator set."""
    assert [missed_in_a_row(found) for found in (["missed", "accepted", "missed"], ["accepted"], ["missed"] * 3)] == [
        1,
        0,
        3,
    ]
    found = [exit_finding(times=times, limit=2, clauses=("XZ-37",)) for times in (1, 2, 3)]
    assert [one.code if one else None for one in found] == [None, "exit_to_be_decided", "exit_to_be_decided"]


@given(st.text(alphabet="徐州甲乙 （）()，.aA1-", max_size=20))
def test_two_spellings_of_a_name_are_one(name: str) -> None:
    spaced = " ".join(name.upper())
    assert bare(spaced) == bare(name.lower())


@pytest.mark.parametrize(("column", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (27, "AB"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_named_as_spreadsheets_do(column: int, name: str) -> None:
    assert letters(column) == name


def read_or_fault(asked: FormField, typed: Any) -> Any:
    try:
        return read_value(asked, typed, READER)
    except Unfit as unfit:
        return f"fault:{unfit.code}"


@given(st.one_of(st.floats(), st.integers(), st.booleans(), st.text(max_size=30), st.none(), st.dates()))
def test_whatever_stands_in_a_cell_is_a_value_or_a_named_fault(typed: Any) -> None:
    for section in FORM.sections:
        for asked in section.fields:
            value = read_or_fault(asked, typed)
            assert isinstance(value, int | str | bool | type(None))
            assert not isinstance(value, str) or not value.startswith("fault:") or value[6:] in FAULTS


def test_every_fact_has_a_move_and_nothing_leads_back_to_expected() -> None:
    assert set(MOVES) == set(Fact)
    assert {arrow.target for arrow in MOVES.values()} == set(Status) - {Status.EXPECTED}


# Published figures


def a_report(group: str, firms: int = 10, **figures: int) -> Reported:
    return Reported(group, {"tenants": 10} | figures, firms)


def hidden(reports: list[Reported]) -> list[str]:
    return [cell.group for cell in table_of(FORM, reports, is_public=True).cells if cell.figures is None]


def test_a_group_of_few_takes_the_next_smallest_with_it() -> None:
    """Else the total less the shown groups would tell it."""
    reports = [a_report("a"), *[a_report("b")] * 4, *[a_report("c")] * 9]
    assert hidden(reports) == ["a", "b"]
    assert hidden([*[a_report("a")] * 3, *[a_report("b")] * 4]) == []
    officials = table_of(FORM, reports, is_public=False)
    assert [cell.figures["tenants"] for cell in officials.cells if cell.figures] == [10, 40, 90]


@given(st.lists(st.integers(1, 6), min_size=1, max_size=6))
def test_what_is_left_out_is_never_told_by_the_total(sizes: list[int]) -> None:
    reports = [a_report(f"g{at}") for at, size in enumerate(sizes) for _ in range(size)]
    table = table_of(FORM, reports, is_public=True)
    left_out = [cell.carriers for cell in table.cells if cell.figures is None]
    shown = table.total.figures is not None
    assert not left_out or not shown or (len(left_out) > 1 and sum(left_out) >= FORM.suppress_below) or len(sizes) == 1
    assert all(cell.carriers >= FORM.suppress_below for cell in table.cells if cell.figures is not None)


def test_figures_of_firms_need_so_many_firms_too() -> None:
    reports = [a_report(group, firms=0 if group == "a" else 5) for group in "aaabbbbccccc"]
    reports[0] = a_report("a", firms=1, **{"tenants.turnover": 900})
    cells = {cell.group: cell for cell in table_of(FORM, reports, is_public=True).cells}
    figures = cells["a"].figures or {}
    assert (figures["tenants"], figures["tenants.turnover"], cells["a"].firms) == (30, None, None)


def test_one_firm_is_not_told_by_what_the_total_has_more() -> None:
    """Group a is hidden for its carriers, b with it; their firms are but one, so c's figures of firms go too."""
    firms = {"a": [1], "b": [0, 0, 0], "c": [5, 5, 5], "d": [9, 9, 9, 9]}
    reports = [a_report(group, firms=count) for group, counts in firms.items() for count in counts]
    cells = {cell.group: cell for cell in table_of(FORM, reports, is_public=True).cells}
    assert [cells[group].figures is None for group in "abcd"] == [True, True, False, False]
    assert [(cells[group].figures or {})["tenants.turnover"] is None for group in "cd"] == [True, False]


@given(st.lists(st.lists(st.integers(0, 4), min_size=1, max_size=5), min_size=1, max_size=5))
def test_what_is_left_out_of_firms_is_never_that_of_one_or_two(groups: list[list[int]]) -> None:
    reports = [a_report(f"g{at}", firms=count) for at, counts in enumerate(groups) for count in counts]
    table = table_of(FORM, reports, is_public=True)
    name = "tenants.turnover"
    if (table.total.figures or {}).get(name) is None:
        return
    shown = {cell.group for cell in table.cells if (cell.figures or {}).get(name) is not None}
    rest = sum(report.firms for report in reports if report.group not in shown)
    assert rest == 0 or rest >= FORM.suppress_below


def test_periods_are_not_added_up() -> None:
    table = by_period(FORM, [a_report("2026-06-30"), a_report("2026-12-31")], is_public=False)
    assert ([cell.group for cell in table.cells], table.total.figures) == (["2026-06-30", "2026-12-31"], None)


@pytest.mark.parametrize(
    ("values", "marks"),
    [
        ([], [0, 1]),
        ([0, 0], [0, 1]),
        ([2, 6], [0, 2, 4, 6]),
        ([225], [0, 50, 100, 150, 200, 250]),
        ([-1200, 540], [-1500, -1000, -500, 0, 500, 1000]),
        ([36_000], [0, 10_000, 20_000, 30_000, 40_000]),
    ],
)
def test_an_axis_is_marked_with_whole_numbers(values: list[int], marks: list[int]) -> None:
    assert ticks(values) == marks


# The form


def test_a_period_is_asked_by_the_version_in_force_on_its_last_day() -> None:
    assert form_for(date(2015, 12, 31)) is None
    assert form_for(date(2016, 1, 1)) == report_forms()[0]


def test_every_unit_has_words() -> None:
    assert {field.unit for section in FORM.sections for field in section.fields} <= set(UNITS)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("subject: graduates", "subject: space"),
        ("left: [income]", "left: [incomes]"),
        ("type: flag", "type: flags"),
        ("suppress_below: 3", "suppress_below: 1"),
        ("effective_on: 2016-01-01", "effective_on: 2017-01-01"),
        ("key: [address]", "key: [addresses]"),
        ("section: graduates", "section: pupils"),
        ("single: true", "single: false"),
    ],
)
def test_a_form_with_a_fault_is_not_read(old: str, new: str) -> None:
    assert old in SOURCE
    with pytest.raises(FormInvalid):
        read_form("2016-01-01.yaml", SOURCE.replace(old, new, 1))


def drawn_values(chart: bytes) -> dict[str, tuple[str, int, int]]:
    """Each figure as it stands in a picture: its alignment and where."""
    found = re.findall(r'<text text-anchor="(\w+)" x="([\d.]+)" y="([\d.]+)" class="value">(\d+)<', chart.decode())
    return {text: (anchor, int(x.split(".")[0]), int(y.split(".")[0])) for anchor, x, y, text in found}


def test_the_figure_of_nought_stands_beside_the_axis_and_above_the_names_of_periods() -> None:
    table = Table(tuple(Cell(str(value), 1, 1, {"tenants": value}) for value in (0, 12)), Cell("", 2, 2, None))
    asked = FORM.measures["tenants"]
    bars = bar_chart(table, "tenants", asked, by="district", language="zh", named=str, period="")
    assert {text: (anchor, x > 0) for text, (anchor, x, _) in drawn_values(bars).items()} == {
        "0": ("start", True), "12": ("start", True),
    }  # fmt: skip
    trend = trend_chart(table, "tenants", asked, language="zh").decode()
    dots = re.findall(r'<circle cx="(\d+)[\d.]*" cy="(\d+)', trend)
    values = drawn_values(trend.encode())
    assert [int(x) for x, _ in dots] == [values[text][1] for text in ("0", "12")]
    assert all(int(x) > 100 for x, _ in dots)
    assert [int(y) > values[text][2] for (_, y), text in zip(dots, ("0", "12"), strict=True)] == [True, True]
