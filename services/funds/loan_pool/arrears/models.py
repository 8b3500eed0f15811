"""What banks report of their loans at the end of each month; a correction is a further revision. Amounts in fen."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, FenColumn, Id, Moment, RecordedAt, Ref


class ArrearsReport(Base):
    """A bank's month, once per revision and never changed. `as_of` is the month's last day."""

    __tablename__ = "arrears_report"
    __table_args__ = (
        UniqueConstraint("city_code", "bank_id", "month", "revision"),
        CheckConstraint("revision >= 1 AND (revision = 1) = (reason IS NULL)", name="revision"),
        CheckConstraint("overdue_fen BETWEEN 0 AND balance_fen", name="amounts"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    bank_id: Mapped[Ref]
    month: Mapped[str] = mapped_column(String(7))
    revision: Mapped[int]
    reason: Mapped[str | None] = mapped_column(String(2000))
    as_of: Mapped[date]
    loans: Mapped[int]
    balance_fen: Mapped[FenColumn]
    overdue_fen: Mapped[FenColumn]
    reported_by: Mapped[str] = mapped_column(String(200))
    reported_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]


class ArrearsLine(Base):
    """One loan of a report: what is outstanding, and for how many calendar days it is overdue."""

    __tablename__ = "arrears_line"
    __table_args__ = (CheckConstraint("balance_fen >= 0 AND days_overdue >= 0", name="figures"),)

    report_id: Mapped[UUID] = mapped_column(ForeignKey("arrears_report.id"), primary_key=True)
    loan_id: Mapped[UUID] = mapped_column(ForeignKey("loan.id"), primary_key=True)
    bank_reference: Mapped[str] = mapped_column(String(64))
    balance_fen: Mapped[FenColumn]
    days_overdue: Mapped[int]
