"""What the city's policy says today, for acts that no programme decides: values, and reasons where it is open."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from kernel.findings import Finding
from policy.snapshots import Acceptance, Snapshot, open_findings
from policy.store import accepted_now, policy_today


@dataclass(frozen=True, slots=True)
class Terms:
    """The policy in force at one moment."""

    snapshot: Snapshot
    accepted: Acceptance

    def value(self, parameter: str) -> Any:
        """The value; None while it is open, and where the city's pack has no such parameter."""
        if parameter not in self.snapshot.pack.parameters:
            return None
        resolved = self.snapshot.value(parameter, accepted=self.accepted)
        return resolved.value if resolved else None

    def names(self, parameter: str) -> tuple[str, ...]:
        """The chosen values of a list; none while it is open or unknown."""
        value = self.value(parameter)
        return tuple(value) if value else ()

    def open(self, parameters: Iterable[str]) -> list[Finding]:
        """One reason for each parameter the pack has and nobody has set, naming the clause that leaves it open."""
        known = [key for key in parameters if key in self.snapshot.pack.parameters]
        return open_findings(self.snapshot, known, accepted=self.accepted)

    def clauses(self, parameter: str) -> tuple[str, ...]:
        """The clauses a parameter stands on; none where the pack has no such parameter."""
        entry = self.snapshot.pack.parameters.get(parameter)
        return entry.clauses if entry else ()


async def terms_today(session: AsyncSession, city_code: str) -> Terms:
    """The city's policy as it stands now. Raises PolicyNotYetKnown (503)."""
    accepted = accepted_now(city_code)
    return Terms(await policy_today(session, city_code), accepted)
