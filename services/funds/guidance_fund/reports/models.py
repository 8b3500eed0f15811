"""What managers report, quarter by quarter and year by year."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, Id, JsonList, Moment, RecordedAt, text_enum
from services.funds.guidance_fund.reports.states import Kind, Status


class SubFundReport(Base):
    """Expected from the day its period is over; `was_overdue` stays when it comes late. `valuations` as handed in."""

    __tablename__ = "sub_fund_report"
    __table_args__ = (
        UniqueConstraint("sub_fund_id", "period"),
        Index("ix_sub_fund_report_status", "city_code", "status", "due_on"),
        CheckConstraint("status <> 'submitted' OR submitted_on IS NOT NULL", name="submitted"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    sub_fund_id: Mapped[UUID] = mapped_column(ForeignKey("sub_fund.id"))
    kind: Mapped[Kind] = mapped_column(text_enum(Kind))
    period: Mapped[str] = mapped_column(String(20))
    last_on: Mapped[date]
    due_on: Mapped[date]
    working_days: Mapped[int | None]
    provisional: Mapped[bool] = mapped_column(default=False)
    expected_at: Mapped[Moment]
    status: Mapped[Status] = mapped_column(text_enum(Status), default=Status.EXPECTED)
    was_overdue: Mapped[bool] = mapped_column(default=False)
    narrative: Mapped[str | None] = mapped_column(Text)
    valuations: Mapped[JsonList]
    submitted_on: Mapped[date | None]
    submitted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    submitted_by: Mapped[str | None] = mapped_column(String(200))
    recorded_at: Mapped[RecordedAt]
