"""What an organisation has told once. A datum is added, never edited: the newest of a name counts."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, Id, Moment, RecordedAt, reference, text_enum
from services.registry.organisations.sources import Source


class HeldDatum(Base):
    """`name` is a fact id of the city's pack; `valid_until` its last day. `evidence` and `consent_reference` say where
    the paper and the consent to use the datum again are.
    """

    __tablename__ = "held_datum"
    __table_args__ = (Index("ix_held_datum_organisation_id", "organisation_id", "name", "recorded_at"),)

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    organisation_id: Mapped[UUID] = reference("organisation.id")
    name: Mapped[str] = mapped_column(String(100))
    value: Mapped[Any] = mapped_column(JSONB)
    source: Mapped[Source] = mapped_column(text_enum(Source))
    evidence: Mapped[str | None] = mapped_column(String(200))
    consent_reference: Mapped[str | None] = mapped_column(String(200))
    valid_until: Mapped[date | None] = mapped_column(Date)
    recorded_by: Mapped[str] = mapped_column(String(200))
    registered_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]
