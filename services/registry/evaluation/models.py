"""Rounds of evaluation, and each carrier in a round from its own report to the final grade."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, DateTime, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kernel.db import Base, CityCode, Id, Json, JsonList, Moment, RecordedAt, reference, text_enum
from services.registry.carriers.models import Carrier
from services.registry.evaluation.states import RoundStatus, Status

_Maybe = DateTime(timezone=True)


class EvaluationRound(Base):
    """A year's evaluation under one programme. `opened_on` and `opened_at` fix the policy version that decides.

    `benchmarks` are the best verified values when the round was scored: an appeal of one never lowers another.
    """

    __tablename__ = "evaluation_round"
    __table_args__ = (
        UniqueConstraint("city_code", "programme", "year"),
        Index("ix_evaluation_round_listing", "city_code", "recorded_at", "id"),
        CheckConstraint("closes_on > opened_on", name="closes_after_opening"),
        CheckConstraint("finalised_by <> scored_by", name="another_officer_finalises"),
        CheckConstraint(
            "num_nulls(scored_by, scored_at, published_on, notice_closes_on, appeals_until_on, notice_provisional)"
            " IN (0, 6)",
            name="published_in_full",
        ),
        CheckConstraint("status <> 'final' OR finalised_by IS NOT NULL", name="finalised_by_somebody"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    programme: Mapped[str] = mapped_column(String(100))
    year: Mapped[int] = mapped_column(Integer)
    status: Mapped[RoundStatus] = mapped_column(text_enum(RoundStatus))
    opened_on: Mapped[date] = mapped_column(Date)
    opened_at: Mapped[Moment]
    opened_by: Mapped[str] = mapped_column(String(200))
    closes_on: Mapped[date] = mapped_column(Date)
    benchmarks: Mapped[Json]
    scored_by: Mapped[str | None] = mapped_column(String(200))
    scored_at: Mapped[datetime | None] = mapped_column(_Maybe)
    published_on: Mapped[date | None] = mapped_column(Date)
    notice_closes_on: Mapped[date | None] = mapped_column(Date)
    appeals_until_on: Mapped[date | None] = mapped_column(Date)
    notice_provisional: Mapped[bool | None]
    finalised_by: Mapped[str | None] = mapped_column(String(200))
    finalised_at: Mapped[datetime | None] = mapped_column(_Maybe)
    reasons: Mapped[JsonList]
    version: Mapped[int]
    recorded_at: Mapped[RecordedAt]


class Evaluation(Base):
    """One carrier in one round. `reported`, `registered` and `verified` hold values by indicator.

    Who reported does not verify, and who verified does not answer the appeal: the constraints say so too.
    """

    __tablename__ = "evaluation"
    __table_args__ = (
        UniqueConstraint("round_id", "carrier_id"),
        Index("ix_evaluation_carrier_id", "carrier_id"),
        Index("ix_evaluation_evaluator", "city_code", "evaluator"),
        Index("ix_evaluation_determination_id", "determination_id"),
        CheckConstraint("verified_by <> reported_by", name="another_verifies"),
        CheckConstraint("appeal_answered_by NOT IN (verified_by, appealed_by)", name="another_answers_the_appeal"),
        CheckConstraint(
            "status NOT IN ('graded', 'final') OR num_nulls(grade, grade_zh, score_bp, passed, determination_id) = 0",
            name="graded_in_full",
        ),
        CheckConstraint("num_nulls(appeal, appealed_by, appealed_at) IN (0, 3)", name="appealed_in_full"),
        CheckConstraint(
            "num_nulls(appeal_outcome, appeal_opinion, appeal_answered_by, appeal_answered_at) IN (0, 4)",
            name="appeal_answered_in_full",
        ),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    round_id: Mapped[UUID] = reference("evaluation_round.id")
    carrier_id: Mapped[UUID] = reference("carrier.id")
    status: Mapped[Status] = mapped_column(text_enum(Status))
    exempt_reason: Mapped[str | None] = mapped_column(Text)
    evaluator: Mapped[str | None] = mapped_column(String(200))
    evaluator_organisation_id: Mapped[UUID | None] = reference("organisation.id")
    recused: Mapped[JsonList]
    reported: Mapped[Json]
    reported_by: Mapped[str | None] = mapped_column(String(200))
    reported_at: Mapped[datetime | None] = mapped_column(_Maybe)
    registered: Mapped[Json]
    verified: Mapped[Json]
    verified_by: Mapped[str | None] = mapped_column(String(200))
    verified_at: Mapped[datetime | None] = mapped_column(_Maybe)
    opinion: Mapped[str | None] = mapped_column(Text)
    scores: Mapped[JsonList]
    score_bp: Mapped[int | None] = mapped_column(Integer)
    grade: Mapped[str | None] = mapped_column(String(60))
    grade_zh: Mapped[str | None] = mapped_column(String(200))
    passed: Mapped[bool | None]
    determination_id: Mapped[UUID | None] = reference("determination.id")
    appeal: Mapped[str | None] = mapped_column(Text)
    appealed_by: Mapped[str | None] = mapped_column(String(200))
    appealed_at: Mapped[datetime | None] = mapped_column(_Maybe)
    appeal_outcome: Mapped[str | None] = mapped_column(String(20))
    appeal_opinion: Mapped[str | None] = mapped_column(Text)
    appeal_answered_by: Mapped[str | None] = mapped_column(String(200))
    appeal_answered_at: Mapped[datetime | None] = mapped_column(_Maybe)
    recommendation: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    version: Mapped[int]
    recorded_at: Mapped[RecordedAt]

    carrier: Mapped[Carrier] = relationship(lazy="raise")
    round: Mapped[EvaluationRound] = relationship(lazy="raise")

    @property
    def participated(self) -> bool:
        """Whether it reported in time."""
        return self.reported_at is not None
