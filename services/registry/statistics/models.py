"""Statistical reporting: a round for each period, a report for each carrier in it, and every revision handed in."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, DateTime, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kernel.db import Base, CityCode, Id, Json, JsonList, Moment, RecordedAt, reference, text_enum
from services.registry.carriers.models import Carrier, CarrierKind, Level
from services.registry.statistics.states import Status


class StatisticsRound(Base):
    """One period of a city. `form_on` is the first day of the form's version, `due_on` the last day to hand in."""

    __tablename__ = "statistics_round"
    __table_args__ = (
        UniqueConstraint("city_code", "period_from"),
        Index("ix_statistics_round_listing", "city_code", "recorded_at", "id"),
        CheckConstraint("period_from <= period_until", name="period_in_order"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    period_from: Mapped[date] = mapped_column(Date)
    period_until: Mapped[date] = mapped_column(Date)
    form_on: Mapped[date] = mapped_column(Date)
    working_days: Mapped[int] = mapped_column(Integer)
    due_on: Mapped[date] = mapped_column(Date)
    due_provisional: Mapped[bool]
    clauses: Mapped[JsonList]
    policy_version: Mapped[int]
    policy_hash: Mapped[str] = mapped_column(String(64))
    opened_by: Mapped[str] = mapped_column(String(200))
    opened_at: Mapped[Moment]
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[RecordedAt]


class StatisticsReport(Base):
    """What one carrier reports for one period; kind, level and division are those of the period's last day.

    `figures` are those of the newest revision, `accepted_figures` of the newest one an officer accepted: whole numbers
    in the units of the form. `consequence` is a finding about a missed report.
    """

    __tablename__ = "statistics_report"
    __table_args__ = (
        UniqueConstraint("round_id", "carrier_id"),
        Index("ix_statistics_report_listing", "round_id", "recorded_at", "id"),
        Index("ix_statistics_report_carrier_id", "carrier_id"),
        Index("ix_statistics_report_operator_id", "operator_id"),
        CheckConstraint("decided_by <> submitted_by", name="another_person_decides"),
        CheckConstraint("(status IN ('expected', 'missed')) = (revision = 0)", name="handed_in_with_revision"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    round_id: Mapped[UUID] = reference("statistics_round.id")
    carrier_id: Mapped[UUID] = reference("carrier.id")
    operator_id: Mapped[UUID] = reference("organisation.id")
    carrier_kind: Mapped[CarrierKind] = mapped_column(text_enum(CarrierKind))
    level: Mapped[Level] = mapped_column(text_enum(Level))
    district_code: Mapped[str | None] = mapped_column(String(6))
    status: Mapped[Status] = mapped_column(text_enum(Status))
    revision: Mapped[int] = mapped_column(Integer)
    first_submitted_on: Mapped[date | None] = mapped_column(Date)
    is_late: Mapped[bool | None]
    submitted_by: Mapped[str | None] = mapped_column(String(200))
    content_sha256: Mapped[str | None] = mapped_column(String(64))
    figures: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    firms: Mapped[int | None] = mapped_column(Integer)
    decided_by: Mapped[str | None] = mapped_column(String(200))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    return_reason: Mapped[str | None] = mapped_column(Text)
    accepted_revision: Mapped[int | None] = mapped_column(Integer)
    accepted_figures: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    accepted_firms: Mapped[int | None] = mapped_column(Integer)
    consequence: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    version: Mapped[int]
    recorded_at: Mapped[RecordedAt]

    round: Mapped[StatisticsRound] = relationship(lazy="raise")
    carrier: Mapped[Carrier] = relationship(lazy="raise")


class StatisticsRevision(Base):
    """A report as it was handed in; a trigger keeps it so. `content` is by section, `source` is form or xlsx."""

    __tablename__ = "statistics_revision"
    __table_args__ = (UniqueConstraint("report_id", "number"),)

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    report_id: Mapped[UUID] = reference("statistics_report.id")
    number: Mapped[int] = mapped_column(Integer)
    content: Mapped[Json]
    content_sha256: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(Text)
    explanations: Mapped[Json]
    warnings: Mapped[JsonList]
    submitted_by: Mapped[str] = mapped_column(String(200))
    submitted_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]

    decisions: Mapped[list["StatisticsDecision"]] = relationship(
        lazy="raise", viewonly=True, order_by="StatisticsDecision.id"
    )


class StatisticsDecision(Base):
    """What an officer said of a revision, and why; a trigger keeps it. One that was accepted may be returned later."""

    __tablename__ = "statistics_decision"
    __table_args__ = (Index("ix_statistics_decision_revision_id", "revision_id"),)

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    revision_id: Mapped[UUID] = reference("statistics_revision.id")
    is_accepted: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[str] = mapped_column(String(200))
    decided_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]


class StatisticsEntry(Base):
    """What a revision counts once: found again by credit code or normalised name over an operator's carriers.

    Kept of the newest revision, which alone bars others from counting the same, and of the accepted one. `key` is the
    code where there is one, else the name. `since` is the day a firm moved in.
    """

    __tablename__ = "statistics_entry"
    __table_args__ = (
        Index(
            "uq_statistics_entry_counted_once",
            "round_id",
            "operator_id",
            "kind",
            "key",
            unique=True,
            postgresql_where="is_newest",
        ),
        Index("ix_statistics_entry_report_id", "report_id"),
        Index("ix_statistics_entry_counting", "city_code", "kind", "key", "since"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    round_id: Mapped[UUID] = reference("statistics_round.id")
    operator_id: Mapped[UUID] = reference("organisation.id")
    report_id: Mapped[UUID] = reference("statistics_report.id")
    revision: Mapped[int] = mapped_column(Integer)
    is_newest: Mapped[bool]
    carrier_id: Mapped[UUID] = reference("carrier.id")
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(700))
    code: Mapped[str | None] = mapped_column(String(18))
    name: Mapped[str] = mapped_column(String(700))
    since: Mapped[date | None] = mapped_column(Date)
    is_tech_sme: Mapped[bool | None]
    recorded_at: Mapped[RecordedAt]
