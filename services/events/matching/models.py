"""Matching at a roadshow: the slots, the parties, who meets whom, and what each side says came of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import (
    Base,
    CityCode,
    Id,
    JsonList,
    LongText,
    Moment,
    RecordedAt,
    Ref,
    ShortText,
    reference,
    text_enum,
)
from services.events.matching.rules import Outcome, Side, Slots, slots_from

_SCHEDULED = "cancelled_at IS NULL"


class MatchingPlan(Base):
    """The times of an event's meetings, from its start on: they move with the event. With it, enrolment is open."""

    __tablename__ = "matching_plan"
    __table_args__ = (
        UniqueConstraint("event_id"),
        CheckConstraint("first_after_minutes >= 0 AND slot_minutes > 0 AND slot_count > 0", name="slots"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    event_id: Mapped[Ref] = reference("calendar_event.id")
    first_after_minutes: Mapped[int]
    slot_minutes: Mapped[int]
    slot_count: Mapped[int]
    planned_by: Mapped[ShortText]
    recorded_at: Mapped[RecordedAt]

    def slots(self, starts_at: datetime) -> Slots:
        """The slots of an event that starts then."""
        return slots_from(starts_at, self.first_after_minutes, self.slot_minutes, self.slot_count)


class MatchingParty(Base):
    """An organisation that takes part in an event's matching, on one side. Names of people are not kept."""

    __tablename__ = "matching_party"
    __table_args__ = (
        Index(
            "uq_matching_party_enrolled", "event_id", "organisation_id", unique=True,
            postgresql_where="withdrawn_at IS NULL",
        ),
        Index("ix_matching_party_listing", "event_id", "recorded_at", "id"),
        CheckConstraint("side <> 'project' OR num_nulls(title, description) = 0", name="project_described"),
    )  # fmt: skip

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    event_id: Mapped[Ref] = reference("calendar_event.id")
    organisation_id: Mapped[Ref]
    organisation_name: Mapped[ShortText]
    side: Mapped[Side] = mapped_column(text_enum(Side))
    title: Mapped[str | None] = mapped_column(String(200))
    description: Mapped[LongText | None]
    enrolled_by: Mapped[ShortText]
    enrolled_at: Mapped[Moment]
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[RecordedAt]


class MatchingMeeting(Base):
    """Two parties in a slot. Neither is in two meetings of one slot, and no pair meets twice."""

    __tablename__ = "matching_meeting"
    __table_args__ = (
        Index("uq_matching_meeting_project", "project_id", "slot", unique=True, postgresql_where=_SCHEDULED),
        Index("uq_matching_meeting_financier", "financier_id", "slot", unique=True, postgresql_where=_SCHEDULED),
        Index("uq_matching_meeting_pair", "project_id", "financier_id", unique=True, postgresql_where=_SCHEDULED),
        Index("ix_matching_meeting_listing", "event_id", "slot", "id"),
        CheckConstraint("slot > 0 AND project_id <> financier_id", name="two_parties"),
        CheckConstraint(
            "num_nulls(cancelled_at, cancelled_by, cancellation_reason) IN (0, 3)", name="cancelled_in_full"
        ),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    event_id: Mapped[Ref] = reference("calendar_event.id")
    slot: Mapped[int]
    project_id: Mapped[Ref] = reference("matching_party.id")
    financier_id: Mapped[Ref] = reference("matching_party.id")
    is_related: Mapped[bool]
    related_through: Mapped[JsonList]
    scheduled_by: Mapped[ShortText]
    scheduled_at: Mapped[Moment]
    cancelled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    cancelled_by: Mapped[str | None] = mapped_column(String(200))
    cancellation_reason: Mapped[LongText | None]
    version: Mapped[int] = mapped_column(BigInteger)
    recorded_at: Mapped[RecordedAt]

    __mapper_args__: dict[str, Any] = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy declares it


class MatchingOutcome(Base):
    """What one side says of a meeting. A later word is a new row; the current one counts."""

    __tablename__ = "matching_outcome"
    __table_args__ = (
        Index("uq_matching_outcome_current", "meeting_id", "party_id", unique=True, postgresql_where="is_current"),
        CheckConstraint("(outcome = 'agreement') = (amount_fen IS NOT NULL)", name="agreement_has_amount"),
        CheckConstraint("amount_fen > 0", name="amount"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    meeting_id: Mapped[Ref] = reference("matching_meeting.id")
    party_id: Mapped[Ref] = reference("matching_party.id")
    outcome: Mapped[Outcome] = mapped_column(text_enum(Outcome))
    amount_fen: Mapped[int | None] = mapped_column(BigInteger)
    is_current: Mapped[bool]
    stated_by: Mapped[ShortText]
    stated_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]
