"""When new loans were stopped, by which ratio, and who or what let them go on."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, String, text
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, Id, Moment, RecordedAt, text_enum
from services.funds.loan_pool.guard.states import Status


class PoolSuspension(Base):
    """New loans of one bank, or of all (`bank_id` null), are refused while it stands. One at a time for each.

    By a ratio, or by the order of an officer (`ordered_by`): then only two officers end it.
    """

    __tablename__ = "pool_suspension"
    __table_args__ = (
        Index(
            "uq_pool_suspension_standing", "city_code", "bank_id", unique=True,
            postgresql_where=text("status IN ('suspended', 'lift_proposed')"), postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint("lifted_by <> proposed_by", name="second_person"),
        CheckConstraint(
            "num_nulls(ratio_bp, line_bp, resume_bp, determination_id) = CASE WHEN ordered_by IS NULL THEN 0 ELSE 4 END"
            " AND (ordered_by IS NULL) = (ordered_because IS NULL)",
            name="cause",
        ),
        CheckConstraint("status <> 'lifted' OR lifted_by IS NOT NULL", name="lifted"),
        CheckConstraint("status NOT IN ('lifted', 'cured') OR ended_at IS NOT NULL", name="ended"),
    )  # fmt: skip

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    bank_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    status: Mapped[Status] = mapped_column(text_enum(Status))
    ratio_bp: Mapped[int | None] = mapped_column(BigInteger)
    line_bp: Mapped[int | None]
    resume_bp: Mapped[int | None]
    determination_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    ordered_by: Mapped[str | None] = mapped_column(String(200))
    ordered_because: Mapped[str | None] = mapped_column(String(2000))
    suspended_at: Mapped[Moment]
    proposed_by: Mapped[str | None] = mapped_column(String(200))
    proposed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reason: Mapped[str | None] = mapped_column(String(2000))
    lifted_by: Mapped[str | None] = mapped_column(String(200))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_determination_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    version: Mapped[int] = mapped_column(BigInteger)
    recorded_at: Mapped[RecordedAt]

    __mapper_args__: dict[str, Any] = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy declares it
