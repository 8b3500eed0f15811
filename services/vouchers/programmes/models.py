"""Tranches: money funds has set aside for vouchers of a programme."""

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from kernel.db import Base, CityCode, FenColumn, Id, Moment, RecordedAt, ShortText


class Tranche(Base):
    """A tranche as funds announced it. Its id is funds' own; the balances are the sub-ledger's."""

    __tablename__ = "tranche"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", "amount_above_zero"),
        Index("ix_tranche_listing", "city_code", "opened_at", "id"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    programme: Mapped[ShortText]
    policy_year: Mapped[int]
    amount_fen: Mapped[FenColumn]
    opened_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]
