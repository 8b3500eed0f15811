"""Where a promise stands. It never moves by itself: its days say so."""

from datetime import date
from enum import StrEnum


class Standing(StrEnum):
    PROMISED = "promised"
    """Given by the applicant; the window has not accepted the case on it."""
    AWAITED = "awaited"
    """The case was accepted on it and is not decided."""
    SUPPLIED = "supplied"
    LAPSED = "lapsed"
    """It was not kept in time, and the case has ended."""


def standing_of(*, due_on: date | None, supplied_on: date | None, lapsed_on: date | None) -> Standing:
    """Where a promise stands; `due_on` is set when the case was accepted on it."""
    if supplied_on is not None:
        return Standing.SUPPLIED
    if lapsed_on is not None:
        return Standing.LAPSED
    return Standing.PROMISED if due_on is None else Standing.AWAITED
