"""One carrier's evaluation: its own report, the evaluator's verification, the appeal and its answer."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry_reports import EvaluationAppealAnswered, EvaluationAppealed
from kernel import clock
from kernel.auth import Caller
from kernel.etags import must_match
from kernel.findings import Finding
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, Forbidden, refuse_if
from services.registry.carriers.models import Carrier
from services.registry.evaluation.grading import grade
from services.registry.evaluation.models import Evaluation, EvaluationRound
from services.registry.evaluation.policy import Basis, basis_of
from services.registry.evaluation.queries import evaluations_of, find_evaluation, find_in_city, find_round
from services.registry.evaluation.rules import (
    Evaluator,
    answer_findings,
    appeal_findings,
    conflict_findings,
    correction_findings,
    evaluator_findings,
    report_findings,
    verification_findings,
)
from services.registry.evaluation.schemas import AnswerIn, AppealIn, AssignmentIn, RecusalIn, ReportIn, VerificationIn
from services.registry.evaluation.states import MOVES, Fact, RoundStatus, Status
from services.registry.organisations.queries import read_organisation
from services.registry.parties.graph import related_today

OFFICER = "officer"


class AppealAnswered(Conflict):
    code, title_zh, title_en = "appeal_answered", "该申诉已处理", "The appeal was answered already"


class NoAppeal(Conflict):
    code, title_zh, title_en = "no_appeal", "该评价没有申诉", "Nobody has appealed"


class VerificationClosed(Conflict):
    code, title_zh, title_en = "verification_closed", "当前不在核实阶段", "Reports are not being verified now"


async def report(
    session: AsyncSession, *, evaluation_id: UUID, given: ReportIn, if_match: str, caller: Caller
) -> Evaluation:
    """The operator's own values; what it sends again until the closing day replaces what stood."""
    row = await find_evaluation(session, evaluation_id, caller=caller, for_update=True)
    basis = await basis_of(session, row.round)
    today = clock.today(row.city_code)
    values = {name: part.model_dump() for name, part in given.values.items()}
    # The day before the status: the timer may have closed the round by now, and a late report is called late.
    found = report_findings(values, basis.system, closes_on=row.round.closes_on, today=today, clauses=basis.clauses)
    refuse_if(found)
    must_match(if_match, row.version)
    row.status = status_after(Fact.REPORTED, row.status, MOVES)
    row.reported, row.reported_by, row.reported_at = values, caller.acting_for, clock.now(row.city_code)
    row.version += 1
    return row


async def assign(session: AsyncSession, *, round_id: UUID, given: AssignmentIn, caller: Caller) -> list[Evaluation]:
    """Who verifies which carriers. All conflicts of interest are told at once, and then nobody is assigned."""
    round_ = await find_round(session, round_id, caller=caller, for_update=True)
    basis = await basis_of(session, round_)
    evaluator = await _evaluator(session, given, caller)
    rows = await evaluations_of(session, round_.id, only=given.evaluations, for_update=True)
    unknown = sorted(str(one) for one in set(given.evaluations) - {row.id for row in rows})
    found = evaluator_findings(evaluator, wanted=basis.terms.evaluator, clauses=basis.clauses)
    if unknown:
        zh, en = "所列评价不属于本轮。", "An evaluation is none of this round."
        found.append(Finding("evaluation_not_in_round", basis.clauses, zh, en, {"evaluation_ids": unknown}))
    related = await _related(session, rows, evaluator)
    for row in rows:
        found += _conflicts(row, evaluator, basis, related)
    refuse_if(found)
    if round_.status not in (RoundStatus.COLLECTING, RoundStatus.VERIFYING):
        raise VerificationClosed
    for row in rows:
        row.evaluator, row.evaluator_organisation_id = evaluator.subject, evaluator.organisation_id
        row.version += 1
    return rows


async def _evaluator(session: AsyncSession, given: AssignmentIn, caller: Caller) -> Evaluator:
    if given.organisation_id is None:
        return Evaluator(given.evaluator, None, None)
    organisation = await read_organisation(session, given.organisation_id)
    caller.must_act_in(organisation.city_code)
    return Evaluator(given.evaluator, organisation.id, organisation.kind.value)


async def _related(session: AsyncSession, rows: Sequence[Evaluation], evaluator: Evaluator) -> set[UUID]:
    """The operators of these carriers that the evaluator's organisation is related to today, or is itself."""
    own = evaluator.organisation_id
    if own is None or not rows:
        return set()
    return await related_today(session, rows[0].city_code, own, {row.carrier.operator_id for row in rows})


def _conflicts(row: Evaluation, evaluator: Evaluator, basis: Basis, related: set[UUID]) -> list[Finding]:
    carrier: Carrier = row.carrier
    entered_by = {carrier.registered_by, carrier.operator.registered_by, row.reported_by or ""}
    return conflict_findings(
        evaluator,
        carrier_id=row.carrier_id,
        has_interest=carrier.operator_id in related,
        entered_by=frozenset(entered_by),
        recused=[one["evaluator"] for one in row.recused],
        clauses=basis.clauses,
    )


async def verify(
    session: AsyncSession, *, evaluation_id: UUID, given: VerificationIn, if_match: str, caller: Caller
) -> Evaluation:
    """The assigned evaluator's values: each difference from what was reported or registered has its reason."""
    row = await find_evaluation(session, evaluation_id, caller=caller, for_update=True)
    if row.evaluator != caller.acting_for:
        raise Forbidden
    basis = await basis_of(session, row.round)
    evaluator = Evaluator(caller.acting_for, row.evaluator_organisation_id, None, is_officer=OFFICER in caller.roles)
    values = {name: part.model_dump() for name, part in given.values.items()}
    known = row.registered | {name: part["value"] for name, part in row.reported.items()}
    refuse_if(
        [
            *_officer_findings(evaluator, basis),
            *_conflicts(row, evaluator, basis, await _related(session, [row], evaluator)),
            *verification_findings(values, basis.system, known=known, clauses=basis.clauses),
        ]
    )
    must_match(if_match, row.version)
    if row.round.status is not RoundStatus.VERIFYING:
        raise VerificationClosed
    row.status = status_after(Fact.VERIFIED, row.status, MOVES)
    row.verified, row.opinion = values, given.opinion
    row.verified_by, row.verified_at = caller.acting_for, clock.now(row.city_code)
    row.version += 1
    return row


def _officer_findings(evaluator: Evaluator, basis: Basis) -> list[Finding]:
    # The organisation was judged at the assignment; here only whether an officer of the city acts.
    return (
        evaluator_findings(evaluator, wanted=basis.terms.evaluator, clauses=basis.clauses)
        if evaluator.is_officer
        else []
    )


async def recuse(session: AsyncSession, *, evaluation_id: UUID, given: RecusalIn, caller: Caller) -> Evaluation:
    """The evaluator stands aside for a carrier; it will not be assigned to it again."""
    row = await find_evaluation(session, evaluation_id, caller=caller, for_update=True)
    if row.evaluator != caller.acting_for:
        raise Forbidden
    if row.status not in (Status.AWAITING_REPORT, Status.REPORTED):
        raise VerificationClosed
    row.recused = [*row.recused, {"evaluator": caller.acting_for, "reason": given.reason}]
    row.evaluator = row.evaluator_organisation_id = None
    row.version += 1
    return row


async def appeal(session: AsyncSession, *, evaluation_id: UUID, given: AppealIn, caller: Caller) -> Evaluation:
    """By the operator, once, until the last day to appeal."""
    row = await find_evaluation(session, evaluation_id, caller=caller, for_update=True)
    basis = await basis_of(session, row.round)
    found = appeal_findings(
        until=row.round.appeals_until_on,
        today=clock.today(row.city_code),
        is_appealed=row.appeal is not None,
        is_graded=row.status is Status.GRADED,
        clauses=basis.clauses,
    )
    refuse_if(found)
    row.appeal, row.appealed_by, row.appealed_at = given.statement, caller.acting_for, clock.now(row.city_code)
    row.version += 1
    told = EvaluationAppealed(
        evaluation_id=row.id,
        round_id=row.round_id,
        carrier_id=row.carrier_id,
        organisation_id=row.carrier.operator_id,
    )
    await record(session, told, city_code=row.city_code, subject=row.carrier_id)
    return row


async def answer_appeal(session: AsyncSession, *, evaluation_id: UUID, given: AnswerIn, caller: Caller) -> Evaluation:
    """Rejected, corrected (graded again, by the best values the round was scored with), or exempted."""
    row = await find_in_city(session, evaluation_id, caller=caller)
    if row.appeal is None:
        raise NoAppeal
    if row.appeal_outcome is not None:
        raise AppealAnswered
    basis, round_ = await basis_of(session, row.round), row.round
    _refuse_answer(row, round_, given, basis, caller)
    row.appeal_outcome, row.appeal_opinion = given.outcome, given.opinion
    row.appeal_answered_by, row.appeal_answered_at = caller.acting_for, clock.now(row.city_code)
    if given.outcome == "corrected":
        row.verified = row.verified | {name: _corrected(row, name, value) for name, value in given.corrected.items()}
        await grade(session, round_, basis, row, Fact.CORRECTED)
    elif given.outcome == "exempted":
        row.status = status_after(Fact.EXEMPTED, row.status, MOVES)
        row.exempt_reason = given.opinion
    row.version += 1
    told = EvaluationAppealAnswered(
        evaluation_id=row.id,
        round_id=row.round_id,
        carrier_id=row.carrier_id,
        outcome=given.outcome,
        grade=row.grade if row.status is Status.GRADED else None,
        organisation_id=row.carrier.operator_id,
    )
    await record(session, told, city_code=row.city_code, subject=row.carrier_id)
    return row


def _refuse_answer(row: Evaluation, round_: EvaluationRound, given: AnswerIn, basis: Basis, caller: Caller) -> None:
    found = answer_findings(
        by=caller.acting_for,
        took_part=(row.verified_by, round_.scored_by, row.appealed_by, row.reported_by),
        outcome=given.outcome,
        participated=row.participated,
        corrects=bool(given.corrected),
        clauses=basis.clauses,
    )
    refuse_if(found + correction_findings(given.corrected, basis.system, clauses=basis.clauses))


def _corrected(row: Evaluation, name: str, value: int) -> dict[str, Any]:
    before = row.verified.get(name, {})
    return {**before, "value": value, "before_appeal": before.get("value")}
