"""The pool: applied for, admitted by another person under the city's criteria, renewed, assessed, ended."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry_reports import MentorAdmitted, MentorEnded, MentorRenewed
from kernel import clock
from kernel.auth import Caller
from kernel.findings import Finding
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.owning import is_staff
from kernel.problems import Conflict, NotFound, named_constraint, refuse_if
from policy.snapshots import Snapshot, open_findings
from policy.store import accepted_now, decide_and_keep, figure, must_be_eligible, policy_today
from services.registry.mentors.pool.models import Mentor, MentorAssessment, MentorInterest, MentorTerm, Tier
from services.registry.mentors.pool.queries import admitted_entry, find_mentor, last_assessment, must_be_here
from services.registry.mentors.pool.rules import (
    assessment_due_on,
    is_over,
    overdue_findings,
    renewal_findings,
    second_person_findings,
    term_ends_on,
    year_findings,
)
from services.registry.mentors.pool.schemas import InterestIn, MentorDecisionIn, MentorIn
from services.registry.mentors.pool.states import MOVES, Fact, Status
from services.registry.mentors.sessions.queries import confirmed_in_year
from services.registry.mentors.sessions.service import end_engagements_of
from services.registry.people.service import person_enrolled

ADMISSION, TERM, SESSIONS = "mentor.admission", "mentor.term_years", "mentor.yearly_sessions"
MONTHS = "mentor.assessment_months"


class MentorEntryExists(Conflict):
    code, title_zh, title_en = (
        "mentor_entry_exists",
        "该人员在本层级已申请或在库",
        "The person stands in this tier already",
    )


class MentorAssessed(Conflict):
    code, title_zh, title_en = "mentor_assessed", "该年度已考核", "The year was assessed already"


class AssessmentNotAsked(Conflict):
    code, title_zh, title_en = (
        "assessment_not_asked",
        "本市政策未规定导师考核",
        "The city's policy asks for no assessment",
    )


named_constraint("uq_mentor_entry", MentorEntryExists)
named_constraint("uq_mentor_assessment_mentor_id_year", MentorAssessed)


async def apply_for_mentor(session: AsyncSession, *, given: MentorIn, caller: Caller, key: bytes) -> Mentor:
    """One open or standing entry of a person in a tier; the same person in another tier is the same mentor.

    An entry whose last term has run out stands in nobody's way.
    """
    person_id = await person_enrolled(session, given=given.person, key=key, caller=caller)
    await _end_run_out(session, person_id, given.tier)
    mentor_id = new_id()
    session.add(
        Mentor(
            id=mentor_id,
            city_code=caller.city,
            person_id=person_id,
            status=Status.APPLIED,
            applied_by=caller.subject,
            applied_at=clock.now(caller.city),
            **given.model_dump(exclude={"person"}),
        )
    )
    await session.flush()
    return await find_mentor(session, mentor_id, caller=caller)


async def decide_mentor(session: AsyncSession, *, mentor_id: UUID, given: MentorDecisionIn, caller: Caller) -> Mentor:
    """By another person than who applied. Admission is refused while criteria or term are open, naming the clause."""
    row = await find_mentor(session, mentor_id, caller=caller, for_update=True)
    fact = Fact.ADMITTED if given.outcome == "admit" else Fact.REFUSED
    row.status = status_after(fact, row.status, MOVES)
    policy = await policy_today(session, row.city_code)
    clauses = _clauses(policy)
    refuse_if(second_person_findings(applied_by=row.applied_by, decided_by=caller.acting_for, clauses=clauses))
    row.decided_by, row.decided_at = caller.acting_for, clock.now(row.city_code)
    row.decision_reason = given.reason
    if fact is Fact.ADMITTED:
        determination_id = await _judge(session, policy, row)
        today = clock.today(row.city_code)
        _open_term(session, row, today, term_ends_on(today, _whole(policy, TERM)), determination_id, caller)
        admitted = MentorAdmitted(mentor_id=row.id, tier=row.tier, mentor_class=row.mentor_class, since_on=today)
        await record(session, admitted, city_code=row.city_code, subject=row.id)
    await session.flush()
    return await find_mentor(session, row.id, caller=caller)


async def renew_mentor(session: AsyncSession, *, mentor_id: UUID, caller: Caller) -> Mentor:
    """Within the term, for another one under the criteria of today; not after a failed or an overdue assessment."""
    row = await find_mentor(session, mentor_id, caller=caller, for_update=True)
    row.status = status_after(Fact.RENEWED, row.status, MOVES)
    policy, last = await policy_today(session, row.city_code), row.terms[-1]
    clauses, applied, last_result = _clauses(policy), row.applied_by, await last_assessment(session, row.id)
    found = [
        *second_person_findings(applied_by=applied, decided_by=caller.acting_for, clauses=clauses),
        *renewal_findings(
            starts_on=last.starts_on,
            ends_on=last.ends_on,
            today=clock.today(row.city_code),
            assessed=last_result.passed if last_result else None,
            clauses=clauses,
        ),
        *_assessment_findings(policy, row, last_result.assessed_on if last_result else None),
    ]
    refuse_if(found)
    assert last.ends_on is not None  # noqa: S101 - a term without end is refused above
    determination_id = await _judge(session, policy, row)
    _open_term(session, row, last.ends_on, term_ends_on(last.ends_on, _whole(policy, TERM)), determination_id, caller)
    await session.flush()
    renewed = MentorRenewed(mentor_id=row.id, since_on=last.ends_on)
    await record(session, renewed, city_code=row.city_code, subject=row.id)
    return await find_mentor(session, row.id, caller=caller)


async def end_mentor(session: AsyncSession, *, mentor_id: UUID, reason: str, caller: Caller) -> Mentor:
    """From today the entry serves no more; its terms and sessions stay."""
    row = await find_mentor(session, mentor_id, caller=caller, for_update=True)
    row.status = status_after(Fact.ENDED, row.status, MOVES)
    row.decision_reason = reason
    await _end_on(session, row, clock.today(row.city_code))
    return row


async def _end_run_out(session: AsyncSession, person_id: UUID, tier: Tier) -> None:
    """Nobody ended it when its term was over: it is ended as of that day."""
    row = await admitted_entry(session, person_id, tier)
    if row is None:
        return
    ends_on = row.terms[-1].ends_on
    if ends_on is None or not is_over(ends_on, clock.today(row.city_code)):
        return
    row.status = status_after(Fact.ENDED, row.status, MOVES)
    await _end_on(session, row, ends_on)
    await session.flush()


async def _end_on(session: AsyncSession, row: Mentor, ended_on: date) -> None:
    row.ended_on = ended_on
    await end_engagements_of(session, row.id, ended_on=ended_on)
    ended = MentorEnded(mentor_id=row.id, ended_on=ended_on)
    await record(session, ended, city_code=row.city_code, subject=row.id)


async def declare_interest(
    session: AsyncSession, *, mentor_id: UUID, given: InterestIn, caller: Caller
) -> MentorInterest:
    """By who acts for the mentor or the staff; it binds the person in every tier."""
    mentor = await find_mentor(session, mentor_id, caller=caller)
    if not is_staff(caller) and mentor.applied_by != caller.subject:
        raise NotFound
    await must_be_here(session, given.organisation_id, caller.city)
    row = MentorInterest(
        id=new_id(),
        city_code=caller.city,
        person_id=mentor.person_id,
        declared_by=caller.acting_for,
        **given.model_dump(),
    )
    session.add(row)
    await session.flush()
    return row


async def assess_mentor(session: AsyncSession, *, mentor_id: UUID, year: int, caller: Caller) -> MentorAssessment:
    """Confirmed sessions of the year against the least the city set; refused while that is open."""
    row = await find_mentor(session, mentor_id, caller=caller, for_update=True)
    policy, today = await policy_today(session, row.city_code), clock.today(row.city_code)
    if SESSIONS not in policy.pack.parameters:
        raise AssessmentNotAsked
    refuse_if(year_findings(year=year, today=today, clauses=policy.pack.parameters[SESSIONS].clauses))
    required = figure(policy, SESSIONS, accepted=accepted_now(row.city_code))
    sessions = await confirmed_in_year(session, row.id, year)
    assessment = MentorAssessment(
        id=new_id(),
        city_code=row.city_code,
        mentor_id=row.id,
        year=year,
        sessions=sessions,
        required=required,
        passed=sessions >= required,
        assessed_on=today,
        assessed_by=caller.acting_for,
    )
    session.add(assessment)
    await session.flush()
    return assessment


def _assessment_findings(policy: Snapshot, row: Mentor, assessed_on: date | None) -> list[Finding]:
    """ZZ-26: within the months the city set; while they are open nobody can tell, and that is the reason."""
    if MONTHS not in policy.pack.parameters:
        return []
    months = _whole(policy, MONTHS)
    if months is None:
        return open_findings(policy, [MONTHS], accepted=accepted_now(row.city_code))
    counted_from = max(filter(None, (assessed_on, row.terms[0].starts_on)))
    return overdue_findings(
        due_on=assessment_due_on(counted_from, months),
        today=clock.today(row.city_code),
        clauses=policy.pack.parameters[MONTHS].clauses,
    )


async def _judge(session: AsyncSession, policy: Snapshot, row: Mentor) -> UUID | None:
    """By the city's own programme; XZ-15 and JX-05 set no criteria, so that their reviewer alone decides."""
    if ADMISSION not in policy.pack.programmes:
        return None
    determination = await decide_and_keep(
        session,
        policy,
        programme=ADMISSION,
        act="check",
        facts={"mentor_class": row.source, "experience_years": row.experience_years},
        accepted=accepted_now(row.city_code),
        references={"mentor": str(row.id)},
    )
    must_be_eligible(determination)
    return determination.id


def _open_term(
    session: AsyncSession, row: Mentor, starts_on: date, ends_on: date | None, determination: UUID | None, by: Caller
) -> None:
    session.add(
        MentorTerm(
            id=new_id(),
            city_code=row.city_code,
            mentor_id=row.id,
            starts_on=starts_on,
            ends_on=ends_on,
            determination_id=determination,
            decided_by=by.acting_for,
        )
    )


def _clauses(policy: Snapshot) -> tuple[str, ...]:
    programme = policy.pack.programmes.get(ADMISSION)
    return programme.clauses if programme else ()


def _whole(policy: Snapshot, key: str) -> int | None:
    return policy.whole(key, accepted=accepted_now(policy.city_code)) if key in policy.pack.parameters else None
