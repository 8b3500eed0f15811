"""Yearly action plans; every revision stays."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kernel.db import Base, CityCode, Id, JsonList, Moment, RecordedAt, reference, text_enum
from services.registry.progress.plans.states import Status


class Plan(Base):
    """One plan of a duty for a year. `written_by` wrote the last revision, `adopted_by` is another person."""

    __tablename__ = "progress_plan"
    __table_args__ = (
        UniqueConstraint("city_code", "duty", "year"),
        CheckConstraint("adopted_by <> written_by", name="second_person"),
        CheckConstraint("(status = 'adopted') = (num_nulls(adopted_by, adopted_at) = 0)", name="adopted_in_full"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    duty: Mapped[str] = mapped_column(String(100))
    year: Mapped[int]
    status: Mapped[Status] = mapped_column(text_enum(Status))
    written_by: Mapped[str] = mapped_column(String(200))
    adopted_by: Mapped[str | None] = mapped_column(String(200))
    adopted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    version: Mapped[int]
    recorded_at: Mapped[RecordedAt]

    revisions: Mapped[list["PlanRevision"]] = relationship(lazy="raise", viewonly=True, order_by="PlanRevision.number")


class PlanRevision(Base):
    """`tasks`: each {title, role, due_on, target}. A trigger lets nothing of it be changed."""

    __tablename__ = "progress_plan_revision"
    __table_args__ = (UniqueConstraint("plan_id", "number"),)

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    plan_id: Mapped[UUID] = reference("progress_plan.id")
    number: Mapped[int]
    title: Mapped[str] = mapped_column(Text)
    tasks: Mapped[JsonList]
    written_by: Mapped[str] = mapped_column(String(200))
    written_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]
