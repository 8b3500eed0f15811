"""Who has reported and who has not: the list that is circulated (ZZ-36 通报), and what timers tell of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry_reports import ReportsOverdue, ReportsReminded
from kernel import clock
from kernel.auth import Caller
from kernel.outbox import record
from kernel.timers import Timer
from services.registry.progress.bodies.models import Reporter
from services.registry.progress.bodies.queries import owing
from services.registry.progress.duties.models import DutyDay
from services.registry.progress.duties.queries import find_duty_day, read_for_timer
from services.registry.progress.reports.models import Report
from services.registry.progress.reports.queries import reports_for
from services.registry.progress.reports.rules import State, state_of


@dataclass(frozen=True, slots=True)
class Line:
    reporter_id: UUID
    reporter: str
    state: State
    status: str | None
    submitted_at: datetime | None
    organisation_id: UUID | None


async def read_circulation(session: AsyncSession, *, duty_day_id: UUID, caller: Caller) -> tuple[DutyDay, list[Line]]:
    """Every reporter that owes it on its due day."""
    day = await find_duty_day(session, duty_day_id, caller=caller)
    return day, await _lines(session, day)


async def remind(session: AsyncSession, timer: Timer) -> None:
    """Handler of the timer some working days before the due day: whose report is not there yet is named."""
    day = await read_for_timer(session, UUID(timer.object_id))
    missing = _missing(await _lines(session, day))
    if missing:
        reminded = ReportsReminded(**_about(day, missing))
        await record(session, reminded, city_code=day.city_code, subject=day.id)


async def tell_overdue(session: AsyncSession, timer: Timer) -> None:
    """Handler of the timer after the due day."""
    day = await read_for_timer(session, UUID(timer.object_id))
    if clock.today(day.city_code) <= day.due_on:
        return  # moved later meanwhile; the new timer comes
    missing = _missing(await _lines(session, day))
    if missing:
        overdue = ReportsOverdue(**_about(day, missing))
        await record(session, overdue, city_code=day.city_code, subject=day.id)


def _missing(lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if line.state in {"not_reported", "returned"}]


def _about(day: DutyDay, missing: Sequence[Line]) -> dict[str, Any]:
    """Which day a fact is about, and who has not reported for it."""
    return {
        "duty_day_id": day.id,
        "duty": day.duty,
        "due_on": day.due_on,
        "reporter_ids": [line.reporter_id for line in missing],
        "organisation_ids": [line.organisation_id for line in missing if line.organisation_id],
    }


async def _lines(session: AsyncSession, day: DutyDay) -> list[Line]:
    reporters = await owing(session, day.city_code, day.role, day.due_on)
    reports = await reports_for(session, day.id)
    return [_line(reporter, reports.get(reporter.id), day) for reporter in reporters]


def _line(reporter: Reporter, report: Report | None, day: DutyDay) -> Line:
    first_at = report.revisions[0].submitted_at if report else None
    status = report.status.value if report else None
    first_on = clock.on_date(first_at) if first_at else None
    state = state_of(status=status, first_submitted_on=first_on, due_on=day.due_on)
    return Line(reporter.id, reporter.name, state, status, first_at, reporter.organisation_id)
