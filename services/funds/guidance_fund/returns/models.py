"""What a sub-fund distributes and for what the city sells its stake. Amounts in fen."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, FenColumn, Id, JsonList, Moment, RecordedAt, Ref, ShortText, text_enum
from services.funds.guidance_fund.returns.states import Kind, Status


class SubFundReturn(Base):
    """`amount_fen` is the whole distribution, or the value of the stake. Of the city's part: principal back, gain
    before concession, what of it was given up, principal lost. `parts` are every investor's, by number.

    Of a whole distribution: `preferred_fen` of the gain lay below the hurdle, `carry_fen` went to the manager.
    """

    __tablename__ = "sub_fund_return"
    __table_args__ = (
        UniqueConstraint("sub_fund_id", "reference"),
        CheckConstraint("amount_fen >= 0 AND capital_fen >= 0 AND gain_fen >= 0 AND loss_fen >= 0", name="amounts"),
        CheckConstraint(
            "preferred_fen >= 0 AND carry_fen >= 0 AND preferred_fen + carry_fen <= amount_fen", name="carry"
        ),
        CheckConstraint("conceded_fen BETWEEN 0 AND gain_fen", name="conceded"),
        CheckConstraint("received_by <> declared_by", name="second_person"),
        CheckConstraint("status <> 'received' OR received_on IS NOT NULL", name="received"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    sub_fund_id: Mapped[UUID] = mapped_column(ForeignKey("sub_fund.id"))
    kind: Mapped[Kind] = mapped_column(text_enum(Kind))
    reference: Mapped[str] = mapped_column(String(64))
    buyer: Mapped[str | None] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text)
    amount_fen: Mapped[FenColumn]
    capital_fen: Mapped[FenColumn]
    gain_fen: Mapped[FenColumn]
    conceded_fen: Mapped[FenColumn]
    loss_fen: Mapped[FenColumn]
    preferred_fen: Mapped[FenColumn] = mapped_column(default=0)
    carry_fen: Mapped[FenColumn] = mapped_column(default=0)
    parts: Mapped[JsonList]
    determination_id: Mapped[Ref]
    on: Mapped[date]
    declared_by: Mapped[ShortText]
    declared_at: Mapped[Moment]
    status: Mapped[Status] = mapped_column(text_enum(Status), default=Status.DECLARED)
    received_on: Mapped[date | None]
    received_by: Mapped[str | None] = mapped_column(String(200))
    entry_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    recorded_at: Mapped[RecordedAt]
