"""The one register of invoices over all programmes and cities: a cost is paid for once."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, DateTime, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, FenColumn, Id, RecordedAt, Ref


class Invoice(Base):
    """An invoice somebody asks money for. `realm` is shared by all real cities; every sandbox has its own.

    Released when what it was claimed for is refused; then it may be claimed again. Another service's is held until
    `held_until`, and for good (null) once the fact it is for is booked. `subject_id` is that service's own reference.
    """

    __tablename__ = "invoice"
    __table_args__ = (
        Index("uq_invoice_claimed", "realm", "fingerprint", unique=True, postgresql_where="is_released = false"),
        Index("ix_invoice_subject", "subject_id"),
        CheckConstraint("amount_fen > 0", name="amount"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    realm: Mapped[str] = mapped_column(String(20))
    fingerprint: Mapped[str] = mapped_column(String(64))
    number_last4: Mapped[str] = mapped_column(String(4))
    issued_on: Mapped[date | None] = mapped_column(Date)
    amount_fen: Mapped[FenColumn]
    service: Mapped[str] = mapped_column(String(20))
    programme_kind: Mapped[str | None] = mapped_column(String(40))
    claimed_on: Mapped[date] = mapped_column(Date)
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[Ref]
    claimed_for: Mapped[UUID] = mapped_column()
    held_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    is_released: Mapped[bool] = mapped_column(default=False)
    recorded_at: Mapped[RecordedAt]
