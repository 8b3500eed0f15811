"""Registered addresses (住所), who stands at them, hosts with their reports, and the papers that prove it."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kernel.db import Base, CityCode, Id, Json, JsonList, Moment, RecordedAt, reference, text_enum
from services.registry.organisations.models import Organisation
from services.registry.premises.rules import ADDRESS_KEY_MAX
from services.registry.premises.states import HostKind, HostStatus, Mode, RegistrationStatus


class RegisteredAddress(Base):
    """An address firms may be registered at, in whole square metres, with the consent of who holds it.

    `address_key` is the address after NFKC without any space: one place is entered once.
    """

    __tablename__ = "registered_address"
    __table_args__ = (
        UniqueConstraint("city_code", "address_key"),
        Index("ix_registered_address_listing", "city_code", "recorded_at", "id"),
        Index("ix_registered_address_holder_id", "holder_id"),
        CheckConstraint("area_sqm > 0", name="has_an_area"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    address: Mapped[str] = mapped_column(String(300))
    address_key: Mapped[str] = mapped_column(String(ADDRESS_KEY_MAX))
    division_code: Mapped[str | None] = mapped_column(String(6))
    area_sqm: Mapped[int] = mapped_column(Integer)
    holder_id: Mapped[UUID] = reference("organisation.id")
    title_evidence: Mapped[str] = mapped_column(String(200))
    registered_by: Mapped[str] = mapped_column(String(200))
    registered_at: Mapped[Moment]
    version: Mapped[int]
    recorded_at: Mapped[RecordedAt]

    holder: Mapped[Organisation] = relationship(lazy="raise", viewonly=True)
    standing: Mapped[list["AddressRegistration"]] = relationship(
        lazy="raise",
        viewonly=True,
        order_by="AddressRegistration.id",
        primaryjoin="and_(RegisteredAddress.id == AddressRegistration.address_id,"
        " AddressRegistration.ended_on.is_(None))",
    )


class AddressHost(Base):
    """Who lends its address to other firms: a host of a cluster (ZZ-20) or a secretary company (JX-33).

    `duties` are those of the city's policy on the day it was admitted; `move_by` is the last day of a host that leaves.
    """

    __tablename__ = "address_host"
    __table_args__ = (
        Index("uq_address_host_open", "organisation_id", "mode", unique=True, postgresql_where="left_on IS NULL"),
        Index("ix_address_host_listing", "city_code", "recorded_at", "id"),
        CheckConstraint("(status = 'left') = (left_on IS NOT NULL)", name="left_with_date"),
        CheckConstraint("status <> 'leaving' OR move_by IS NOT NULL", name="leaves_by_a_day"),
        CheckConstraint("mode IN ('secretary', 'cluster')", name="hosts_others"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    organisation_id: Mapped[UUID] = reference("organisation.id")
    mode: Mapped[Mode] = mapped_column(text_enum(Mode))
    kind: Mapped[HostKind] = mapped_column(text_enum(HostKind))
    status: Mapped[HostStatus] = mapped_column(text_enum(HostStatus))
    duties: Mapped[JsonList]
    scope_evidence: Mapped[str] = mapped_column(String(200))
    admitted_on: Mapped[date] = mapped_column(Date)
    admitted_by: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str | None] = mapped_column(Text)
    move_by: Mapped[date | None] = mapped_column(Date)
    move_by_provisional: Mapped[bool | None]
    leaving_on: Mapped[date | None] = mapped_column(Date)
    move_working_days: Mapped[int | None]
    left_on: Mapped[date | None] = mapped_column(Date)
    version: Mapped[int]
    recorded_at: Mapped[RecordedAt]

    organisation: Mapped[Organisation] = relationship(lazy="raise", viewonly=True)


class AddressRegistration(Base):
    """A firm at an address from `registered_on` until the day before `ended_on`.

    `further` is one more address on a licence; every other way is the firm's principal one, which it has once.
    """

    __tablename__ = "address_registration"
    __table_args__ = (
        Index(
            "uq_address_registration_principal", "organisation_id", unique=True,
            postgresql_where="ended_on IS NULL AND mode <> 'further'",
        ),
        Index(
            "uq_address_registration_alone", "address_id", unique=True,
            postgresql_where="ended_on IS NULL AND mode = 'single'",
        ),
        Index(
            "uq_address_registration_place", "address_id", "organisation_id", unique=True,
            postgresql_where="ended_on IS NULL",
        ),
        Index("ix_address_registration_listing", "city_code", "recorded_at", "id"),
        Index("ix_address_registration_address_id", "address_id"),
        Index("ix_address_registration_host_id", "host_id"),
        Index("ix_address_registration_organisation_id", "organisation_id"),
        CheckConstraint("(status = 'ended') = (ended_on IS NOT NULL)", name="ended_with_date"),
        CheckConstraint("(mode IN ('secretary', 'cluster')) = (host_id IS NOT NULL)", name="hosted_by_a_host"),
        CheckConstraint("ended_on IS NULL OR ended_on >= registered_on", name="ends_after_beginning"),
    )  # fmt: skip

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    address_id: Mapped[UUID] = reference("registered_address.id")
    organisation_id: Mapped[UUID] = reference("organisation.id")
    host_id: Mapped[UUID | None] = reference("address_host.id")
    carrier_id: Mapped[UUID | None] = reference("carrier.id")
    mode: Mapped[Mode] = mapped_column(text_enum(Mode))
    status: Mapped[RegistrationStatus] = mapped_column(text_enum(RegistrationStatus))
    marking: Mapped[str | None] = mapped_column(String(40))
    trades: Mapped[JsonList]
    area_sqm: Mapped[int] = mapped_column(Integer)
    consent_evidence: Mapped[str] = mapped_column(String(200))
    certificate_number: Mapped[str] = mapped_column(String(40))
    registered_on: Mapped[date] = mapped_column(Date)
    registered_by: Mapped[str] = mapped_column(String(200))
    ended_on: Mapped[date | None] = mapped_column(Date)
    reason: Mapped[str | None] = mapped_column(Text)
    policy_version: Mapped[int]
    policy_hash: Mapped[str] = mapped_column(String(64))
    recorded_at: Mapped[RecordedAt]

    address: Mapped[RegisteredAddress] = relationship(lazy="raise", viewonly=True)
    organisation: Mapped[Organisation] = relationship(lazy="raise", viewonly=True)


class AddressCertificate(Base):
    """The signed statement other departments take as proof of an address. Never changed: what ends is the standing."""

    __tablename__ = "address_certificate"
    __table_args__ = (UniqueConstraint("city_code", "number"), UniqueConstraint("registration_id"))

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    number: Mapped[str] = mapped_column(String(40))
    registration_id: Mapped[UUID] = reference("address_registration.id")
    issued_on: Mapped[date] = mapped_column(Date)
    statement: Mapped[Json]
    signature: Mapped[str] = mapped_column(Text)
    key_id: Mapped[str] = mapped_column(String(100))
    recorded_at: Mapped[RecordedAt]

    registration: Mapped[AddressRegistration] = relationship(lazy="raise", viewonly=True)


class HostReport(Base):
    """What a host reports of a year: its roster in numbers as the register has it, and what it received."""

    __tablename__ = "address_host_report"
    __table_args__ = (UniqueConstraint("host_id", "year"),)

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    host_id: Mapped[UUID] = reference("address_host.id")
    year: Mapped[int] = mapped_column(Integer)
    hosted: Mapped[int] = mapped_column(Integer)
    unreachable: Mapped[int] = mapped_column(Integer)
    post_received: Mapped[int] = mapped_column(Integer)
    remarks: Mapped[str | None] = mapped_column(Text)
    reported_on: Mapped[date] = mapped_column(Date)
    reported_by: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[RecordedAt]
