"""Statements of the city's account as the bank sent them, and what became of each line. Amounts in fen."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kernel.db import Base, CityCode, Id, Moment, RecordedAt


class BankStatement(Base):
    """One statement of one of the city's accounts, taken once: its number is the bank's."""

    __tablename__ = "bank_statement"
    __table_args__ = (
        UniqueConstraint("account_id", "number"),
        Index("ix_bank_statement_listing", "city_code", "recorded_at", "id"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("paying_account.id"))
    number: Mapped[str] = mapped_column(String(140))
    sha256: Mapped[str] = mapped_column(String(64))
    opening_fen: Mapped[int | None] = mapped_column(BigInteger)
    closing_fen: Mapped[int | None] = mapped_column(BigInteger)
    taken_by: Mapped[str] = mapped_column(String(200))
    taken_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]

    lines: Mapped[list["StatementLine"]] = relationship(lazy="raise", order_by="StatementLine.place")


class StatementLine(Base):
    """`signed_fen` is above zero for money that came in. What is not about an order is explained by two people."""

    __tablename__ = "statement_line"
    __table_args__ = (
        UniqueConstraint("statement_id", "place"),
        CheckConstraint("accepted_by <> explained_by", name="second_person"),
        CheckConstraint("accepted_by IS NULL OR explanation IS NOT NULL", name="explained_before"),
        Index(
            "ix_statement_line_open",
            "city_code",
            "booked_on",
            postgresql_where="matched = false AND accepted_by IS NULL",
        ),
        Index("ix_statement_line_reference", "city_code", "bank_reference"),
        Index("ix_statement_line_order", "order_id", postgresql_where="order_id IS NOT NULL"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    statement_id: Mapped[UUID] = mapped_column(ForeignKey("bank_statement.id"))
    place: Mapped[int]
    signed_fen: Mapped[int] = mapped_column(BigInteger)
    booked_on: Mapped[date]
    bank_reference: Mapped[str] = mapped_column(String(100))
    order_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    text: Mapped[str | None] = mapped_column(String(140))
    outcome: Mapped[str] = mapped_column(String(40))
    matched: Mapped[bool]
    entry_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    explanation: Mapped[str | None] = mapped_column(Text)
    explained_by: Mapped[str | None] = mapped_column(String(200))
    accepted_by: Mapped[str | None] = mapped_column(String(200))
    accepted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[RecordedAt]
