"""The clock of a case counts statutory working days, make-up days included, and stands still during correction."""

from datetime import date

import pytest

from gateway.window.cases.rules import ClockReading, ClockTimes, read_clock
from policy.calendar import workdays

FRIDAY = date(2026, 9, 18)  # 2026-09-20 is a make-up Sunday, 2026-09-25 is Mid-Autumn


def times(
    *, corrected: tuple[date, date | None] | None = None, accepted: date | None = None, stopped: date | None = None
) -> ClockTimes:
    asked, answered = corrected or (None, None)
    return ClockTimes(FRIDAY, asked, answered, accepted, stopped)


def reading(on: date, shown: ClockTimes, *, promised: int | None = None, told: date | None = None) -> ClockReading:
    return read_clock(shown, workdays(), on=on, promised_days=promised, told_due_on=told)


@pytest.mark.parametrize(
    ("on", "elapsed"),
    [
        (FRIDAY, 0),
        (date(2026, 9, 19), 0),  # an ordinary Saturday
        (date(2026, 9, 20), 1),  # the make-up Sunday
        (date(2026, 9, 24), 5),
        (date(2026, 9, 25), 5),  # the holiday
        (date(2026, 9, 28), 6),
    ],
)
def test_the_first_day_is_not_counted_and_a_make_up_day_is(on: date, elapsed: int) -> None:
    assert reading(on, times()).elapsed_working_days == elapsed


def test_days_of_correction_do_not_count() -> None:
    asked, answered = date(2026, 9, 21), date(2026, 9, 23)
    out = reading(date(2026, 9, 22), times(corrected=(asked, None)))
    assert (out.running, out.elapsed_working_days, out.paused_working_days) == (False, 2, 1)
    back = reading(date(2026, 9, 24), times(corrected=(asked, answered)))
    assert (back.running, back.elapsed_working_days, back.paused_working_days) == (True, 3, 2)


def test_the_clock_stops_with_the_case() -> None:
    shown = reading(date(2026, 12, 1), times(stopped=date(2026, 9, 22)))
    assert (shown.running, shown.elapsed_working_days) == (False, 3)


def test_the_promised_day_counts_from_acceptance() -> None:
    accepted = date(2026, 9, 21)
    shown = reading(date(2026, 9, 22), times(accepted=accepted), promised=5)
    assert (shown.due_on, shown.days_left, shown.provisional) == (date(2026, 9, 29), 4, False)
    late = reading(date(2026, 9, 30), times(accepted=accepted), promised=5)
    assert late.days_left == -1


def test_without_a_promise_there_is_no_due_day() -> None:
    shown = reading(date(2026, 9, 22), times(accepted=date(2026, 9, 21)))
    assert (shown.due_on, shown.days_left) == (None, None)


def test_a_due_day_once_told_never_moves_earlier() -> None:
    told = date(2026, 10, 9)
    assert reading(FRIDAY, times(accepted=FRIDAY), promised=5, told=told).due_on == told


def test_a_due_day_beyond_the_last_notice_is_provisional() -> None:
    beyond = workdays().last_year
    shown = reading(date(beyond, 12, 25), times(accepted=date(beyond, 12, 25)), promised=10)
    assert shown.provisional is True
