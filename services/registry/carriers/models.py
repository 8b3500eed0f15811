"""Carriers: spaces, incubators and their like, where they are, and every level they held. Levels stand in parallel."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kernel.db import Base, CityCode, Id, Json, Moment, RecordedAt, reference, text_enum
from services.registry.organisations.models import Organisation


class CarrierKind(StrEnum):
    MAKERSPACE = "makerspace"
    INCUBATOR = "incubator"
    ACCELERATOR = "accelerator"
    CLUSTER = "cluster"
    UNIVERSITY_PARK = "university_park"
    MICRO_FIRM_BASE = "micro_firm_base"
    STUDENT_BASE = "student_base"
    VIRTUAL_SPACE = "virtual_space"
    STARTUP_STREET = "startup_street"


class Level(StrEnum):
    DISTRICT = "district"
    MUNICIPAL = "municipal"
    PROVINCIAL = "provincial"
    NATIONAL = "national"


class Carrier(Base):
    """`facts` are what the operator states, under the fact ids of the city's policy pack."""

    __tablename__ = "carrier"
    __table_args__ = (
        Index("ix_carrier_listing", "city_code", "recorded_at", "id"),
        Index("ix_carrier_operator_id", "operator_id"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    kind: Mapped[CarrierKind] = mapped_column(text_enum(CarrierKind))
    name: Mapped[str] = mapped_column(String(200))
    operator_id: Mapped[UUID] = reference("organisation.id")
    facts: Mapped[Json]
    registered_by: Mapped[str] = mapped_column(String(200))
    registered_at: Mapped[Moment]
    version: Mapped[int]
    recorded_at: Mapped[RecordedAt]

    operator: Mapped[Organisation] = relationship(lazy="raise")
    premises: Mapped[list["Premises"]] = relationship(
        lazy="raise",
        viewonly=True,
        order_by="Premises.id",
        primaryjoin="and_(Carrier.id == Premises.carrier_id, Premises.ended_on.is_(None))",
    )
    levels: Mapped[list["CarrierLevel"]] = relationship(
        lazy="raise", viewonly=True, order_by="CarrierLevel.recognised_on, CarrierLevel.id"
    )


class Premises(Base):
    """An address of a carrier from `effective_on` until `ended_on`; whole square metres."""

    __tablename__ = "carrier_premises"
    __table_args__ = (
        Index("ix_carrier_premises_carrier_id", "carrier_id"),
        Index("ix_carrier_premises_district", "city_code", "district_code"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    carrier_id: Mapped[UUID] = reference("carrier.id")
    address: Mapped[str] = mapped_column(String(300))
    district_code: Mapped[str | None] = mapped_column(String(6))
    area_sqm: Mapped[int | None] = mapped_column(Integer)
    seats: Mapped[int | None] = mapped_column(Integer)
    effective_on: Mapped[date] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)
    recorded_by: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[RecordedAt]


class CarrierLevel(Base):
    """A level held from `recognised_on` until the day before `ended_on`. A trigger lets nothing but its end be written.

    `authority`, `document_number` and `document_on` name the paper of an upper-level recognition.
    """

    __tablename__ = "carrier_level"
    __table_args__ = (
        Index(
            "uq_carrier_level_held", "carrier_id", "level", "is_key", unique=True, postgresql_where="ended_on IS NULL"
        ),
        UniqueConstraint("recognition_id"),
        CheckConstraint("ended_on IS NULL OR ended_on > recognised_on", name="ends_after_beginning"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    carrier_id: Mapped[UUID] = reference("carrier.id")
    level: Mapped[Level] = mapped_column(text_enum(Level))
    is_key: Mapped[bool]
    recognised_on: Mapped[date] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)
    recognition_id: Mapped[UUID] = reference("recognition.id")
    certificate_number: Mapped[str] = mapped_column(String(40))
    policy_version: Mapped[int]
    policy_hash: Mapped[str] = mapped_column(String(64))
    authority: Mapped[str | None] = mapped_column(String(200))
    document_number: Mapped[str | None] = mapped_column(String(200))
    document_on: Mapped[date | None] = mapped_column(Date)
    recorded_at: Mapped[RecordedAt]

    def held_on(self, day: date) -> bool:
        """Whether the level stood on the day."""
        return self.recognised_on <= day and (self.ended_on is None or day < self.ended_on)
