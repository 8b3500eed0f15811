from datetime import date

import pytest

from kernel.months import months_later


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 9, 9), 36, date(2029, 9, 9)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),  # it does not grow to the end of a longer month
    ],
)
def test_the_same_day_of_a_later_month_or_its_last(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later
