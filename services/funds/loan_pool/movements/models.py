"""What moved, when: written with the fact itself, never changed. Amounts in fen."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, FenColumn, Moment, RecordedAt, Ref, text_enum
from services.funds.loan_pool.movements.states import Fact


class Movement(Base):
    """A fact of one object's life. `amount_fen` is what the fact is about; `happened_at` is the city's clock."""

    __tablename__ = "pool_movement"
    __table_args__ = (
        CheckConstraint("amount_fen >= 0", name="amount"),
        Index("ix_pool_movement_day", "city_code", "bank_id", "happened_at", "seq"),
        Index("ix_pool_movement_object", "object_id", "seq"),
    )

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    city_code: Mapped[CityCode]
    bank_id: Mapped[Ref]
    object_id: Mapped[UUID]
    bank_reference: Mapped[str] = mapped_column(String(64))
    fact: Mapped[Fact] = mapped_column(text_enum(Fact))
    status: Mapped[str] = mapped_column(String(40))
    amount_fen: Mapped[FenColumn]
    happened_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]

    @property
    def at(self) -> datetime:
        """As the wire calls it."""
        return self.happened_at
