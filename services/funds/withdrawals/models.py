"""Budget that is taken back: what was typed wrongly, and what is left of a year. Amounts in fen."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, Index, String, Text
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, FenColumn, Id, Moment, RecordedAt, ShortText, text_enum
from services.funds.periods.states import Status
from services.funds.withdrawals.states import Stage


class BudgetWithdrawal(Base):
    """By a document, from a line and the stage its money stands at. Who proposed it does not decide."""

    __tablename__ = "budget_withdrawal"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("decided_by <> proposed_by", name="second_person"),
        CheckConstraint(
            "num_nonnulls(decided_by, decided_at) = CASE WHEN status = 'proposed' THEN 0 ELSE 2 END",
            name="decided_in_full",
        ),
        CheckConstraint("(status = 'approved') = (entry_id IS NOT NULL)", name="booked"),
        Index("ix_budget_withdrawal_listing", "city_code", "recorded_at", "id"),
        Index("ix_budget_withdrawal_fund", "city_code", "fund", "policy_year"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    fund: Mapped[str] = mapped_column(String(100))
    policy_year: Mapped[int]
    payer_level: Mapped[str] = mapped_column(String(20))
    stage: Mapped[Stage] = mapped_column(text_enum(Stage))
    amount_fen: Mapped[FenColumn]
    document: Mapped[ShortText]
    reason: Mapped[str] = mapped_column(Text)
    status: Mapped[Status] = mapped_column(text_enum(Status), default=Status.PROPOSED)
    proposed_by: Mapped[str] = mapped_column(String(200))
    proposed_at: Mapped[Moment]
    decided_by: Mapped[str | None] = mapped_column(String(200))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    entry_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    recorded_at: Mapped[RecordedAt]
