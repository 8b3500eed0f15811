"""What an event cost its hosts: statements by edition, their lines, and who hosted beside the calendar's host."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import (
    Base,
    CityCode,
    FenColumn,
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
from services.events.hosting.rules import CostKind, Reach
from services.events.hosting.states import Status


class HostingStatement(Base):
    """One edition of what one host spent on one event; `found_*` is what the check found of what was stated."""

    __tablename__ = "hosting_statement"
    __table_args__ = (
        UniqueConstraint("event_id", "host_id", "edition"),
        Index(
            "uq_hosting_statement_current", "event_id", "host_id", unique=True,
            postgresql_where="status <> 'superseded'",
        ),
        Index("ix_hosting_statement_listing", "city_code", "recorded_at", "id"),
        CheckConstraint("checked_by <> stated_by", name="second_person_checks"),
        CheckConstraint("confirmed_by <> checked_by AND confirmed_by <> stated_by", name="third_person_confirms"),
        CheckConstraint(
            "status NOT IN ('checked', 'confirmed') OR num_nulls(checked_by, checked_at, opinion, eligible_fen,"
            " found_reach, found_participants, found_public_money_fen) = 0",
            name="checked_in_full",
        ),
        CheckConstraint("status <> 'confirmed' OR num_nulls(confirmed_by, confirmed_at) = 0", name="confirmed_in_full"),
        CheckConstraint(
            "participants >= 0 AND own_income_fen >= 0 AND public_money_fen >= 0 AND eligible_fen >= 0", name="amounts"
        ),
        CheckConstraint("(edition = 1) = (correction_reason IS NULL)", name="correction_has_reason"),
    )  # fmt: skip

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    event_id: Mapped[Ref] = reference("calendar_event.id")
    host_id: Mapped[Ref]
    host_name: Mapped[ShortText]
    edition: Mapped[int]
    correction_reason: Mapped[LongText | None]
    status: Mapped[Status] = mapped_column(text_enum(Status))
    reach: Mapped[Reach] = mapped_column(text_enum(Reach))
    public_money: Mapped[JsonList]
    public_money_fen: Mapped[FenColumn]
    own_income_fen: Mapped[FenColumn]
    participants: Mapped[int]
    participants_evidence: Mapped[LongText]
    audit_report: Mapped[str | None] = mapped_column(String(200))
    stated_by: Mapped[ShortText]
    stated_at: Mapped[Moment]
    checked_by: Mapped[str | None] = mapped_column(String(200))
    checked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    opinion: Mapped[str | None] = mapped_column(Text)
    found_reach: Mapped[str | None] = mapped_column(String(40))
    found_participants: Mapped[int | None]
    found_public_money_fen: Mapped[int | None] = mapped_column(BigInteger)
    eligible_fen: Mapped[int | None] = mapped_column(BigInteger)
    confirmed_by: Mapped[str | None] = mapped_column(String(200))
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    version: Mapped[int] = mapped_column(BigInteger)
    recorded_at: Mapped[RecordedAt]

    __mapper_args__: dict[str, Any] = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy declares it


class HostingLine(Base):
    """A line of an edition, each with an invoice of its own.

    `is_live` while it claims its invoice: neither refused by a check nor of an edition that was corrected.
    """

    __tablename__ = "hosting_line"
    __table_args__ = (
        UniqueConstraint("statement_id", "place"),
        Index("uq_hosting_line_invoice", "city_code", "fingerprint", unique=True, postgresql_where="is_live"),
        CheckConstraint("amount_fen > 0 AND amount_fen <= invoice_fen", name="within_invoice"),
        CheckConstraint(
            "accepted OR (reason IS NOT NULL AND clauses <> '[]' AND NOT is_live)", name="refusal_grounded"
        ),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    statement_id: Mapped[Ref] = reference("hosting_statement.id")
    place: Mapped[int]
    kind: Mapped[CostKind] = mapped_column(text_enum(CostKind))
    purpose: Mapped[ShortText]
    amount_fen: Mapped[FenColumn]
    invoice_number: Mapped[str] = mapped_column(String(20))
    invoice_code: Mapped[str | None] = mapped_column(String(12))
    issuer: Mapped[ShortText]
    issued_on: Mapped[date]
    invoice_fen: Mapped[FenColumn]
    fingerprint: Mapped[str] = mapped_column(String(64))
    is_live: Mapped[bool]
    accepted: Mapped[bool | None]
    reason: Mapped[LongText | None]
    clauses: Mapped[JsonList] = mapped_column(default=list)
    recorded_at: Mapped[RecordedAt]
