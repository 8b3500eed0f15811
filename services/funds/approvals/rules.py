"""Four eyes, purely."""

from kernel.findings import Finding, findings


def second_person_findings(*, approver: str, prepared_by: str, decided_by: str | None) -> list[Finding]:
    """Nobody approves what they prepared, nor what rests on their own decision."""
    return findings(
        (
            approver == prepared_by,
            Finding(
                "prepared_by_same_person",
                (),
                "经办人不得审批本人经办的事项。",
                "Whoever prepared it may not approve it.",
            ),
        ),
        (
            approver == decided_by,
            Finding(
                "decided_by_same_person",
                (),
                "作出所依据决定的人员不得审批由此产生的事项。",
                "Whoever took the decision it rests on may not approve it.",
            ),
        ),
    )
