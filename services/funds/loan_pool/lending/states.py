"""Where a registered loan stands."""

from enum import StrEnum


class Status(StrEnum):
    """`registered`: under cover and not paid out yet; `disbursed`: the borrower has the money."""

    REGISTERED = "registered"
    DISBURSED = "disbursed"
