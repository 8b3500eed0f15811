"""Calls for sub-funds and what managers propose. Amounts in fen, ratios in basis points."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, FenColumn, Id, Json, JsonList, Moment, RecordedAt, Ref, ShortText, text_enum
from services.funds.guidance_fund.selection.states import Status


class SubFundCall(Base):
    """An invitation to managers, open from its first to its last day, both included."""

    __tablename__ = "sub_fund_call"
    __table_args__ = (CheckConstraint("closes_on >= opens_on", name="days"),)

    id: Mapped[Id]
    city_code: Mapped[CityCode] = mapped_column(index=True)
    programme: Mapped[str] = mapped_column(String(100))
    title: Mapped[ShortText]
    text: Mapped[str] = mapped_column(Text)
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    published_by: Mapped[str] = mapped_column(String(200))
    published_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]


class SubFundProposal(Base):
    """What a manager proposes under a call, and what examiners, experts and the deciding person made of it.

    `terms` are figures alone: there is no member that could promise principal or a return. `votes` name experts by id.
    """

    __tablename__ = "sub_fund_proposal"
    __table_args__ = (
        UniqueConstraint("call_id", "manager_id"),
        Index("ix_sub_fund_proposal_listing", "city_code", "status", "recorded_at"),
        CheckConstraint("size_fen > 0 AND asked_fen > 0 AND asked_fen <= size_fen", name="amounts"),
        CheckConstraint("approved_fen > 0 AND approved_fen <= size_fen", name="approved"),
        CheckConstraint("decided_by <> examined_by", name="second_person"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    call_id: Mapped[UUID] = mapped_column(ForeignKey("sub_fund_call.id"))
    manager_id: Mapped[Ref]
    manager_name: Mapped[ShortText]
    name: Mapped[ShortText]
    vehicle: Mapped[str] = mapped_column(String(20))
    plan: Mapped[str] = mapped_column(Text)
    size_fen: Mapped[FenColumn]
    asked_fen: Mapped[FenColumn]
    terms: Mapped[Json]
    documents: Mapped[JsonList]
    lodged_on: Mapped[date]
    lodged_at: Mapped[Moment]
    lodged_by: Mapped[str] = mapped_column(String(200))
    status: Mapped[Status] = mapped_column(text_enum(Status), default=Status.LODGED)
    findings: Mapped[str | None] = mapped_column(Text)
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    examined_by: Mapped[str | None] = mapped_column(String(200))
    votes: Mapped[list[Any] | None] = mapped_column(JSONB)
    voted_on: Mapped[date | None]
    notice_from: Mapped[date | None]
    notice_until: Mapped[date | None]
    notice_working_days: Mapped[int | None]
    notice_provisional: Mapped[bool] = mapped_column(default=False)
    approved_fen: Mapped[int | None] = mapped_column(BigInteger)
    determination_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    decision: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[str | None] = mapped_column(String(200))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[RecordedAt]
