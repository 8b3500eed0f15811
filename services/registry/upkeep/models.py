"""What becomes of a recognition: how long it is valid, renewals, changes, and why a level ended."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, DateTime, Index, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, Id, Json, Moment, RecordedAt, reference, text_enum
from services.registry.upkeep.states import ChangeKind, EndCause, RequestStatus


class RecognitionTerm(Base):
    """A level is valid from `begins_on` up to and with `valid_until`. Added to by renewals, never edited.

    A level without a term ends only when somebody ends it: its pack names no validity.
    """

    __tablename__ = "recognition_term"
    __table_args__ = (
        UniqueConstraint("recognition_id", "begins_on"),
        CheckConstraint("valid_until > begins_on", name="lasts"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    recognition_id: Mapped[UUID] = reference("recognition.id")
    begins_on: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date] = mapped_column(Date)
    determination_id: Mapped[UUID] = reference("determination.id")
    recorded_at: Mapped[RecordedAt]


class LevelEnd(Base):
    """Why a level ended, once; `carrier_level.ended_on` says when it did."""

    __tablename__ = "level_end"
    __table_args__ = (UniqueConstraint("recognition_id"),)

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    recognition_id: Mapped[UUID] = reference("recognition.id")
    cause: Mapped[EndCause] = mapped_column(text_enum(EndCause))
    ended_on: Mapped[date] = mapped_column(Date)
    recorded_by: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[RecordedAt]


class Renewal(Base):
    """A judged request for another term. Who judged it does not decide it."""

    __tablename__ = "recognition_renewal"
    __table_args__ = (
        Index("uq_recognition_renewal_open", "recognition_id", unique=True, postgresql_where="status = 'open'"),
        Index("ix_recognition_renewal_recognition_id", "recognition_id"),
        CheckConstraint("decided_by <> reviewed_by", name="another_officer_decides"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    recognition_id: Mapped[UUID] = reference("recognition.id")
    status: Mapped[RequestStatus] = mapped_column(text_enum(RequestStatus))
    evidence: Mapped[Json]
    determination_id: Mapped[UUID] = reference("determination.id")
    reviewed_by: Mapped[str] = mapped_column(String(200))
    reviewed_at: Mapped[Moment]
    valid_months: Mapped[int]
    decided_by: Mapped[str | None] = mapped_column(String(200))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decision_reason: Mapped[str | None] = mapped_column(Text)
    valid_until: Mapped[date | None] = mapped_column(Date)
    certificate_number: Mapped[str | None] = mapped_column(String(40))
    recorded_at: Mapped[RecordedAt]


class RecognitionChange(Base):
    """A change of what a certificate names: asked for, then approved or refused by an officer who did not ask for it.

    `wanted` holds the name, the operator's id or the premises; `former` what stood when it was approved.
    """

    __tablename__ = "recognition_change"
    __table_args__ = (
        Index("uq_recognition_change_open", "recognition_id", "kind", unique=True, postgresql_where="status = 'open'"),
        Index("ix_recognition_change_recognition_id", "recognition_id"),
        CheckConstraint("decided_by <> requested_by", name="another_person_decides"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    recognition_id: Mapped[UUID] = reference("recognition.id")
    kind: Mapped[ChangeKind] = mapped_column(text_enum(ChangeKind))
    status: Mapped[RequestStatus] = mapped_column(text_enum(RequestStatus))
    wanted: Mapped[Json]
    former: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    grounds: Mapped[str] = mapped_column(Text)
    requested_by: Mapped[str] = mapped_column(String(200))
    requested_at: Mapped[Moment]
    decided_by: Mapped[str | None] = mapped_column(String(200))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decision_reason: Mapped[str | None] = mapped_column(Text)
    certificate_number: Mapped[str | None] = mapped_column(String(40))
    recorded_at: Mapped[RecordedAt]
