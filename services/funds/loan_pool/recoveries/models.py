"""What a bank recovered after a claim was paid, and its split by the shares stored with the claim. Amounts in fen."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, FenColumn, Id, Json, Moment, RecordedAt, Ref, text_enum
from services.funds.loan_pool.recoveries.states import Status


class Recovery(Base):
    """`returned_fen` is the paying layer's part, owed back to the pool."""

    __tablename__ = "recovery"
    __table_args__ = (
        UniqueConstraint("city_code", "bank_id", "bank_reference"),
        CheckConstraint("recovered_fen > 0 AND costs_fen >= 0 AND returned_fen >= 0", name="amounts"),
        CheckConstraint("status <> 'received' OR received_on IS NOT NULL", name="received"),
        CheckConstraint("received_by <> reported_by", name="second_person"),
        CheckConstraint(
            "num_nulls(withdrawn_by, withdrawn_because) = CASE status WHEN 'withdrawn' THEN 0 ELSE 2 END",
            name="withdrawn_in_full",
        ),
        Index("ix_recovery_city", "city_code", "recorded_at"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    claim_id: Mapped[UUID] = mapped_column(ForeignKey("loss_claim.id"), index=True)
    bank_id: Mapped[Ref]
    bank_reference: Mapped[str] = mapped_column(String(64))
    recovered_on: Mapped[date]
    recovered_fen: Mapped[FenColumn]
    costs_fen: Mapped[FenColumn]
    layers_fen: Mapped[Json]
    returned_fen: Mapped[FenColumn]
    after_closure: Mapped[bool] = mapped_column(default=False)
    determination_id: Mapped[Ref]
    status: Mapped[Status] = mapped_column(text_enum(Status), default=Status.REPORTED)
    reported_by: Mapped[str] = mapped_column(String(200))
    reported_at: Mapped[Moment]
    received_on: Mapped[date | None]
    received_by: Mapped[str | None] = mapped_column(String(200))
    withdrawn_by: Mapped[str | None] = mapped_column(String(200))
    withdrawn_because: Mapped[str | None] = mapped_column(String(2000))
    entry_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    recorded_at: Mapped[RecordedAt]
