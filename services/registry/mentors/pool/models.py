"""The pool of mentors: one person may stand in several tiers and is one mentor."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, DateTime, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kernel.db import Base, CityCode, Id, Moment, RecordedAt, reference, text_enum
from services.registry.mentors.pool.states import Status
from services.registry.people.models import NaturalPerson


class Tier(StrEnum):
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"


class MentorClass(StrEnum):
    TECHNOLOGY = "technology"
    MANAGEMENT = "management"
    FINANCE = "finance"


class PaymentClass(StrEnum):
    """Volunteers are never paid; purchased service is, by its own programme (LZ-44)."""

    VOLUNTEER = "volunteer"
    PURCHASED = "purchased"


class InterestKind(StrEnum):
    INVESTS = "invests"
    SITS_ON_JURY = "sits_on_jury"


class Mentor(Base):
    """One entry of the pool. `source` is the class of person the city's text names, such as angel_investor.

    `applied_by` is who acts for the mentor: their account, or the unit that applied for them.
    """

    __tablename__ = "mentor"
    __table_args__ = (
        Index(
            "uq_mentor_entry",
            "person_id",
            "tier",
            unique=True,
            postgresql_where="status IN ('applied', 'admitted')",
        ),
        Index("ix_mentor_listing", "city_code", "recorded_at", "id"),
        CheckConstraint("decided_by <> applied_by", name="second_person"),
        CheckConstraint("status = 'applied' OR decided_by IS NOT NULL", name="decided_by_somebody"),
        CheckConstraint("(status = 'ended') = (ended_on IS NOT NULL)", name="ended_with_day"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    person_id: Mapped[UUID] = reference("natural_person.id")
    tier: Mapped[Tier] = mapped_column(text_enum(Tier))
    mentor_class: Mapped[MentorClass] = mapped_column(text_enum(MentorClass))
    source: Mapped[str] = mapped_column(String(100))
    payment_class: Mapped[PaymentClass] = mapped_column(text_enum(PaymentClass))
    experience_years: Mapped[int] = mapped_column(Integer)
    status: Mapped[Status] = mapped_column(text_enum(Status))
    applied_by: Mapped[str] = mapped_column(String(200))
    applied_at: Mapped[Moment]
    decided_by: Mapped[str | None] = mapped_column(String(200))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decision_reason: Mapped[str | None] = mapped_column(Text)
    ended_on: Mapped[date | None] = mapped_column(Date)
    recorded_at: Mapped[RecordedAt]

    person: Mapped[NaturalPerson] = relationship(lazy="raise")
    terms: Mapped[list["MentorTerm"]] = relationship(lazy="raise", viewonly=True, order_by="MentorTerm.starts_on")

    def serves_on(self, day: date) -> bool:
        """Whether a term covers the day."""
        if self.ended_on is not None and self.ended_on <= day:
            return False
        return any(one.starts_on <= day and (one.ends_on is None or day < one.ends_on) for one in self.terms)


class MentorTerm(Base):
    """A term from `starts_on` until the day before `ends_on`; without an end while the text sets no term."""

    __tablename__ = "mentor_term"
    __table_args__ = (
        UniqueConstraint("mentor_id", "starts_on"),
        CheckConstraint("ends_on IS NULL OR ends_on > starts_on", name="ends_after_beginning"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    mentor_id: Mapped[UUID] = reference("mentor.id")
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    determination_id: Mapped[UUID | None] = reference("determination.id")
    decided_by: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[RecordedAt]


class MentorInterest(Base):
    """What the person has at stake with an organisation, whatever entry of the pool it was declared for."""

    __tablename__ = "mentor_interest"
    __table_args__ = (Index("ix_mentor_interest_person_id", "person_id"),)

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    person_id: Mapped[UUID] = reference("natural_person.id")
    organisation_id: Mapped[UUID] = reference("organisation.id")
    kind: Mapped[InterestKind] = mapped_column(text_enum(InterestKind))
    since_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)
    declared_by: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[RecordedAt]


class MentorAssessment(Base):
    """How many confirmed sessions a year had and how many the city asks for."""

    __tablename__ = "mentor_assessment"
    __table_args__ = (UniqueConstraint("mentor_id", "year"),)

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    mentor_id: Mapped[UUID] = reference("mentor.id")
    year: Mapped[int]
    sessions: Mapped[int]
    required: Mapped[int]
    passed: Mapped[bool]
    assessed_on: Mapped[date] = mapped_column(Date)
    assessed_by: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[RecordedAt]
