"""Who opened a sandbox, and whether it is still open. The city itself is a row of the kernel's."""

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, Moment, RecordedAt


class Sandbox(Base):
    """`opened_at` and `closed_at` are the machine's time: the sandbox's own clock is moved about."""

    __tablename__ = "sandbox"
    __table_args__ = (
        CheckConstraint("num_nulls(closed_by, closed_at) IN (0, 2)", name="closed_in_full"),
        Index("ix_sandbox_opened_by", "opened_by", "recorded_at", "city_code"),
    )

    city_code: Mapped[CityCode] = mapped_column(primary_key=True)
    opened_by: Mapped[str] = mapped_column(String(200))
    opened_at: Mapped[Moment]
    closed_by: Mapped[str | None] = mapped_column(String(200))
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[RecordedAt]
