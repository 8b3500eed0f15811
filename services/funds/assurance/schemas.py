"""What crosses the wire about assurance."""

from kernel.schemas import Instant, Wire


class BreakOut(Wire):
    """What breaks an invariant."""

    subject: str
    detail: str


class CheckOut(Wire):
    """One invariant, green or with evidence; at most a hundred breaks are shown."""

    check: str
    name_zh: str
    name_en: str
    green: bool
    breaks: list[BreakOut]
    milliseconds: int


class AssuranceOut(Wire):
    """All invariants now.

    `entries_read` were verified for this answer; `entries_covered` are those of closed months, whose chains were
    verified whole when the last of them closed, at `covered_at`: of them it is checked that heads, counts and turnover
    stand.
    """

    green: bool
    checked_at: Instant
    entries_read: int
    entries_covered: int
    covered_at: Instant | None
    checks: list[CheckOut]
