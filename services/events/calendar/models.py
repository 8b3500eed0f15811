"""Tables of the calendar."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, Id, LongText, Moment, RecordedAt, Ref, ShortText, Version, reference, text_enum
from services.events.calendar.rules import Content, EventKind, EventLevel
from services.events.calendar.states import Fact, Status


class CalendarEvent(Base):
    """An event. `sequence` counts its public revisions (RFC 5545), `version` every change (ETag)."""

    __tablename__ = "calendar_event"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", "ends_after_start"),
        CheckConstraint("(status = 'cancelled') = (cancelled_at IS NOT NULL)", "cancelled_has_moment"),
        CheckConstraint("status <> 'published' OR published_at IS NOT NULL", "published_has_moment"),
        CheckConstraint("capacity > 0", "capacity_above_zero"),
        Index("ix_calendar_event_month", "city_code", "starts_at", "id"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    status: Mapped[Status] = mapped_column(text_enum(Status))
    kind: Mapped[EventKind] = mapped_column(text_enum(EventKind))
    level: Mapped[EventLevel] = mapped_column(text_enum(EventLevel))
    host_id: Mapped[Ref]
    host_name: Mapped[ShortText]
    title_zh: Mapped[ShortText]
    title_en: Mapped[str | None] = mapped_column(String(200))
    description_zh: Mapped[LongText | None]
    description_en: Mapped[LongText | None]
    venue: Mapped[str | None] = mapped_column(String(200))
    online_link: Mapped[str | None] = mapped_column(String(500))
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    capacity: Mapped[int | None]
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[Moment]
    published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    cancelled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    cancellation_reason: Mapped[LongText | None]
    created_by: Mapped[ShortText]
    version: Mapped[int] = mapped_column(BigInteger, default=1)
    recorded_at: Mapped[RecordedAt]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads a plain dict

    @property
    def content(self) -> Content:
        """What people wrote, for the rules."""
        return Content(**{name: getattr(self, name) for name in Content.__slots__})

    @content.setter
    def content(self, content: Content) -> None:
        for name in Content.__slots__:
            setattr(self, name, getattr(content, name))


class CalendarChange(Base):
    """One line of an event's history. Never changed."""

    __tablename__ = "calendar_change"

    id: Mapped[Id]
    event_id: Mapped[Ref] = reference("calendar_event.id", index=True)
    city_code: Mapped[CityCode]
    fact: Mapped[Fact] = mapped_column(text_enum(Fact))
    version: Mapped[Version]
    changed_by: Mapped[ShortText]
    occurred_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]
