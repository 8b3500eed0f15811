"""Registrations of organisations, and whom to ask about one."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, Id, Moment, RecordedAt, Ref, ShortText, reference, text_enum
from services.events.attendance.registrations.states import STANDING, Status

_STANDING = f"status IN ({', '.join(repr(str(status)) for status in STANDING)})"


class EventRegistration(Base):
    """Seats of an organisation at an event. `code_hash` is the keyed hash of its code, shown once where made.

    `place` orders the waiting list and `offer_minutes` is what whoever waits was promised; both stay on record.
    `seats_asked` is what it asked for where fewer of it came and were taken in at the door.
    """

    __tablename__ = "event_registration"
    __table_args__ = (
        Index("uq_event_registration_standing", "event_id", "organisation_id", unique=True, postgresql_where=_STANDING),
        Index("ix_event_registration_listing", "event_id", "registered_at", "id"),
        Index("ix_event_registration_organisation", "city_code", "organisation_id", "registered_at", "id"),
        Index("ix_event_registration_waiting", "event_id", "place", postgresql_where="status = 'waiting'"),
        CheckConstraint("seats > 0", "seats_above_zero"),
        CheckConstraint("seats_asked > seats", "asked_above_seats"),
        CheckConstraint("status <> 'waiting' OR num_nulls(place, offer_minutes) = 0", "waiting_has_place"),
        CheckConstraint("status <> 'offered' OR offer_ends_at IS NOT NULL", "offered_until"),
        CheckConstraint("(status IN ('withdrawn', 'lapsed')) = (ended_at IS NOT NULL)", "ended_has_moment"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    event_id: Mapped[Ref] = reference("calendar_event.id")
    organisation_id: Mapped[Ref]
    organisation_name: Mapped[ShortText]
    seats: Mapped[int]
    seats_asked: Mapped[int | None]
    status: Mapped[Status] = mapped_column(text_enum(Status))
    place: Mapped[int | None]
    offer_minutes: Mapped[int | None]
    offer_ends_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    code_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    registered_by: Mapped[ShortText]
    registered_at: Mapped[Moment]
    changed_at: Mapped[Moment]
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    version: Mapped[int] = mapped_column(BigInteger, default=1)
    recorded_at: Mapped[RecordedAt]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads a plain dict

    @property
    def has_code(self) -> bool:
        """Whether a code opens the door for it."""
        return self.code_hash is not None


class EventContact(Base):
    """The person to ask about a registration. Who they are stands here alone, so that it can be erased."""

    __tablename__ = "event_contact"
    __table_args__ = (
        CheckConstraint("(erased_at IS NULL) = (num_nulls(name, phone) = 0)", "erased_in_full"),
        CheckConstraint("num_nulls(name, phone) IN (0, 2)", "name_with_phone"),
    )

    registration_id: Mapped[UUID] = reference("event_registration.id", primary_key=True)
    city_code: Mapped[CityCode]
    name: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(20))
    erased_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[RecordedAt]

    def __repr__(self) -> str:
        return f"EventContact({self.registration_id})"
