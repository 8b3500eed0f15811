"""Four eyes, purely."""

from kernel.findings import Finding, findings

SAME_PERSON = Finding(
    "proposed_by_same_person", (), "提出人不得复核本人提出的事项。", "Whoever proposed it may not confirm it."
)


def second_person_findings(*, confirmer: str, proposed_by: str | None) -> list[Finding]:
    """Nobody confirms what they proposed."""
    return findings((confirmer == proposed_by, SAME_PERSON))
