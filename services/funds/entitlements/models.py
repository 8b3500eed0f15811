"""An entitlement: what a recognised or evaluated carrier is owed under one award programme. Amounts in fen."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, FenColumn, Id, JsonList, Moment, RecordedAt, Ref, text_enum
from services.funds.entitlements.states import Status

_HELD = "status IN ('approved', 'paid')"


class PublicityList(Base):
    """Awards nobody applied for, published for the working days the policy gives before they are approved.

    `working_days` is null for a list from before it was kept.
    """

    __tablename__ = "publicity_list"
    __table_args__ = (Index("ix_publicity_list_listing", "city_code", "recorded_at", "id"),)

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    programme: Mapped[str] = mapped_column(String(100))
    published_on: Mapped[date]
    working_days: Mapped[int | None]
    until_on: Mapped[date]
    provisional: Mapped[bool]
    entries: Mapped[int]
    total_fen: Mapped[FenColumn]
    made_by: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[RecordedAt]


class Entitlement(Base):
    """Opened once per recognition, or per evaluation: of one level, or for one year, a carrier is awarded once.

    What nobody applied for is confirmed by the payee and stands on a published list before it is approved.

    `policy_version` is the latest version it was looked at under; the determination names the one it rests on.
    """

    __tablename__ = "entitlement"
    __table_args__ = (
        UniqueConstraint("city_code", "programme", "recognition_id"),
        UniqueConstraint("city_code", "programme", "evaluation_id"),
        # XZ-23, 一次性奖励补助: of one level once per carrier, even if two approvals ran past each other
        Index(
            "uq_entitlement_once", "city_code", "programme", "carrier_id", "level", unique=True,
            postgresql_where=f"{_HELD} AND recognition_id IS NOT NULL",
        ),
        # XZ-24, JX-19: for one year's evaluation once per carrier
        Index(
            "uq_entitlement_evaluation", "city_code", "programme", "carrier_id", "evaluation_year", unique=True,
            postgresql_where=f"{_HELD} AND evaluation_id IS NOT NULL",
        ),
        Index("ix_entitlement_status", "city_code", "status", "recorded_at"),
        Index("ix_entitlement_organisation", "city_code", "organisation_id"),
        CheckConstraint("status NOT IN ('payable', 'approved', 'paid') OR amount_fen > 0", name="amount"),
        CheckConstraint("approved_by <> prepared_by AND approved_by <> recognition_decided_by", name="second_person"),
        CheckConstraint(
            f"NOT {_HELD} OR (approved_by IS NOT NULL AND determination_id IS NOT NULL"
            " AND payment_order_id IS NOT NULL AND encumbrance_entry_id IS NOT NULL)",
            name="approved",
        ),
        CheckConstraint("status <> 'paid' OR paid_on IS NOT NULL", name="paid"),
        CheckConstraint("num_nonnulls(recognition_id, evaluation_id) = 1", name="one_source"),
        CheckConstraint(
            f"NOT {_HELD} OR evaluation_id IS NULL OR num_nulls(confirmed_by, confirmed_at, list_id) = 0",
            name="confirmed_and_published",
        ),
    )  # fmt: skip

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    programme: Mapped[str] = mapped_column(String(100))
    fund: Mapped[str] = mapped_column(String(100))
    carrier_id: Mapped[Ref]
    recognition_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    evaluation_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    evaluation_year: Mapped[int | None]
    grade: Mapped[str | None] = mapped_column(String(40))
    organisation_id: Mapped[Ref]
    case_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    carrier_kind: Mapped[str] = mapped_column(String(40))
    level: Mapped[str | None] = mapped_column(String(40))
    designation: Mapped[str | None] = mapped_column(String(40))
    recognised_on: Mapped[date]
    recognition_decided_by: Mapped[str] = mapped_column(String(200))
    accepted_on: Mapped[date]
    accepted_at: Mapped[Moment]
    status: Mapped[Status] = mapped_column(text_enum(Status), default=Status.OPENED)
    determination_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    policy_version: Mapped[int | None]
    reasons: Mapped[JsonList] = mapped_column(default=list)
    amount_fen: Mapped[FenColumn] = mapped_column(default=0)
    prepared_by: Mapped[str] = mapped_column(String(200))
    approved_by: Mapped[str | None] = mapped_column(String(200))
    approved_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    policy_year: Mapped[int | None]
    payment_order_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    encumbrance_entry_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    paid_on: Mapped[date | None]
    confirmed_by: Mapped[str | None] = mapped_column(String(200))
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    list_id: Mapped[UUID | None] = mapped_column(ForeignKey("publicity_list.id"))
    recognition_ended_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(BigInteger)
    recorded_at: Mapped[RecordedAt]

    __mapper_args__: dict[str, Any] = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy declares it
