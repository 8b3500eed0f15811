"""Rows of a workbook of tenants, read purely: whatever a cell holds, a row is a tenant or a list of named flaws."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.tenancy.rules import SEATS_MAX
from services.registry.tenant_imports.rules import COLUMNS, REASONS, TenantRow, read_rows

TODAY = date(2026, 9, 1)
GOOD: dict[str, Any] = dict(zip(COLUMNS, ("星火", "团队", "", "A1", 40.0, 2.0, "2026-08-01", "", ""), strict=True))
CELLS = st.one_of(
    st.text(max_size=30),
    st.floats(),
    st.integers(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.none(),
    st.sampled_from(["企业", "团队", "2026-08-01", "91320300MA1MABC18R", "9.13203E+17", "٣"]),
)


def read(**more: Any) -> Any:
    cells = GOOD | more
    (found,) = read_rows([[cells[column] for column in COLUMNS]], first=2, today=TODAY)
    return found


def codes(found: Any) -> list[str]:
    return [flaw.code for flaw in found]


@given(st.lists(st.lists(CELLS, max_size=12), max_size=4))
def test_no_cell_stops_the_reading_and_every_flaw_has_words(rows: list[list[Any]]) -> None:
    found = list(read_rows(rows, first=2, today=TODAY))
    assert len(found) == len(rows)
    for number, row in enumerate(found, start=2):
        if isinstance(row, list):
            assert row
            assert {flaw.row for flaw in row} == {number}
            assert {flaw.code for flaw in row} <= REASONS.keys()


def test_a_row_is_read_whatever_a_spreadsheet_made_of_its_cells() -> None:
    row = read(入驻日期=datetime(2026, 8, 1, 9, tzinfo=UTC), 工位或房间=305.0)
    assert isinstance(row, TenantRow)
    assert (row.kind, row.place, row.area_sqm, row.seats, row.started_on) == ("team", "305", 40, 2, date(2026, 8, 1))


@pytest.mark.parametrize("day", ["2026-08-01", "2026/8/1", "2026.08.01", "2026年8月1日"])
def test_days_are_read_as_they_are_written_in_offices(day: str) -> None:
    assert read(入驻日期=day).started_on == date(2026, 8, 1)


@pytest.mark.parametrize("cell", [9.132030012345670e17, 913203001234567000, "9.13203E+17", "913203001234567000"])
def test_a_code_destroyed_by_a_spreadsheet_is_named_so(cell: Any) -> None:
    assert codes(read(主体类型="企业", 统一社会信用代码=cell)) == ["id_destroyed_by_spreadsheet"]


def test_the_number_of_a_person_is_no_credit_code() -> None:
    assert codes(read(主体类型="企业", 统一社会信用代码="11010519491231002X")) == ["credit_code"]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"名称": " "}, ["missing"]),
        ({"名称": "云" * 201}, ["too_long"]),
        ({"主体类型": ""}, ["missing"]),
        ({"主体类型": "企业"}, ["missing"]),
        ({"工位数": "-1"}, ["whole_number"]),
        ({"工位数": 2.5}, ["whole_number"]),
        ({"工位数": SEATS_MAX + 1}, ["too_many_seats"]),
        ({"工位数": 2_000_000_000}, ["too_many_seats"]),
        ({"入驻日期": ""}, ["missing"]),
        ({"入驻日期": "2026-02-30"}, ["date"]),
        ({"入驻日期": 45870.0}, ["date"]),
        ({"入驻日期": "2026-09-02"}, ["started_in_future"]),
        ({"退出日期": "2026-09-02"}, ["left_in_future"]),
        ({"退出日期": "2026-07-31"}, ["left_before_coming"]),
        ({"协议到期日": "2026-07-31"}, ["agreement_backwards"]),
    ],
)
def test_each_flaw_has_its_name(cells: dict[str, Any], expected: list[str]) -> None:
    assert codes(read(**cells)) == expected


def test_the_same_tenant_twice_in_a_file_is_refused_the_second_time() -> None:
    row = [GOOD[column] for column in COLUMNS]
    past = [*row[:-1], "2026-08-20"]
    first, second, third = read_rows([row, row, past], first=2, today=TODAY)
    assert isinstance(first, TenantRow)
    assert isinstance(third, TenantRow)
    assert codes(second) == ["repeated_in_file"]


def test_one_stay_is_counted_once_also_when_it_is_over() -> None:
    """The same team twice since one day is one stay; since another day it is another."""
    was = GOOD | {"退出日期": "2026-08-20"}
    rows = [was, was | {"退出日期": "2026-08-21"}, was | {"入驻日期": "2026-07-01"}, GOOD, GOOD]
    found = list(read_rows([[row[column] for column in COLUMNS] for row in rows], first=2, today=TODAY))
    assert [isinstance(row, TenantRow) for row in found] == [True, False, True, True, False]
    assert codes(found[1]) == codes(found[4]) == ["repeated_in_file"]
