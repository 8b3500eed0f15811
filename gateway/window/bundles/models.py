"""The table of bundles; its cases point to it."""

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, Id, Moment, RecordedAt, Ref


class BundleFile(Base):
    """What was handed in together: `bundle` is its key in the pack. It never changes; how it stands is its cases'."""

    __tablename__ = "case_bundle"
    __table_args__ = (Index("ix_case_bundle_city", "city_code", "recorded_at", "id"),)

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    number: Mapped[str] = mapped_column(String(40), unique=True)
    bundle: Mapped[str] = mapped_column(String(100))
    applicant_id: Mapped[Ref]
    submitted_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]
