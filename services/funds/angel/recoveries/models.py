"""What came in after an investment was compensated, and its split by the shares stored with the claim. In fen."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, FenColumn, Id, Json, Moment, RecordedAt, Ref, text_enum
from services.funds.angel.recoveries.states import AngelRecoveryStatus


class AngelRecovery(Base):
    """`returned_fen` is the paying layer's part, owed back to the fund."""

    __tablename__ = "angel_recovery"
    __table_args__ = (
        UniqueConstraint("city_code", "claim_id", "reference"),
        CheckConstraint("recovered_fen > 0 AND costs_fen >= 0 AND returned_fen >= 0", name="amounts"),
        CheckConstraint("status <> 'received' OR num_nulls(received_on, received_by) = 0", name="received"),
        CheckConstraint("received_by <> filed_by", name="second_person"),
        CheckConstraint(
            "num_nulls(withdrawn_by, withdrawn_because) = CASE status WHEN 'withdrawn' THEN 0 ELSE 2 END",
            name="withdrawn_in_full",
        ),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    claim_id: Mapped[UUID] = mapped_column(ForeignKey("angel_claim.id"))
    investor_id: Mapped[Ref]
    reference: Mapped[str] = mapped_column(String(64))
    recovered_on: Mapped[date]
    recovered_fen: Mapped[FenColumn]
    costs_fen: Mapped[FenColumn]
    layers_fen: Mapped[Json]
    returned_fen: Mapped[FenColumn]
    determination_id: Mapped[Ref]
    status: Mapped[AngelRecoveryStatus] = mapped_column(
        text_enum(AngelRecoveryStatus), default=AngelRecoveryStatus.REPORTED
    )
    filed_by: Mapped[str] = mapped_column(String(200))
    filed_at: Mapped[Moment]
    received_on: Mapped[date | None]
    received_by: Mapped[str | None] = mapped_column(String(200))
    withdrawn_by: Mapped[str | None] = mapped_column(String(200))
    withdrawn_because: Mapped[str | None] = mapped_column(String(2000))
    entry_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    recorded_at: Mapped[RecordedAt]

    @property
    def owner_ids(self) -> tuple[UUID, ...]:
        """The investor's alone."""
        return (self.investor_id,)
