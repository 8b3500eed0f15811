"""Redemptions: value of a voucher claimed by the provider that served its holder. Amounts in fen."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, DateTime, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, FenColumn, Id, Moment, RecordedAt, Ref, ShortText, reference, text_enum
from services.vouchers.redemption.states import Status


class Redemption(Base):
    """In transit until funds has booked it. An invoice is used once in a city, for ever.

    `reversed_fen`: so much of it was found false, or its invoice was cancelled.
    """

    __tablename__ = "redemption"
    __table_args__ = (
        CheckConstraint("amount_fen > 0 AND amount_fen <= contract_net_fen", "amount"),
        CheckConstraint("reversed_fen BETWEEN 0 AND amount_fen", "reversed_never_above"),
        CheckConstraint("(status = 'settled') = (booked_at IS NOT NULL)", "settled_when_booked"),
        UniqueConstraint("city_code", "invoice_fingerprint"),  # blueprint 7: no unique key crosses cities
        Index("ix_redemption_listing", "city_code", "recorded_at", "id"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    status: Mapped[Status] = mapped_column(text_enum(Status))
    voucher_id: Mapped[UUID] = reference("voucher.id", index=True)
    tranche_id: Mapped[UUID] = reference("tranche.id", index=True)
    contract_id: Mapped[UUID | None] = reference("contract.id", index=True)
    provider_id: Mapped[UUID] = reference("provider.id", index=True)
    organisation_id: Mapped[Ref]
    amount_fen: Mapped[FenColumn]
    reversed_fen: Mapped[FenColumn] = mapped_column(default=0)
    service_kind: Mapped[str] = mapped_column(String(100))
    service_on: Mapped[date] = mapped_column(Date)
    contract_on: Mapped[date] = mapped_column(Date)
    contract_net_fen: Mapped[FenColumn]
    invoice_code: Mapped[str | None] = mapped_column(String(12))
    invoice_number: Mapped[str] = mapped_column(String(20))
    invoice_fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32))
    redeemed_at: Mapped[Moment]
    redeemed_by: Mapped[ShortText]
    determination_id: Mapped[UUID] = reference("determination.id", unique=True)
    booked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[RecordedAt]
