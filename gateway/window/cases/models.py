"""Tables of cases: the file, what was handed in each time, the one correction notice, the counters of numbers."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Date, DateTime, Index, SmallInteger, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from gateway.window.cases.states import Status
from kernel.db import Base, CityCode, Id, Json, JsonList, Moment, RecordedAt, Ref, reference, text_enum


class CaseFile(Base):
    """A case. `*_on` are Shanghai dates and `*_at` instants, both of the city's clock.

    `subject_id` is the owning service's own object when that service asked for the case (a bank's claim).
    `bundle_id` is what it was handed in with, if with anything. `decided_by` is set where the window itself decided.
    `entrusted_to` is the client that acts for the applicant in the place of who opened the case, if there is one.
    """

    __tablename__ = "case_file"
    __table_args__ = (
        CheckConstraint(
            "num_nonnulls(accepted_on, accepted_at, accepted_by) IN (0, 3)", name="accepted_by_someone_somewhen"
        ),
        CheckConstraint("(outcome IS NULL) = (closed_at IS NULL)", name="closed_with_outcome"),
        CheckConstraint("decided_by NOT IN (accepted_by, opened_by)", name="decided_by_another"),
        CheckConstraint("(decided_by IS NULL) = (decision_facts IS NULL)", name="decided_on_facts"),
        Index("ix_case_file_city", "city_code", "recorded_at", "id"),
        Index("ix_case_file_applicant", "city_code", "applicant_id"),
        Index("ix_case_file_opener", "city_code", "opened_by"),
        Index(
            "ix_case_file_entrusted", "city_code", "entrusted_to", postgresql_where="entrusted_to IS NOT NULL",
        ),
        Index("ix_case_file_bundle", "bundle_id", postgresql_where="bundle_id IS NOT NULL"),
        Index(
            "ix_case_file_standing", "city_code", "item", "status", postgresql_include=["told_due_on", "waits_until"],
        ),
        Index(
            "ix_case_file_delivered", "city_code", "item",
            postgresql_include=["accepted_on", "delivered_on"], postgresql_where="delivered_on IS NOT NULL",
        ),
    )  # fmt: skip

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    number: Mapped[str] = mapped_column(String(40), unique=True)
    item: Mapped[str] = mapped_column(String(100))
    service: Mapped[str] = mapped_column(String(20))
    applicant_id: Mapped[Ref]
    opened_by: Mapped[str] = mapped_column(String(200))
    entrusted_to: Mapped[str | None] = mapped_column(String(200))
    subject_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    bundle_id: Mapped[UUID | None] = reference("case_bundle.id")
    status: Mapped[Status] = mapped_column(text_enum(Status))
    form: Mapped[Json]
    documents: Mapped[JsonList]
    submitted_on: Mapped[date] = mapped_column(Date)
    submitted_at: Mapped[Moment]
    status_since: Mapped[Moment]
    resubmitted_on: Mapped[date | None] = mapped_column(Date)
    accepted_on: Mapped[date | None] = mapped_column(Date)
    accepted_at: Mapped[Moment | None] = mapped_column(DateTime(timezone=True))
    accepted_by: Mapped[str | None] = mapped_column(String(200))
    policy_version: Mapped[int | None]
    told_due_on: Mapped[date | None] = mapped_column(Date)
    waits_until: Mapped[date | None] = mapped_column(Date)
    decided_by: Mapped[str | None] = mapped_column(String(200))
    decision_facts: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    outcome: Mapped[str | None] = mapped_column(String(40))
    outcome_reasons: Mapped[list[dict[str, str | None]]] = mapped_column(JSONB)
    closed_on: Mapped[date | None] = mapped_column(Date)
    closed_at: Mapped[Moment | None] = mapped_column(DateTime(timezone=True))
    delivered_on: Mapped[date | None] = mapped_column(Date)
    delivery_channel: Mapped[str | None] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(BigInteger)
    recorded_at: Mapped[RecordedAt]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own shape


class Submission(Base):
    """What was handed in: round 1 with the application, a next one after the correction notice and with what was
    promised.
    """

    __tablename__ = "case_submission"

    case_id: Mapped[UUID] = reference("case_file.id", primary_key=True)
    round: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    city_code: Mapped[CityCode]
    form: Mapped[Json]
    documents: Mapped[JsonList]
    submitted_by: Mapped[str] = mapped_column(String(200))
    submitted_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]


class CorrectionNotice(Base):
    """The one-time notice of everything that is missing. The primary key is what makes it one."""

    __tablename__ = "case_correction_notice"

    case_id: Mapped[UUID] = reference("case_file.id", primary_key=True)
    city_code: Mapped[CityCode]
    items: Mapped[JsonList]
    issued_by: Mapped[str] = mapped_column(String(200))
    issued_on: Mapped[date] = mapped_column(Date)
    issued_at: Mapped[Moment]
    due_on: Mapped[date | None] = mapped_column(Date)
    due_provisional: Mapped[bool]
    recorded_at: Mapped[RecordedAt]


class CaseCounter(Base):
    """The last number given, per city, kind and year. The row is locked until the case that took it is committed."""

    __tablename__ = "case_counter"

    city_code: Mapped[CityCode] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(2), primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(BigInteger)
