"""A round from its opening to the final results: who takes part, who verifies whom, scores, notice, the end."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry_reports import EvaluationResultsPublished, EvaluationRoundOpened
from kernel import clock
from kernel.auth import Caller
from kernel.findings import Finding
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, named_constraint, refuse_if
from kernel.timers import Timer, schedule_after
from policy.calendar import workdays
from policy.indicators import IndicatorSystem, fits_unit
from policy.snapshots import Acceptance
from policy.store import PolicyOpen, policy_for
from services.registry.carriers.models import Carrier
from services.registry.evaluation.grading import finalise_all, grade_all
from services.registry.evaluation.models import Evaluation, EvaluationRound
from services.registry.evaluation.policy import Basis, basis_in, basis_of
from services.registry.evaluation.queries import (
    appeals_waiting,
    evaluations_of,
    find_round,
    read_round_for_timer,
    roster,
)
from services.registry.evaluation.recounting import NOTICE_CLOSES, recount_round
from services.registry.evaluation.rules import (
    REGISTER,
    exemption_findings,
    final_findings,
    opening_findings,
    unverified_finding,
)
from services.registry.evaluation.schemas import RoundIn
from services.registry.evaluation.states import MOVES, ROUND_MOVES, Fact, RoundFact, RoundStatus, Status
from services.registry.recognition.rules import premises_facts

REPORTING_CLOSES = "evaluation.reporting_closes"


class RoundOpenBefore(Conflict):
    code, title_zh, title_en = "round_opened_before", "该年度评价已开展", "The year's round was opened before"


class AnotherOfficerNeeded(Conflict):
    """The database refused what the rule should have: one person acting twice on one round."""

    code, title_zh, title_en = "another_officer_needed", "须由另一名人员办理", "Another person has to do this"


named_constraint("uq_evaluation_round_city_code_programme_year", RoundOpenBefore)
for _constraint in (
    "evaluation_round_another_officer_finalises",
    "evaluation_another_verifies",
    "evaluation_another_answers_the_appeal",
):
    named_constraint(f"ck_{_constraint}", AnotherOfficerNeeded)


async def open_round(session: AsyncSession, *, given: RoundIn, caller: Caller) -> EvaluationRound:
    """Everyone who has to take part is fixed on the opening day; refused while the policy leaves anything open."""
    today, now = clock.today(caller.city), clock.now(caller.city)
    accepted = Acceptance(today, now)
    basis = basis_in(await policy_for(session, caller.city, accepted), given.programme, accepted)
    if basis is None:
        zh, en = "该项目不是本市政策中的载体评价。", "This is no evaluation of the city's policy."
        refuse_if([Finding("programme_evaluates_nothing", (), zh, en, {"programme": given.programme})])
    assert basis is not None  # noqa: S101 - refused above
    terms, clauses = basis.terms, basis.clauses
    carriers = await roster(session, caller.city, kinds=terms.carrier_kinds, levels=terms.levels, on=today)
    exempt = {one.carrier_id: one.reason for one in given.exempt}
    _refuse_opening(
        basis,
        [
            *opening_findings(
                year=given.year, today=today, closes_on=given.closes_on, carriers=len(carriers), clauses=clauses
            ),
            *exemption_findings(exempt=list(exempt), roster=carriers, clauses=clauses),
        ],
    )
    row = EvaluationRound(
        id=new_id(),
        city_code=caller.city,
        programme=basis.programme.id,
        year=given.year,
        status=RoundStatus.COLLECTING,
        opened_on=today,
        opened_at=now,
        opened_by=caller.acting_for,
        closes_on=given.closes_on,
        benchmarks={},
        reasons=[],
        version=1,
    )
    session.add(row)
    await session.flush()
    session.add_all(_entered(row, carrier_id, exempt.get(carrier_id)) for carrier_id in carriers)
    await _told_opening(session, row, len(carriers) - len(exempt))
    await session.flush()  # the answer counts them
    return row


def _refuse_opening(basis: Basis, found: list[Finding]) -> None:
    ruling = basis.absent()
    if ruling.outcome == "refused_open":
        raise PolicyOpen(reasons=[*ruling.findings, *found])
    refuse_if([*ruling.findings, *found])


def _entered(row: EvaluationRound, carrier_id: UUID, exempt_reason: str | None) -> Evaluation:
    return Evaluation(
        id=new_id(),
        city_code=row.city_code,
        round_id=row.id,
        carrier_id=carrier_id,
        status=Status.AWAITING_REPORT if exempt_reason is None else Status.EXEMPT,
        exempt_reason=exempt_reason,
        recused=[],
        reported={},
        registered={},
        verified={},
        scores=[],
        version=1,
    )


async def _told_opening(session: AsyncSession, row: EvaluationRound, carriers: int) -> None:
    await schedule_after(session, row.closes_on, kind=REPORTING_CLOSES, object_id=row.id, city_code=row.city_code)
    opened = EvaluationRoundOpened(
        round_id=row.id, programme=row.programme, year=row.year, closes_on=row.closes_on, carriers=carriers
    )
    await record(session, opened, city_code=row.city_code, subject=row.id)


async def close_reporting(session: AsyncSession, timer: Timer) -> None:
    """Handler of the timer at the end of the last day: who has not reported is absent; the register is read once."""
    row = await read_round_for_timer(session, UUID(timer.object_id))
    if row.status is not RoundStatus.COLLECTING:
        return
    system = (await basis_of(session, row)).system
    evaluations = await evaluations_of(session, row.id, for_update=True)
    row.status = status_after(RoundFact.REPORTING_CLOSED, row.status, ROUND_MOVES)
    row.version += 1
    for evaluation in evaluations:
        if evaluation.status is Status.AWAITING_REPORT:
            evaluation.status = status_after(Fact.REPORT_MISSED, evaluation.status, MOVES)
        evaluation.registered = registered_values(evaluation.carrier, system)
        evaluation.version += 1


def registered_values(carrier: Carrier, system: IndicatorSystem) -> dict[str, int]:
    """What the register has for the indicators read from it, of their unit; what it does not have is not there."""
    facts = {**carrier.facts, **premises_facts(carrier.premises)}
    asked = [entry for entry in system.indicators if entry.source == REGISTER]
    # A flag of the register is an indicator's 0 or 1.
    found = {entry.id: int(facts[entry.fact or ""]) for entry in asked if isinstance(facts.get(entry.fact or ""), int)}
    return {entry.id: found[entry.id] for entry in asked if entry.id in found and fits_unit(entry, found[entry.id])}


async def score_round(session: AsyncSession, *, round_id: UUID, caller: Caller) -> EvaluationRound:
    """Grade everybody by the verified values, and publish: notice and time to appeal begin today."""
    row = await find_round(session, round_id, caller=caller, for_update=True)
    status = status_after(RoundFact.RESULTS_PUBLISHED, row.status, ROUND_MOVES)
    basis = await basis_of(session, row)
    evaluations = await evaluations_of(session, row.id, for_update=True)
    waiting = [one.id for one in evaluations if one.status is Status.REPORTED]
    refuse_if(unverified_finding(waiting, basis.clauses))
    await grade_all(session, row, basis, evaluations)
    row.status = status
    row.scored_by, row.scored_at = caller.acting_for, clock.now(row.city_code)
    row.version += 1
    await _publish(session, row, basis)
    await session.flush()  # the answer counts them
    return row


async def _publish(session: AsyncSession, row: EvaluationRound, basis: Basis) -> None:
    days = basis.absent().terms
    today, calendar = clock.today(row.city_code), workdays()
    notice = calendar.add(today, days["notice_working_days"])
    appeals = calendar.add(today, days["appeal_working_days"])
    row.published_on, row.notice_closes_on, row.appeals_until_on = today, notice.on, appeals.on
    row.notice_provisional = notice.provisional or appeals.provisional
    await schedule_after(
        session, max(notice.on, appeals.on), kind=NOTICE_CLOSES, object_id=row.id, city_code=row.city_code
    )
    published = EvaluationResultsPublished(
        round_id=row.id,
        programme=row.programme,
        year=row.year,
        published_on=today,
        closes_on=notice.on,
        appeals_until_on=appeals.on,
        provisional=row.notice_provisional,
    )
    await record(session, published, city_code=row.city_code, subject=row.id)


async def close_results_notice(session: AsyncSession, timer: Timer) -> None:
    """Handler of the timer when notice and time to appeal are both over."""
    row = await read_round_for_timer(session, UUID(timer.object_id))
    if row.status is not RoundStatus.ON_NOTICE:
        return
    await recount_round(session, row, workdays())
    if max(filter(None, (row.notice_closes_on, row.appeals_until_on))) < clock.today(row.city_code):
        row.status = status_after(RoundFact.NOTICE_CLOSED, row.status, ROUND_MOVES)
        row.version += 1


async def finalise_round(session: AsyncSession, *, round_id: UUID, caller: Caller) -> EvaluationRound:
    """By another person than who scored: the grades are final and told to whoever pays or acts by them."""
    row = await find_round(session, round_id, caller=caller, for_update=True)
    status = status_after(RoundFact.FINALISED, row.status, ROUND_MOVES)
    basis = await basis_of(session, row)
    evaluations: Sequence[Evaluation] = await evaluations_of(session, row.id, for_update=True)
    refuse_if(
        final_findings(
            by=caller.acting_for,
            scored_by=row.scored_by,
            waiting=await appeals_waiting(session, row.id),
            clauses=basis.clauses,
        )
    )
    row.finalised_by, row.finalised_at, row.status = caller.acting_for, clock.now(row.city_code), status
    row.version += 1
    await finalise_all(session, row, basis, evaluations)
    await session.flush()  # the answer counts them
    return row
