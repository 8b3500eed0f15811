"""Who asked for a month to be closed or opened again, and who decided."""

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, Id, Moment, RecordedAt, text_enum
from services.funds.periods.states import Change, Status


class PeriodChange(Base):
    """One proposal and its decision. At most one per month is open; who proposed does not decide."""

    __tablename__ = "period_change"
    __table_args__ = (
        CheckConstraint("decided_by <> proposed_by", name="second_person"),
        CheckConstraint(
            "(status = 'proposed') = (decided_by IS NULL) AND num_nulls(decided_by, decided_at) IN (0, 2)",
            name="decided_in_full",
        ),
        Index("uq_period_change_proposed", "city_code", "period", unique=True, postgresql_where="status = 'proposed'"),
        Index("ix_period_change_listing", "city_code", "recorded_at", "id"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    period: Mapped[str] = mapped_column(String(7))
    change: Mapped[Change] = mapped_column(text_enum(Change))
    status: Mapped[Status] = mapped_column(text_enum(Status))
    reason: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[str] = mapped_column(String(200))
    proposed_at: Mapped[Moment]
    decided_by: Mapped[str | None] = mapped_column(String(200))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    opinion: Mapped[str | None] = mapped_column(Text)
    recorded_at: Mapped[RecordedAt]
