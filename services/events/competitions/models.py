"""Series of competitions, their editions, who enters them, and what was changed after the opening."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, DateTime, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kernel.db import Base, CityCode, Id, Json, Moment, RecordedAt, Ref, ShortText, Version, reference, text_enum
from services.events.calendar.rules import EventLevel
from services.events.competitions.states import LEFT, EditionFact, EditionStatus, EntryStatus
from services.events.competitions.terms import GroupTerms, RoundTerms, Window, groups_of, rounds_of

_LEFT = f"status NOT IN ({', '.join(repr(str(status)) for status in LEFT)})"


class CompetitionSeries(Base):
    """A contest that is held again and again. `duty` is the city pack's duty to hold it, where a clause names it."""

    __tablename__ = "competition_series"
    __table_args__ = (UniqueConstraint("city_code", "name_zh"),)

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    name_zh: Mapped[ShortText]
    name_en: Mapped[str | None] = mapped_column(String(200))
    duty: Mapped[str | None] = mapped_column(String(100))
    entered_by: Mapped[ShortText]
    entered_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]


class CompetitionEdition(Base):
    """One holding of a series. `setup` are groups and rounds as the organiser wrote them, frozen at the opening.

    `entries_numbered` counts the entries ever made, for their numbers.
    """

    __tablename__ = "competition_edition"
    __table_args__ = (
        UniqueConstraint("series_id", "number"),
        Index("ix_competition_edition_listing", "city_code", "recorded_at", "id"),
        CheckConstraint(
            "opens_at < registration_closes_at AND registration_closes_at <= submission_closes_at",
            name="window_in_order",
        ),
        CheckConstraint("notice_working_days >= 1", name="notice_of_a_day"),
        CheckConstraint("(status = 'draft') = (opened_at IS NULL) OR status = 'cancelled'", name="opened_has_moment"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    series_id: Mapped[UUID] = reference("competition_series.id")
    number: Mapped[int] = mapped_column(Integer)
    status: Mapped[EditionStatus] = mapped_column(text_enum(EditionStatus))
    level: Mapped[EventLevel] = mapped_column(text_enum(EventLevel))
    host_id: Mapped[Ref]
    host_name: Mapped[ShortText]
    title_zh: Mapped[ShortText]
    title_en: Mapped[str | None] = mapped_column(String(200))
    opens_at: Mapped[Moment]
    registration_closes_at: Mapped[Moment]
    submission_closes_at: Mapped[Moment]
    eligible_on: Mapped[date] = mapped_column(Date)
    wins_max: Mapped[int | None] = mapped_column(Integer)
    notice_working_days: Mapped[int] = mapped_column(Integer)
    setup: Mapped[Json]
    entries_numbered: Mapped[int] = mapped_column(Integer)
    opened_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_by: Mapped[ShortText]
    created_at: Mapped[Moment]
    version: Mapped[Version]
    recorded_at: Mapped[RecordedAt]

    series: Mapped[CompetitionSeries] = relationship(lazy="raise")

    @property
    def window(self) -> Window:
        """When entries are taken."""
        return Window(self.opens_at, self.registration_closes_at, self.submission_closes_at)

    @property
    def groups(self) -> tuple[GroupTerms, ...]:
        """As the organiser listed them."""
        return groups_of(self.setup)

    @property
    def rounds(self) -> tuple[RoundTerms, ...]:
        """In their order."""
        return rounds_of(self.setup)


class CompetitionGroup(Base):
    """A group of an open edition, for its cap: `entered` counts who holds a place, and the database keeps to it."""

    __tablename__ = "competition_group"
    __table_args__ = (
        UniqueConstraint("edition_id", "key"),
        CheckConstraint("entered >= 0 AND (entries_max IS NULL OR entered <= entries_max)", name="within_cap"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    edition_id: Mapped[UUID] = reference("competition_edition.id")
    key: Mapped[str] = mapped_column(String(40))
    entries_max: Mapped[int | None] = mapped_column(Integer)
    entered: Mapped[int] = mapped_column(Integer)


class CompetitionChange(Base):
    """One line of an edition's history, with what stood before. Never changed."""

    __tablename__ = "competition_change"
    __table_args__ = (Index("ix_competition_change_edition_id", "edition_id"),)

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    edition_id: Mapped[UUID] = reference("competition_edition.id")
    fact: Mapped[EditionFact] = mapped_column(text_enum(EditionFact))
    version: Mapped[Version]
    before: Mapped[Json]
    after: Mapped[Json]
    reason: Mapped[str | None] = mapped_column(Text)
    changed_by: Mapped[ShortText]
    occurred_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]


class CompetitionEntry(Base):
    """A firm's or a team's entry. A team is attached to the firm it founds later, once.

    `eligibility` is what was known at the screening, kept as it was; `reasons` are all findings against it.
    """

    __tablename__ = "competition_entry"
    __table_args__ = (
        UniqueConstraint("edition_id", "number"),
        Index("ix_competition_entry_listing", "edition_id", "status", "number"),
        Index("ix_competition_entry_organisation_id", "organisation_id"),
        Index("uq_competition_entry_firm", "edition_id", "organisation_id", unique=True, postgresql_where=_LEFT),
        Index("uq_competition_entry_team", "edition_id", "team_name", unique=True, postgresql_where=_LEFT),
        CheckConstraint("num_nulls(organisation_id, team_name) < 2", name="somebody_enters"),
        CheckConstraint("num_nulls(submission, submitted_at) IN (0, 2)", name="submitted_in_full"),
        CheckConstraint("num_nulls(eligibility, screened_by, screened_at) IN (0, 3)", name="screened_in_full"),
        CheckConstraint("screened_by <> entered_by", name="another_screens"),
        CheckConstraint("num_nulls(left_reason, left_by, left_at) IN (0, 3)", name="left_in_full"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    edition_id: Mapped[UUID] = reference("competition_edition.id")
    number: Mapped[int] = mapped_column(Integer)
    group_key: Mapped[str] = mapped_column(String(40))
    status: Mapped[EntryStatus] = mapped_column(text_enum(EntryStatus))
    organisation_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    organisation_name: Mapped[str | None] = mapped_column(String(200))
    team_name: Mapped[str | None] = mapped_column(String(200))
    project: Mapped[ShortText]
    registered_on: Mapped[date | None] = mapped_column(Date)
    entered_by: Mapped[ShortText]
    entered_at: Mapped[Moment]
    submission: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    submitted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    eligibility: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    reasons: Mapped[list[Any]] = mapped_column(JSONB)
    screened_by: Mapped[str | None] = mapped_column(String(200))
    screened_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    attached_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    left_reason: Mapped[str | None] = mapped_column(Text)
    left_by: Mapped[str | None] = mapped_column(String(200))
    left_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    version: Mapped[Version]
    recorded_at: Mapped[RecordedAt]

    edition: Mapped[CompetitionEdition] = relationship(lazy="raise")

    @property
    def name(self) -> str:
        """Under what it competes: the team's name, or else the firm's."""
        return self.team_name or self.organisation_name or ""
