"""Tables of issuance. Amounts in fen."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, Index, LargeBinary
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, FenColumn, Id, Moment, RecordedAt, Ref, ShortText, reference, text_enum
from services.vouchers.issuance.states import Status


class Voucher(Base):
    """A quota certificate, not cash. Its id is its public serial; `code_hash` the keyed hash of its secret code.

    It keeps the policy of `accepted_at`: what it pays was promised then, and a later value counts only when the
    operator said that it applies to pending matters. `reserved_fen` is the open value of its contracts, part of what
    remains: the database counts it from their rows and lets nobody else write it.
    """

    __tablename__ = "voucher"
    __table_args__ = (
        CheckConstraint("face_fen > 0", "face_above_zero"),
        CheckConstraint("remaining_fen >= 0 AND lapsed_fen >= 0 AND remaining_fen + lapsed_fen <= face_fen", "value"),
        CheckConstraint("(status IN ('issued', 'frozen')) = (remaining_fen > 0)", "issued_while_value_remains"),
        CheckConstraint(
            "(status IN ('expired', 'voided')) = (remaining_fen = 0 AND lapsed_fen > 0)", "ended_with_lapse"
        ),
        CheckConstraint("reserved_fen >= 0 AND reserved_fen <= remaining_fen", "reserved_within_remaining"),
        Index("ix_voucher_holder", "city_code", "holder_id", "recorded_at", "id"),
        Index("ix_voucher_listing", "city_code", "recorded_at", "id"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    status: Mapped[Status] = mapped_column(text_enum(Status))
    programme: Mapped[ShortText]
    tranche_id: Mapped[UUID] = reference("tranche.id", index=True)
    holder_id: Mapped[Ref]
    holder_name: Mapped[ShortText]
    face_fen: Mapped[FenColumn]
    remaining_fen: Mapped[FenColumn]
    reserved_fen: Mapped[FenColumn] = mapped_column(server_default="0")
    lapsed_fen: Mapped[FenColumn]
    issued_on: Mapped[date] = mapped_column(Date)
    expires_on: Mapped[date] = mapped_column(Date)
    accepted_on: Mapped[date] = mapped_column(Date)
    accepted_at: Mapped[Moment]
    determination_id: Mapped[UUID] = reference("determination.id", unique=True)
    case_id: Mapped[UUID | None] = reference("accepted_case.id", unique=True)
    issued_by: Mapped[ShortText]
    code_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    codes_made: Mapped[int]
    recorded_at: Mapped[RecordedAt]

    @property
    def unreserved_fen(self) -> int:
        """What no contract holds."""
        return self.remaining_fen - self.reserved_fen


class HolderYear(Base):
    """What a holder was issued of a programme in a calendar year: the row two clerks issuing at once queue for."""

    __tablename__ = "holder_year"
    __table_args__ = (CheckConstraint("issued_fen >= 0", "issued_not_negative"),)

    city_code: Mapped[CityCode] = mapped_column(primary_key=True)
    holder_id: Mapped[UUID] = mapped_column(PG_UUID(as_uuid=True), primary_key=True)
    programme: Mapped[ShortText] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    issued_fen: Mapped[FenColumn]
