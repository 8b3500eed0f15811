"""When a case may be rated, who may answer, and what of all ratings is published."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.window.ratings.grades import GRADES
from gateway.window.ratings.rules import (
    Delivered,
    Limit,
    Published,
    Rated,
    answer_findings,
    fact_of,
    group_of,
    hundredths,
    is_call_back_day,
    published,
    rating_findings,
)
from gateway.window.ratings.states import Fact
from kernel.findings import codes
from policy.calendar import workdays

MONDAY = date(2026, 11, 23)
LIMIT = Limit(5, ("YH-01",))  # the fifth day is a Saturday: the Monday after is the last


def refusals(*, on: date, delivered: date | None = MONDAY, limit: Limit | None = LIMIT) -> list[str]:
    return codes(rating_findings(delivered_on=delivered, limit=limit, calendar=workdays(), on=on))


@pytest.mark.parametrize("grade", GRADES)
def test_the_two_lowest_grades_are_bad(grade: int) -> None:
    assert fact_of(grade) is (Fact.RATED_BADLY if grade <= 2 else Fact.RATED_WELL)


def test_what_was_not_delivered_is_not_rated() -> None:
    assert refusals(on=MONDAY, delivered=None) == ["not_delivered"]


@pytest.mark.parametrize(
    ("on", "found"),
    [(MONDAY, []), (date(2026, 11, 30), []), (date(2026, 12, 1), ["rating_period_over"])],
)
def test_a_limit_ends_on_a_working_day(on: date, found: list[str]) -> None:
    assert refusals(on=on) == found


def test_without_a_limit_there_is_no_end() -> None:
    assert refusals(on=date(2036, 11, 23), limit=None) == []


def test_who_handled_a_case_does_not_answer() -> None:
    assert codes(answer_findings(answered_by="person:a", handlers={"person:a", "person:b"})) == ["handled_the_case"]
    assert answer_findings(answered_by="person:c", handlers={"person:a", "person:b"}) == []


@pytest.mark.parametrize(("day", "fits"), [(22, False), (23, True), (25, True), (26, False)])
def test_a_call_back_lies_between_rating_and_today(day: int, fits: bool) -> None:
    assert is_call_back_day(date(2026, 11, day), rated_on=MONDAY, on=date(2026, 11, 25)) is fits


def rated(item: str, *grades: int, applicants: int | None = None) -> Rated:
    counts = {grade: grades.count(grade) for grade in GRADES}
    return Rated(item, counts, len(grades) if applicants is None else applicants)


def told(*items: Rated, rest: int = 0) -> Published:
    return published(items, {}, least=3, rest_applicants=rest)


def test_averages_are_hundredths_and_a_half_rounds_up() -> None:
    assert [hundredths(14, 3), hundredths(13, 3), hundredths(1, 200), hundredths(1, 201)] == [467, 433, 1, 0]


def test_a_group_counts_shares_and_averages() -> None:
    group = group_of([rated("a", 5, 5, 4), rated("b", 1)], {"a": Delivered(3, 40), "c": Delivered(9, 900)})
    assert group.counts == {5: 2, 4: 1, 3: 0, 2: 0, 1: 1}
    assert group.shares_bp == {5: 5000, 4: 2500, 3: 0, 2: 0, 1: 2500}
    assert (group.ratings, group.average_hundredths) == (4, 375)
    assert (group.delivered, group.days_hundredths) == (3, 1333)


def test_a_group_too_few_applicants_stand_behind_is_left_out_however_often_they_rated() -> None:
    found = told(rated("many", 5, 4, 3), rated("few", 1, 1, 1, 1, applicants=2), rest=2)
    assert (list(found.items), found.left_out) == (["many"], ("few",))
    assert found.total is not None
    assert found.total.ratings == 3  # else the few were the difference


def test_small_groups_that_are_enough_together_count_in_the_total() -> None:
    found = told(rated("many", 5, 4, 3), rated("few", 1, 1), rated("too", 2), rest=3)
    assert found.left_out == ("few", "too")
    assert found.total is not None
    assert found.total.ratings == 6


def test_of_a_city_with_too_few_nothing_is_told() -> None:
    assert told(rated("few", 5, 5), rest=2) == Published(items={}, total=None, left_out=("few",))
    assert told() == Published(items={}, total=None, left_out=())


@settings(max_examples=50)
@given(st.lists(st.sampled_from(sorted(GRADES)), min_size=1, max_size=50))
def test_shares_sum_to_the_whole_and_the_average_lies_within(grades: list[int]) -> None:
    group = group_of([rated("a", *grades)], {})
    assert sum(group.shares_bp.values()) == 10_000
    assert 100 * min(grades) <= group.average_hundredths <= 100 * max(grades)
