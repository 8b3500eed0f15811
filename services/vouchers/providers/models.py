"""Providers: organisations whose services vouchers pay for."""

from datetime import date

from sqlalchemy import CheckConstraint, Date, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, Id, JsonList, LongText, RecordedAt, Ref, ShortText


class Provider(Base):
    """One admission, from `admitted_on` to the day before `ended_on`. Who comes back is admitted anew."""

    __tablename__ = "provider"
    __table_args__ = (
        CheckConstraint("ended_on >= admitted_on", "ended_after_admission"),
        CheckConstraint("(ended_on IS NULL) = (ended_by IS NULL)", "ended_by_somebody"),
        CheckConstraint("division_code ~ '^[0-9]{6}$'", "division_code"),
        Index("uq_provider_admitted", "city_code", "organisation_id", unique=True, postgresql_where="ended_on IS NULL"),
        Index("ix_provider_organisation", "city_code", "organisation_id", "admitted_on"),
        Index("ix_provider_listing", "city_code", "recorded_at", "id"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    organisation_id: Mapped[Ref]
    name: Mapped[ShortText]
    division_code: Mapped[str] = mapped_column(String(6))
    service_kinds: Mapped[JsonList]
    admitted_on: Mapped[date] = mapped_column(Date)
    admitted_by: Mapped[ShortText]
    ended_on: Mapped[date | None] = mapped_column(Date)
    ended_by: Mapped[str | None] = mapped_column(String(200))
    end_reason: Mapped[LongText | None]
    version: Mapped[int] = mapped_column(default=1)
    recorded_at: Mapped[RecordedAt]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads a plain dict
