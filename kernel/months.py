"""Months of the calendar, purely."""

from calendar import monthrange
from datetime import date, timedelta

MONTHS_OF_YEAR = 12


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day when it is shorter."""
    year, month = divmod(day.year * MONTHS_OF_YEAR + day.month - 1 + months, MONTHS_OF_YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def after_months(day: date, months: int) -> date:
    """The first day after a term of so many months: where its month has no such day, the first of the next."""
    later = months_later(day, months)
    return later if later.day == day.day else later + timedelta(days=1)


def length_of(begins: date, ends: date) -> tuple[int, int]:
    """A term until the day before `ends`: whole months by the calendar, and days beyond them."""
    months = (ends.year - begins.year) * MONTHS_OF_YEAR + ends.month - begins.month
    months -= after_months(begins, months) > ends
    return months, (ends - after_months(begins, months)).days
