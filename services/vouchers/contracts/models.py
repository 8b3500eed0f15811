"""Service contracts that reserve value of a voucher. Amounts in fen."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, DateTime, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, FenColumn, Id, RecordedAt, Ref, ShortText, reference, text_enum
from services.vouchers.contracts.states import Status


class Contract(Base):
    """`reserved_fen` was set aside for it, `open_fen` of that still is: the database adds it to what its voucher has
    reserved. `provider_id` is the admission that held on the day it was signed; a contract counts on one voucher.
    """

    __tablename__ = "contract"
    __table_args__ = (
        CheckConstraint("reserved_fen > 0 AND reserved_fen <= contract_net_fen", "reserved_within_contract"),
        CheckConstraint(
            "open_fen >= 0 AND redeemed_fen >= 0 AND open_fen + redeemed_fen <= reserved_fen", "open_within_reserved"
        ),
        CheckConstraint("(status IN ('reserved', 'served')) = (open_fen > 0)", "open_while_it_stands"),
        CheckConstraint("(open_fen > 0) = (ended_at IS NULL)", "ended_when_nothing_is_open"),
        CheckConstraint("num_nulls(ended_at, ended_by, end_reason) IN (0, 3)", "ended_in_full"),
        CheckConstraint("signed_on <= use_by AND use_by <= claim_by", "dates"),
        Index(
            "uq_contract_registered",
            "city_code",
            "organisation_id",
            "holder_id",
            "number",
            unique=True,
            postgresql_where="status IN ('reserved', 'served', 'redeemed')",
        ),
        Index("ix_contract_listing", "city_code", "recorded_at", "id"),
        Index("ix_contract_holder", "city_code", "holder_id", "recorded_at", "id"),
        Index("ix_contract_organisation", "city_code", "organisation_id", "recorded_at", "id"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    status: Mapped[Status] = mapped_column(text_enum(Status))
    voucher_id: Mapped[UUID] = reference("voucher.id", index=True)
    holder_id: Mapped[Ref]
    provider_id: Mapped[UUID] = reference("provider.id", index=True)
    organisation_id: Mapped[Ref]
    service_kind: Mapped[str] = mapped_column(String(100))
    number: Mapped[str] = mapped_column(String(100))
    signed_on: Mapped[date] = mapped_column(Date)
    contract_net_fen: Mapped[FenColumn]
    reserved_fen: Mapped[FenColumn]
    redeemed_fen: Mapped[FenColumn]
    open_fen: Mapped[FenColumn]
    use_by: Mapped[date] = mapped_column(Date)
    claim_by: Mapped[date] = mapped_column(Date)
    served_on: Mapped[date | None] = mapped_column(Date)
    determination_id: Mapped[UUID] = reference("determination.id", unique=True)
    registered_by: Mapped[ShortText]
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_by: Mapped[str | None] = mapped_column(String(200))
    end_reason: Mapped[str | None] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(default=1)
    recorded_at: Mapped[RecordedAt]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads a plain dict
