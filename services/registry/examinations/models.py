"""What officers looked at before the review: the papers (formal check) and the place (site visit)."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Date, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, Id, Json, JsonList, Moment, RecordedAt, reference, text_enum


class ExaminationKind(StrEnum):
    FORMAL_CHECK = "formal_check"
    SITE_VISIT = "site_visit"


class Examination(Base):
    """A record, added to and never edited. `found` are the facts that were counted, under the pack's fact ids."""

    __tablename__ = "examination"
    __table_args__ = (Index("ix_examination_recognition_id", "recognition_id"),)

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    recognition_id: Mapped[UUID] = reference("recognition.id")
    kind: Mapped[ExaminationKind] = mapped_column(text_enum(ExaminationKind))
    examined_on: Mapped[date] = mapped_column(Date)
    is_in_order: Mapped[bool]
    found: Mapped[Json]
    papers: Mapped[JsonList]
    opinion: Mapped[str] = mapped_column(Text)
    examined_by: Mapped[str] = mapped_column(String(200))
    examined_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]
