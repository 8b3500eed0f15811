"""Organisations: who they are, what they were called, and where they are paid. History is added to, never edited."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, DateTime, Index, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kernel.db import Base, CityCode, Id, JsonList, Moment, RecordedAt, reference, text_enum


class OrganisationKind(StrEnum):
    FIRM = "firm"
    INDIVIDUAL_BUSINESS = "individual_business"
    TEAM = "team"
    UNIVERSITY = "university"
    RESEARCH_INSTITUTE = "research_institute"
    BANK = "bank"
    PROVIDER = "provider"
    DEPARTMENT = "department"
    ASSOCIATION = "association"


class OrganisationStatus(StrEnum):
    ACTIVE = "active"
    DEREGISTERED = "deregistered"
    MERGED = "merged"


class Organisation(Base):
    """`identifier_warnings` are the doubts about the credit code, each {code, facts}; `identifier_override` is who
    set them aside and why: {by, at, reason, evidence}. `registered_by` is the client or person that entered it, or to
    whom it was entrusted since.

    `pending_ending_id` is the merger or deregistration that waits for a second person. One that was merged keeps its
    row: whatever cites it finds it, and through `merged_into_id` what it became part of.
    """

    __tablename__ = "organisation"
    __table_args__ = (
        UniqueConstraint("city_code", "credit_code"),
        Index("ix_organisation_listing", "city_code", "recorded_at", "id"),
        Index("ix_organisation_registered_by", "city_code", "registered_by"),
        CheckConstraint("(status = 'deregistered') = (deregistered_on IS NOT NULL)", name="deregistered_with_date"),
        CheckConstraint(
            "(status = 'merged') = (merged_on IS NOT NULL AND merged_into_id IS NOT NULL)", name="merged_with_date"
        ),
        CheckConstraint("merged_into_id <> id", name="merged_into_another"),
        Index("ix_organisation_merged_into_id", "merged_into_id", postgresql_where="merged_into_id IS NOT NULL"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    kind: Mapped[OrganisationKind] = mapped_column(text_enum(OrganisationKind))
    name: Mapped[str] = mapped_column(String(200))
    credit_code: Mapped[str | None] = mapped_column(String(18))
    identifier_warnings: Mapped[JsonList]
    identifier_override: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    status: Mapped[OrganisationStatus] = mapped_column(text_enum(OrganisationStatus))
    deregistered_on: Mapped[date | None] = mapped_column(Date)
    deregistration_reason: Mapped[str | None] = mapped_column(Text)
    incorporated_on: Mapped[date | None] = mapped_column(Date)
    merged_on: Mapped[date | None] = mapped_column(Date)
    merged_into_id: Mapped[UUID | None] = reference("organisation.id")
    pending_ending_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    registered_by: Mapped[str] = mapped_column(String(200))
    registered_at: Mapped[Moment]
    version: Mapped[int]
    recorded_at: Mapped[RecordedAt]

    names: Mapped[list["OrganisationName"]] = relationship(lazy="raise", order_by="OrganisationName.effective_on")
    payee_account: Mapped["PayeeAccount | None"] = relationship(
        lazy="raise",
        viewonly=True,
        uselist=False,
        primaryjoin="and_(Organisation.id == PayeeAccount.organisation_id, PayeeAccount.replaced_at.is_(None))",
    )

    @property
    def has_ended(self) -> bool:
        return self.status is not OrganisationStatus.ACTIVE

    @property
    def is_active(self) -> bool:
        """It exists, and no end waits for a second person: until that is decided it gets nothing new."""
        return not self.has_ended and self.pending_ending_id is None

    @property
    def is_identifier_doubtful(self) -> bool:
        """Warnings that nobody has set aside."""
        return bool(self.identifier_warnings) and self.identifier_override is None


class OrganisationName(Base):
    """What the organisation is called from `effective_on`."""

    __tablename__ = "organisation_name"
    __table_args__ = (UniqueConstraint("organisation_id", "effective_on"),)

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    organisation_id: Mapped[UUID] = reference("organisation.id")
    name: Mapped[str] = mapped_column(String(200))
    effective_on: Mapped[date] = mapped_column(Date)
    recorded_by: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[RecordedAt]


class Entrustment(Base):
    """Who acted for the organisation before, who does now, and by which paper. Added to, never edited."""

    __tablename__ = "organisation_entrustment"
    __table_args__ = (Index("ix_organisation_entrustment_organisation_id", "organisation_id"),)

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    organisation_id: Mapped[UUID] = reference("organisation.id")
    former: Mapped[str] = mapped_column(String(200))
    present: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text)
    entrusted_by: Mapped[str] = mapped_column(String(200))
    entrusted_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]


class PayeeAccount(Base):
    """Where the organisation is paid. One is current; an earlier one keeps the time it was replaced."""

    __tablename__ = "payee_account"
    __table_args__ = (
        Index("uq_payee_account_current", "organisation_id", unique=True, postgresql_where="replaced_at IS NULL"),
        Index("ix_payee_account_number", "city_code", "account_number", postgresql_where="replaced_at IS NULL"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    organisation_id: Mapped[UUID] = reference("organisation.id")
    payee_name: Mapped[str] = mapped_column(String(200))
    account_number: Mapped[str] = mapped_column(Text)
    bank_name: Mapped[str] = mapped_column(String(200))
    cnaps_code: Mapped[str | None] = mapped_column(String(12))
    recorded_by: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[RecordedAt]
    replaced_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    @property
    def last4(self) -> str:
        return self.account_number[-4:]

    def __repr__(self) -> str:
        return f"PayeeAccount(…{self.last4})"
