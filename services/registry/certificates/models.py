"""Certificates as they were signed, and how far each city's numbers have come."""

from datetime import date
from uuid import UUID

from sqlalchemy import Date, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, Id, Json, RecordedAt, reference


class Certificate(Base):
    """A signed statement that a carrier holds a level. Never changed: what ends is the level, not the paper.

    A renewal or change issues another, which `replaces` the one before: one first paper, each replaced at most once.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("city_code", "number"),
        UniqueConstraint("city_code", "replaces"),
        Index("uq_certificate_first", "recognition_id", unique=True, postgresql_where="replaces IS NULL"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    number: Mapped[str] = mapped_column(String(40))
    carrier_id: Mapped[UUID] = reference("carrier.id", index=True)
    recognition_id: Mapped[UUID] = reference("recognition.id", index=True)
    replaces: Mapped[str | None] = mapped_column(String(40))
    issued_on: Mapped[date] = mapped_column(Date)
    statement: Mapped[Json]
    signature: Mapped[str] = mapped_column(Text)
    key_id: Mapped[str] = mapped_column(String(100))
    recorded_at: Mapped[RecordedAt]


class CertificateCounter(Base):
    """The last number given in a city and year."""

    __tablename__ = "certificate_counter"

    city_code: Mapped[CityCode] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(Integer)
