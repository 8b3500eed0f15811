"""Firms that were found fit to borrow under the pool's cover, each with the ruling it rests on."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, Id, Json, Moment, RecordedAt, Ref, ShortText


class LibraryFirm(Base):
    """A firm as one bank, or the city, entered it, once at a time; it is inside while any entry of it stands.

    `bank_id`: the bank that entered it; the city did where there is none.
    """

    __tablename__ = "library_firm"
    __table_args__ = (
        Index(
            "uq_library_firm_listed", "city_code", "firm_id", "bank_id", unique=True,
            postgresql_where="removed_on IS NULL", postgresql_nulls_not_distinct=True,
        ),
        Index("ix_library_firm_listing", "city_code", "recorded_at", "id"),
        CheckConstraint("num_nulls(removed_on, removed_by, removed_because) IN (0, 3)", name="removed_in_full"),
    )  # fmt: skip

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    firm_id: Mapped[Ref]
    firm_name: Mapped[ShortText]
    bank_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    facts: Mapped[Json]
    determination_id: Mapped[Ref]
    listed_on: Mapped[date]
    listed_by: Mapped[ShortText]
    listed_at: Mapped[Moment]
    removed_on: Mapped[date | None]
    removed_by: Mapped[str | None] = mapped_column(String(200))
    removed_because: Mapped[str | None] = mapped_column(String(2000))
    recorded_at: Mapped[RecordedAt]
