"""Money that is demanded back from a payee, what came of it, and the parts it may be paid in. Amounts in fen."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, FenColumn, Id, JsonList, Moment, RecordedAt, Ref, text_enum
from services.funds.clawback.states import Cause, Kind, Status

_OWED = "status IN ('receivable', 'collected', 'written_off')"


class Clawback(Base):
    """A demand on one settled payment order. `collected_fen` came in or was set off, `written_off_fen` never comes.

    Who found it does not decide it. Of an order never more is demanded back than it paid. The time to object is counted
    after the day of the notice, the time to pay after the day of the decision; their working days are null for days
    told before they were kept.
    """

    __tablename__ = "clawback"
    __table_args__ = (
        Index("ix_clawback_listing", "city_code", "status", "recorded_at", "id"),
        Index("ix_clawback_order", "order_id"),
        Index("ix_clawback_payee", "city_code", "payee_id"),
        # the same end of a recognition is found once
        Index(
            "uq_clawback_source", "order_id", "cause", "source_id", unique=True,
            postgresql_where="source_id IS NOT NULL",
        ),
        CheckConstraint("demanded_fen > 0 AND decided_fen BETWEEN 0 AND demanded_fen", name="demand"),
        CheckConstraint("collected_fen >= 0 AND written_off_fen >= 0", name="parts"),
        CheckConstraint("collected_fen + written_off_fen <= decided_fen", name="never_above"),
        CheckConstraint(
            "status NOT IN ('collected', 'written_off') OR collected_fen + written_off_fen = decided_fen",
            name="ended_whole",
        ),
        CheckConstraint("decided_by <> found_by", name="second_person"),
        CheckConstraint("plan_approved_by <> plan_made_by", name="plan_by_two"),
        CheckConstraint("write_off_approved_by <> write_off_proposed_by", name="written_off_by_two"),
        CheckConstraint("write_off_approved_by <> decided_by", name="not_written_off_by_decider"),
        CheckConstraint(
            f"NOT {_OWED} OR num_nulls(decided_by, decided_at, pay_until_on, entry_id) = 0", name="decided_in_full"
        ),
    )  # fmt: skip

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("payment_order.id"))
    subject_id: Mapped[Ref]
    payee_id: Mapped[Ref]
    payee_name: Mapped[str] = mapped_column(String(200))
    case_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    cause: Mapped[Cause] = mapped_column(text_enum(Cause))
    source_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    grounds: Mapped[str] = mapped_column(Text)
    evidence: Mapped[JsonList]
    clauses: Mapped[JsonList]
    demanded_fen: Mapped[FenColumn]
    found_by: Mapped[str] = mapped_column(String(200))
    found_at: Mapped[Moment]
    status: Mapped[Status] = mapped_column(text_enum(Status), default=Status.FOUND)
    policy_version: Mapped[int | None]
    notified_by: Mapped[str | None] = mapped_column(String(200))
    notified_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    object_until_on: Mapped[date | None]
    objection_working_days: Mapped[int | None]
    provisional: Mapped[bool] = mapped_column(default=False)
    objection: Mapped[str | None] = mapped_column(Text)
    objected_by: Mapped[str | None] = mapped_column(String(200))
    objected_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    opinion: Mapped[str | None] = mapped_column(Text)
    decided_fen: Mapped[FenColumn] = mapped_column(default=0)
    decided_by: Mapped[str | None] = mapped_column(String(200))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    pay_until_on: Mapped[date | None]
    pay_working_days: Mapped[int | None]
    pay_provisional: Mapped[bool] = mapped_column(default=False)
    entry_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    collected_fen: Mapped[FenColumn] = mapped_column(default=0)
    written_off_fen: Mapped[FenColumn] = mapped_column(default=0)
    plan_made_by: Mapped[str | None] = mapped_column(String(200))
    plan_approved_by: Mapped[str | None] = mapped_column(String(200))
    write_off_reason: Mapped[str | None] = mapped_column(Text)
    write_off_proposed_by: Mapped[str | None] = mapped_column(String(200))
    write_off_approved_by: Mapped[str | None] = mapped_column(String(200))
    version: Mapped[int] = mapped_column(BigInteger)
    recorded_at: Mapped[RecordedAt]

    __mapper_args__: dict[str, Any] = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy declares it

    @property
    def outstanding_fen(self) -> int:
        """What is still owed."""
        return self.decided_fen - self.collected_fen - self.written_off_fen


class ClawbackPart(Base):
    """Some of it came in, was set off or written off. Never changed."""

    __tablename__ = "clawback_part"
    __table_args__ = (
        Index("ix_clawback_part_of", "clawback_id"),
        Index("ix_clawback_part_order", "order_id", postgresql_where="order_id IS NOT NULL"),
        Index(
            "uq_clawback_receipt", "city_code", "bank_code", "bank_reference", unique=True,
            postgresql_where="bank_reference IS NOT NULL",
        ),
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("(kind = 'received') = (bank_reference IS NOT NULL)", name="received"),
        CheckConstraint("(kind = 'set_off') = (order_id IS NOT NULL)", name="set_off"),
    )  # fmt: skip

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    clawback_id: Mapped[UUID] = mapped_column(ForeignKey("clawback.id"))
    kind: Mapped[Kind] = mapped_column(text_enum(Kind))
    amount_fen: Mapped[FenColumn]
    on: Mapped[date]
    bank_code: Mapped[str] = mapped_column(String(12), default="")
    bank_reference: Mapped[str | None] = mapped_column(String(100))
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("payment_order.id"))
    entry_id: Mapped[Ref]
    made_by: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]


class ClawbackReceipt(Base):
    """Money one person says is in; it is a part of the debt when another one agrees.

    `statement_line_id`: the bank's statement has it, and says which bank's the reference is; else `bank_code` is empty.
    """

    __tablename__ = "clawback_receipt"
    __table_args__ = (
        Index("ix_clawback_receipt_of", "clawback_id"),
        Index(
            "uq_clawback_receipt_entered", "city_code", "bank_code", "bank_reference", unique=True,
            postgresql_where="declined_by IS NULL",
        ),
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("confirmed_by <> entered_by", name="second_person"),
        CheckConstraint("num_nonnulls(confirmed_by, declined_by) = num_nonnulls(ended_at)", name="ended_one_way"),
    )  # fmt: skip

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    clawback_id: Mapped[UUID] = mapped_column(ForeignKey("clawback.id"))
    amount_fen: Mapped[FenColumn]
    on: Mapped[date]
    bank_code: Mapped[str] = mapped_column(String(12), default="")
    bank_reference: Mapped[str] = mapped_column(String(100))
    statement_line_id: Mapped[UUID | None] = mapped_column(ForeignKey("statement_line.id"))
    entered_by: Mapped[str] = mapped_column(String(200))
    entered_at: Mapped[Moment]
    confirmed_by: Mapped[str | None] = mapped_column(String(200))
    declined_by: Mapped[str | None] = mapped_column(String(200))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[RecordedAt]


class ClawbackInstalment(Base):
    """One part of a plan; together they are what was outstanding when the plan was made."""

    __tablename__ = "clawback_instalment"
    __table_args__ = (
        UniqueConstraint("clawback_id", "due_on"),
        CheckConstraint("amount_fen > 0", name="amount"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    clawback_id: Mapped[UUID] = mapped_column(ForeignKey("clawback.id"))
    due_on: Mapped[date]
    amount_fen: Mapped[FenColumn]
    recorded_at: Mapped[RecordedAt]
