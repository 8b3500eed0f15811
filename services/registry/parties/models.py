"""Who controls, owns and represents organisations, from when until when, and what contacts they share."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kernel.db import Base, CityCode, Id, Moment, RecordedAt, reference, text_enum
from services.registry.organisations.models import Organisation
from services.registry.organisations.sources import Source
from services.registry.people.models import NaturalPerson


class PartyRole(StrEnum):
    """`no_controller` states that nobody controls the organisation; it names no holder."""

    CONTROLLER = "controller"
    SHAREHOLDER = "shareholder"
    LEGAL_REPRESENTATIVE = "legal_representative"
    NO_CONTROLLER = "no_controller"


class ContactKind(StrEnum):
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"


class Party(Base):
    """A role held from `effective_on` until the day before `ended_on`; the holder is an organisation or a person.

    `share_bp`: of 10000. `consent_reference` says where the consent to keep and use it is.
    """

    __tablename__ = "party"
    __table_args__ = (
        Index("ix_party_organisation_id", "organisation_id"),
        Index("ix_party_holder_organisation_id", "holder_organisation_id"),
        Index("ix_party_holder_person_id", "holder_person_id"),
        CheckConstraint(
            "num_nonnulls(holder_organisation_id, holder_person_id) = CASE role WHEN 'no_controller' THEN 0 ELSE 1 END",
            name="one_holder",
        ),
        CheckConstraint("(role = 'shareholder') = (share_bp IS NOT NULL)", name="share_of_shareholders"),
        CheckConstraint("share_bp BETWEEN 1 AND 10000", name="share_of_a_whole"),
        CheckConstraint("ended_on > effective_on", name="ends_after_beginning"),
        CheckConstraint("holder_organisation_id <> organisation_id", name="held_by_another"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    organisation_id: Mapped[UUID] = reference("organisation.id")
    role: Mapped[PartyRole] = mapped_column(text_enum(PartyRole))
    holder_organisation_id: Mapped[UUID | None] = reference("organisation.id")
    holder_person_id: Mapped[UUID | None] = reference("natural_person.id")
    share_bp: Mapped[int | None] = mapped_column(Integer)
    effective_on: Mapped[date] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)
    end_reason: Mapped[str | None] = mapped_column(Text)
    source: Mapped[Source] = mapped_column(text_enum(Source))
    consent_reference: Mapped[str | None] = mapped_column(String(200))
    recorded_by: Mapped[str] = mapped_column(String(200))
    registered_at: Mapped[Moment]
    ended_by: Mapped[str | None] = mapped_column(String(200))
    recorded_at: Mapped[RecordedAt]

    holder_organisation: Mapped[Organisation | None] = relationship(
        lazy="raise", viewonly=True, foreign_keys=[holder_organisation_id]
    )
    holder_person: Mapped[NaturalPerson | None] = relationship(lazy="raise", viewonly=True)


class Contact(Base):
    """A phone, an e-mail or an address, kept as a keyed hash: it tells who shares it, and nothing else."""

    __tablename__ = "organisation_contact"
    __table_args__ = (
        Index("uq_organisation_contact", "organisation_id", "kind", "value_hash", unique=True),
        Index("ix_organisation_contact_value", "city_code", "kind", "value_hash"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    organisation_id: Mapped[UUID] = reference("organisation.id")
    kind: Mapped[ContactKind] = mapped_column(text_enum(ContactKind))
    value_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    source: Mapped[Source] = mapped_column(text_enum(Source))
    consent_reference: Mapped[str | None] = mapped_column(String(200))
    recorded_by: Mapped[str] = mapped_column(String(200))
    registered_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]
