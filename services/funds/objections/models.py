"""What somebody held against a line of a published list, and what another person answered."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, Id, Moment, RecordedAt, ShortText


class PublicityObjection(Base):
    """Filed by name while the notice runs; its line waits until it is answered or withdrawn. `contact` is personal."""

    __tablename__ = "publicity_objection"
    __table_args__ = (
        Index("ix_publicity_objection_listing", "list_id", "recorded_at", "id"),
        Index("ix_publicity_objection_line", "entitlement_id"),
        CheckConstraint("num_nulls(upheld, opinion, answered_by, answered_at) IN (0, 4)", name="answered_in_full"),
        CheckConstraint("answered_by <> filed_by", name="second_person"),
        CheckConstraint("withdrawn_at IS NULL OR upheld IS NULL", name="withdrawn_or_answered"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    list_id: Mapped[UUID] = mapped_column(ForeignKey("publicity_list.id"))
    entitlement_id: Mapped[UUID] = mapped_column(ForeignKey("entitlement.id"))
    objector: Mapped[ShortText]
    contact: Mapped[ShortText]
    statement: Mapped[str] = mapped_column(Text)
    filed_by: Mapped[str] = mapped_column(String(200))
    filed_at: Mapped[Moment]
    upheld: Mapped[bool | None]
    opinion: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[str | None] = mapped_column(String(200))
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[RecordedAt]
