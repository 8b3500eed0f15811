"""What stands against a ground that is given."""

from collections.abc import Collection, Sequence

from kernel.findings import Finding, findings


def ground_findings(clauses: Sequence[str], *, known: Collection[str]) -> list[Finding]:
    """A voucher is voided, an application refused, by clauses of the city's policy and by nothing else."""
    unknown = sorted(set(clauses) - set(known))
    return findings(
        (
            bool(unknown),
            Finding(
                "clause_unknown",
                (),
                "所引依据不是本市政策的条款。",
                "The ground is no clause of the city's policy.",
                {"unknown": unknown},
            ),
        )
    )
