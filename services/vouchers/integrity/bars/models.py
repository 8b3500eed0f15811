"""Organisations that are kept from vouchers for a time."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, DateTime, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, Id, LongText, Moment, RecordedAt, Ref, ShortText, text_enum
from services.vouchers.integrity.bars.states import Status


class Bar(Base):
    """An organisation neither holds nor serves from `from_on` to the end of `until_on`, or to the day before
    `lifted_on`. Its length is what the officers entered. A proposal to lift it that was declined stays until the next.
    """

    __tablename__ = "voucher_bar"
    __table_args__ = (
        CheckConstraint("until_on >= from_on", "days"),
        CheckConstraint("confirmed_by <> proposed_by", "second_person"),
        CheckConstraint("lifted_by <> lift_proposed_by", "lifted_by_two"),
        CheckConstraint(
            "num_nulls(confirmed_by, confirmed_at) = CASE WHEN status IN ('proposed', 'declined') THEN 2 ELSE 0 END",
            "confirmed_in_full",
        ),
        CheckConstraint(
            "num_nulls(lifted_by, lifted_on, lift_proposed_by, lift_reason) = 0 OR status <> 'lifted'",
            "lifted_in_full",
        ),
        CheckConstraint(
            "num_nulls(lift_declined_by, lift_declined_at) = 2 OR"
            " num_nulls(lift_declined_by, lift_declined_at, lift_proposed_by, lift_reason) = 0 AND status = 'in_force'",
            "lift_declined_in_full",
        ),
        Index("ix_voucher_bar_organisation", "city_code", "organisation_id"),
        Index("ix_voucher_bar_listing", "city_code", "recorded_at", "id"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    organisation_id: Mapped[Ref]
    organisation_name: Mapped[ShortText]
    status: Mapped[Status] = mapped_column(text_enum(Status))
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date] = mapped_column(Date)
    reason: Mapped[LongText]
    legal_ground: Mapped[LongText]
    proposed_by: Mapped[ShortText]
    proposed_at: Mapped[Moment]
    confirmed_by: Mapped[str | None] = mapped_column(String(200))
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    lift_reason: Mapped[LongText | None]
    lift_proposed_by: Mapped[str | None] = mapped_column(String(200))
    lift_declined_by: Mapped[str | None] = mapped_column(String(200))
    lift_declined_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    lifted_by: Mapped[str | None] = mapped_column(String(200))
    lifted_on: Mapped[date | None] = mapped_column(Date)
    version: Mapped[int] = mapped_column(default=1)
    recorded_at: Mapped[RecordedAt]

    __mapper_args__: dict[str, Any] = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads a plain dict
