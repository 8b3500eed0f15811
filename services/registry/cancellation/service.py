"""Taking a recognition away: a cause, a cure period by the city's clock, and the decision of another officer."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry_carriers import CancellationSettled, CureOrdered
from kernel import clock
from kernel.auth import Caller
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, named_constraint, refuse_if
from kernel.timers import Timer, cancel, schedule_after
from kernel.workdays import Deadline
from policy.calendar import workdays
from policy.snapshots import Acceptance, Snapshot
from policy.store import figure, policy_for
from services.registry.cancellation.models import Cancellation
from services.registry.cancellation.queries import find_to_settle, is_open, read_for_timer
from services.registry.cancellation.recounting import CURE_LAPSES, recount_cure
from services.registry.cancellation.rules import cure_findings, decision_findings, end_findings, opening_findings
from services.registry.cancellation.schemas import CancellationDecisionIn, CancellationIn, CureIn
from services.registry.cancellation.states import CURABLE, MOVES, Cause, Fact, Status
from services.registry.carriers.models import Carrier
from services.registry.recognition.forms import Subject, subject_of
from services.registry.recognition.models import Recognition
from services.registry.recognition.states import Way
from services.registry.upkeep.queries import standing_level
from services.registry.upkeep.service import NotStanding, carrier_of, programme_of, standing
from services.registry.upkeep.states import EndCause
from services.registry.upkeep.terms import end_by_hand


class CancellationPending(Conflict):
    code, title_zh, title_en = "cancellation_pending", "该认定正在办理取消", "The recognition is being cancelled"


class CancelledByWhoOpened(Conflict):
    """The database refused what the rule should have."""

    code, title_zh, title_en = "decided_by_who_opened", "须由另一名人员决定", "Another officer has to decide"


named_constraint("uq_cancellation_open", CancellationPending)
named_constraint("ck_cancellation_another_officer_decides", CancelledByWhoOpened)


async def open_cancellation(
    session: AsyncSession, *, recognition_id: UUID, given: CancellationIn, caller: Caller
) -> Cancellation:
    """A curable cause starts a cure period, any other waits for its decision. An open period refuses."""
    row, _level, carrier = await standing(session, recognition_id, caller=caller)
    today = clock.today(row.city_code)
    at = Acceptance(today, clock.now(row.city_code))
    snapshot = await policy_for(session, row.city_code, at)
    subject = programme_of(subject_of(snapshot.pack, row.item))
    found = opening_findings(
        cause=given.cause,
        is_pending=await is_open(session, row.id),
        operator_exists=not carrier.operator.has_ended,
        policy_names_period=subject.terms.cure_working_days is not None,
        cure_by=given.cure_by,
        today=today,
        clauses=subject.programme.clauses,
    )
    refuse_if(found)
    days = _cure_days(snapshot, subject, at) if given.cause in CURABLE else None
    deadline = _cure_deadline(today, days, given.cure_by) if given.cause in CURABLE else None
    cancellation = _opened(row, given, _clauses(snapshot, subject), deadline, caller)
    cancellation.cure_working_days = days
    session.add(cancellation)
    if deadline is not None:
        await _order_cure(session, row, carrier, cancellation, deadline)
    return cancellation


async def confirm_cure(session: AsyncSession, *, cancellation_id: UUID, given: CureIn, caller: Caller) -> Cancellation:
    """What was wrong is right again, in time: the recognition stands as before."""
    row = await find_to_settle(session, cancellation_id, caller=caller)
    after, today = status_after(Fact.CURED, row.status, MOVES), clock.today(row.city_code)
    refuse_if(cure_findings(cure_by=row.cure_by, today=today, clauses=tuple(row.clauses)))
    row.evidence = [*(row.evidence or []), *(paper.model_dump() for paper in given.evidence)]
    await _settle(session, row, after, opinion=given.opinion, by=caller.acting_for)
    return row


async def decide_cancellation(
    session: AsyncSession, *, cancellation_id: UUID, given: CancellationDecisionIn, caller: Caller
) -> Cancellation:
    """Taken away by another officer, from today or from the day a level above did; or dropped."""
    row = await find_to_settle(session, cancellation_id, caller=caller)
    fact, decider = Fact.CANCELLED if given.outcome == "cancel" else Fact.DROPPED, caller.acting_for
    after = status_after(fact, row.status, MOVES)
    if fact is Fact.CANCELLED:
        await _take_away(session, row, given.ended_on, decider)
    await _settle(session, row, after, opinion=given.opinion, by=decider)
    return row


async def lapse(session: AsyncSession, timer: Timer) -> None:
    """Handler of the timer after the last day of a cure period: a person decides now."""
    row = await read_for_timer(session, UUID(timer.object_id))
    if row.status is not Status.CURING:
        return
    await recount_cure(session, row, workdays())
    if row.cure_by is None or row.cure_by < clock.today(row.city_code):
        row.status = status_after(Fact.CURE_LAPSED, row.status, MOVES)


async def _take_away(session: AsyncSession, row: Cancellation, ended_on: date | None, decider: str) -> None:
    recognition = await session.get_one(Recognition, row.recognition_id, with_for_update=True)
    carrier = await carrier_of(session, recognition)
    found = decision_findings(
        decider=decider,
        opened_by=row.opened_by,
        cause=row.cause,
        operator_exists=not carrier.operator.has_ended,
        clauses=tuple(row.clauses),
    )
    refuse_if(found)
    level = await standing_level(session, recognition.id)
    if level is None:
        raise NotStanding
    cause = EndCause.SURRENDERED if row.cause is Cause.SURRENDERED else EndCause.CANCELLED
    today = clock.today(row.city_code)
    if ended_on is not None:
        own = recognition.way is Way.ASSESSED
        refuse_if(end_findings(ended_on=ended_on, recognised_on=level.recognised_on, is_citys_own=own, today=today))
    await end_by_hand(session, recognition, level, cause=cause, ended_on=ended_on or today, by=decider)


async def _settle(session: AsyncSession, row: Cancellation, after: Status, *, opinion: str, by: str) -> None:
    row.status, row.opinion, row.settled_by = after, opinion, by
    row.settled_on, row.settled_at = clock.today(row.city_code), clock.now(row.city_code)
    await cancel(session, kind=CURE_LAPSES, object_id=row.id)
    recognition = await session.get_one(Recognition, row.recognition_id)
    carrier = await session.get_one(Carrier, recognition.carrier_id)
    settled = CancellationSettled(
        cancellation_id=row.id,
        recognition_id=row.recognition_id,
        carrier_id=carrier.id,
        outcome=after,
        organisation_id=carrier.operator_id,
    )
    await record(session, settled, city_code=row.city_code, subject=carrier.id)


async def _order_cure(
    session: AsyncSession, row: Recognition, carrier: Carrier, cancellation: Cancellation, deadline: Deadline
) -> None:
    await schedule_after(session, deadline.on, kind=CURE_LAPSES, object_id=cancellation.id, city_code=row.city_code)
    ordered = CureOrdered(
        cancellation_id=cancellation.id,
        recognition_id=row.id,
        carrier_id=carrier.id,
        organisation_id=carrier.operator_id,
        cause=cancellation.cause,
        cure_by=deadline.on,
        provisional=deadline.provisional,
    )
    await record(session, ordered, city_code=row.city_code, subject=carrier.id)


def _cure_days(snapshot: Snapshot, subject: Subject, at: Acceptance) -> int | None:
    """None where the policy leaves the last day to the officer. Raises PolicyOpen."""
    key = subject.terms.cure_working_days
    return int(figure(snapshot, key, accepted=at)) if key else None


def _cure_deadline(today: date, days: int | None, named: date | None) -> Deadline:
    if days is not None:
        return workdays().add(today, days)
    assert named is not None  # noqa: S101 - opening_findings would have said so
    return Deadline(named, provisional=False, calendar_version=workdays().version)


def _clauses(snapshot: Snapshot, subject: Subject) -> list[str]:
    """Of the cure period where the policy names one, else of the programme."""
    key = subject.terms.cure_working_days
    return list(snapshot.pack.parameters[key].clauses if key else subject.programme.clauses)


def _opened(
    row: Recognition, given: CancellationIn, clauses: list[str], deadline: Deadline | None, caller: Caller
) -> Cancellation:
    return Cancellation(
        id=new_id(),
        city_code=row.city_code,
        recognition_id=row.id,
        cause=given.cause,
        statement=given.statement,
        clauses=clauses,
        status=Status.CURING if deadline else Status.AWAITING_DECISION,
        opened_by=caller.acting_for,
        opened_on=clock.today(row.city_code),
        opened_at=clock.now(row.city_code),
        cure_by=deadline.on if deadline else None,
        cure_provisional=deadline.provisional if deadline else None,
        evidence=[paper.model_dump() for paper in given.evidence],
    )
