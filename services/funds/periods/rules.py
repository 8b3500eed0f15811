"""What stands against closing a month, purely."""

from collections.abc import Iterable

from kernel.findings import Finding
from services.funds.assurance.schemas import CheckOut


def unsound_findings(checks: Iterable[CheckOut]) -> list[Finding]:
    """A month closes on green books only: each invariant that does not hold, with how much breaks it."""
    return [
        Finding(
            "books_not_sound",
            (),
            f"账务自查未通过：{check.name_zh}。",
            f"A check of the books does not hold: {check.name_en}.",
            {"check": check.check, "breaks": check.breaks_found},
        )
        for check in checks
        if not check.green
    ]
