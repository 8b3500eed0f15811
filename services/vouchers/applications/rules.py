"""Who may decide an application. Pure."""

from kernel.findings import Finding, findings


def officer_findings(
    officer: str, *, opened_by: str | None, accepted_by: str | None, clauses: tuple[str, ...]
) -> list[Finding]:
    """Who entered or accepted a case does not decide it, whichever way."""
    zh, en = "录入申请的人员不得作出决定。", "Whoever entered the case may not decide it."
    entered = Finding("decided_by_entering_officer", clauses, zh, en)
    zh, en = "受理人员不得作出决定。", "Whoever accepted the case may not decide it."
    accepted = Finding("second_officer_needed", clauses, zh, en)
    return findings((officer == opened_by, entered), (officer == accepted_by, accepted))
