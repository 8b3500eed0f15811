"""What a city's policy says of a round: its programme, its indicator system, its days."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from policy.engine import decide
from policy.indicators import IndicatorSystem
from policy.rules.matter import Ruling
from policy.schema import Programme
from policy.snapshots import Acceptance, Snapshot
from policy.store import policy_for
from policy.terms_of_evaluation import EvaluationTerms
from services.registry.evaluation.models import EvaluationRound

ACT = "evaluate"


@dataclass(frozen=True, slots=True)
class Basis:
    """The programme of a round under the policy that decides it."""

    snapshot: Snapshot
    programme: Programme
    terms: EvaluationTerms
    accepted: Acceptance

    @property
    def clauses(self) -> tuple[str, ...]:
        return self.programme.clauses

    @property
    def system(self) -> IndicatorSystem:
        """The indicator system; a round is not opened while it is open."""
        resolved = self.snapshot.value(self.terms.indicators, accepted=self.accepted)
        assert resolved is not None  # noqa: S101 - an approved value is never taken back
        assert isinstance(resolved.value, IndicatorSystem)  # noqa: S101 - its unit
        return resolved.value

    @property
    def failures_to_exit(self) -> int | None:
        """None where the policy has no such rule or has not set it."""
        named = self.terms.failures_to_exit
        return self.snapshot.whole(named, accepted=self.accepted) if named else None

    def absent(self) -> Ruling:
        """How who does not take part is graded: refused while anything a grade rests on is open."""
        facts = {"participated": False}
        return decide(self.snapshot, programme=self.programme.id, act=ACT, facts=facts, accepted=self.accepted)


def basis_in(snapshot: Snapshot, programme_id: str, accepted: Acceptance) -> Basis | None:
    """None for a programme that evaluates nothing."""
    programme = snapshot.pack.programmes.get(programme_id)
    if programme is None or not isinstance(programme.terms, EvaluationTerms):
        return None
    return Basis(snapshot, programme, programme.terms, accepted)


async def basis_of(session: AsyncSession, row: EvaluationRound) -> Basis:
    """By the version in force when the round was opened."""
    accepted = Acceptance(row.opened_on, row.opened_at)
    basis = basis_in(await policy_for(session, row.city_code, accepted), row.programme, accepted)
    assert basis is not None  # noqa: S101 - a pack keeps the programmes it had
    return basis
