"""Facts of the events service."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from contracts.base import Event


class CalendarEventPublished(Event):
    """An event of the calendar is public, or changed (`sequence` rises)."""

    TYPE: ClassVar[str] = "calendar_event.published"

    event_id: UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    sequence: int


class CalendarEventCancelled(Event):
    """A published event will not take place."""

    TYPE: ClassVar[str] = "calendar_event.cancelled"

    event_id: UUID
    title: str
    starts_at: datetime
    reason: str
    sequence: int
