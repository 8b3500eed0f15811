"""The result of an edition, objections to it, the prizes it gives, and the right that each prize leads to once."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, DateTime, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kernel.db import Base, CityCode, Id, JsonList, Moment, RecordedAt, ShortText, Version, reference, text_enum
from services.events.calendar.rules import EventLevel
from services.events.competitions.models import CompetitionEdition
from services.events.results.states import Status

TREASURIES = ("city", "county")


class CompetitionResult(Base):
    """`winners` are the awards on notice, by id alone. Who gave notice does not publish: the constraint says so too."""

    __tablename__ = "competition_result"
    __table_args__ = (
        UniqueConstraint("edition_id"),
        CheckConstraint("published_by <> noticed_by", name="another_publishes"),
        CheckConstraint("(status = 'published') = (published_at IS NOT NULL)", name="published_has_moment"),
        CheckConstraint("num_nulls(published_by, published_at) IN (0, 2)", name="published_in_full"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    edition_id: Mapped[UUID] = reference("competition_edition.id")
    round_id: Mapped[UUID] = reference("judging_round.id")
    status: Mapped[Status] = mapped_column(text_enum(Status))
    seal_sha256: Mapped[str] = mapped_column(String(64))
    winners: Mapped[JsonList]
    noticed_by: Mapped[ShortText]
    noticed_on: Mapped[date] = mapped_column(Date)
    closes_on: Mapped[date] = mapped_column(Date)
    notice_provisional: Mapped[bool]
    published_by: Mapped[str | None] = mapped_column(String(200))
    published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    version: Mapped[Version]
    recorded_at: Mapped[RecordedAt]


class CompetitionObjection(Base):
    """Filed by name during the notice, against a winner or the whole. `objector` and `contact` are personal data."""

    __tablename__ = "competition_objection"
    __table_args__ = (
        Index("ix_competition_objection_result_id", "result_id"),
        CheckConstraint("num_nulls(upheld, opinion, answered_by, answered_at) IN (0, 4)", name="answered_in_full"),
        CheckConstraint("answered_by <> filed_by", name="another_answers"),
        CheckConstraint("num_nonnulls(withdrawn_at, answered_at) <= 1", name="withdrawn_unanswered"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    result_id: Mapped[UUID] = reference("competition_result.id")
    entry_id: Mapped[UUID | None] = reference("competition_entry.id")
    objector: Mapped[ShortText]
    contact: Mapped[str] = mapped_column(Text)
    statement: Mapped[str] = mapped_column(Text)
    filed_by: Mapped[ShortText]
    filed_at: Mapped[Moment]
    upheld: Mapped[bool | None]
    opinion: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[str | None] = mapped_column(String(200))
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[RecordedAt]


class CompetitionPrize(Base):
    """A published prize: what other services cite. A team's is its firm's once the team is attached to it."""

    __tablename__ = "competition_prize"
    __table_args__ = (
        UniqueConstraint("entry_id"),
        UniqueConstraint("edition_id", "group_key", "place"),
        Index("ix_competition_prize_organisation_id", "organisation_id"),
        CheckConstraint("grade >= 1 AND place >= 1", name="grade_and_place"),
        CheckConstraint("num_nulls(revoked_on, revoked_reason, revoked_by) IN (0, 3)", name="revoked_in_full"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    edition_id: Mapped[UUID] = reference("competition_edition.id")
    entry_id: Mapped[UUID] = reference("competition_entry.id")
    organisation_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    winner: Mapped[ShortText]
    project: Mapped[ShortText]
    group_key: Mapped[str] = mapped_column(String(40))
    place: Mapped[int] = mapped_column(Integer)
    grade: Mapped[int] = mapped_column(Integer)
    level: Mapped[EventLevel] = mapped_column(text_enum(EventLevel))
    seal_sha256: Mapped[str] = mapped_column(String(64))
    awarded_on: Mapped[date] = mapped_column(Date)
    revoked_on: Mapped[date | None] = mapped_column(Date)
    revoked_reason: Mapped[str | None] = mapped_column(Text)
    revoked_by: Mapped[str | None] = mapped_column(String(200))
    recorded_at: Mapped[RecordedAt]

    edition: Mapped[CompetitionEdition] = relationship(lazy="raise")


class PrizeBenefit(Base):
    """A right that a prize led to, once for each programme and by one level; never money."""

    __tablename__ = "prize_benefit"
    __table_args__ = (
        UniqueConstraint("prize_id", "programme"),
        CheckConstraint(f"treasury IN {TREASURIES!r}", name="treasury_known"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    prize_id: Mapped[UUID] = reference("competition_prize.id")
    programme: Mapped[str] = mapped_column(String(100))
    treasury: Mapped[str] = mapped_column(String(20))
    plan_project: Mapped[ShortText]
    determination_id: Mapped[UUID] = reference("determination.id", index=True)
    granted_by: Mapped[ShortText]
    granted_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]
