"""Reports on what money bound to a use was spent on (JX-21). Amounts in fen."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, FenColumn, Id, JsonList, RecordedAt, Ref, text_enum
from services.funds.spending.states import Status


class SpendingReport(Base):
    """Expected from the payee of one settled order. `lines` are {purpose, amount_fen, number_last4}.

    `due_on` is null while the policy leaves open by when it is due; `working_days` after `paid_on` it was counted in.
    Who hands it in does not check it.
    """

    __tablename__ = "spending_report"
    __table_args__ = (
        UniqueConstraint("order_id"),
        Index("ix_spending_report_listing", "city_code", "status", "recorded_at", "id"),
        Index("ix_spending_report_payee", "city_code", "payee_id"),
        CheckConstraint("amount_fen > 0 AND short_fen BETWEEN 0 AND amount_fen", name="amounts"),
        CheckConstraint("(status = 'short') = (short_fen > 0)", name="short"),
        CheckConstraint("checked_by <> submitted_by", name="second_person"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("payment_order.id"))
    payee_id: Mapped[Ref]
    programme: Mapped[str] = mapped_column(String(100))
    amount_fen: Mapped[FenColumn]
    paid_on: Mapped[date]
    due_on: Mapped[date | None]
    working_days: Mapped[int | None]
    provisional: Mapped[bool] = mapped_column(default=False)
    status: Mapped[Status] = mapped_column(text_enum(Status), default=Status.EXPECTED)
    lines: Mapped[JsonList] = mapped_column(default=list)
    submitted_by: Mapped[str | None] = mapped_column(String(200))
    submitted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    is_late: Mapped[bool] = mapped_column(default=False)
    opinion: Mapped[str | None] = mapped_column(Text)
    checked_by: Mapped[str | None] = mapped_column(String(200))
    checked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    short_fen: Mapped[FenColumn] = mapped_column(default=0)
    determination_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    clawback_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    version: Mapped[int] = mapped_column(BigInteger)
    recorded_at: Mapped[RecordedAt]

    __mapper_args__: dict[str, Any] = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy declares it
