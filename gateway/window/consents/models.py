"""Consents of organisations, and what ended them. Rows are added and never changed: a trigger sees to it."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Date, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kernel.db import Base, CityCode, Id, Moment, RecordedAt, Ref, ShortText, reference, text_enum


class Purpose(StrEnum):
    """What an organisation may consent to. A consent serves its purpose and no other."""

    ELIGIBILITY_SCAN = "eligibility_scan"


class Consent(Base):
    """An organisation's consent, recorded by the client that acts for it and given to that client alone.

    `given_at` is by the city's clock; `evidence_reference` says where the signed paper is.
    """

    __tablename__ = "consent"
    __table_args__ = (
        Index("ix_consent_listing", "city_code", "recorded_at", "id"),
        Index("ix_consent_organisation", "city_code", "organisation_id", "recorded_by"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    organisation_id: Mapped[Ref]
    purpose: Mapped[Purpose] = mapped_column(text_enum(Purpose))
    evidence_title: Mapped[ShortText]
    evidence_reference: Mapped[ShortText]
    valid_until: Mapped[date] = mapped_column(Date)
    recorded_by: Mapped[ShortText]
    given_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]

    withdrawal: Mapped["Withdrawal | None"] = relationship(lazy="raise", viewonly=True, uselist=False)


class Withdrawal(Base):
    """The end of a consent before its last day. The primary key is what makes it one."""

    __tablename__ = "consent_withdrawal"

    consent_id: Mapped[UUID] = reference("consent.id", primary_key=True)
    city_code: Mapped[CityCode]
    reason: Mapped[str | None] = mapped_column(Text)
    withdrawn_by: Mapped[ShortText]
    withdrawn_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]
