"""A fund and what was appropriated and allotted to it, year by year. Amounts in fen; rows are never changed."""

from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, FenColumn, Id, Moment, RecordedAt, Ref, ShortText


class Fund(Base):
    """A fund that was appropriated to at least once. Its row is the lock under which the next one is judged."""

    __tablename__ = "fund"

    city_code: Mapped[CityCode] = mapped_column(primary_key=True)
    programme: Mapped[str] = mapped_column(String(100), primary_key=True)
    recorded_at: Mapped[RecordedAt]


class Appropriation(Base):
    """Money granted to a fund for a policy year, by a document. `determination_id` is its envelope's ruling."""

    __tablename__ = "appropriation"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount"),
        Index("ix_appropriation_fund", "city_code", "fund", "policy_year"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    fund: Mapped[str] = mapped_column(String(100))
    policy_year: Mapped[int]
    payer_level: Mapped[str] = mapped_column(String(20))
    amount_fen: Mapped[FenColumn]
    document: Mapped[ShortText]
    determination_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    entry_id: Mapped[Ref]
    made_by: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]


class Allotment(Base):
    """Appropriated money released for use, with the treasury's cash behind it."""

    __tablename__ = "allotment"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount"),
        Index("ix_allotment_fund", "city_code", "fund", "policy_year"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    fund: Mapped[str] = mapped_column(String(100))
    policy_year: Mapped[int]
    payer_level: Mapped[str] = mapped_column(String(20))
    amount_fen: Mapped[FenColumn]
    document: Mapped[ShortText]
    entry_id: Mapped[Ref]
    made_by: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]
