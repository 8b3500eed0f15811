"""How a use case refuses: the policy's reasons and our own together."""

from collections.abc import Sequence

from kernel.findings import Finding
from kernel.problems import refuse_if
from policy.determinations import Determination
from policy.snapshots import Snapshot
from policy.store import PolicyOpen

VOUCHER_KIND = "voucher_quota"


def refuse_together(determination: Determination, own: Sequence[Finding]) -> None:
    """Raise PolicyOpen while parameters are open, else a Refusal, with every reason; nothing when there is none."""
    reasons = [*determination.findings, *own]
    if determination.outcome == "refused_open":
        raise PolicyOpen(reasons=reasons)
    refuse_if(reasons)


def voucher_clauses(snapshot: Snapshot, programme: str) -> tuple[str, ...]:
    """The clauses of a voucher programme. Raises Refusal when the city's policy has no such voucher programme."""
    found = snapshot.pack.programmes.get(programme)
    if found is None or found.terms.kind != VOUCHER_KIND:
        no_such = Finding(
            "no_voucher_programme", (), "本市政策没有该创新券项目。", "The city's policy has no such voucher programme."
        )
        refuse_if([no_such])
    return tuple(snapshot.pack.programmes[programme].clauses)
