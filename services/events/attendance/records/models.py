"""Who arrived at an event, and what an officer signed about it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, DateTime, Index, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, Id, LongText, Moment, RecordedAt, Ref, ShortText, reference


class EventArrival(Base):
    """Persons who came: on a registration, once, or without one (a walk-in). `persons` only rises."""

    __tablename__ = "event_arrival"
    __table_args__ = (
        UniqueConstraint("registration_id"),
        Index("ix_event_arrival_listing", "event_id", "recorded_at", "id"),
        CheckConstraint("persons > 0", "persons_above_zero"),
        CheckConstraint("num_nulls(organisation_id, organisation_name) IN (0, 2)", "organisation_with_name"),
        CheckConstraint("registration_id IS NULL OR organisation_id IS NOT NULL", "registration_of_organisation"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    event_id: Mapped[Ref] = reference("calendar_event.id")
    registration_id: Mapped[UUID | None] = reference("event_registration.id")
    organisation_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    organisation_name: Mapped[str | None] = mapped_column(String(200))
    persons: Mapped[int]
    arrived_at: Mapped[Moment]
    last_arrived_at: Mapped[Moment]
    is_late: Mapped[bool]
    recorded_by: Mapped[ShortText]
    recorded_at: Mapped[RecordedAt]


class AttendanceRecord(Base):
    """What was signed, beside what was counted at the door then. Never changed: a correction is the next number.

    The database refuses to change or delete a row.
    """

    __tablename__ = "attendance_record"
    __table_args__ = (
        UniqueConstraint("event_id", "number"),
        UniqueConstraint("corrects_id"),
        CheckConstraint("persons >= 0 AND organisations >= 0", "counts_not_negative"),
        CheckConstraint("organisations <= persons", "organisations_within_persons"),
        CheckConstraint("(number = 1) = (corrects_id IS NULL)", "correction_names_another"),
        CheckConstraint("number = 1 OR note IS NOT NULL", "correction_says_why"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    event_id: Mapped[Ref] = reference("calendar_event.id")
    number: Mapped[int]
    corrects_id: Mapped[UUID | None] = reference("attendance_record.id")
    persons: Mapped[int]
    organisations: Mapped[int]
    counted_persons: Mapped[int]
    counted_organisations: Mapped[int]
    walk_in_persons: Mapped[int]
    late_persons: Mapped[int]
    no_shows: Mapped[int]
    note: Mapped[LongText | None]
    held_on: Mapped[date] = mapped_column(Date)
    signed_by: Mapped[ShortText]
    signed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[RecordedAt]
