"""Sub-funds that public money joined, who committed what, and drawdowns. Amounts in fen."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, FenColumn, Id, Json, Moment, RecordedAt, Ref, ShortText, text_enum
from services.funds.guidance_fund.sub_funds.states import DrawdownStatus, ShareStatus, Status


class SubFund(Base):
    """An established sub-fund, or a stake in an institution or a firm. Its row is the lock of all that happens in it.

    `organisation_id` is the vehicle, paid for its drawdowns; `terms` are those decided; `accepted_on` and `accepted_at`
    say under which policy.
    """

    __tablename__ = "sub_fund"
    __table_args__ = (
        UniqueConstraint("proposal_id"),
        Index("ix_sub_fund_listing", "city_code", "recorded_at", "id"),
        CheckConstraint("public_fen > 0 AND public_fen <= size_fen", name="amounts"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("sub_fund_proposal.id"))
    manager_id: Mapped[Ref]
    organisation_id: Mapped[Ref]
    name: Mapped[ShortText]
    vehicle: Mapped[str] = mapped_column(String(20))
    programme: Mapped[str] = mapped_column(String(100))
    fund: Mapped[str] = mapped_column(String(100))
    policy_year: Mapped[int]
    size_fen: Mapped[FenColumn]
    public_fen: Mapped[FenColumn]
    terms: Mapped[Json]
    facts: Mapped[Json]
    registration: Mapped[ShortText]
    custodian: Mapped[ShortText]
    determination_id: Mapped[Ref]
    accepted_on: Mapped[date]
    accepted_at: Mapped[Moment]
    established_on: Mapped[date]
    established_by: Mapped[str] = mapped_column(String(200))
    established_at: Mapped[Moment]
    first_paid_on: Mapped[date | None]
    status: Mapped[Status] = mapped_column(text_enum(Status), default=Status.ACTIVE)
    ended_on: Mapped[date | None]
    recorded_at: Mapped[RecordedAt]


class Commitment(Base):
    """What one investor committed, and how far it went. The city's is number 1."""

    __tablename__ = "sub_fund_commitment"
    __table_args__ = (
        UniqueConstraint("sub_fund_id", "number"),
        CheckConstraint("amount_fen > 0 AND called_fen BETWEEN 0 AND amount_fen", name="called"),
        CheckConstraint("paid_fen BETWEEN 0 AND called_fen", name="paid"),
        CheckConstraint("returned_fen BETWEEN 0 AND paid_fen AND gained_fen >= 0", name="returned"),
        CheckConstraint("level IN ('city', 'district', 'province', 'social')", name="level"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    sub_fund_id: Mapped[UUID] = mapped_column(ForeignKey("sub_fund.id"))
    number: Mapped[int]
    level: Mapped[str] = mapped_column(String(20))
    investor: Mapped[ShortText]
    amount_fen: Mapped[FenColumn]
    called_fen: Mapped[FenColumn]
    paid_fen: Mapped[FenColumn]
    returned_fen: Mapped[FenColumn]
    gained_fen: Mapped[FenColumn]
    transferred_to: Mapped[str | None] = mapped_column(String(200))
    recorded_at: Mapped[RecordedAt]

    @property
    def uncalled_fen(self) -> int:
        """What can still be called."""
        return self.amount_fen - self.called_fen

    @property
    def outstanding_fen(self) -> int:
        """Paid in and not returned."""
        return self.paid_fen - self.returned_fen

    @property
    def is_citys(self) -> bool:
        """Whether it is public money of the city that is still in."""
        return self.level == "city" and self.transferred_to is None


class Drawdown(Base):
    """A call of money from all investors, under the manager's own reference."""

    __tablename__ = "sub_fund_drawdown"
    __table_args__ = (
        UniqueConstraint("sub_fund_id", "reference"),
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("called_by <> asked_by", name="second_person"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    sub_fund_id: Mapped[UUID] = mapped_column(ForeignKey("sub_fund.id"))
    reference: Mapped[str] = mapped_column(String(64))
    amount_fen: Mapped[FenColumn]
    purpose: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date]
    asked_by: Mapped[str] = mapped_column(String(200))
    asked_at: Mapped[Moment]
    called_by: Mapped[str | None] = mapped_column(String(200))
    called_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    status: Mapped[DrawdownStatus] = mapped_column(text_enum(DrawdownStatus), default=DrawdownStatus.ASKED)
    recorded_at: Mapped[RecordedAt]


class DrawdownShare(Base):
    """What one investor owes of a drawdown. The city's share is paid by an order."""

    __tablename__ = "sub_fund_drawdown_share"
    __table_args__ = (
        UniqueConstraint("drawdown_id", "number"),
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("status <> 'received' OR received_on IS NOT NULL", name="received"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    drawdown_id: Mapped[UUID] = mapped_column(ForeignKey("sub_fund_drawdown.id"))
    commitment_id: Mapped[UUID] = mapped_column(ForeignKey("sub_fund_commitment.id"))
    number: Mapped[int]
    amount_fen: Mapped[FenColumn]
    payment_order_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    settled_on: Mapped[date | None]
    received_on: Mapped[date | None]
    status: Mapped[ShareStatus] = mapped_column(text_enum(ShareStatus), default=ShareStatus.CALLED)
    recorded_at: Mapped[RecordedAt]
