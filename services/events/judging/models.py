"""Judges, rounds, their seats and the standings they end with. What is sealed the database lets nobody change."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, Id, JsonList, Moment, RecordedAt, ShortText, Version, reference, text_enum
from services.events.judging.states import RoundStatus, SeatStatus


class CompetitionJudge(Base):
    """A name, a unit and a field; `related_organisation_ids`, as on the wire, are what the judge declared.

    The name is personal data: officers of the city see it, no event, log, seal or public page does.
    """

    __tablename__ = "competition_judge"
    __table_args__ = (Index("ix_competition_judge_listing", "city_code", "recorded_at", "id"),)

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    name: Mapped[ShortText]
    unit: Mapped[ShortText]
    field: Mapped[ShortText]
    related_organisation_ids: Mapped[JsonList]
    is_available: Mapped[bool]
    entered_by: Mapped[ShortText]
    entered_at: Mapped[Moment]
    version: Mapped[Version]
    recorded_at: Mapped[RecordedAt]


class JudgingRound(Base):
    """A round of an open edition. `order` is the draw by `seed`; `excluded` who may not judge what, and why.

    `seal_body` is canonical JSON text of all scores and standings, `seal_sha256` its hash.
    """

    __tablename__ = "judging_round"
    __table_args__ = (
        UniqueConstraint("edition_id", "place"),
        CheckConstraint("(status = 'pending') = (seed IS NULL)", name="drawn_with_seed"),
        CheckConstraint("num_nulls(seed, drawn_by, drawn_at) IN (0, 3)", name="drawn_in_full"),
        CheckConstraint("num_nulls(seal_body, seal_sha256, sealed_by, sealed_at) IN (0, 4)", name="sealed_in_full"),
        CheckConstraint("(status = 'sealed') = (seal_sha256 IS NOT NULL)", name="sealed_with_hash"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    edition_id: Mapped[UUID] = reference("competition_edition.id")
    place: Mapped[int] = mapped_column(Integer)
    status: Mapped[RoundStatus] = mapped_column(text_enum(RoundStatus))
    seed: Mapped[str | None] = mapped_column(String(64))
    order: Mapped[JsonList]
    judges: Mapped[JsonList]
    excluded: Mapped[JsonList]
    drawn_by: Mapped[str | None] = mapped_column(String(200))
    drawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    # Text, not JSONB: JSONB reorders members, and the hash is over these very bytes.
    seal_body: Mapped[str | None] = mapped_column(Text)
    seal_sha256: Mapped[str | None] = mapped_column(String(64))
    sealed_by: Mapped[str | None] = mapped_column(String(200))
    sealed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[RecordedAt]


class JudgingSeat(Base):
    """A judge before an entry. `points` are hundredths by criterion; `corrections` what stood before, and why."""

    __tablename__ = "judging_seat"
    __table_args__ = (
        UniqueConstraint("round_id", "entry_id", "judge_id"),
        Index("ix_judging_seat_entry_id", "entry_id"),
        Index("ix_judging_seat_judge_id", "judge_id"),
        CheckConstraint("(status = 'scored') = (points IS NOT NULL)", name="scored_with_points"),
        CheckConstraint("(status IN ('recused', 'absent')) = (empty_reason IS NOT NULL)", name="empty_with_reason"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    round_id: Mapped[UUID] = reference("judging_round.id")
    entry_id: Mapped[UUID] = reference("competition_entry.id")
    judge_id: Mapped[UUID] = reference("competition_judge.id")
    status: Mapped[SeatStatus] = mapped_column(text_enum(SeatStatus))
    points: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    corrections: Mapped[JsonList]
    empty_reason: Mapped[str | None] = mapped_column(Text)
    scored_by: Mapped[str | None] = mapped_column(String(200))
    scored_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[RecordedAt]


class JudgingStanding(Base):
    """Where an entry stood when its round was sealed: `total` ten-thousandths of a point over `counted` sheets."""

    __tablename__ = "judging_standing"
    __table_args__ = (
        UniqueConstraint("round_id", "entry_id"),
        UniqueConstraint("round_id", "group_key", "place"),
        CheckConstraint("counted >= 1", name="counted_some"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    round_id: Mapped[UUID] = reference("judging_round.id")
    entry_id: Mapped[UUID] = reference("competition_entry.id")
    group_key: Mapped[str] = mapped_column(String(40))
    place: Mapped[int] = mapped_column(Integer)
    total: Mapped[int] = mapped_column(BigInteger)
    counted: Mapped[int] = mapped_column(Integer)
    score_hundredths: Mapped[int] = mapped_column(Integer)
    decided_by: Mapped[str | None] = mapped_column(String(40))
    recorded_at: Mapped[RecordedAt]
