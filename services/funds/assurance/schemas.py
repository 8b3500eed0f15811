"""What crosses the wire about assurance."""

from typing import Any

from kernel.schemas import Instant, Wire
from services.funds.ids import DeterminationId


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


class DifferenceOut(Wire):
    """Where a replay departs from the record, as a JSON path."""

    path: str
    recorded: Any
    replayed: Any


class ReplayOut(Wire):
    """A stored determination decided again by the policy it cites: same bytes, or every difference by name."""

    id: DeterminationId
    same: bool
    sha256: str
    document: dict[str, Any]
    differences: list[DifferenceOut]
