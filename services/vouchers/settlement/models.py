"""What a provider is to be paid for the redemptions of a period, out of one tranche. Amounts in fen."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, DateTime, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, FenColumn, Id, Moment, RecordedAt, Ref, ShortText, reference, text_enum
from services.vouchers.settlement.states import Status


class Settlement(Base):
    """Everything booked to the end of `until_on` that stood in no statement before, less what was reversed since."""

    __tablename__ = "settlement"
    __table_args__ = (
        CheckConstraint(
            "redeemed_fen >= 0 AND reversed_fen >= 0 AND total_fen = redeemed_fen - reversed_fen AND total_fen > 0",
            "totals",
        ),
        CheckConstraint("confirmed_by <> prepared_by AND confirmed_by <> published_by", "second_person"),
        CheckConstraint(
            "num_nulls(published_by, published_on) = CASE WHEN status = 'draft' THEN 2 ELSE 0 END"
            " OR status = 'withdrawn'",
            "published_in_full",
        ),
        CheckConstraint(
            "num_nulls(confirmed_by, confirmed_at) = CASE WHEN status IN ('confirmed', 'paid') THEN 0 ELSE 2 END"
            " OR status = 'withdrawn' AND num_nulls(confirmed_by, confirmed_at) = 0",
            "confirmed_in_full",
        ),
        CheckConstraint("(paid_on IS NOT NULL) = (status = 'paid')", "paid_in_full"),
        Index("ix_settlement_listing", "city_code", "recorded_at", "id"),
        Index("ix_settlement_provider", "city_code", "organisation_id"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    tranche_id: Mapped[UUID] = reference("tranche.id")
    programme: Mapped[ShortText]
    organisation_id: Mapped[Ref]
    provider_name: Mapped[ShortText]
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date] = mapped_column(Date)
    status: Mapped[Status] = mapped_column(text_enum(Status))
    lines: Mapped[int]
    redeemed_fen: Mapped[FenColumn]
    reversed_fen: Mapped[FenColumn]
    total_fen: Mapped[FenColumn]
    prepared_by: Mapped[ShortText]
    prepared_at: Mapped[Moment]
    published_by: Mapped[str | None] = mapped_column(String(200))
    published_on: Mapped[date | None] = mapped_column(Date)
    notice_working_days: Mapped[int | None]
    notice_until_on: Mapped[date | None] = mapped_column(Date)
    notice_provisional: Mapped[bool] = mapped_column(default=False)
    confirmed_by: Mapped[str | None] = mapped_column(String(200))
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    paid_on: Mapped[date | None] = mapped_column(Date)
    version: Mapped[int] = mapped_column(default=1)
    recorded_at: Mapped[RecordedAt]

    __mapper_args__: dict[str, Any] = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads a plain dict


class SettlementLine(Base):
    """A redemption, or what a finding took back of one (`amount_fen` below zero). Each stands in one statement."""

    __tablename__ = "settlement_line"
    __table_args__ = (
        CheckConstraint("(finding_id IS NULL) = (amount_fen > 0) AND amount_fen <> 0", "sign"),
        Index(
            "uq_settlement_line_redemption",
            "redemption_id",
            unique=True,
            postgresql_where="finding_id IS NULL AND NOT withdrawn",
        ),
        Index("uq_settlement_line_finding", "finding_id", unique=True, postgresql_where="NOT withdrawn"),
        Index("ix_settlement_line_of", "settlement_id", "recorded_at", "id"),
    )

    id: Mapped[Id]
    settlement_id: Mapped[UUID] = reference("settlement.id")
    redemption_id: Mapped[UUID] = reference("redemption.id")
    finding_id: Mapped[UUID | None] = reference("redemption_finding.id")
    amount_fen: Mapped[FenColumn]
    withdrawn: Mapped[bool] = mapped_column(default=False)
    recorded_at: Mapped[RecordedAt]
