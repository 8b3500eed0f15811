"""Assessment scores: entered by one person, confirmed by another; refused while the city's assessment is open."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

import services.registry.progress.second_person  # noqa: F401 - names the constraint
from contracts.registry_reports import ScoreConfirmed
from kernel import clock
from kernel.auth import Caller
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, NotFound, named_constraint, refuse_if
from kernel.schemas import json_value
from policy.schema import Duty
from policy.snapshots import Acceptance, Snapshot
from policy.store import accepted_now, must_be_set, policy_today
from services.registry.progress.bodies.queries import find_reporter
from services.registry.progress.scores.models import Score
from services.registry.progress.scores.queries import find_score
from services.registry.progress.scores.rules import confirmation_findings, score_findings, total_bp
from services.registry.progress.scores.schemas import ScoreIn
from services.registry.progress.scores.states import MOVES, Fact, Status

INDICATORS = "assessment.indicators"


class ScoreExists(Conflict):
    code, title_zh, title_en = "score_exists", "该年度考核结果已录入", "The year's score was entered already"


named_constraint("uq_progress_score_standing", ScoreExists)


async def enter_score(session: AsyncSession, *, given: ScoreIn, caller: Caller) -> Score:
    """ZZ-37, JX-38: refused while period, indicators or weights of the assessment are open, naming each clause."""
    policy, at = await policy_today(session, caller.city), accepted_now(caller.city)
    duty = policy.pack.duties.get(given.duty)
    if duty is None:
        raise NotFound
    reporter = await find_reporter(session, given.reporter_id, caller=caller)
    must_be_set(policy, [key for key in (duty.period, *duty.parameters) if key], accepted=at)
    found = score_findings(
        given.lines,
        indicators=_indicators(policy, duty, at),
        clauses=duty.clauses,
        city_clauses=policy.pack.clauses,
    )
    refuse_if(found)
    score_id = new_id()
    session.add(
        Score(
            id=score_id,
            city_code=caller.city,
            duty=duty.id,
            year=given.year,
            reporter_id=reporter.id,
            lines=[json_value(line) for line in given.lines],
            total_bp=total_bp(given.lines),
            status=Status.PROPOSED,
            entered_by=caller.acting_for,
            entered_at=clock.now(caller.city),
        )
    )
    await session.flush()
    return await find_score(session, score_id, caller=caller)


async def confirm_score(session: AsyncSession, *, score_id: UUID, caller: Caller) -> Score:
    """By another person than who entered it."""
    row = await find_score(session, score_id, caller=caller)
    row.status = status_after(Fact.CONFIRMED, row.status, MOVES)
    duty = (await policy_today(session, row.city_code)).pack.duties.get(row.duty)
    clauses = duty.clauses if duty else ()
    refuse_if(confirmation_findings(entered_by=row.entered_by, confirmed_by=caller.acting_for, clauses=clauses))
    row.confirmed_by, row.confirmed_at = caller.acting_for, clock.now(row.city_code)
    await session.flush()
    confirmed = ScoreConfirmed(
        score_id=row.id, duty=row.duty, year=row.year, reporter_id=row.reporter_id, total_bp=row.total_bp,
        organisation_id=row.reporter.organisation_id,
    )  # fmt: skip
    await record(session, confirmed, city_code=row.city_code, subject=row.id)
    return row


async def withdraw_score(session: AsyncSession, *, score_id: UUID, caller: Caller) -> Score:
    """Before it is confirmed; another may then be entered."""
    row = await find_score(session, score_id, caller=caller)
    row.status = status_after(Fact.WITHDRAWN, row.status, MOVES)
    return row


def _indicators(policy: Snapshot, duty: Duty, at: Acceptance) -> Collection[str] | None:
    """Those the city set, when its duty names any."""
    if INDICATORS not in duty.parameters:
        return None
    held = policy.value(INDICATORS, accepted=at)
    return [str(value) for value in held.value] if held and isinstance(held.value, tuple) else ()
