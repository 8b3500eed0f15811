"""Carriers: spaces, incubators and their like, where they are, what they offer, and every level they held.

Levels stand in parallel. Premises, offers and warnings keep their dates: what ended stays in the history.
"""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Date, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from kernel.bigrams import bigrams, searchable
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
    NURSERY = "nursery"
    RETURNEE_PARK = "returnee_park"
    MAKER_CENTRE = "maker_centre"
    SERVICE_CENTRE = "service_centre"
    CONSULTING_BODY = "consulting_body"
    DEMONSTRATION = "demonstration"


class HostKind(StrEnum):
    """Who builds the carrier. The first eleven are the words of ZZ-10 and ZZ-11."""

    PRODUCTIVITY_CENTRE = "productivity_centre"
    START_UP_SERVICE_CENTRE = "start_up_service_centre"
    RETURNEE_PARK = "returnee_park"
    ENTERPRISE_KEY_LAB = "enterprise_key_lab"
    RD_TRANSFER_CENTRE = "rd_transfer_centre"
    RESEARCH_INSTITUTE = "research_institute"
    OTHER_INCUBATION_BODY = "other_incubation_body"
    LARGE_FIRM = "large_firm"
    MEDIUM_FIRM = "medium_firm"
    PARK = "park"
    COUNTY_OR_DISTRICT = "county_or_district"
    SMALL_FIRM = "small_firm"
    UNIVERSITY = "university"
    SOCIAL_ORGANISATION = "social_organisation"
    PUBLIC_INSTITUTION = "public_institution"


class RentMode(StrEnum):
    """How the premises are held; free and low rent as in LZ-10."""

    OWNED = "owned"
    LEASED = "leased"
    LOW_RENT = "low_rent"
    FREE = "free"


class Datum(StrEnum):
    """What coordinates are measured by. Maps of the mainland are mostly drawn in GCJ-02; nothing is converted here."""

    GCJ_02 = "gcj_02"
    WGS_84 = "wgs_84"
    CGCS_2000 = "cgcs_2000"


class OfferKind(StrEnum):
    SERVICE = "service"
    EQUIPMENT = "equipment"


class ServiceKind(StrEnum):
    """The six kinds of ZZ-24 and JX-34, and what carriers offer besides."""

    INCUBATION = "incubation"
    INTELLECTUAL_PROPERTY = "intellectual_property"
    FINANCE = "finance"
    CONSULTING = "consulting"
    TESTING = "testing"
    TECHNOLOGY_TRANSFER = "technology_transfer"
    LEGAL = "legal"
    TRAINING = "training"
    EQUIPMENT_SHARING = "equipment_sharing"
    OTHER = "other"


class OpenTo(StrEnum):
    """Who may use an offer."""

    TENANTS = "tenants"
    CITY = "city"
    ANYONE = "anyone"


class Level(StrEnum):
    DISTRICT = "district"
    MUNICIPAL = "municipal"
    PROVINCIAL = "provincial"
    NATIONAL = "national"


class Carrier(Base):
    """`facts` are what the operator states, under the fact ids of the city's policy pack.

    `category` is one of the pack's. A host in a functional zone, which has no code of GB/T 2260, names it in
    `host_zone`. `seats` are those of the present premises (null: nobody stated any), `seats_taken` and `tenants_now`
    those of the open tenancies: kept here, in the transaction that changes them, so that a search need not count.
    `is_public` since it first held a level; a trigger on the levels says so. `tags` are what lists ask for of present
    levels, addresses and offers (`level:municipal`, `key:true`, `level:municipal:true`, `district:320303`,
    `service:finance`); triggers on those tables write them, nothing else does.
    """

    __tablename__ = "carrier"
    __table_args__ = (
        Index("ix_carrier_listing", "city_code", "recorded_at", "id"),
        Index("ix_carrier_kind", "city_code", "kind", "recorded_at", "id"),
        Index("ix_carrier_operator_id", "operator_id"),
        Index("ix_carrier_grams", "grams", postgresql_using="gin"),
        Index("ix_carrier_tags", "tags", postgresql_using="gin"),
        Index(
            "ix_carrier_counting", "city_code",
            postgresql_include=["kind", "category", "tags", "is_public", "operator_id"],
        ),
        CheckConstraint("seats_taken >= 0 AND tenants_now >= 0", name="tenants_counted"),
    )  # fmt: skip

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    kind: Mapped[CarrierKind] = mapped_column(text_enum(CarrierKind))
    category: Mapped[str | None] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    plain: Mapped[str] = mapped_column(Text)
    grams: Mapped[list[str]] = mapped_column(ARRAY(Text))
    operator_id: Mapped[UUID] = reference("organisation.id")
    host_kind: Mapped[HostKind | None] = mapped_column(text_enum(HostKind))
    host_district_code: Mapped[str | None] = mapped_column(String(6))
    host_zone: Mapped[str | None] = mapped_column(String(100))
    seats: Mapped[int | None] = mapped_column(BigInteger)
    seats_taken: Mapped[int] = mapped_column(BigInteger, default=0, server_default=text("0"))
    tenants_now: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))
    is_public: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
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
    offers: Mapped[list["CarrierOffer"]] = relationship(
        lazy="raise",
        viewonly=True,
        order_by="CarrierOffer.id",
        primaryjoin="and_(Carrier.id == CarrierOffer.carrier_id, CarrierOffer.ended_on.is_(None))",
    )
    warnings: Mapped[list["CarrierWarning"]] = relationship(
        lazy="raise",
        viewonly=True,
        order_by="CarrierWarning.id",
        primaryjoin="and_(Carrier.id == CarrierWarning.carrier_id, CarrierWarning.ended_on.is_(None))",
    )

    @property
    def free_seats(self) -> int | None:
        """Null while no address states its seats; more tenants than seats leave none free."""
        return None if self.seats is None else max(0, self.seats - self.seats_taken)

    @validates("name")
    def _made_searchable(self, _key: str, name: str) -> str:
        self.plain, self.grams = searchable(name), bigrams(name)
        return name


class Premises(Base):
    """An address of a carrier from `effective_on` until the day before `ended_on`; whole square metres.

    Coordinates are millionths of a degree by the datum named beside them, all three or none.
    """

    __tablename__ = "carrier_premises"
    __table_args__ = (
        Index("ix_carrier_premises_carrier_id", "carrier_id"),
        Index("ix_carrier_premises_district", "city_code", "district_code"),
        Index(
            "ix_carrier_premises_map", "city_code", "recorded_at", "id",
            postgresql_where="ended_on IS NULL AND datum IS NOT NULL",
        ),
        CheckConstraint("num_nulls(longitude_e6, latitude_e6, datum) IN (0, 3)", name="coordinates_in_full"),
    )  # fmt: skip

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    carrier_id: Mapped[UUID] = reference("carrier.id")
    address: Mapped[str] = mapped_column(String(300))
    district_code: Mapped[str | None] = mapped_column(String(6))
    area_sqm: Mapped[int | None] = mapped_column(Integer)
    seats: Mapped[int | None] = mapped_column(Integer)
    rent_mode: Mapped[RentMode | None] = mapped_column(text_enum(RentMode))
    longitude_e6: Mapped[int | None] = mapped_column(Integer)
    latitude_e6: Mapped[int | None] = mapped_column(Integer)
    datum: Mapped[Datum | None] = mapped_column(text_enum(Datum))
    effective_on: Mapped[date] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)
    recorded_by: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[RecordedAt]

    carrier: Mapped[Carrier] = relationship(lazy="raise", viewonly=True)


class CarrierLevel(Base):
    """A level held from `recognised_on` until the day before `ended_on`. A trigger lets nothing but its end be written.

    `authority`, `document_number` and `document_on` name the paper of an upper-level recognition.
    """

    __tablename__ = "carrier_level"
    __table_args__ = (
        Index(
            "uq_carrier_level_held", "carrier_id", "level", "is_key", unique=True, postgresql_where="ended_on IS NULL"
        ),
        Index("ix_carrier_level_carrier_id", "carrier_id"),
        Index("ix_carrier_level_present", "city_code", "level", "is_key", postgresql_where="ended_on IS NULL"),
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


class CarrierOffer(Base):
    """A service, or a piece of shared equipment, that a carrier offers from `effective_on` until `ended_on`."""

    __tablename__ = "carrier_offer"
    __table_args__ = (
        Index("ix_carrier_offer_carrier_id", "carrier_id"),
        Index("ix_carrier_offer_service", "city_code", "service", postgresql_where="ended_on IS NULL"),
        CheckConstraint("(kind = 'service') = (service IS NOT NULL)", name="services_have_their_kind"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    carrier_id: Mapped[UUID] = reference("carrier.id")
    kind: Mapped[OfferKind] = mapped_column(text_enum(OfferKind))
    service: Mapped[ServiceKind | None] = mapped_column(text_enum(ServiceKind))
    name: Mapped[str] = mapped_column(String(200))
    price_note: Mapped[str | None] = mapped_column(String(200))
    open_to: Mapped[OpenTo] = mapped_column(text_enum(OpenTo))
    effective_on: Mapped[date] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)
    recorded_by: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[RecordedAt]


class CarrierWarning(Base):
    """Something an officer has to look at; `subject` is the programme it is about, or empty.

    `finding` stands in both languages. It ends by an officer's reason, or by itself when what it says is no longer so.
    """

    __tablename__ = "carrier_warning"
    __table_args__ = (
        Index(
            "uq_carrier_warning_open", "carrier_id", "code", "subject", unique=True, postgresql_where="ended_on IS NULL"
        ),
        CheckConstraint("num_nulls(ended_on, ended_by, ended_reason) IN (0, 3)", name="ended_in_full"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    carrier_id: Mapped[UUID] = reference("carrier.id")
    code: Mapped[str] = mapped_column(String(100))
    subject: Mapped[str] = mapped_column(String(100))
    finding: Mapped[Json]
    raised_on: Mapped[date] = mapped_column(Date)
    raised_by: Mapped[str] = mapped_column(String(200))
    ended_on: Mapped[date | None] = mapped_column(Date)
    ended_by: Mapped[str | None] = mapped_column(String(200))
    ended_reason: Mapped[str | None] = mapped_column(Text)
    recorded_at: Mapped[RecordedAt]
