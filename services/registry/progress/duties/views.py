"""The duty calendar as JSON, as iCalendar (RFC 5545) and as a page that loads nothing else."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

from icalendar import Calendar, Event, Timezone
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kernel.clock import CITY_ZONE, start_of
from kernel.ids import encode_id
from services.registry.progress.duties.schemas import CalendarOut, DueOut, StandingDutyOut
from services.registry.progress.duties.service import Due, DutyCalendar

PRODUCT = "-//zhongchuang//registry duties//ZH"
ZONE_FROM, ZONE_TO = date(2020, 1, 1), date(2038, 1, 1)  # the same bytes in every year
PROVISIONAL = {"zh": "暂定", "en": "provisional"}
Language = Literal["zh", "en"]
_templates = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)


def calendar_shown(found: DutyCalendar) -> CalendarOut:
    """As JSON."""
    return CalendarOut(
        city_code=found.policy.city_code,
        since=found.since,
        until=found.until,
        items=[_shown(found, due) for due in found.items],
        without_day=[
            StandingDutyOut(
                duty=plan.duty.id,
                zh=plan.duty.zh,
                en=plan.duty.en,
                role=plan.duty.role,
                clauses=list(plan.duty.clauses),
                rhythm=plan.rhythm,
                open_parameters=list(plan.open),
            )
            for plan in found.without_day
        ],
    )


def as_icalendar(found: DutyCalendar, *, language: Language) -> bytes:
    """One all-day event for each due day; the same days give the same bytes."""
    pack = found.policy.pack
    calendar = Calendar.new(
        uid=f"duties-{found.policy.city_code}",
        prodid=PRODUCT,
        name=f"{pack.city.zh}职责日历" if language == "zh" else f"Duties of {pack.city.en}",
        subcomponents=[_event(found, due, language) for due in found.items] or [_zone()],  # RFC 5545, 3.6: one at least
    )
    body: bytes = calendar.to_ical()
    return body


@cache
def _zone() -> Timezone:
    return Timezone.from_tzid(str(CITY_ZONE), first_date=ZONE_FROM, last_date=ZONE_TO)


def as_page(found: DutyCalendar, *, language: Language) -> str:
    """For people."""
    shown = calendar_shown(found)
    return _templates.get_template("calendar.html.j2").render(
        page=shown, city=found.policy.pack.city, language=language
    )


def _shown(found: DutyCalendar, due: Due) -> DueOut:
    duty, role = due.plan.duty, found.policy.pack.roles[due.plan.duty.role]
    return DueOut(
        duty=duty.id,
        zh=duty.zh,
        en=duty.en,
        role=duty.role,
        department=role.names[-1].zh if role.names else role.zh,
        clauses=list(duty.clauses),
        starts_on=due.starts_on,
        ends_on=due.ends_on,
        due_on=due.due_on,
        provisional=due.provisional,
        calendar_version=due.calendar_version,
        told_as=due.told_as,
    )


def _event(found: DutyCalendar, due: Due, language: Language) -> Event:
    duty = due.plan.duty
    title = duty.zh if language == "zh" else duty.en
    told_as = encode_id("duty", due.told_as) if due.told_as else due.starts_on.isoformat()
    return Event.new(
        uid=f"{found.policy.city_code}-{duty.id}-{due.starts_on.isoformat()}",
        start=due.due_on,
        end=due.due_on + timedelta(days=1),
        stamp=due.changed_at or start_of(due.plan.issued_on),
        sequence=due.revision,
        summary=f"[{PROVISIONAL[language]}] {title}" if due.provisional else title,
        description=f"{', '.join(duty.clauses)} {due.starts_on.isoformat()}/{due.ends_on.isoformat()} {told_as}",
    )
