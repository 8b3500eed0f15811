"""What is taken back. Its life is that of a change to a period: proposed by one, approved or declined by another."""

from enum import StrEnum


class Stage(StrEnum):
    """An allotment nobody used, or an appropriation nobody allotted."""

    ALLOTTED = "allotted"
    APPROPRIATED = "appropriated"
