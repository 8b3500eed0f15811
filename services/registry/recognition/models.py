"""Recognitions from the case's acceptance to the decision, and the objections of their public notice."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, DateTime, Index, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kernel.db import Base, CityCode, Id, Json, JsonList, Moment, RecordedAt, Ref, reference, text_enum
from kernel.supplements import awaited_by
from services.registry.carriers.models import Carrier, Level
from services.registry.recognition.states import ENDED, Status, Way

_OPEN = f"status NOT IN ({', '.join(repr(str(status)) for status in ENDED)})"


class Recognition(Base):
    """One accepted case. What its form could not name (carrier, level) is null when it was refused at intake.

    `form` is what the applicant stated, `evidence` what the reviewer found; `reasons` are findings in both languages.
    Who accepted the case neither reviews nor decides, who entered it (`opened_by`) and who reviewed do not decide: the
    constraints say so too.
    """

    __tablename__ = "recognition"
    __table_args__ = (
        Index("ix_recognition_listing", "city_code", "status", "recorded_at", "id"),
        Index("ix_recognition_applicant_id", "applicant_id"),
        Index("ix_recognition_determination_id", "determination_id"),
        Index("uq_recognition_open", "carrier_id", "level", "is_key", unique=True, postgresql_where=_OPEN),
        CheckConstraint("reviewed_by <> accepted_by", name="second_officer_reviews"),
        CheckConstraint("way = 'recorded' OR decided_by <> reviewed_by", name="another_officer_decides"),
        CheckConstraint("decided_by <> accepted_by AND decided_by <> opened_by", name="not_decided_at_the_counter"),
        CheckConstraint("decided_by IS NULL OR reviewed_by IS NOT NULL", name="decided_after_review"),
        CheckConstraint(
            "status <> 'recognised' OR num_nulls(carrier_id, level, is_key, determination_id, decided_by) = 0",
            name="recognised_in_full",
        ),
        CheckConstraint("num_nulls(published_on, closes_on, notice_provisional) IN (0, 3)", name="notice_in_full"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    case_id: Mapped[UUID] = mapped_column(PG_UUID(as_uuid=True), unique=True)
    case_number: Mapped[str] = mapped_column(String(60))
    item: Mapped[str] = mapped_column(String(100))
    applicant_id: Mapped[Ref]
    accepted_on: Mapped[date] = mapped_column(Date)
    accepted_at: Mapped[Moment]
    accepted_by: Mapped[str] = mapped_column(String(200))
    opened_by: Mapped[str | None] = mapped_column(String(200))
    form: Mapped[Json]
    programme: Mapped[str | None] = mapped_column(String(100))
    way: Mapped[Way] = mapped_column(text_enum(Way))
    carrier_id: Mapped[UUID | None] = reference("carrier.id")
    level: Mapped[Level | None] = mapped_column(text_enum(Level))
    is_key: Mapped[bool | None]
    status: Mapped[Status] = mapped_column(text_enum(Status))
    reasons: Mapped[JsonList]
    evidence: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    determination_id: Mapped[UUID | None] = reference("determination.id")
    reviewed_by: Mapped[str | None] = mapped_column(String(200))
    reviewed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    published_on: Mapped[date | None] = mapped_column(Date)
    closes_on: Mapped[date | None] = mapped_column(Date)
    notice_provisional: Mapped[bool | None]
    decided_by: Mapped[str | None] = mapped_column(String(200))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decision_reason: Mapped[str | None] = mapped_column(Text)
    certificate_number: Mapped[str | None] = mapped_column(String(40))
    recorded_at: Mapped[RecordedAt]

    awaits: Mapped[list[dict[str, Any]] | None] = awaited_by(case_id)
    carrier: Mapped[Carrier | None] = relationship(lazy="raise")


class Objection(Base):
    """Filed by name during a public notice, and answered before the decision unless it was withdrawn.

    `contact` is personal data.
    """

    __tablename__ = "objection"
    __table_args__ = (
        Index("ix_objection_recognition_id", "recognition_id"),
        CheckConstraint("num_nulls(upheld, resolved_by, resolved_at, opinion) IN (0, 4)", name="resolved_in_full"),
        CheckConstraint("withdrawn_at IS NULL OR upheld IS NULL", name="withdrawn_or_answered"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    recognition_id: Mapped[UUID] = reference("recognition.id")
    objector: Mapped[str] = mapped_column(String(200))
    contact: Mapped[str] = mapped_column(Text)
    statement: Mapped[str] = mapped_column(Text)
    filed_by: Mapped[str] = mapped_column(String(200))
    filed_at: Mapped[Moment]
    upheld: Mapped[bool | None]
    opinion: Mapped[str | None] = mapped_column(Text)
    resolved_by: Mapped[str | None] = mapped_column(String(200))
    resolved_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[RecordedAt]
