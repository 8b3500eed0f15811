"""When the duties of a pack fall due, purely: periods tile from new year, days are statutory working days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from kernel.months import months_later
from kernel.workdays import Deadline, Workdays
from policy.schema import Duty, Pack
from policy.snapshots import Acceptance, Resolved, Snapshot

_DAY = timedelta(days=1)
# WH-34 counts from new year, for the plan looks ahead; every report looks back and counts from its period's end.
FROM_THE_BEGINNING = frozenset({"annual_plan.deadline_working_days"})

Rhythm = Literal["periodic", "once", "standing"]


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A duty as its policy dates it. `open` are parameters without a value: until they are set nothing falls due.

    `counted_from` is true when days count from the period's first day. `since` is the first day that counts.
    """

    duty: Duty
    rhythm: Rhythm
    issued_on: date
    open: tuple[str, ...] = ()
    months: int | None = None
    working_days: int | None = None
    on: date | None = None
    looks_ahead: bool = False
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time a duty falls due. The period is inclusive; a duty that falls due once has the day it was made."""

    duty: str
    starts_on: date
    ends_on: date
    due: Deadline


def scheduled(policy: Snapshot, *, at: Acceptance) -> list[Scheduled]:
    """Every duty of the policy in force, in the order of its pack."""
    limits = case_limits(policy.pack)
    return [_scheduled(policy, duty, at, limits) for duty in policy.pack.duties.values()]


def case_limits(pack: Pack) -> frozenset[str]:
    """Parameters that limit the handling of a case: a duty that names one promises it anew with every case."""
    items = pack.items.values()
    return frozenset(key for item in items for key in (item.correction_working_days, item.promised_working_days))


def occurrences(plan: Scheduled, *, since: date, until: date, days: Workdays) -> Iterator[Occurrence]:
    """Those due within the days, both inclusive, in order."""
    for found in _all(plan, until, days):
        if since <= found.due.on <= until:
            yield found


def _scheduled(policy: Snapshot, duty: Duty, at: Acceptance, limits: frozenset[str]) -> Scheduled:
    pack = policy.pack
    issued_on = pack.documents[pack.clauses[duty.clauses[0]].document].issued_on
    dates = [key for key in duty.parameters if pack.parameters[key].unit == "date"]
    deadline = None if duty.deadline in limits else duty.deadline
    named = [key for key in (duty.period, deadline) if key] or dates
    held = {key: policy.value(key, accepted=at) for key in named}
    missing = tuple(key for key, value in held.items() if value is None)
    rhythm: Rhythm = "periodic" if duty.period else "once" if named else "standing"
    if missing or rhythm == "standing":
        return Scheduled(duty, rhythm, issued_on, missing)
    known = [value for value in held.values() if value is not None]
    return Scheduled(
        duty,
        rhythm,
        issued_on,
        months=_whole(held.get(duty.period or "")),
        working_days=_whole(held.get(deadline or "")),
        on=max(date.fromisoformat(str(value.value)) for value in known) if named == dates else None,
        looks_ahead=deadline in FROM_THE_BEGINNING,
        since=max(value.effective_on for value in known),
    )


def _whole(resolved: Resolved | None) -> int | None:
    return resolved.value if resolved is not None and isinstance(resolved.value, int) else None


def _all(plan: Scheduled, until: date, days: Workdays) -> Iterator[Occurrence]:
    if plan.open or plan.rhythm == "standing":
        return
    if plan.months is not None:
        yield from _tiles(plan, plan.months, until, days)
        return
    due = Deadline(plan.on, False, days.version) if plan.on else days.add(plan.issued_on, plan.working_days or 1)
    yield Occurrence(plan.duty.id, plan.issued_on, due.on, due)


def _tiles(plan: Scheduled, months: int, until: date, days: Workdays) -> Iterator[Occurrence]:
    """Periods from the new year of the document's year, from the first that a known value still reached."""
    starts_on = date(plan.issued_on.year, 1, 1)
    first = max(plan.issued_on, plan.since or plan.issued_on)
    while starts_on <= until:
        following = months_later(starts_on, months)
        ends_on = following - _DAY
        if ends_on >= first:
            yield Occurrence(plan.duty.id, starts_on, ends_on, _due(plan, starts_on, ends_on, days))
        starts_on = following


def _due(plan: Scheduled, starts_on: date, ends_on: date, days: Workdays) -> Deadline:
    """Without a deadline the duty is to be done within its period, whose last day is not moved out of it."""
    if plan.working_days is None:
        return Deadline(ends_on, False, days.version)
    return days.add(starts_on - _DAY if plan.looks_ahead else ends_on, plan.working_days)
