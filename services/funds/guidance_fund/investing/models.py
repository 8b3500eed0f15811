"""What a sub-fund invested in, what it sold, and the manager's fees. Amounts in fen."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, FenColumn, Id, Moment, RecordedAt, ShortText


class SubFundInvestment(Base):
    """One investment in a firm, by the manager's own reference. `held_fen` is the cost that is still in,
    `value_fen` its last fair value. `firm_id` stands for a firm of the city's register: it counts as local.
    """

    __tablename__ = "sub_fund_investment"
    __table_args__ = (
        UniqueConstraint("sub_fund_id", "reference"),
        UniqueConstraint("sub_fund_id", "number"),
        CheckConstraint("amount_fen > 0 AND held_fen BETWEEN 0 AND amount_fen AND value_fen >= 0", name="amounts"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    sub_fund_id: Mapped[UUID] = mapped_column(ForeignKey("sub_fund.id"))
    number: Mapped[int]
    reference: Mapped[str] = mapped_column(String(64))
    firm_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True), index=True)
    firm: Mapped[ShortText]
    stage: Mapped[str] = mapped_column(String(20))
    asset_class: Mapped[str] = mapped_column(String(40))
    agreement: Mapped[str] = mapped_column(Text)
    amount_fen: Mapped[FenColumn]
    held_fen: Mapped[FenColumn]
    value_fen: Mapped[FenColumn]
    valued_on: Mapped[date]
    invested_on: Mapped[date]
    is_local: Mapped[bool]
    entered_by: Mapped[str] = mapped_column(String(200))
    entered_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]


class SubFundExit(Base):
    """A holding, or a part of it, sold, bought back, liquidated or written off. Never changed."""

    __tablename__ = "sub_fund_exit"
    __table_args__ = (
        UniqueConstraint("investment_id", "reference"),
        CheckConstraint("cost_fen > 0 AND proceeds_fen >= 0", name="amounts"),
        CheckConstraint("way <> 'written_off' OR proceeds_fen = 0", name="written_off"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    investment_id: Mapped[UUID] = mapped_column(ForeignKey("sub_fund_investment.id"))
    reference: Mapped[str] = mapped_column(String(64))
    way: Mapped[str] = mapped_column(String(20))
    cost_fen: Mapped[FenColumn]
    proceeds_fen: Mapped[FenColumn]
    exited_on: Mapped[date]
    note: Mapped[str] = mapped_column(Text)
    entered_by: Mapped[str] = mapped_column(String(200))
    entered_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]


class SubFundFee(Base):
    """A management fee the manager took of a year."""

    __tablename__ = "sub_fund_fee"
    __table_args__ = (
        UniqueConstraint("sub_fund_id", "reference"),
        CheckConstraint("amount_fen > 0", name="amount"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    sub_fund_id: Mapped[UUID] = mapped_column(ForeignKey("sub_fund.id"))
    reference: Mapped[str] = mapped_column(String(64))
    year: Mapped[int]
    amount_fen: Mapped[FenColumn]
    charged_on: Mapped[date]
    entered_by: Mapped[str] = mapped_column(String(200))
    entered_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]
