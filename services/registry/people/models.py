"""Every person of a city, once: who controls, owns or represents organisations, is a mentor, or is supported talent.

Of a number only its keyed hash and last four are kept. Who they are stands here alone, so that it can be erased.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, LargeBinary, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, Id, JsonList, Moment, RecordedAt, text_enum
from services.registry.people.resident_ids import NumberKind


class NaturalPerson(Base):
    """`number_hash` is made with a key the database does not have: it finds the same person and tells nobody's number.

    Warnings and their override are as those of an organisation's credit code. The name never enters events, logs or
    problem texts. One who is erased has neither name nor number; what refers to them stays.
    """

    __tablename__ = "natural_person"
    __table_args__ = (
        UniqueConstraint("city_code", "number_hash"),
        CheckConstraint("(erased_at IS NULL) = (num_nulls(name, number_hash) = 0)", name="erased_in_full"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    name: Mapped[str | None] = mapped_column(String(200))
    number_kind: Mapped[NumberKind] = mapped_column(text_enum(NumberKind))
    number_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    number_last4: Mapped[str | None] = mapped_column(String(4))
    identifier_warnings: Mapped[JsonList]
    identifier_override: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    recorded_by: Mapped[str] = mapped_column(String(200))
    registered_at: Mapped[Moment]
    erased_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    version: Mapped[int]
    recorded_at: Mapped[RecordedAt]

    @property
    def is_identifier_doubtful(self) -> bool:
        """Warnings that nobody has set aside."""
        return bool(self.identifier_warnings) and self.identifier_override is None

    def __repr__(self) -> str:
        return f"NaturalPerson({self.id})"
