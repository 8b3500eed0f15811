"""Ends of organisations: who proposed and who confirmed them, and what was open then."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, DateTime, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, Id, JsonList, Moment, RecordedAt, reference, text_enum
from services.registry.endings.states import Cause, Kind, Status


class Ending(Base):
    """`open` is what the organisation still held or waited for when it was proposed, each {kind, id, status}."""

    __tablename__ = "ending"
    __table_args__ = (
        Index("ix_ending_listing", "city_code", "recorded_at", "id"),
        Index("uq_ending_proposed", "organisation_id", unique=True, postgresql_where="status = 'proposed'"),
        CheckConstraint("(kind = 'merger') = (successor_id IS NOT NULL)", name="merger_has_successor"),
        CheckConstraint("(kind = 'deregistration') = (cause IS NOT NULL)", name="deregistration_has_cause"),
        CheckConstraint(
            "status <> 'confirmed' OR decided_by <> proposed_by OR (kind = 'deregistration' AND open = '[]'::jsonb)",
            name="second_person_confirms",
        ),
        CheckConstraint("(status = 'proposed') = (decided_by IS NULL)", name="decided_by_somebody"),
        CheckConstraint("num_nulls(decided_by, decided_at) IN (0, 2)", name="decided_in_full"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    organisation_id: Mapped[UUID] = reference("organisation.id")
    kind: Mapped[Kind] = mapped_column(text_enum(Kind))
    successor_id: Mapped[UUID | None] = reference("organisation.id")
    cause: Mapped[Cause | None] = mapped_column(text_enum(Cause))
    effective_on: Mapped[date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str | None] = mapped_column(Text)
    open: Mapped[JsonList]
    status: Mapped[Status] = mapped_column(text_enum(Status))
    proposed_by: Mapped[str] = mapped_column(String(200))
    proposed_at: Mapped[Moment]
    decided_by: Mapped[str | None] = mapped_column(String(200))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[RecordedAt]
