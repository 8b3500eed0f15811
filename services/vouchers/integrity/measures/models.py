"""What officers did to a voucher, and why. Amounts in fen; rows are never changed."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
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


class Kind(StrEnum):
    FROZEN = "frozen"
    UNFROZEN = "unfrozen"
    VOIDED = "voided"


class VoucherMeasure(Base):
    """One measure on one voucher. `clauses` bind a voiding to the policy, `returned_fen` went back to the tranche."""

    __tablename__ = "voucher_measure"
    __table_args__ = (
        CheckConstraint("returned_fen >= 0 AND (kind = 'voided') = (returned_fen > 0)", "returned_when_voided"),
        CheckConstraint("(kind = 'voided') = (jsonb_array_length(clauses) > 0)", "clause_when_voided"),
        Index("ix_voucher_measure_of", "voucher_id", "recorded_at", "id"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    voucher_id: Mapped[UUID] = reference("voucher.id")
    kind: Mapped[Kind] = mapped_column(text_enum(Kind))
    reason: Mapped[LongText]
    clauses: Mapped[JsonList]
    returned_fen: Mapped[FenColumn]
    made_by: Mapped[ShortText]
    made_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]
