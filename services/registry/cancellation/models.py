"""Cancellations of recognitions, with cause, cure period and decision."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, DateTime, Index, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, Id, JsonList, Moment, RecordedAt, reference, text_enum
from services.registry.cancellation.states import SETTLED, Cause, Status

_OPEN = f"status NOT IN ({', '.join(repr(str(status)) for status in SETTLED)})"


class Cancellation(Base):
    """`cure_by` is the last day to set right what is wrong; null for a cause that cannot be cured.

    `cure_working_days` is what the policy gave for it; null where an officer named the day.

    `settled_on` is the day it was cured, dropped or decided. Who opened it does not decide to cancel.
    """

    __tablename__ = "cancellation"
    __table_args__ = (
        Index("ix_cancellation_listing", "city_code", "status", "recorded_at", "id"),
        Index("ix_cancellation_recognition_id", "recognition_id"),
        Index("uq_cancellation_open", "recognition_id", unique=True, postgresql_where=_OPEN),
        CheckConstraint("status <> 'cancelled' OR settled_by <> opened_by", name="another_officer_decides"),
        CheckConstraint("num_nulls(settled_on, settled_by, settled_at, opinion) IN (0, 4)", name="settled_in_full"),
        CheckConstraint("num_nulls(cure_by, cure_provisional) IN (0, 2)", name="cure_period_in_full"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    recognition_id: Mapped[UUID] = reference("recognition.id")
    cause: Mapped[Cause] = mapped_column(text_enum(Cause))
    statement: Mapped[str] = mapped_column(Text)
    clauses: Mapped[JsonList]
    status: Mapped[Status] = mapped_column(text_enum(Status))
    opened_by: Mapped[str] = mapped_column(String(200))
    opened_on: Mapped[date] = mapped_column(Date)
    opened_at: Mapped[Moment]
    cure_by: Mapped[date | None] = mapped_column(Date)
    cure_provisional: Mapped[bool | None]
    cure_working_days: Mapped[int | None]
    evidence: Mapped[list[Any] | None] = mapped_column(JSONB(none_as_null=True))
    settled_on: Mapped[date | None] = mapped_column(Date)
    settled_by: Mapped[str | None] = mapped_column(String(200))
    settled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    opinion: Mapped[str | None] = mapped_column(Text)
    recorded_at: Mapped[RecordedAt]
