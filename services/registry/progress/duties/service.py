"""The duty calendar: worked out from the pack, told, kept up with the calendar of working days, reminded of."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry_reports import DutyDueDayTold
from kernel import clock
from kernel.auth import Caller
from kernel.ids import new_id
from kernel.messages import errors_of
from kernel.outbox import Envelope, record
from kernel.problems import Invalid
from kernel.timers import schedule, schedule_tomorrow
from kernel.workdays import Workdays, settled
from policy.calendar import workdays
from policy.snapshots import Snapshot
from policy.store import accepted_now, on_snapshot_published, policy_today
from services.registry.progress.duties.models import DutyDay
from services.registry.progress.duties.queries import told
from services.registry.progress.duties.rules import (
    Occurrence,
    Scheduled,
    occurrences,
    scheduled,
)

CALENDAR_KEPT = "progress.calendar_kept"
REMINDER = "progress.reminder"
OVERDUE = "progress.overdue"
TOLD_AHEAD_DAYS = 400
REMINDED_WORKING_DAYS = 5
SPAN_DAYS_MAX = 366 * 15
AHEAD_DAYS_MAX = 366 * 5


@dataclass(frozen=True, slots=True)
class Due:
    """An occurrence as it stands: as told when it was told, else as worked out today."""

    plan: Scheduled
    starts_on: date
    ends_on: date
    due_on: date
    provisional: bool
    calendar_version: str
    told_as: UUID | None = None
    changed_at: datetime | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class DutyCalendar:
    """The duties of a city between two days; `without_day` are those that have none."""

    policy: Snapshot
    since: date
    until: date
    items: list[Due]
    without_day: list[Scheduled]


async def read_calendar(
    session: AsyncSession, *, since: date | None, until: date | None, caller: Caller
) -> DutyCalendar:
    """Both days inclusive; by default a year from today. Raises Invalid for a span nobody plans."""
    today = clock.today(caller.city)
    first = since or today
    furthest = today + timedelta(days=AHEAD_DAYS_MAX)
    # A day beyond it may be the last one there is: nothing is added to it.
    last = until or (first + timedelta(days=366) if first <= furthest else first)
    if first > furthest or not first <= last <= min(first + timedelta(days=SPAN_DAYS_MAX), furthest):
        raise Invalid(errors=errors_of({"/until": "span"}))
    policy = await policy_today(session, caller.city)
    plans = scheduled(policy, at=accepted_now(caller.city))
    known = await told(session, caller.city)
    items = [
        _due(plan, found, known.get((found.duty, found.starts_on)))
        for plan in plans
        for found in occurrences(plan, since=first, until=last, days=workdays())
    ]
    items.sort(key=lambda due: (due.due_on, due.plan.duty.id))
    dated = {due.plan.duty.id for due in items}
    undated = [plan for plan in plans if plan.open or plan.rhythm == "standing"]
    return DutyCalendar(policy, first, last, items, [plan for plan in undated if plan.duty.id not in dated])


async def on_policy_published(session: AsyncSession, event: Envelope) -> None:
    """Consumer of `policy.snapshot_published`: keep the policy, and the calendar that follows from it."""
    await on_snapshot_published(session, event)
    await keep_calendar(session, event.city_code, days=workdays())


async def keep_calendar(session: AsyncSession, city_code: str, *, days: Workdays) -> None:
    """Tell every due day of the months ahead once; one that a notice moves is told again, never earlier."""
    today = clock.today(city_code)
    policy = await policy_today(session, city_code)
    known = await told(session, city_code, for_update=True)
    for plan in scheduled(policy, at=accepted_now(city_code)):
        for found in occurrences(plan, since=today, until=today + timedelta(days=TOLD_AHEAD_DAYS), days=days):
            row = known.get((found.duty, found.starts_on))
            if row is None:
                await _tell(session, city_code, plan, found)
            else:
                await _tell_again(session, row, found)
    await schedule_tomorrow(session, kind=CALENDAR_KEPT, city_code=city_code)


async def _tell(session: AsyncSession, city_code: str, plan: Scheduled, found: Occurrence) -> None:
    values = {
        "id": new_id(),
        "city_code": city_code,
        "duty": found.duty,
        "role": plan.duty.role,
        "starts_on": found.starts_on,
        "ends_on": found.ends_on,
        "looks_ahead": plan.looks_ahead or plan.working_days is None,
        "first_due_on": found.due.on,
        "due_on": found.due.on,
        "provisional": found.due.provisional,
        "calendar_version": found.due.calendar_version,
        "told_at": clock.now(city_code),
        "changed_at": clock.now(city_code),
        "revision": 0,
        "recorded_at": clock.real_now(),
    }
    once = insert(DutyDay).values(**values).on_conflict_do_nothing(index_elements=["city_code", "duty", "starts_on"])
    row = await session.scalar(once.returning(DutyDay))
    if row is not None:  # else another process has just told it
        await _announce(session, row)


async def _tell_again(session: AsyncSession, row: DutyDay, found: Occurrence) -> None:
    due = settled(row.due_on, found.due)
    if (row.due_on, row.provisional) == (due.on, due.provisional):
        return
    row.due_on, row.provisional, row.calendar_version = due.on, due.provisional, due.calendar_version
    row.changed_at, row.revision = clock.now(row.city_code), row.revision + 1
    await _announce(session, row)


async def _announce(session: AsyncSession, row: DutyDay) -> None:
    remind_on = workdays().before(row.due_on, REMINDED_WORKING_DAYS)
    for kind, day in ((REMINDER, remind_on), (OVERDUE, row.due_on + timedelta(days=1))):
        due_at = clock.start_of(day)
        if due_at > clock.now(row.city_code):
            await schedule(session, kind=kind, object_id=row.id, city_code=row.city_code, due_at=due_at)
    told_day = DutyDueDayTold(
        duty_day_id=row.id,
        duty=row.duty,
        role=row.role,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        due_on=row.due_on,
        provisional=row.provisional,
    )
    await record(session, told_day, city_code=row.city_code, subject=row.id)


def _due(plan: Scheduled, found: Occurrence, row: DutyDay | None) -> Due:
    if row is None:
        due = found.due
        return Due(plan, found.starts_on, found.ends_on, due.on, due.provisional, due.calendar_version)
    told_as = (row.id, row.changed_at, row.revision)
    return Due(plan, row.starts_on, row.ends_on, row.due_on, row.provisional, row.calendar_version, *told_as)
