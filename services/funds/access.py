"""Who may see whose money: the city's staff all of it, everybody else their own."""

from uuid import UUID

from kernel.auth import WORKLOAD, Caller

STAFF = frozenset({"officer", "finance", "operator", "auditor"})
SYSTEM = f"{WORKLOAD}funds"  # who prepares and finds what nobody asked for


def own_organisation(caller: Caller) -> UUID | None:
    """The organisation whose objects alone the caller sees; None for the city's staff, who see all.

    Whoever is neither staff nor bound to an organisation owns nothing: the nil UUID.
    """
    if caller.roles & STAFF:
        return None
    return UUID(caller.organisation_id) if caller.organisation_id else UUID(int=0)
