"""Investments of registered investors in registered projects, and their losses. Amounts in fen, shares in bp."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, FenColumn, Id, Moment, RecordedAt, Ref, ShortText, text_enum
from services.funds.angel.investments.states import Cause, Status


class AngelInvestment(Base):
    """One payment of an investor into a project under one agreement. `stage`: the project's when it was invested in."""

    __tablename__ = "angel_investment"
    __table_args__ = (
        Index(
            "uq_angel_investment_agreement", "city_code", "investor_id", "agreement_number", unique=True,
            postgresql_where="status <> 'refused'",
        ),
        Index("ix_angel_investment_listing", "city_code", "recorded_at", "id"),
        CheckConstraint("amount_fen > 0 AND equity_bp BETWEEN 1 AND 10000", name="amounts"),
        CheckConstraint("investor_id <> project_id", name="two_parties"),
        CheckConstraint("reviewed_by <> filed_by", name="second_person"),
        CheckConstraint(
            "status = 'recorded' OR num_nulls(reviewed_by, reviewed_at, opinion) = 0", name="reviewed_in_full"
        ),
    )  # fmt: skip

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    investor_id: Mapped[Ref]
    investor_name: Mapped[ShortText]
    project_id: Mapped[Ref]
    project_name: Mapped[ShortText]
    agreement_number: Mapped[str] = mapped_column(String(64))
    invested_on: Mapped[date]
    amount_fen: Mapped[FenColumn]
    equity_bp: Mapped[int]
    stage: Mapped[str] = mapped_column(String(40))
    filed_by: Mapped[str] = mapped_column(String(200))
    filed_at: Mapped[Moment]
    status: Mapped[Status] = mapped_column(text_enum(Status), default=Status.RECORDED)
    reviewed_by: Mapped[str | None] = mapped_column(String(200))
    reviewed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    opinion: Mapped[str | None] = mapped_column(String(2000))
    version: Mapped[int] = mapped_column(BigInteger)
    recorded_at: Mapped[RecordedAt]

    __mapper_args__: dict[str, Any] = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy declares it

    @property
    def owner_ids(self) -> tuple[UUID, ...]:
        """Whose it is: the project may see what was recorded of it."""
        return (self.investor_id, self.project_id)


class AngelLoss(Base):
    """The loss of one investment with the audit that proves it; once, never changed. `proceeds_fen` came back."""

    __tablename__ = "angel_loss"
    __table_args__ = (CheckConstraint("loss_fen > 0 AND proceeds_fen >= 0", name="amounts"),)

    investment_id: Mapped[UUID] = mapped_column(ForeignKey("angel_investment.id"), primary_key=True)
    city_code: Mapped[CityCode]
    cause: Mapped[Cause] = mapped_column(text_enum(Cause))
    happened_on: Mapped[date]
    proceeds_fen: Mapped[FenColumn]
    loss_fen: Mapped[FenColumn]
    auditor: Mapped[ShortText]
    audit_number: Mapped[str] = mapped_column(String(64))
    audited_on: Mapped[date]
    audit_sha256: Mapped[str] = mapped_column(String(64))
    filed_by: Mapped[str] = mapped_column(String(200))
    filed_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]
