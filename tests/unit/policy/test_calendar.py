import random
from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import holidays
import pytest

from kernel.workdays import Workdays
from policy.calendar import calendar_covers, notices, workdays
from policy.engine import decide
from policy.loader import load_pack
from policy.snapshots import Acceptance, first_snapshot

KNOWN_YEARS = range(2012, 2027)
# The 20th working day of the new year, worked out by hand from the notices (JX-37).
TWENTIETH_WORKING_DAY = {
    2015: date(2016, 1, 29), 2016: date(2017, 2, 3), 2017: date(2018, 1, 29), 2018: date(2019, 1, 29),
    2019: date(2020, 2, 5), 2020: date(2021, 1, 29), 2021: date(2022, 1, 29), 2022: date(2023, 2, 2),
    2023: date(2024, 1, 29), 2024: date(2025, 2, 5), 2025: date(2026, 1, 29),
}  # fmt: skip


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


def stated_deadline(duty: str) -> int:
    pack = load_pack("jiaxing")
    (stated,) = pack.parameters[str(pack.duties[duty].deadline)].values
    assert isinstance(stated.value, int)
    return stated.value


def outcome_of_report(report_year: int, on: date) -> str:
    facts = {"reported_after_working_days": workdays().between(date(report_year, 12, 31), on)}
    accepted = Acceptance(on, datetime(on.year, on.month, on.day, tzinfo=UTC))
    snapshot = first_snapshot("330400", load_pack("jiaxing"))
    return decide(snapshot, programme="annual_report.timely", act="check", facts=facts, accepted=accepted).outcome


@pytest.mark.parametrize("year", KNOWN_YEARS)
def test_agrees_with_chinesecalendar_on_every_day(year: int) -> None:
    calendar = workdays()
    assert [day for day in days_of(year) if calendar.works(day) != chinese_calendar.is_workday(day)] == []


@pytest.mark.parametrize("year", KNOWN_YEARS)
def test_agrees_with_holidays_on_every_day(year: int) -> None:
    calendar, other = workdays(), holidays.country_holidays("CN", years=year)
    assert [day for day in days_of(year) if calendar.works(day) != other.is_working_day(day)] == []


@pytest.mark.parametrize(("report_year", "due"), TWENTIETH_WORKING_DAY.items())
def test_yearly_report_is_due_on_the_twentieth_working_day(report_year: int, due: date) -> None:
    deadline = workdays().add(date(report_year, 12, 31), stated_deadline("report_yearly_localities"))
    assert (deadline.on, deadline.provisional) == (due, False)


def test_localities_and_departments_have_the_same_time() -> None:
    assert stated_deadline("report_yearly_localities") == stated_deadline("report_yearly_departments") == 20


@pytest.mark.parametrize(("report_year", "due"), TWENTIETH_WORKING_DAY.items())
def test_a_report_of_the_due_day_is_in_time_and_a_working_day_later_it_is_late(report_year: int, due: date) -> None:
    next_day = workdays().add(due, 1).on
    assert [outcome_of_report(report_year, on) for on in (due, next_day)] == ["eligible", "not_eligible"]


def test_a_make_up_saturday_is_a_due_day() -> None:
    assert date(2022, 1, 29).weekday() == 5
    assert workdays().add(date(2022, 1, 28), 1).on == date(2022, 1, 29)


def test_the_start_day_is_not_counted() -> None:
    assert workdays().add(date(2026, 11, 23), 1).on == date(2026, 11, 24)


def test_beyond_the_last_notice_a_deadline_is_provisional_and_still_found() -> None:
    deadline = workdays().add(date(2026, 12, 25), 15)
    assert deadline.provisional
    assert deadline.on == date(2027, 1, 18)  # 1 January rests by the regulation
    assert deadline.calendar_version == workdays().version


def test_the_last_days_of_a_year_are_settled_by_the_next_notice() -> None:
    last = workdays().last_year
    assert not workdays().covers(date(last, 12, 29))
    assert workdays().covers(date(last, 12, 28))
    assert workdays().covers(date(last - 1, 12, 31))


def test_a_year_without_any_file_rests_on_the_fixed_days() -> None:
    assert not workdays().works(date(2035, 10, 1))
    assert workdays().add(date(2035, 9, 28), 1).provisional


def test_a_period_in_calendar_days_ends_on_the_next_working_day() -> None:
    assert workdays().roll(date(2026, 10, 1)).on == date(2026, 10, 8)
    assert workdays().roll(date(2026, 10, 10)).on == date(2026, 10, 10)  # a make-up Saturday


def test_counts_working_days_between_two_days() -> None:
    assert workdays().between(date(2022, 1, 27), date(2022, 1, 30)) == 3  # Friday, make-up Saturday and Sunday
    assert workdays().between(date(2022, 1, 30), date(2022, 1, 27)) == 0


def test_counts_between_any_two_days_what_works_day_by_day() -> None:
    calendar, chance = workdays(), random.Random(7)  # noqa: S311 - the same spans every time
    for _ in range(50):
        start = date(2010, 1, 1) + timedelta(days=chance.randrange(8_000))
        days = [start + timedelta(days=n) for n in range(1, chance.choice([2, 40, 1_500]))]
        assert calendar.between(start, days[-1]) == sum(map(calendar.works, days))


def test_a_year_is_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of ratings counts decades a hundred times over."""
    calendar, decades = workdays(), (date(2026, 1, 1), date(2099, 12, 31))
    counted = calendar.between(*decades)
    monkeypatch.setattr(Workdays, "works", lambda _, day: pytest.fail(f"{day} is looked at again"))
    assert calendar.between(*decades) == counted


def test_a_time_limit_below_one_day_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        workdays().add(date(2026, 1, 5), 0)


@pytest.mark.parametrize(
    ("on", "fit"),
    [(date(2026, 11, 30), True), (date(2026, 12, 1), False), (date(2027, 1, 4), False), (date(2025, 12, 1), True)],
)
def test_the_calendar_is_unfit_from_december_while_next_year_is_missing(on: date, fit: bool) -> None:
    # Holds for the files of this release: with a 2027 notice the two last days of the list move a year on.
    shift = workdays().last_year - 2026
    assert calendar_covers(on.replace(year=on.year + shift)) is fit


def test_every_final_year_names_its_notice() -> None:
    assert set(notices()) == set(range(workdays().first_year, workdays().last_year + 1))
    assert all("号" in number for numbers in notices().values() for number in numbers)


def test_a_later_notice_changes_the_version_alone_where_no_counted_day_moves() -> None:
    plain = Workdays(exceptions={}, first_year=2026, last_year=2026, version="a")
    with_make_up = Workdays(exceptions={date(2026, 3, 7): True}, first_year=2026, last_year=2026, version="b")
    assert plain.add(date(2026, 3, 6), 1).on == date(2026, 3, 9)
    assert with_make_up.add(date(2026, 3, 6), 1).on == date(2026, 3, 7)
