"""The ledger's tables as SQLAlchemy sees them, for reading and for `alembic check`. Nothing writes them from Python."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from kernel.db import Base

_ID = UUID(as_uuid=True)
_MOMENT = DateTime(timezone=True)
_KEY = Text(collation="C")

account = Table(
    "ledger_account",
    Base.metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("city_code", _KEY, nullable=False),
    Column("code", _KEY, nullable=False),
    Column("kind", Text, nullable=False),
    Column("normal_side", Text, nullable=False),
    Column("spendable", Boolean, nullable=False),
    Column("status", Text, nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("programme", Text),
    Column("policy_year", Integer),
    Column("payer_level", Text),
    Column("opened_at", _MOMENT, nullable=False),
    Column("posted_fen", BigInteger, nullable=False),
    Column("held_fen", BigInteger, nullable=False),
    Column("version", BigInteger, nullable=False),
    UniqueConstraint("city_code", "code"),
)

period = Table(
    "ledger_period",
    Base.metadata,
    Column("city_code", _KEY, nullable=False),
    Column("book", _KEY, nullable=False),
    Column("period", _KEY, nullable=False),
    Column("status", Text, nullable=False),
    Column("last_number", BigInteger, nullable=False),
    Column("opening_hash", LargeBinary, nullable=False),
    Column("head_hash", LargeBinary, nullable=False),
    Column("last_recorded_at", _MOMENT, nullable=False),
    Column("closed_at", _MOMENT),
    Column("closed_by", Text),
    Column("close_approved_by", Text),
    Column("reopened_at", _MOMENT),
    Column("reopened_by", Text),
    Column("reopen_approved_by", Text),
    Column("reopen_reason", Text),
    PrimaryKeyConstraint("city_code", "book", "period"),
)

turnover = Table(
    "ledger_turnover",
    Base.metadata,
    Column("city_code", _KEY, nullable=False),
    Column("month", _KEY, nullable=False),
    Column("book", _KEY, nullable=False),
    Column("period", _KEY, nullable=False),
    Column("account_id", BigInteger, nullable=False),
    Column("debits_fen", BigInteger, nullable=False),
    Column("legs", BigInteger, nullable=False),
    PrimaryKeyConstraint("city_code", "month", "book", "period", "account_id"),
)

entry = Table(
    "ledger_entry",
    Base.metadata,
    Column("id", _ID, primary_key=True),
    Column("city_code", _KEY, nullable=False),
    Column("book", _KEY, nullable=False),
    Column("period", _KEY, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("fact", Text, nullable=False),
    Column("reference", _ID),
    Column("effective_on", Date, nullable=False),
    Column("recorded_at", _MOMENT, nullable=False),
    Column("actor", Text, nullable=False),
    Column("determination_id", _ID),
    Column("case_id", _ID),
    Column("approvals", ARRAY(_ID)),
    Column("reason", Text),
    Column("reverses", _ID),
    Column("hold_id", _ID),
    Column("hold_fen", BigInteger),
    Column("idempotency_key", _KEY, nullable=False),
    Column("body_hash", LargeBinary, nullable=False),
    Column("prev_hash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    UniqueConstraint("book", "city_code", "period", "number"),
)
Index(  # as PostgreSQL writes them, for `alembic check`
    "uq_ledger_entry_key",
    text("hashtextextended((city_code || ' ') || idempotency_key, 0)"),
    text("hashtextextended((city_code || ' ') || idempotency_key, 1)"),
    unique=True,
    _table=entry,
)
for _column in ("reference", "case_id", "hold_id", "reverses"):
    Index(f"ix_ledger_entry_{_column}", entry.c[_column], postgresql_where=text(f"{_column} IS NOT NULL"))

leg = Table(
    "ledger_leg",
    Base.metadata,
    Column("entry_id", _ID, nullable=False),
    Column("line", Integer, nullable=False),
    Column("city_code", _KEY, nullable=False),
    Column("account_id", BigInteger, nullable=False),
    Column("side", Text, nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
    Column("balance_after_fen", BigInteger, nullable=False),
    Column("account_version", BigInteger, nullable=False),
    PrimaryKeyConstraint("entry_id", "line"),
    UniqueConstraint("account_id", "account_version"),
)

hold = Table(
    "ledger_hold",
    Base.metadata,
    Column("id", _ID, primary_key=True),
    Column("city_code", _KEY, nullable=False),
    Column("account_id", BigInteger, nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
    Column("captured_fen", BigInteger, nullable=False),
    Column("released_fen", BigInteger, nullable=False),
    Column("status", Text, nullable=False),
    Column("due_at", _MOMENT, nullable=False),
    Column("fact", Text, nullable=False),
    Column("reference", _ID),
    Column("determination_id", _ID),
    Column("case_id", _ID),
    Column("actor", Text, nullable=False),
    Column("placed_at", _MOMENT, nullable=False),
    Column("ended_at", _MOMENT),
    Column("ended_by", Text),
    Column("end_reason", Text),
    Column("idempotency_key", _KEY, nullable=False),
    Column("body_hash", LargeBinary, nullable=False),
    UniqueConstraint("city_code", "idempotency_key"),
)
Index("ix_ledger_hold_due", hold.c.account_id, hold.c.due_at, postgresql_where=text("status = 'pending'"))
Index("ix_ledger_hold_reference", hold.c.reference, postgresql_where=text("reference IS NOT NULL"))
