"""Voucher tranches, the redemptions booked against them and their reversals. Amounts in fen; rows never change."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, FenColumn, Id, Moment, RecordedAt, Ref


class Tranche(Base):
    """Allotted money set aside for vouchers of one programme and year; its control account is an encumbrance."""

    __tablename__ = "allotted_tranche"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount"),
        Index("ix_allotted_tranche_programme", "city_code", "programme", "policy_year"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    programme: Mapped[str] = mapped_column(String(100))
    fund: Mapped[str] = mapped_column(String(100))
    policy_year: Mapped[int]
    payer_level: Mapped[str] = mapped_column(String(20))
    amount_fen: Mapped[FenColumn]
    entry_id: Mapped[Ref]
    allotted_by: Mapped[str] = mapped_column(String(200))
    allotted_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]


class BookedRedemption(Base):
    """A redemption that reached the control account, once: its id and determination are the vouchers service's."""

    __tablename__ = "booked_redemption"
    __table_args__ = (CheckConstraint("amount_fen > 0", name="amount"),)

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    tranche_id: Mapped[UUID] = mapped_column(ForeignKey("allotted_tranche.id"), index=True)
    voucher_id: Mapped[Ref]
    provider_id: Mapped[Ref]
    amount_fen: Mapped[FenColumn]
    entry_id: Mapped[Ref]
    determination_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    booked_by: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[RecordedAt]


class RedemptionReversal(Base):
    """So much of a booked redemption is owed no more, once: its id is the finding's at the vouchers service."""

    __tablename__ = "redemption_reversal"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount"),
        Index("ix_redemption_reversal_of", "redemption_id"),
        Index("ix_redemption_reversal_tranche", "tranche_id"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    redemption_id: Mapped[UUID] = mapped_column(ForeignKey("booked_redemption.id"))
    tranche_id: Mapped[UUID] = mapped_column(ForeignKey("allotted_tranche.id"))
    amount_fen: Mapped[FenColumn]
    cause: Mapped[str] = mapped_column(String(40))
    entry_id: Mapped[Ref]
    booked_by: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[RecordedAt]
