"""Who sits in which carrier, since when, where and until when."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, Index, Integer, String, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from kernel.bigrams import bigrams, searchable
from kernel.db import Base, CityCode, Id, RecordedAt, reference, text_enum
from services.registry.carriers.models import Carrier
from services.registry.tenancy.rules import FIRM_KEY_MAX
from services.registry.tenancy.states import TenancyStatus


class TenantKind(StrEnum):
    """A project and a team have no credit code; a firm and an individual business have one."""

    FIRM = "firm"
    INDIVIDUAL_BUSINESS = "individual_business"
    TEAM = "team"
    PROJECT = "project"


CODED = frozenset({TenantKind.FIRM, TenantKind.INDIVIDUAL_BUSINESS})


class Tenancy(Base):
    """A tenant of a carrier from `started_on` until the day before `ended_on`; whole square metres.

    `firm_key` is the credit code, or the searchable name of who has none: one tenancy of it is open in a carrier.
    `organisation_id` is the registered organisation of that code, when there is one. `agreed_until` is the last day of
    the agreement; `place` the desk or room.
    """

    __tablename__ = "tenancy"
    __table_args__ = (
        Index("uq_tenancy_open", "carrier_id", "firm_key", unique=True, postgresql_where="ended_on IS NULL"),
        Index("ix_tenancy_listing", "city_code", "recorded_at", "id"),
        Index("ix_tenancy_kind", "city_code", "kind", "recorded_at", "id"),
        Index("ix_tenancy_carrier", "carrier_id", "recorded_at", "id"),
        Index("ix_tenancy_credit_code", "city_code", "credit_code"),
        Index("ix_tenancy_organisation_id", "organisation_id"),
        Index("ix_tenancy_grams", "grams", postgresql_using="gin"),
        CheckConstraint("(status = 'ended') = (ended_on IS NOT NULL)", name="ended_with_date"),
        CheckConstraint("ended_on IS NULL OR ended_on >= started_on", name="ends_after_beginning"),
        CheckConstraint("(kind IN ('firm', 'individual_business')) = (credit_code IS NOT NULL)", name="coded"),
        CheckConstraint("seats >= 0 AND area_sqm >= 0", name="whole"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    carrier_id: Mapped[UUID] = reference("carrier.id")
    kind: Mapped[TenantKind] = mapped_column(text_enum(TenantKind))
    name: Mapped[str] = mapped_column(String(200))
    credit_code: Mapped[str | None] = mapped_column(String(18))
    organisation_id: Mapped[UUID | None] = reference("organisation.id")
    firm_key: Mapped[str] = mapped_column(String(FIRM_KEY_MAX))
    plain: Mapped[str] = mapped_column(Text)
    grams: Mapped[list[str]] = mapped_column(ARRAY(Text))
    place: Mapped[str | None] = mapped_column(String(100))
    area_sqm: Mapped[int | None] = mapped_column(Integer)
    seats: Mapped[int] = mapped_column(Integer)
    status: Mapped[TenancyStatus] = mapped_column(text_enum(TenancyStatus))
    started_on: Mapped[date] = mapped_column(Date)
    agreed_until: Mapped[date | None] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)
    end_reason: Mapped[str | None] = mapped_column(Text)
    import_id: Mapped[UUID | None] = reference("tenant_import.id")
    recorded_by: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[RecordedAt]

    carrier: Mapped[Carrier] = relationship(lazy="raise")

    @validates("name")
    def _made_searchable(self, _key: str, name: str) -> str:
        self.plain, self.grams = searchable(name), bigrams(name)
        return name
