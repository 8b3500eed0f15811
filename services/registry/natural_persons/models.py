"""People the registers are about. Their papers stand here alone, so that they can be erased and nothing copies them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, DateTime, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, Id, RecordedAt, text_enum


class PaperKind(StrEnum):
    RESIDENT_ID = "resident_id"
    PASSPORT = "passport"


class NaturalPerson(Base):
    """One person of a city, once by their paper. Name and number never enter events, logs or problem texts."""

    __tablename__ = "natural_person"
    __table_args__ = (
        UniqueConstraint("city_code", "paper_kind", "paper_number"),
        CheckConstraint("(erased_at IS NULL) = (num_nulls(name, paper_number) = 0)", name="erased_in_full"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    paper_kind: Mapped[PaperKind] = mapped_column(text_enum(PaperKind))
    paper_number: Mapped[str | None] = mapped_column(String(20))
    name: Mapped[str | None] = mapped_column(String(200))
    erased_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    recorded_by: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[RecordedAt]

    def __repr__(self) -> str:
        return f"NaturalPerson({self.id})"
