"""For the window: what its public page shows of the calendar."""

from contracts.published_calendar import SHOWN_MAX, CalendarAsked, CalendarReply, ShownEvent
from kernel.auth import Internal
from kernel.clock import now
from kernel.ids import encode_id
from kernel.routing import SessionDep, router
from services.events.calendar.models import CalendarEvent
from services.events.published.queries import events_to_come

internal = router(prefix="/internal/published-calendar")


@internal.post("", include_in_schema=False)
async def tell_calendar(_caller: Internal, body: CalendarAsked, session: SessionDep) -> CalendarReply:
    """The next events; a question, not a write."""
    rows = await events_to_come(session, body.city_code, at=now(body.city_code), limit=SHOWN_MAX)
    return CalendarReply(events=tuple(_shown(row, english=body.language == "en") for row in rows))


def _shown(event: CalendarEvent, *, english: bool) -> ShownEvent:
    return ShownEvent(
        id=encode_id("evt", event.id),
        kind=event.kind.value,
        title=(event.title_en if english else None) or event.title_zh,
        host=event.host_name,
        venue=event.venue,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
    )
