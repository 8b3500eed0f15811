"""Editions of a policy pack as they are proposed, weighed against what was decided, and decided by another person."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Date, DateTime, ForeignKey, Index, Integer, String, Text
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from gateway.window.editions.states import EditionStatus
from kernel.db import Base, CityCode, Id, Json, JsonList, LongText, Moment, RecordedAt, text_enum

FOUR_EYES = "ck_policy_edition_decided_by_another"


class PolicyEdition(Base):
    """An edition with its texts, what its cases said, and what it changes in the policy it was read against.

    `pack` is canonical JSON text. `weighed_version` is the version of the city's policy it is held against as known at
    `weighed_at`; `assessed_at` is set when every service has answered. `snapshot_version` is what its approval made.
    """

    __tablename__ = "policy_edition"
    __table_args__ = (
        CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="decided_by_another"),
        CheckConstraint("(status = 'proposed') = (decided_by IS NULL)", name="decided_by_someone"),
        CheckConstraint("(status = 'approved') = (snapshot_version IS NOT NULL)", name="approved_into_version"),
        CheckConstraint("status <> 'approved' OR assessed_at IS NOT NULL", name="approved_when_assessed"),
        Index("ix_policy_edition_city", "city_code", "recorded_at", "id"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    status: Mapped[EditionStatus] = mapped_column(text_enum(EditionStatus))
    effective_on: Mapped[date] = mapped_column(Date)
    reason: Mapped[LongText]
    files: Mapped[Json]
    case_files: Mapped[Json]
    pack: Mapped[str] = mapped_column(Text)
    pack_hash: Mapped[str] = mapped_column(String(64))
    case_results: Mapped[JsonList]
    comparison: Mapped[Json]
    proposed_by: Mapped[str] = mapped_column(String(200))
    proposed_at: Mapped[Moment]
    weighed_version: Mapped[int] = mapped_column(Integer)
    weighed_hash: Mapped[str] = mapped_column(String(64))
    weighed_at: Mapped[Moment]
    assessed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_by: Mapped[str | None] = mapped_column(String(200))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decision_note: Mapped[str | None] = mapped_column(Text)
    snapshot_version: Mapped[int | None]
    version: Mapped[int] = mapped_column(BigInteger)
    recorded_at: Mapped[RecordedAt]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own shape


class EditionWeighing(Base):
    """How far the questions of one service have been weighed. `after` is the last question of the page before."""

    __tablename__ = "edition_weighing"
    __table_args__ = (Index("ix_edition_weighing_waiting", "edition_id", postgresql_where="NOT is_done"),)

    edition_id: Mapped[UUID] = mapped_column(PG_UUID(as_uuid=True), ForeignKey("policy_edition.id"), primary_key=True)
    service: Mapped[str] = mapped_column(String(20), primary_key=True)
    city_code: Mapped[CityCode]
    after: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    asked: Mapped[int] = mapped_column(Integer)
    total: Mapped[int | None] = mapped_column(Integer)
    is_done: Mapped[bool]
    failure: Mapped[str | None] = mapped_column(String(100))
    recorded_at: Mapped[RecordedAt]


class EditionEffect(Base):
    """A stored determination that the edition would answer differently; differences in fen are signed."""

    __tablename__ = "edition_effect"
    __table_args__ = (Index("ix_edition_effect_programme", "edition_id", "programme", "kind"),)

    edition_id: Mapped[UUID] = mapped_column(PG_UUID(as_uuid=True), ForeignKey("policy_edition.id"), primary_key=True)
    determination_id: Mapped[UUID] = mapped_column(PG_UUID(as_uuid=True), primary_key=True)
    city_code: Mapped[CityCode]
    service: Mapped[str] = mapped_column(String(20))
    programme: Mapped[str] = mapped_column(String(100))
    act: Mapped[str] = mapped_column(String(50))
    kind: Mapped[str] = mapped_column(String(40))
    worth_fen: Mapped[int] = mapped_column(BigInteger)
    cost_fen: Mapped[int] = mapped_column(BigInteger)
    before: Mapped[Json]
    after: Mapped[Json]
    recorded_at: Mapped[RecordedAt]
