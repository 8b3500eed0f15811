"""Payment orders, the files they leave in, and what the bank says of them. Amounts in fen."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, FenColumn, Id, JsonList, Moment, RecordedAt, Ref, text_enum
from services.funds.payments.states import Status

NullableRef = Mapped[UUID | None]


class PaymentOrder(Base):
    """One amount to one payee for one subject (an entitlement, a claim), with everything it rests on.

    A statement of redeemed vouchers rests on many determinations, of the vouchers service, and on as many entries: of
    its order neither column names one.

    The payee's account is the registry's when the order was made, or when `payee_adopted_by` last looked at it and took
    it over; it never leaves whole but in the bank file. `successor_id` is paid in place of a payee that merged.
    """

    __tablename__ = "payment_order"
    __table_args__ = (
        UniqueConstraint("subject_id"),  # one order per entitlement or claim, for ever
        UniqueConstraint("city_code", "number"),
        Index("ix_payment_order_status", "city_code", "status", "recorded_at"),
        Index("ix_payment_order_payee", "city_code", "payee_id"),
        Index("ix_payment_order_successor", "successor_id", postgresql_where="successor_id IS NOT NULL"),
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("offset_fen BETWEEN 0 AND amount_fen", name="offset_never_above"),
        CheckConstraint("released_by <> prepared_by", name="second_person"),
        CheckConstraint(
            "status NOT IN ('released', 'batched') OR released_by <> payee_adopted_by", name="payee_seen_by_two"
        ),
        CheckConstraint(
            "status <> 'settled' OR (settled_on IS NOT NULL AND payment_entry_id IS NOT NULL)", name="settled"
        ),
        CheckConstraint(
            "subject_kind = 'voucher_settlement' OR num_nulls(determination_id, encumbrance_entry_id) = 0",
            name="rests_on",
        ),
        CheckConstraint("status <> 'batched' OR (batch_id IS NOT NULL AND released_by IS NOT NULL)", name="batched"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    number: Mapped[str] = mapped_column(String(40))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[Ref]
    programme: Mapped[str] = mapped_column(String(100))
    fund: Mapped[str] = mapped_column(String(100))
    policy_year: Mapped[int]
    payer_level: Mapped[str] = mapped_column(String(20))
    case_id: NullableRef = mapped_column(PG_UUID(as_uuid=True))
    determination_id: NullableRef = mapped_column(PG_UUID(as_uuid=True))
    clauses: Mapped[JsonList]
    amount_fen: Mapped[FenColumn]
    offset_fen: Mapped[FenColumn] = mapped_column(default=0)
    purpose: Mapped[str] = mapped_column(String(200))
    payee_id: Mapped[Ref]
    successor_id: NullableRef = mapped_column(PG_UUID(as_uuid=True))
    payee_name: Mapped[str] = mapped_column(String(200))
    account_name: Mapped[str] = mapped_column(String(200))
    account_number: Mapped[str] = mapped_column(String(40))
    bank_name: Mapped[str] = mapped_column(String(200))
    cnaps_code: Mapped[str | None] = mapped_column(String(12))
    status: Mapped[Status] = mapped_column(text_enum(Status), default=Status.PREPARED)
    attempt: Mapped[int] = mapped_column(default=1)
    prepared_by: Mapped[str] = mapped_column(String(200))
    payee_adopted_by: Mapped[str | None] = mapped_column(String(200))
    released_by: Mapped[str | None] = mapped_column(String(200))
    released_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    not_before: Mapped[date | None]
    encumbrance_entry_id: NullableRef = mapped_column(PG_UUID(as_uuid=True))
    batch_id: NullableRef = mapped_column(ForeignKey("payment_batch.id"))
    batch_line: Mapped[int | None]
    payment_entry_id: NullableRef = mapped_column(PG_UUID(as_uuid=True))
    settled_on: Mapped[date | None]
    bank_reference: Mapped[str | None] = mapped_column(String(100))
    version: Mapped[int] = mapped_column(BigInteger)
    recorded_at: Mapped[RecordedAt]

    __mapper_args__: dict[str, Any] = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy declares it

    @property
    def to_transfer_fen(self) -> int:
        """What the bank pays: the amount less what was set off against money the payee owes."""
        return self.amount_fen - self.offset_fen


class PayeeSuccession(Base):
    """A merged organisation and whom it is part of by now; what was booked stays in its own name."""

    __tablename__ = "payee_succession"
    __table_args__ = (
        Index("ix_payee_succession_successor", "successor_id"),
        CheckConstraint("successor_id <> organisation_id", name="another"),
    )

    organisation_id: Mapped[UUID] = mapped_column(PG_UUID(as_uuid=True), primary_key=True)
    city_code: Mapped[CityCode]
    successor_id: Mapped[Ref]
    recorded_at: Mapped[RecordedAt]


class PaymentSeries(Base):
    """The counters of a city: the last order of a year and the last batch. Locked while the next number is taken."""

    __tablename__ = "payment_series"

    city_code: Mapped[CityCode] = mapped_column(primary_key=True)
    series: Mapped[str] = mapped_column(String(20), primary_key=True)
    last_number: Mapped[int] = mapped_column(default=0)


class PaymentBatch(Base):
    """A file for the bank with its control totals. `file` is the very bytes that were handed out, as a spreadsheet;
    `credit_transfer` the same as ISO 20022, where the city has an account to pay from.
    """

    __tablename__ = "payment_batch"
    __table_args__ = (
        UniqueConstraint("city_code", "sequence"),
        CheckConstraint("orders > 0 AND total_fen > 0", name="totals"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    sequence: Mapped[int]
    orders: Mapped[int]
    total_fen: Mapped[FenColumn]
    file: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    credit_transfer: Mapped[bytes | None] = mapped_column(LargeBinary)
    made_by: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]


class PaymentAdvice(Base):
    """What the bank said of one order at one attempt: settled, rejected or returned. Never changed.

    `bank_code` is the bank's CNAPS code, by the account the order was paid from; empty where the city named no account.
    """

    __tablename__ = "payment_advice"
    __table_args__ = (
        UniqueConstraint("city_code", "bank_code", "bank_reference"),
        Index("ix_payment_advice_reference", "city_code", "bank_reference"),
        # an attempt settles once and comes back once, even if a state were ever wrong
        Index("uq_payment_advice_once", "order_id", "attempt", "kind", unique=True),
        CheckConstraint("kind IN ('settled', 'rejected', 'returned')", name="kind"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("payment_order.id"))
    attempt: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    amount_fen: Mapped[FenColumn]
    on: Mapped[date]
    bank_code: Mapped[str] = mapped_column(String(12), default="")
    bank_reference: Mapped[str] = mapped_column(String(100))
    reason: Mapped[str | None] = mapped_column(Text)
    entry_id: NullableRef = mapped_column(PG_UUID(as_uuid=True))
    told_by: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[RecordedAt]
