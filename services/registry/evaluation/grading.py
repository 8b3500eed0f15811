"""Grades as determinations, and what follows from final ones: events for whoever pays, recommendations to end."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry_reports import CarrierEvaluated, CarrierEvaluationFailedTwice
from kernel import clock
from kernel.moves import status_after
from kernel.outbox import record
from policy.determinations import finding_document
from policy.snapshots import open_finding
from policy.store import decide_and_keep, must_be_eligible
from services.registry.evaluation.models import Evaluation, EvaluationRound
from services.registry.evaluation.policy import ACT, Basis
from services.registry.evaluation.queries import earlier_results, levels_on
from services.registry.evaluation.rules import best_values, failures_in_a_row
from services.registry.evaluation.states import MOVES, Fact, Status


async def grade_all(
    session: AsyncSession, row: EvaluationRound, basis: Basis, evaluations: Sequence[Evaluation]
) -> None:
    """Everyone who is verified or absent. The best values are kept with the round for any later correction."""
    row.benchmarks = best_values(one.verified for one in evaluations if one.status is Status.VERIFIED)
    for evaluation in evaluations:
        if evaluation.status is not Status.EXEMPT:
            await grade(session, row, basis, evaluation, Fact.GRADED)


async def grade(session: AsyncSession, row: EvaluationRound, basis: Basis, evaluation: Evaluation, fact: Fact) -> None:
    """One carrier's determination under the policy of the round's opening, with its trace."""
    status = status_after(fact, evaluation.status, MOVES)
    determination = await decide_and_keep(
        session,
        basis.snapshot,
        programme=row.programme,
        act=ACT,
        facts=_facts(row, evaluation),
        accepted=basis.accepted,
        references={
            "evaluation": str(evaluation.id),
            "evaluation_round": str(row.id),
            "carrier": str(evaluation.carrier_id),
        },
    )
    must_be_eligible(determination)
    terms = determination.terms
    evaluation.score_bp, evaluation.grade, evaluation.passed = terms["score_bp"], terms["grade"], terms["passed"]
    evaluation.grade_zh = basis.system.grade(terms["grade"]).zh
    evaluation.scores, evaluation.determination_id = terms["scores"], determination.id
    evaluation.status = status
    evaluation.version += 1


def _facts(row: EvaluationRound, evaluation: Evaluation) -> dict[str, Any]:
    if not evaluation.participated:
        return {"participated": False}
    values = {name: part["value"] for name, part in evaluation.verified.items()}
    return {"participated": True, "verified_values": values, "best_values": dict(row.benchmarks)}


async def finalise_all(
    session: AsyncSession, row: EvaluationRound, basis: Basis, evaluations: Sequence[Evaluation]
) -> None:
    """Every grade becomes final; failures one after the other are counted where the policy says what follows."""
    limit, before = basis.failures_to_exit, await earlier_results(session, row)
    if basis.terms.failures_to_exit is not None and limit is None:
        row.reasons = [finding_document(open_finding(basis.snapshot, basis.terms.failures_to_exit))]
    levels = await levels_on(session, [one.carrier_id for one in evaluations], clock.today(row.city_code))
    for evaluation in evaluations:
        if evaluation.status is not Status.GRADED:
            continue
        evaluation.status = status_after(Fact.FINALISED, evaluation.status, MOVES)
        evaluation.version += 1
        told = _evaluated(row, evaluation, levels.get(evaluation.carrier_id))
        await record(session, told, city_code=row.city_code, subject=evaluation.carrier_id)
        failures = failures_in_a_row(before.get(evaluation.carrier_id, ()), passed=bool(evaluation.passed))
        if limit is not None and failures >= limit:
            await _recommend_exit(session, row, basis, evaluation, failures)


async def _recommend_exit(
    session: AsyncSession, row: EvaluationRound, basis: Basis, evaluation: Evaluation, failures: int
) -> None:
    """Recorded and told; whether the recognition ends is decided by people (practice.md d: a human decision)."""
    clauses = list(basis.snapshot.pack.parameters[basis.terms.failures_to_exit or ""].clauses)
    evaluation.recommendation = {"action": "cancel_recognition", "failures": failures, "clauses": clauses}
    failed = CarrierEvaluationFailedTwice(
        evaluation_id=evaluation.id,
        round_id=row.id,
        programme=row.programme,
        carrier_id=evaluation.carrier_id,
        organisation_id=evaluation.carrier.operator_id,
        year=row.year,
        failures=failures,
        clauses=clauses,
    )
    await record(session, failed, city_code=row.city_code, subject=evaluation.carrier_id)


def _evaluated(row: EvaluationRound, evaluation: Evaluation, level: str | None) -> CarrierEvaluated:
    graded: Mapping[str, Any] = {
        name: getattr(evaluation, name) for name in ("grade", "passed", "score_bp", "participated", "determination_id")
    }
    return CarrierEvaluated(
        evaluation_id=evaluation.id,
        round_id=row.id,
        programme=row.programme,
        carrier_id=evaluation.carrier_id,
        organisation_id=evaluation.carrier.operator_id,
        carrier_kind=evaluation.carrier.kind,
        year=row.year,
        final_on=clock.today(row.city_code),
        decided_by=row.finalised_by,
        accepted_on=row.opened_on,
        accepted_at=row.opened_at,
        level=level,
        **graded,
    )
