"""The account a city pays from: entered by one finance officer, in force once another has approved it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, Id, Moment, RecordedAt


class PayingAccount(Base):
    """The one approved last is in force. The number leaves whole only in files for the bank."""

    __tablename__ = "paying_account"
    __table_args__ = (
        CheckConstraint("approved_by <> proposed_by", name="second_person"),
        CheckConstraint("num_nulls(approved_by, approved_at) IN (0, 2)", name="approved_in_full"),
        Index("ix_paying_account_approved", "city_code", "approved_at"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    account_name: Mapped[str] = mapped_column(String(140))
    account_number: Mapped[str] = mapped_column(String(34))
    bank_name: Mapped[str] = mapped_column(String(140))
    cnaps_code: Mapped[str] = mapped_column(String(12))
    proposed_by: Mapped[str] = mapped_column(String(200))
    proposed_at: Mapped[Moment]
    approved_by: Mapped[str | None] = mapped_column(String(200))
    approved_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[RecordedAt]
