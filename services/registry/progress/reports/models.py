"""Reports of counties and departments. What was handed in and what was said of it are never overwritten."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Date, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kernel.db import Base, CityCode, Id, Json, JsonList, Moment, RecordedAt, reference, text_enum
from services.registry.progress.bodies.models import Reporter
from services.registry.progress.duties.models import DutyDay
from services.registry.progress.reports.states import Status


class Outcome(StrEnum):
    RETURNED = "returned"
    ACCEPTED = "accepted"


class Report(Base):
    """One reporter's report for one due day, through all its revisions."""

    __tablename__ = "progress_report"
    __table_args__ = (
        UniqueConstraint("duty_day_id", "reporter_id"),
        Index("ix_progress_report_listing", "city_code", "recorded_at", "id"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    duty_day_id: Mapped[UUID] = reference("progress_duty_day.id")
    reporter_id: Mapped[UUID] = reference("progress_reporter.id")
    status: Mapped[Status] = mapped_column(text_enum(Status))
    recorded_at: Mapped[RecordedAt]

    duty_day: Mapped[DutyDay] = relationship(lazy="raise")
    reporter: Mapped[Reporter] = relationship(lazy="raise")
    revisions: Mapped[list["ReportRevision"]] = relationship(
        lazy="raise", viewonly=True, order_by="ReportRevision.number"
    )


class ReportRevision(Base):
    """What was handed in at one time. `figures` are whole numbers by target id, in the target's unit. A trigger
    lets nothing of it be changed.
    """

    __tablename__ = "progress_report_revision"
    __table_args__ = (UniqueConstraint("report_id", "number"),)

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    report_id: Mapped[UUID] = reference("progress_report.id")
    number: Mapped[int]
    summary: Mapped[str] = mapped_column(Text)
    figures: Mapped[Json]
    submitted_by: Mapped[str] = mapped_column(String(200))
    submitted_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]

    verdict: Mapped["Verdict | None"] = relationship(lazy="raise", viewonly=True, uselist=False)


class Verdict(Base):
    """What a second person said of a revision, once: accepted, or returned with all reasons."""

    __tablename__ = "progress_verdict"
    __table_args__ = (
        UniqueConstraint("revision_id"),
        CheckConstraint("judged_by <> submitted_by", name="second_person"),
        CheckConstraint("(outcome = 'returned') = (jsonb_array_length(reasons) > 0)", name="returned_with_reasons"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    revision_id: Mapped[UUID] = reference("progress_report_revision.id")
    outcome: Mapped[Outcome] = mapped_column(text_enum(Outcome))
    reasons: Mapped[JsonList]
    submitted_by: Mapped[str] = mapped_column(String(200))
    judged_by: Mapped[str] = mapped_column(String(200))
    judged_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]


class Figure(Base):
    """An accepted figure of a target that no service counts. `is_part`: a county's or zone's, one of many."""

    __tablename__ = "progress_figure"
    __table_args__ = (
        UniqueConstraint("report_id", "target"),
        Index("ix_progress_figure_target", "city_code", "target", "ends_on"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    report_id: Mapped[UUID] = reference("progress_report.id")
    reporter_id: Mapped[UUID] = reference("progress_reporter.id")
    target: Mapped[str] = mapped_column(String(100))
    is_part: Mapped[bool]
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    value: Mapped[int] = mapped_column(BigInteger)
    recorded_at: Mapped[RecordedAt]
