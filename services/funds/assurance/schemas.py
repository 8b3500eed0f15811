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
    """All invariants now."""

    green: bool
    checked_at: Instant
    checks: list[CheckOut]
