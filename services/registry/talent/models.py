"""People the policy supports. Who they are stands in `natural_person` alone and goes when consent is withdrawn."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, DateTime, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kernel.db import Base, CityCode, Id, Json, Moment, RecordedAt, reference, text_enum
from services.registry.people.models import NaturalPerson
from services.registry.talent.rules import TalentKind
from services.registry.talent.states import STANDING, Status

_STANDING = f"status IN ({', '.join(repr(str(status)) for status in STANDING)})"


class TalentStatus(Base):
    """A status of a person from `starts_on` until the day before `ends_on`. `facts` are what the reviewer verified."""

    __tablename__ = "talent_status"
    __table_args__ = (
        Index("uq_talent_status_standing", "person_id", "kind", unique=True, postgresql_where=_STANDING),
        Index("ix_talent_status_listing", "city_code", "recorded_at", "id"),
        CheckConstraint("decided_by <> applied_by", name="second_person"),
        CheckConstraint("status <> 'confirmed' OR decided_by IS NOT NULL", name="confirmed_by_somebody"),
        CheckConstraint("(status = 'withdrawn') = (consent_withdrawn_at IS NOT NULL)", name="withdrawn_with_consent"),
        CheckConstraint("ends_on IS NULL OR ends_on > starts_on", name="ends_after_beginning"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    person_id: Mapped[UUID] = reference("natural_person.id")
    kind: Mapped[TalentKind] = mapped_column(text_enum(TalentKind))
    clause: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[UUID | None] = reference("organisation.id")
    firm_id: Mapped[UUID | None] = reference("organisation.id")
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    consented_on: Mapped[date] = mapped_column(Date)
    consent_reference: Mapped[str] = mapped_column(String(200))
    consent_withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    status: Mapped[Status] = mapped_column(text_enum(Status))
    facts: Mapped[Json]
    determination_id: Mapped[UUID | None] = reference("determination.id")
    applied_by: Mapped[str] = mapped_column(String(200))
    applied_at: Mapped[Moment]
    decided_by: Mapped[str | None] = mapped_column(String(200))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decision_reason: Mapped[str | None] = mapped_column(Text)
    recorded_at: Mapped[RecordedAt]

    person: Mapped[NaturalPerson] = relationship(lazy="raise")
