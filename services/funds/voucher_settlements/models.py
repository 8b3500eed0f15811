"""Statements by which providers are paid for redeemed vouchers. Amounts in fen."""

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, FenColumn, Id, JsonList, RecordedAt, Ref, text_enum
from services.funds.voucher_settlements.states import Status


class VoucherSettlement(Base):
    """What a provider is to be paid out of one tranche, as two people of the vouchers service confirmed it.

    Its id is theirs. `policy_hash` is the policy whose clauses the order cites.
    """

    __tablename__ = "voucher_settlement"
    __table_args__ = (
        CheckConstraint(
            "redeemed_fen >= 0 AND reversed_fen >= 0 AND total_fen = redeemed_fen - reversed_fen AND total_fen > 0",
            name="totals",
        ),
        CheckConstraint(
            "num_nulls(payment_order_id, policy_hash, ordered_by) = CASE WHEN status = 'due' THEN 3 ELSE 0 END"
            " OR status = 'annulled'",
            name="ordered_in_full",
        ),
        CheckConstraint(
            "num_nulls(annulled_by, annulled_reason) = CASE WHEN status = 'annulled' THEN 0 ELSE 2 END",
            name="annulled_in_full",
        ),
        CheckConstraint("NOT worked_on_by ? ordered_by", name="another_person"),
        Index("ix_voucher_settlement_listing", "city_code", "recorded_at", "id"),
        Index("ix_voucher_settlement_tranche", "tranche_id"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    tranche_id: Mapped[UUID] = mapped_column(ForeignKey("allotted_tranche.id"))
    programme: Mapped[str] = mapped_column(String(100))
    provider_id: Mapped[Ref]
    provider_name: Mapped[str] = mapped_column(String(200))
    redeemed_fen: Mapped[FenColumn]
    reversed_fen: Mapped[FenColumn]
    total_fen: Mapped[FenColumn]
    worked_on_by: Mapped[JsonList]
    status: Mapped[Status] = mapped_column(text_enum(Status), default=Status.DUE)
    payment_order_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    policy_hash: Mapped[str | None] = mapped_column(String(64))
    ordered_by: Mapped[str | None] = mapped_column(String(200))
    annulled_by: Mapped[str | None] = mapped_column(String(200))
    annulled_reason: Mapped[str | None] = mapped_column(String(500))
    version: Mapped[int] = mapped_column(BigInteger)
    recorded_at: Mapped[RecordedAt]

    __mapper_args__: dict[str, Any] = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy declares it


class VoucherSettlementLine(Base):
    """A booked redemption, or what was reversed of one: each is paid for, or taken off, in one statement."""

    __tablename__ = "voucher_settlement_line"
    __table_args__ = (
        CheckConstraint("num_nulls(redemption_id, reversal_id) = 1", name="one_kind"),
        Index("ix_voucher_settlement_line_of", "settlement_id"),
        *(
            Index(f"uq_voucher_settlement_line_{column}", column, unique=True, postgresql_where="NOT annulled")
            for column in ("redemption_id", "reversal_id")
        ),
    )

    id: Mapped[Id]
    settlement_id: Mapped[UUID] = mapped_column(ForeignKey("voucher_settlement.id"))
    redemption_id: Mapped[UUID | None] = mapped_column(ForeignKey("booked_redemption.id"))
    reversal_id: Mapped[UUID | None] = mapped_column(ForeignKey("redemption_reversal.id"))
    annulled: Mapped[bool] = mapped_column(default=False)
    recorded_at: Mapped[RecordedAt]
