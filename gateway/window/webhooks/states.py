"""Where a webhook stands, and what became of a try."""

from enum import StrEnum


class Status(StrEnum):
    """`failing` gave up after three days; `gone` was told so by the receiver (410). Replaying starts it again."""

    ACTIVE = "active"
    FAILING = "failing"
    GONE = "gone"


class Outcome(StrEnum):
    """`refused`: another answer than 2xx; `unreachable`: no answer in time; `not_allowed`: a private address."""

    TAKEN = "taken"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    NOT_ALLOWED = "not_allowed"
