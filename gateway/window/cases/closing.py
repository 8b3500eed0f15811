"""How a case ends: one place sets the outcome and makes it known."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.window import CaseClosed
from gateway.window.cases.models import CaseFile
from gateway.window.cases.states import MOVES, Fact
from gateway.window.feed.service import publish
from kernel.moves import status_after
from policy.snapshots import Acceptance

CORRECTION_ENDS = "case.correction_ends"


async def close(
    session: AsyncSession,
    case: CaseFile,
    fact: Fact,
    *,
    outcome: str,
    at: Acceptance,
    reasons: Sequence[dict[str, Any]] = (),
) -> None:
    """The case has its outcome. Raises IllegalMove."""
    case.status, case.status_since = status_after(fact, case.status, MOVES), at.at
    case.outcome, case.outcome_reasons = outcome, list(reasons)
    case.closed_on, case.closed_at, case.waits_until = at.on, at.at, None
    fact_told = CaseClosed(case_id=case.id, number=case.number, outcome=outcome)
    await publish(session, fact_told, city_code=case.city_code, subject=case.id)
    await session.flush()
