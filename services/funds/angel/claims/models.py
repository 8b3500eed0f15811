"""Claims for the loss of an investment. Amounts in fen: lost, approved and paid stand apart."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, FenColumn, Id, Json, JsonList, Moment, RecordedAt, Ref, text_enum
from services.funds.angel.claims.states import AngelClaimStatus


class AngelClaim(Base):
    """One claim for an investment that was neither refused nor taken back, for ever.

    `split_bp`: how the loss was borne.
    """

    __tablename__ = "angel_claim"
    __table_args__ = (
        UniqueConstraint("case_id"),
        Index(
            "uq_angel_claim_standing",
            "city_code",
            "investment_id",
            unique=True,
            postgresql_where="status NOT IN ('refused', 'withdrawn')",
        ),
        Index("ix_angel_claim_listing", "city_code", "recorded_at", "id"),
        Index("ix_angel_claim_investor", "city_code", "investor_id"),
        CheckConstraint("reviewed_by <> filed_by", name="review_by_another"),
        CheckConstraint("decided_by <> reviewed_by AND decided_by <> filed_by", name="second_person"),
        CheckConstraint("approved_fen BETWEEN 0 AND loss_fen AND paid_fen IN (0, approved_fen)", name="amounts"),
        CheckConstraint(
            "status NOT IN ('approved', 'paid') OR (approved_fen > 0 AND num_nulls(determination_id, split_bp,"
            " layers_fen, policy_year, payment_order_id, decided_by, decided_at) = 0)",
            name="approved_in_full",
        ),
        CheckConstraint("status <> 'paid' OR paid_on IS NOT NULL", name="paid"),
        CheckConstraint(
            "num_nulls(withdrawn_by, withdrawn_because) = CASE status WHEN 'withdrawn' THEN 0 ELSE 2 END",
            name="withdrawn_in_full",
        ),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    case_id: Mapped[Ref]
    case_number: Mapped[str | None] = mapped_column(String(60))
    investment_id: Mapped[UUID] = mapped_column(ForeignKey("angel_investment.id"))
    investor_id: Mapped[Ref]
    project_id: Mapped[Ref]
    stage: Mapped[str] = mapped_column(String(40))
    documents: Mapped[JsonList]
    loss_fen: Mapped[FenColumn]
    other_public_fen: Mapped[FenColumn]
    approved_fen: Mapped[FenColumn] = mapped_column(default=0)
    paid_fen: Mapped[FenColumn] = mapped_column(default=0)
    filed_by: Mapped[str] = mapped_column(String(200))
    lodged_on: Mapped[date]
    lodged_at: Mapped[Moment]
    review_due_on: Mapped[date]
    status: Mapped[AngelClaimStatus] = mapped_column(text_enum(AngelClaimStatus), default=AngelClaimStatus.LODGED)
    reviewed_by: Mapped[str | None] = mapped_column(String(200))
    reviewed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    opinion: Mapped[str | None] = mapped_column(String(2000))
    decided_by: Mapped[str | None] = mapped_column(String(200))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    determination_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    split_bp: Mapped[Json | None] = mapped_column(JSONB)
    layers_fen: Mapped[Json | None] = mapped_column(JSONB)
    reductions: Mapped[JsonList] = mapped_column(default=list)
    reasons: Mapped[JsonList] = mapped_column(default=list)
    policy_year: Mapped[int | None]
    payment_order_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    paid_on: Mapped[date | None]
    withdrawn_by: Mapped[str | None] = mapped_column(String(200))
    withdrawn_because: Mapped[str | None] = mapped_column(String(2000))
    version: Mapped[int] = mapped_column(BigInteger)
    recorded_at: Mapped[RecordedAt]

    __mapper_args__: dict[str, Any] = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy declares it

    @property
    def owner_ids(self) -> tuple[UUID, ...]:
        """The investor's alone."""
        return (self.investor_id,)
