"""Loss claims. Amounts in fen: asked, eligible, approved and paid stand apart."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, FenColumn, Id, Json, JsonList, Moment, RecordedAt, Ref, text_enum
from services.funds.loan_pool.claims.states import Status

OPEN = "status NOT IN ('refused', 'withdrawn')"


class LossClaim(Base):
    """A bank's claim for the loss on a registered loan; one that was neither refused nor taken back per
    loan, for ever.

    `shares_entry_id`: where the books record what other levels than the paying one bear of it.
    """

    __tablename__ = "loss_claim"
    __table_args__ = (
        UniqueConstraint("city_code", "bank_id", "bank_reference"),
        UniqueConstraint("case_id"),
        Index("uq_loss_claim_open", "city_code", "loan_id", unique=True, postgresql_where=OPEN),
        Index("ix_loss_claim_bank", "city_code", "bank_id", "recorded_at"),
        CheckConstraint("reviewed_by <> lodged_by", name="review_by_another"),
        CheckConstraint("decided_by <> reviewed_by AND decided_by <> lodged_by", name="second_person"),
        CheckConstraint("approved_fen <= eligible_fen AND eligible_fen <= asked_fen", name="amounts"),
        CheckConstraint("paid_fen BETWEEN 0 AND approved_fen", name="paid"),
        CheckConstraint(
            "status NOT IN ('approved', 'partly_paid', 'paid') OR (approved_fen > 0 AND determination_id IS NOT NULL"
            " AND payment_order_id IS NOT NULL AND decided_by IS NOT NULL)",
            name="approved",
        ),
        CheckConstraint("num_nulls(closed_on, closed_by, closed_because) IN (0, 3)", name="closed_in_full"),
        CheckConstraint(
            "num_nulls(withdrawn_by, withdrawn_because) = CASE status WHEN 'withdrawn' THEN 0 ELSE 2 END",
            name="withdrawn_in_full",
        ),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    bank_id: Mapped[Ref]
    bank_reference: Mapped[str] = mapped_column(String(64))
    loan_id: Mapped[UUID] = mapped_column(ForeignKey("loan.id"))
    case_id: Mapped[Ref]
    case_number: Mapped[str | None] = mapped_column(String(60))
    outstanding_principal_fen: Mapped[FenColumn]
    outstanding_interest_fen: Mapped[FenColumn]
    recovered_fen: Mapped[FenColumn]
    other_public_fen: Mapped[FenColumn] = mapped_column(default=0)
    documents: Mapped[JsonList]
    asked_fen: Mapped[FenColumn]
    eligible_fen: Mapped[FenColumn] = mapped_column(default=0)
    approved_fen: Mapped[FenColumn] = mapped_column(default=0)
    paid_fen: Mapped[FenColumn] = mapped_column(default=0)
    lodged_on: Mapped[date]
    lodged_at: Mapped[Moment]
    lodged_by: Mapped[str] = mapped_column(String(200))
    status: Mapped[Status] = mapped_column(text_enum(Status), default=Status.LODGED)
    review_due_on: Mapped[date | None]
    reviewed_by: Mapped[str | None] = mapped_column(String(200))
    reviewed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    opinion: Mapped[str | None] = mapped_column(String(2000))
    negligence: Mapped[JsonList] = mapped_column(default=list)
    decided_by: Mapped[str | None] = mapped_column(String(200))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    determination_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    split_bp: Mapped[Json | None] = mapped_column(JSONB)
    layers_fen: Mapped[Json | None] = mapped_column(JSONB)
    reasons: Mapped[JsonList] = mapped_column(default=list)
    policy_year: Mapped[int | None]
    payment_order_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    shares_entry_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    paid_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    closed_by: Mapped[str | None] = mapped_column(String(200))
    closed_because: Mapped[str | None] = mapped_column(String(2000))
    withdrawn_by: Mapped[str | None] = mapped_column(String(200))
    withdrawn_because: Mapped[str | None] = mapped_column(String(2000))
    version: Mapped[int] = mapped_column(BigInteger)
    recorded_at: Mapped[RecordedAt]

    __mapper_args__: dict[str, Any] = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy declares it


class LossInstalment(Base):
    """One part of what was approved, with its order; not paid before `due_on`."""

    __tablename__ = "loss_instalment"
    __table_args__ = (
        UniqueConstraint("claim_id", "number"),
        CheckConstraint("amount_fen > 0 AND number > 0", name="amounts"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    claim_id: Mapped[UUID] = mapped_column(ForeignKey("loss_claim.id"))
    number: Mapped[int]
    amount_fen: Mapped[FenColumn]
    due_on: Mapped[date]
    payment_order_id: Mapped[Ref]
    paid_on: Mapped[date | None]
    recorded_at: Mapped[RecordedAt]


class LossAppeal(Base):
    """A bank's appeal against a refusal, once per claim: what was refused, why it should not be, who decided anew."""

    __tablename__ = "loss_appeal"
    __table_args__ = (
        CheckConstraint("decided_by <> refused_by AND decided_by <> lodged_by", name="another_person"),
        CheckConstraint("num_nulls(granted, opinion, decided_by, decided_at) IN (0, 4)", name="decided_in_full"),
    )

    claim_id: Mapped[UUID] = mapped_column(ForeignKey("loss_claim.id"), primary_key=True)
    city_code: Mapped[CityCode]
    grounds: Mapped[str] = mapped_column(String(2000))
    documents: Mapped[JsonList]
    lodged_by: Mapped[str] = mapped_column(String(200))
    lodged_at: Mapped[Moment]
    refused_by: Mapped[str] = mapped_column(String(200))
    refused_determination_id: Mapped[Ref]
    granted: Mapped[bool | None]
    opinion: Mapped[str | None] = mapped_column(String(2000))
    decided_by: Mapped[str | None] = mapped_column(String(200))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[RecordedAt]
