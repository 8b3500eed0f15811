"""What was found wrong with a redemption afterwards. Amounts in fen."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, Index, String
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
    ShortText,
    reference,
    text_enum,
)
from services.vouchers.integrity.findings.states import Kind, Status


class RedemptionFinding(Base):
    """Confirmed, so much of the redemption is reversed; together never more than was redeemed (see Redemption)."""

    __tablename__ = "redemption_finding"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", "amount_above_zero"),
        CheckConstraint("confirmed_by <> found_by", "second_person"),
        CheckConstraint(
            "num_nulls(confirmed_by, confirmed_at) = CASE WHEN status IN ('proposed', 'dropped') THEN 2 ELSE 0 END",
            "confirmed_in_full",
        ),
        CheckConstraint("(status = 'booked') = (booked_at IS NOT NULL)", "booked_when_told"),
        Index("ix_redemption_finding_of", "redemption_id"),
        Index("ix_redemption_finding_tranche", "tranche_id", "status"),
        Index("ix_redemption_finding_listing", "city_code", "recorded_at", "id"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    redemption_id: Mapped[UUID] = reference("redemption.id")
    tranche_id: Mapped[UUID] = reference("tranche.id")
    kind: Mapped[Kind] = mapped_column(text_enum(Kind))
    amount_fen: Mapped[FenColumn]
    reason: Mapped[LongText]
    evidence: Mapped[JsonList]
    status: Mapped[Status] = mapped_column(text_enum(Status))
    found_by: Mapped[ShortText]
    found_at: Mapped[Moment]
    confirmed_by: Mapped[str | None] = mapped_column(String(200))
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    booked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    version: Mapped[int] = mapped_column(default=1)
    recorded_at: Mapped[RecordedAt]

    __mapper_args__: dict[str, Any] = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads a plain dict
