"""A report is handed in, returned with reasons, handed in again, accepted; its figures then count for the targets."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

import services.registry.progress.second_person  # noqa: F401 - names the constraint
from contracts.registry_reports import ReportAccepted, ReportReturned, ReportSubmitted
from kernel import clock
from kernel.auth import Caller
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, named_constraint, refuse_if
from policy.schema import Pack
from policy.store import policy_today
from services.registry.progress.bodies.models import Reporter
from services.registry.progress.bodies.queries import find_reporter
from services.registry.progress.duties.models import DutyDay
from services.registry.progress.duties.queries import find_duty_day
from services.registry.progress.reports.models import Figure, Outcome, Report, ReportRevision, Verdict
from services.registry.progress.reports.queries import figures_of_days, find_report, hold_figures
from services.registry.progress.reports.rules import (
    counted_twice,
    double_count_findings,
    second_person_findings,
    submission_findings,
)
from services.registry.progress.reports.schemas import ReportIn, RevisionIn
from services.registry.progress.reports.states import MOVES, Fact, Status


class ReportExists(Conflict):
    code, title_zh, title_en = "report_exists", "该期报告已报送", "The report was handed in already"
    hint_zh, hint_en = "被退回的报告请重新提交同一份", "One that was returned is handed in again, not anew"


named_constraint("uq_progress_report_duty_day_id_reporter_id", ReportExists)


async def submit_report(session: AsyncSession, *, duty_day_id: UUID, given: ReportIn, caller: Caller) -> Report:
    """The first revision (ZZ-36, JX-37). A report after the due day is taken and says that it is late."""
    day = await find_duty_day(session, duty_day_id, caller=caller)
    reporter = await find_reporter(session, given.reporter_id, caller=caller)
    await _must_be_owed(session, day, reporter, given.figures)
    report_id = new_id()
    session.add(
        Report(
            id=report_id,
            city_code=caller.city,
            duty_day_id=day.id,
            reporter_id=reporter.id,
            status=Status.SUBMITTED,
        )
    )
    await session.flush()
    return await _hand_in(session, report_id, 1, given, caller)


async def resubmit_report(session: AsyncSession, *, report_id: UUID, given: RevisionIn, caller: Caller) -> Report:
    """After a return; what stood before stays as it was."""
    row = await find_report(session, report_id, caller=caller, for_update=True)
    row.status = status_after(Fact.RESUBMITTED, row.status, MOVES)
    await _must_be_owed(session, row.duty_day, row.reporter, given.figures)
    return await _hand_in(session, row.id, row.revisions[-1].number + 1, given, caller)


async def return_report(session: AsyncSession, *, report_id: UUID, reasons: list[str], caller: Caller) -> Report:
    """By another person than who handed it in, with everything that is missing."""
    row = await find_report(session, report_id, caller=caller, for_update=True)
    row.status = status_after(Fact.RETURNED, row.status, MOVES)
    await _judge(session, row, Outcome.RETURNED, reasons, caller)
    returned = ReportReturned(**_about(row))
    await record(session, returned, city_code=row.city_code, subject=row.id)
    return await find_report(session, row.id, caller=caller)


async def accept_report(session: AsyncSession, *, report_id: UUID, caller: Caller) -> Report:
    """By another person than who handed it in; its figures count from now on."""
    row = await find_report(session, report_id, caller=caller, for_update=True)
    row.status = status_after(Fact.ACCEPTED, row.status, MOVES)
    await _judge(session, row, Outcome.ACCEPTED, [], caller)
    await _count(session, row)
    accepted = ReportAccepted(**_about(row), figures=row.revisions[-1].figures)
    await record(session, accepted, city_code=row.city_code, subject=row.id)
    return await find_report(session, row.id, caller=caller)


async def _must_be_owed(session: AsyncSession, day: DutyDay, reporter: Reporter, figures: Mapping[str, int]) -> None:
    pack = (await policy_today(session, day.city_code)).pack
    found = submission_findings(
        owes=reporter.role == day.role and reporter.owes_on(day.due_on),
        period_over=clock.today(day.city_code) > day.ends_on,
        may_look_ahead=day.looks_ahead,
        figures=figures,
        targets=pack.targets,
        clauses=clauses_of(pack, day),
    )
    refuse_if(found)


async def _hand_in(session: AsyncSession, report_id: UUID, number: int, given: RevisionIn, caller: Caller) -> Report:
    session.add(
        ReportRevision(
            id=new_id(),
            city_code=caller.city,
            report_id=report_id,
            number=number,
            summary=given.summary,
            figures=dict(given.figures),
            submitted_by=caller.acting_for,
            submitted_at=clock.now(caller.city),
        )
    )
    await session.flush()
    row = await find_report(session, report_id, caller=caller)
    submitted = ReportSubmitted(**_about(row), revision=number)
    await record(session, submitted, city_code=row.city_code, subject=row.id)
    return row


def _about(row: Report) -> dict[str, Any]:
    """Which report a fact is about, and whose."""
    return {
        "report_id": row.id,
        "duty_day_id": row.duty_day_id,
        "reporter_id": row.reporter_id,
        "organisation_id": row.reporter.organisation_id,
    }


async def _judge(session: AsyncSession, row: Report, outcome: Outcome, reasons: list[str], caller: Caller) -> None:
    last, judge = row.revisions[-1], caller.acting_for
    clauses = clauses_of((await policy_today(session, row.city_code)).pack, row.duty_day)
    refuse_if(second_person_findings(submitted_by=last.submitted_by, judged_by=judge, clauses=clauses))
    session.add(
        Verdict(
            id=new_id(),
            city_code=row.city_code,
            revision_id=last.id,
            outcome=outcome,
            reasons=reasons,
            submitted_by=last.submitted_by,
            judged_by=judge,
            judged_at=clock.now(row.city_code),
        )
    )
    await session.flush()


async def _count(session: AsyncSession, row: Report) -> None:
    """Serialised by city: two reports with the same figure come one after the other."""
    figures, day, is_part = row.revisions[-1].figures, row.duty_day, row.reporter.division is not None
    if not figures:
        return
    await hold_figures(session, row.city_code)
    there = await figures_of_days(session, row.city_code, list(figures), day.starts_on, day.ends_on)
    twice = {
        one.target
        for one in there
        if one.reporter_id == row.reporter_id or counted_twice(is_part=is_part, other_is_part=one.is_part)
    }
    clauses = clauses_of((await policy_today(session, row.city_code)).pack, day)
    refuse_if(double_count_findings(twice, clauses))
    session.add_all(
        Figure(
            id=new_id(),
            city_code=row.city_code,
            report_id=row.id,
            reporter_id=row.reporter_id,
            target=target,
            is_part=is_part,
            starts_on=day.starts_on,
            ends_on=day.ends_on,
            value=value,
        )
        for target, value in figures.items()
    )
    await session.flush()


def clauses_of(pack: Pack, day: DutyDay) -> tuple[str, ...]:
    """Of the duty; a later edition of the pack may not have it any more."""
    duty = pack.duties.get(day.duty)
    return duty.clauses if duty else ()
