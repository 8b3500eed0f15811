"""Who looked at whom, on what ground, by which policy: kept for privacy audits, without any of what was seen."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, Id, JsonList, Moment, RecordedAt, Ref, ShortText, reference, text_enum


class Basis(StrEnum):
    """Why somebody may look: the organisation's consent, an officer's duty, or that it is its own."""

    CONSENT = "consent"
    DUTY = "duty"
    OWN = "own"


class EligibilityScan(Base):
    """One scan. Neither the facts it read nor what it found is here; `sources_away` are services that did not answer.

    Rows are added and never changed: a trigger sees to it.
    """

    __tablename__ = "eligibility_scan"
    __table_args__ = (
        CheckConstraint("(basis = 'consent') = (consent_id IS NOT NULL)", name="consent_where_it_is_the_basis"),
        Index("ix_eligibility_scan_listing", "city_code", "recorded_at", "id"),
        Index("ix_eligibility_scan_organisation", "city_code", "organisation_id"),
        Index("ix_eligibility_scan_consent_id", "consent_id"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    organisation_id: Mapped[Ref]
    basis: Mapped[Basis] = mapped_column(text_enum(Basis))
    consent_id: Mapped[UUID | None] = reference("consent.id")
    scanned_by: Mapped[ShortText]
    scanned_at: Mapped[Moment]
    policy_version: Mapped[int] = mapped_column(Integer)
    policy_hash: Mapped[str] = mapped_column(String(64))
    sources_away: Mapped[JsonList]
    recorded_at: Mapped[RecordedAt]
