"""Assessment scores of counties and departments; a confirmed one is never edited."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kernel.db import Base, CityCode, Id, JsonList, Moment, RecordedAt, reference, text_enum
from services.registry.progress.bodies.models import Reporter
from services.registry.progress.scores.states import Status


class Score(Base):
    """`lines`: each {indicator, aspect, weight_bp, score_bp}; `total_bp` is their weighted sum, rounded down."""

    __tablename__ = "progress_score"
    __table_args__ = (
        Index(
            "uq_progress_score_standing",
            "reporter_id",
            "duty",
            "year",
            unique=True,
            postgresql_where="status <> 'withdrawn'",
        ),
        Index("ix_progress_score_listing", "city_code", "recorded_at", "id"),
        CheckConstraint("confirmed_by <> entered_by", name="second_person"),
        CheckConstraint(
            "(status = 'confirmed') = (num_nulls(confirmed_by, confirmed_at) = 0)", name="confirmed_in_full"
        ),
        CheckConstraint("total_bp BETWEEN 0 AND 10000", name="within_whole"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    duty: Mapped[str] = mapped_column(String(100))
    year: Mapped[int]
    reporter_id: Mapped[UUID] = reference("progress_reporter.id")
    lines: Mapped[JsonList]
    total_bp: Mapped[int]
    status: Mapped[Status] = mapped_column(text_enum(Status))
    entered_by: Mapped[str] = mapped_column(String(200))
    entered_at: Mapped[Moment]
    confirmed_by: Mapped[str | None] = mapped_column(String(200))
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[RecordedAt]

    reporter: Mapped[Reporter] = relationship(lazy="raise")
