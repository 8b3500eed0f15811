"""Banks admitted to the pool and the loans they registered. Amounts in fen; what was registered is never changed."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, FenColumn, Id, Moment, RecordedAt, Ref, ShortText, text_enum
from services.funds.loan_pool.lending.states import Status


class PoolBank(Base):
    """A partner bank with its product and, where the agreement sets one, its quota, as it was admitted.

    Its row is the lock under which its exposure is judged.
    """

    __tablename__ = "pool_bank"
    __table_args__ = (CheckConstraint("quota_fen > 0", name="quota"),)

    city_code: Mapped[CityCode] = mapped_column(primary_key=True)
    bank_id: Mapped[Ref] = mapped_column(primary_key=True)
    name: Mapped[ShortText]
    product: Mapped[ShortText]
    admitted_on: Mapped[date]
    admitted_by: Mapped[str] = mapped_column(String(200))
    agreement: Mapped[ShortText]
    quota_fen: Mapped[int | None] = mapped_column(BigInteger)
    recorded_at: Mapped[RecordedAt]


class PoolAgreement(Base):
    """What a partner bank agreed after its admission; never changed. In force is the one agreed last."""

    __tablename__ = "pool_agreement"
    __table_args__ = (
        ForeignKeyConstraint(["city_code", "bank_id"], ["pool_bank.city_code", "pool_bank.bank_id"]),
        Index("ix_pool_agreement_bank", "city_code", "bank_id", "agreed_at"),
        CheckConstraint("quota_fen > 0", name="quota"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    bank_id: Mapped[Ref]
    product: Mapped[ShortText]
    agreement: Mapped[ShortText]
    quota_fen: Mapped[int | None] = mapped_column(BigInteger)
    agreed_by: Mapped[str] = mapped_column(String(200))
    agreed_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]


class Loan(Base):
    """A loan under the pool's cover, by the bank's own reference. `covered_fen` is what the cap leaves of it."""

    __tablename__ = "loan"
    __table_args__ = (
        UniqueConstraint("city_code", "bank_id", "bank_reference"),
        Index("ix_loan_bank", "city_code", "bank_id", "recorded_at"),
        Index("ix_loan_borrower", "city_code", "borrower_id"),
        CheckConstraint("principal_fen > 0 AND covered_fen BETWEEN 0 AND principal_fen", name="amounts"),
        CheckConstraint("due_on > disbursed_on", name="term"),
        CheckConstraint("paid_out_fen > 0 AND paid_out_fen <= principal_fen", name="paid_out"),
        CheckConstraint("(paid_out_on IS NULL) = (paid_out_fen IS NULL)", name="paid_out_whole"),
        CheckConstraint("extended_by <> extension_asked_by", name="second_person"),
        CheckConstraint("extended_to > due_on AND extended_to = extension_to", name="extension"),
        CheckConstraint(
            "num_nulls(extension_refused_by, extension_refused_because) = 2 OR (num_nulls(extension_refused_by,"
            " extension_refused_because) = 0 AND extension_to IS NULL)",
            name="extension_refused",
        ),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    bank_id: Mapped[Ref]
    bank_reference: Mapped[str] = mapped_column(String(64))
    borrower_id: Mapped[Ref]
    borrower_name: Mapped[ShortText]
    principal_fen: Mapped[FenColumn]
    covered_fen: Mapped[FenColumn]
    disbursed_on: Mapped[date]
    due_on: Mapped[date]
    registered_on: Mapped[date]
    registered_at: Mapped[Moment]
    registered_by: Mapped[str] = mapped_column(String(200))
    determination_id: Mapped[UUID]
    refinances: Mapped[bool] = mapped_column(default=False)
    outside_library: Mapped[bool] = mapped_column(default=False, server_default=false())
    paid_out_on: Mapped[date | None]
    paid_out_fen: Mapped[int | None] = mapped_column(BigInteger)
    extension_to: Mapped[date | None]
    extension_reason: Mapped[str | None] = mapped_column(String(2000))
    extension_asked_by: Mapped[str | None] = mapped_column(String(200))
    extension_refused_by: Mapped[str | None] = mapped_column(String(200))
    extension_refused_because: Mapped[str | None] = mapped_column(String(2000))
    extended_to: Mapped[date | None]
    extended_by: Mapped[str | None] = mapped_column(String(200))
    repaid_on: Mapped[date | None]
    moved_out_on: Mapped[date | None]
    status: Mapped[Status] = mapped_column(text_enum(Status))
    version: Mapped[int] = mapped_column(BigInteger)
    recorded_at: Mapped[RecordedAt]

    __mapper_args__: dict[str, Any] = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy declares it

    @property
    def lent_fen(self) -> int:
        """What the borrower got: at most what was registered."""
        return self.principal_fen if self.paid_out_fen is None else self.paid_out_fen

    @property
    def lent_on(self) -> date:
        """The day of the payout, as confirmed or as registered."""
        return self.paid_out_on or self.disbursed_on

    @property
    def falls_due_on(self) -> date:
        """The due day, with its extension."""
        return self.extended_to or self.due_on
