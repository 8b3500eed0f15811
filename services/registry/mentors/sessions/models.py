"""Slots, bookings and sessions of mentors, and the spaces that count them."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, DateTime, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kernel.db import Base, CityCode, Id, Moment, RecordedAt, reference, text_enum
from services.registry.mentors.pool.models import Mentor, PaymentClass
from services.registry.mentors.sessions.states import Status


class Side(StrEnum):
    MENTOR = "mentor"
    CARRIER = "carrier"


class MentorSlot(Base):
    """A time a mentor offers. Two of a person's never overlap: who offers one holds the person's row."""

    __tablename__ = "mentor_slot"
    __table_args__ = (
        Index("ix_mentor_slot_person", "person_id", "starts_at"),
        Index("ix_mentor_slot_listing", "city_code", "starts_at", "id"),
        CheckConstraint("ends_at > starts_at", name="ends_after_beginning"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    mentor_id: Mapped[UUID] = reference("mentor.id")
    person_id: Mapped[UUID] = reference("natural_person.id")
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    offered_by: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[RecordedAt]


class MentorBooking(Base):
    """Who comes to a slot. One booking of a slot stands at a time; a cancelled one stays on record."""

    __tablename__ = "mentor_booking"
    __table_args__ = (
        Index("uq_mentor_booking_standing", "slot_id", unique=True, postgresql_where="cancelled_at IS NULL"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    slot_id: Mapped[UUID] = reference("mentor_slot.id")
    carrier_id: Mapped[UUID] = reference("carrier.id")
    mentee_id: Mapped[UUID] = reference("organisation.id")
    topic: Mapped[str] = mapped_column(String(200))
    booked_by: Mapped[str] = mapped_column(String(200))
    booked_at: Mapped[Moment]
    cancelled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[RecordedAt]


class MentorSession(Base):
    """A session that took place. `payment_class` is the mentor's on that day: a volunteer's is never paid."""

    __tablename__ = "mentor_session"
    __table_args__ = (
        Index(
            "uq_mentor_session_person_time",
            "person_id",
            "starts_at",
            unique=True,
            postgresql_where="status <> 'disputed'",
        ),
        Index("ix_mentor_session_listing", "city_code", "recorded_at", "id"),
        Index("ix_mentor_session_mentor", "mentor_id", "starts_at"),
        CheckConstraint("ends_at > starts_at", name="ends_after_beginning"),
        CheckConstraint("answered_by <> logged_by", name="second_person"),
        CheckConstraint("(status = 'logged') = (num_nulls(answered_by, answered_at) = 2)", name="answered_in_full"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    mentor_id: Mapped[UUID] = reference("mentor.id")
    person_id: Mapped[UUID] = reference("natural_person.id")
    carrier_id: Mapped[UUID] = reference("carrier.id")
    mentee_id: Mapped[UUID] = reference("organisation.id")
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    topic: Mapped[str] = mapped_column(String(200))
    payment_class: Mapped[PaymentClass] = mapped_column(text_enum(PaymentClass))
    status: Mapped[Status] = mapped_column(text_enum(Status))
    logged_side: Mapped[Side] = mapped_column(text_enum(Side))
    logged_by: Mapped[str] = mapped_column(String(200))
    logged_at: Mapped[Moment]
    answered_by: Mapped[str | None] = mapped_column(String(200))
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    answer_reason: Mapped[str | None] = mapped_column(Text)
    recorded_at: Mapped[RecordedAt]

    mentor: Mapped[Mentor] = relationship(lazy="raise")


class MentorEngagement(Base):
    """A mentor works with a space. A person counts towards one space's threshold at a time, the index says."""

    __tablename__ = "mentor_engagement"
    __table_args__ = (
        Index(
            "uq_mentor_engagement_standing",
            "person_id",
            "carrier_id",
            unique=True,
            postgresql_where="ended_on IS NULL",
        ),
        Index("uq_mentor_engagement_counted", "person_id", unique=True, postgresql_where="counts AND ended_on IS NULL"),
        Index("ix_mentor_engagement_carrier_id", "carrier_id"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    mentor_id: Mapped[UUID] = reference("mentor.id")
    person_id: Mapped[UUID] = reference("natural_person.id")
    carrier_id: Mapped[UUID] = reference("carrier.id")
    counts: Mapped[bool]
    since_on: Mapped[date] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)
    recorded_by: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[RecordedAt]
