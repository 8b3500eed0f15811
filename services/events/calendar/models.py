"""Tables of the calendar."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import (
    Base,
    CityCode,
    Id,
    JsonList,
    LongText,
    Moment,
    RecordedAt,
    Ref,
    ShortText,
    Version,
    reference,
    text_enum,
)
from services.events.calendar.rules import Audience, CoHost, Content, EventKind, EventLevel
from services.events.calendar.states import Fact, Status


class CalendarEvent(Base):
    """An event. `sequence` counts its public revisions (RFC 5545), `version` every change (ETag).

    `seats_taken` moves with registrations, not with edits: it is written past the version, in one statement.
    """

    __tablename__ = "calendar_event"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", "ends_after_start"),
        CheckConstraint("(status = 'cancelled') = (cancelled_at IS NOT NULL)", "cancelled_has_moment"),
        CheckConstraint("status <> 'published' OR published_at IS NOT NULL", "published_has_moment"),
        CheckConstraint("capacity > 0", "capacity_above_zero"),
        CheckConstraint("seats_taken BETWEEN 0 AND coalesce(capacity, seats_taken)", "seats_within_capacity"),
        CheckConstraint("num_nulls(registration_opens_at, registration_closes_at) IN (0, 2)", "registration_whole"),
        CheckConstraint("registration_closes_at > registration_opens_at", "registration_opens_first"),
        CheckConstraint(
            "offer_minutes IS NULL OR (offer_minutes > 0 AND registration_opens_at IS NOT NULL)",
            "offer_with_registration",
        ),
        CheckConstraint("edition IS NULL OR (edition > 0 AND series IS NOT NULL)", "edition_of_series"),
        Index("ix_calendar_event_month", "city_code", "starts_at", "id"),
        Index("ix_calendar_event_host_id", "host_id"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    status: Mapped[Status] = mapped_column(text_enum(Status))
    kind: Mapped[EventKind] = mapped_column(text_enum(EventKind))
    level: Mapped[EventLevel] = mapped_column(text_enum(EventLevel))
    host_id: Mapped[Ref]
    host_name: Mapped[ShortText]
    co_host_rows: Mapped[JsonList] = mapped_column("co_hosts", default=list)
    audience: Mapped[Audience] = mapped_column(text_enum(Audience))
    series: Mapped[str | None] = mapped_column(String(200))
    edition: Mapped[int | None]
    title_zh: Mapped[ShortText]
    title_en: Mapped[str | None] = mapped_column(String(200))
    description_zh: Mapped[LongText | None]
    description_en: Mapped[LongText | None]
    venue: Mapped[str | None] = mapped_column(String(200))
    online_link: Mapped[str | None] = mapped_column(String(500))
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    capacity: Mapped[int | None]
    seats_taken: Mapped[int] = mapped_column(default=0)
    registration_opens_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    registration_closes_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    offer_minutes: Mapped[int | None]
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
    def co_hosts(self) -> tuple[CoHost, ...]:
        """Who holds it together with the host."""
        return tuple(CoHost(UUID(row["id"]), row["name"]) for row in self.co_host_rows)

    @co_hosts.setter
    def co_hosts(self, co_hosts: tuple[CoHost, ...]) -> None:
        self.co_host_rows = [_row_of(one) for one in co_hosts]

    @property
    def content(self) -> Content:
        """What people wrote, for the rules."""
        return Content(**{name: getattr(self, name) for name in Content.__slots__})

    @content.setter
    def content(self, content: Content) -> None:
        for name in Content.__slots__:
            setattr(self, name, getattr(content, name))


def _row_of(co_host: CoHost) -> dict[str, Any]:
    return {"id": str(co_host.id), "name": co_host.name}


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
