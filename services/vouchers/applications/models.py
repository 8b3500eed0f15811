"""Applications for vouchers that the window has accepted."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, DateTime, Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, LongText, Moment, RecordedAt, Ref, ShortText, text_enum
from kernel.supplements import awaited_by
from services.vouchers.applications.states import Status


class AcceptedCase(Base):
    """Decided under the policy of `accepted_at`, by neither of those who entered and accepted it."""

    __tablename__ = "accepted_case"
    __table_args__ = (
        CheckConstraint(
            "num_nulls(refused_by, refused_at, refusal_reason, refusal_clauses) ="
            " CASE WHEN status = 'refused' THEN 0 ELSE 4 END",
            "refused_in_full",
        ),
        CheckConstraint("refused_by <> accepted_by AND refused_by <> opened_by", "another_refuses"),
        Index("ix_accepted_case_listing", "city_code", "recorded_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(PG_UUID(as_uuid=True), primary_key=True)
    city_code: Mapped[CityCode]
    number: Mapped[str] = mapped_column(String(50))
    item: Mapped[str] = mapped_column(String(100))
    status: Mapped[Status] = mapped_column(text_enum(Status))
    applicant_id: Mapped[Ref]
    opened_by: Mapped[str | None] = mapped_column(String(200))
    accepted_on: Mapped[date] = mapped_column(Date)
    accepted_at: Mapped[Moment]
    accepted_by: Mapped[ShortText]
    refused_by: Mapped[str | None] = mapped_column(String(200))
    refused_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    refusal_reason: Mapped[LongText | None]
    refusal_clauses: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))
    recorded_at: Mapped[RecordedAt]

    awaits: Mapped[list[dict[str, Any]] | None] = awaited_by(id)  # noqa: A003 - the column above
