"""People enrolled as mentors or as supported talent. Who they are stands here alone, so that it can be erased."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, DateTime, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, Id, RecordedAt, text_enum


class PaperKind(StrEnum):
    RESIDENT_ID = "resident_id"
    PASSPORT = "passport"


class EnrolledPerson(Base):
    """One person of a city, once by their paper: of its number only a keyed hash is kept (see `people`).

    The name never enters events, logs or problem texts.
    """

    __tablename__ = "enrolled_person"
    __table_args__ = (
        UniqueConstraint("city_code", "paper_hash"),
        CheckConstraint("(erased_at IS NULL) = (num_nulls(name, paper_hash) = 0)", name="erased_in_full"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    paper_kind: Mapped[PaperKind] = mapped_column(text_enum(PaperKind))
    paper_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    name: Mapped[str | None] = mapped_column(String(200))
    erased_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    recorded_by: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[RecordedAt]

    def __repr__(self) -> str:
        return f"EnrolledPerson({self.id})"
