"""What crosses the wire about assurance."""

from pydantic import ConfigDict

from kernel.schemas import Instant, Wire


class BreakOut(Wire):
    """What breaks an invariant."""

    subject: str
    detail: str


class CheckOut(Wire):
    """One invariant, green or with evidence; at most a hundred of the breaks found are shown."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "check": "journal_sound",
                    "name_zh": "凭证连续、余额与凭证一致、链未断",
                    "name_en": "The journal is whole, its chain unbroken",
                    "green": True,
                    "breaks": [],
                    "breaks_found": 0,
                    "milliseconds": 41,
                }
            ]
        }
    )

    check: str
    name_zh: str
    name_en: str
    green: bool
    breaks: list[BreakOut]
    breaks_found: int
    milliseconds: int


class AssuranceOut(Wire):
    """All invariants now.

    `entries_read` were verified for this answer; `entries_covered` are those of closed months, each of which was
    verified when it closed, the last at `covered_at`: of them it is checked that heads, counts and turnover stand.
    """

    green: bool
    checked_at: Instant
    entries_read: int
    entries_covered: int
    covered_at: Instant | None
    checks: list[CheckOut]
