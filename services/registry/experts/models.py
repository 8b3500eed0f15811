"""The pool of experts whom panels are drawn from: kept for that alone."""

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, Id, JsonList, Moment, RecordedAt


class Expert(Base):
    """A name, a unit and a field; `related_organisation_ids`, as on the wire, are what the expert declared.

    The name is personal data: officers of the city see it, no event or log does.
    """

    __tablename__ = "expert"
    __table_args__ = (Index("ix_expert_listing", "city_code", "recorded_at", "id"),)

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    name: Mapped[str] = mapped_column(String(200))
    unit: Mapped[str] = mapped_column(String(200))
    field: Mapped[str] = mapped_column(String(200))
    related_organisation_ids: Mapped[JsonList]
    is_available: Mapped[bool]
    entered_by: Mapped[str] = mapped_column(String(200))
    entered_at: Mapped[Moment]
    version: Mapped[int]
    recorded_at: Mapped[RecordedAt]
