"""Due days that were told."""

from datetime import date

from sqlalchemy import CheckConstraint, Date, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, Id, Moment, RecordedAt


class DutyDay(Base):
    """One occurrence of a duty of the pack, with its due day as told. `first_due_on` is what was told at first;
    `revision` counts how often it was told again."""

    __tablename__ = "progress_duty_day"
    __table_args__ = (
        UniqueConstraint("city_code", "duty", "starts_on"),
        Index("ix_progress_duty_day_due", "city_code", "due_on", "id"),
        CheckConstraint("due_on >= first_due_on", name="never_earlier"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_beginning"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    duty: Mapped[str] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(String(100))
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    looks_ahead: Mapped[bool]
    first_due_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    provisional: Mapped[bool]
    calendar_version: Mapped[str] = mapped_column(String(64))
    told_at: Mapped[Moment]
    changed_at: Mapped[Moment]
    revision: Mapped[int]
    recorded_at: Mapped[RecordedAt]
