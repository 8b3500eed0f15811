"""An application for money under a programme, from the window's acceptance to the payment. Amounts in fen."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, FenColumn, Id, Json, JsonList, Moment, RecordedAt, Ref, text_enum
from kernel.supplements import awaited_by
from services.funds.applications.states import Status

_HELD = "status IN ('approved', 'paid')"


class Application(Base):
    """`stated` is what the applicant said, `facts` what the review found; the books' own facts are in neither.

    `about` names what it is for (a year, a contest, the paper of an upper award): what pays once, pays once for that.
    Three people: who accepted it does not review it, and neither approves it.
    """

    __tablename__ = "application"
    __table_args__ = (
        Index("uq_application_case_id", "case_id", unique=True),
        Index(
            "uq_application_once", "city_code", "programme", "applicant_id", "about", unique=True,
            postgresql_where=f"pays_once AND {_HELD}",
        ),
        Index("ix_application_listing", "city_code", "status", "recorded_at", "id"),
        Index("ix_application_applicant", "city_code", "applicant_id", "programme"),
        CheckConstraint("reviewed_by <> accepted_by", name="second_officer_reviews"),
        CheckConstraint("approved_by <> reviewed_by AND approved_by <> accepted_by", name="another_person_approves"),
        CheckConstraint("status NOT IN ('payable', 'approved', 'paid') OR amount_fen > 0", name="amount"),
        CheckConstraint(
            f"NOT {_HELD} OR num_nulls(approved_by, approved_at, determination_id, payment_order_id,"
            " encumbrance_entry_id, policy_year) = 0",
            name="approved_in_full",
        ),
        CheckConstraint("status <> 'paid' OR paid_on IS NOT NULL", name="paid"),
    )  # fmt: skip

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    case_id: Mapped[UUID] = mapped_column(PG_UUID(as_uuid=True))
    case_number: Mapped[str] = mapped_column(String(60))
    item: Mapped[str] = mapped_column(String(100))
    programme: Mapped[str] = mapped_column(String(100))
    act: Mapped[str] = mapped_column(String(40))
    fund: Mapped[str] = mapped_column(String(100))
    applicant_id: Mapped[Ref]
    accepted_on: Mapped[date]
    accepted_at: Mapped[Moment]
    accepted_by: Mapped[str] = mapped_column(String(200))
    stated: Mapped[Json]
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    about: Mapped[str | None] = mapped_column(String(200))
    pays_once: Mapped[bool]
    opinion: Mapped[str | None] = mapped_column(Text)
    reviewed_by: Mapped[str | None] = mapped_column(String(200))
    reviewed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    status: Mapped[Status] = mapped_column(text_enum(Status))
    determination_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    policy_version: Mapped[int | None]
    reasons: Mapped[JsonList] = mapped_column(default=list)
    amount_fen: Mapped[FenColumn] = mapped_column(default=0)
    approved_by: Mapped[str | None] = mapped_column(String(200))
    approved_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    policy_year: Mapped[int | None]
    payment_order_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    encumbrance_entry_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    paid_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(BigInteger)
    recorded_at: Mapped[RecordedAt]

    awaits: Mapped[list[dict[str, Any]] | None] = awaited_by(case_id)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy declares it
