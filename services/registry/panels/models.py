"""Expert panels: drawn without who has an interest, scored once by each, closed with a result for the review."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, Index, Integer, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kernel.db import Base, CityCode, Id, JsonList, Moment, RecordedAt, reference, text_enum
from services.registry.panels.states import SeatStatus, Status

_OPEN = "status = 'scoring'"


class Panel(Base):
    """`order` is the draw: every eligible expert by lot, repeatable from `seed`; `excluded` who was left out, and why.

    `criteria` are the facts the programme tests, `points_max` and `pass_mark` what the convening officer fixed before
    any score was in: the documents state no scale.
    """

    __tablename__ = "panel"
    __table_args__ = (
        Index("ix_panel_recognition_id", "recognition_id"),
        Index("uq_panel_open", "recognition_id", unique=True, postgresql_where=_OPEN),
        CheckConstraint("size % 2 = 1", name="odd"),
        CheckConstraint("pass_mark BETWEEN 1 AND points_max * jsonb_array_length(criteria)", name="pass_mark_in_reach"),
        CheckConstraint("num_nulls(result, is_passed, closed_at) IN (0, 3)", name="closed_in_full"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    recognition_id: Mapped[UUID] = reference("recognition.id")
    status: Mapped[Status] = mapped_column(text_enum(Status))
    size: Mapped[int] = mapped_column(Integer)
    seed: Mapped[str] = mapped_column(String(64))
    order: Mapped[JsonList]
    excluded: Mapped[JsonList]
    criteria: Mapped[JsonList]
    points_max: Mapped[int] = mapped_column(Integer)
    pass_mark: Mapped[int] = mapped_column(Integer)
    convened_by: Mapped[str] = mapped_column(String(200))
    convened_at: Mapped[Moment]
    result: Mapped[int | None] = mapped_column(Integer)
    is_passed: Mapped[bool | None]
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[RecordedAt]

    seats: Mapped[list["PanelSeat"]] = relationship(lazy="raise", order_by="PanelSeat.place", viewonly=True)


class PanelSeat(Base):
    """An expert of a panel. `points` by criterion, locked once they are in; who recuses is followed by the next lot."""

    __tablename__ = "panel_seat"
    __table_args__ = (
        UniqueConstraint("panel_id", "expert_id"),
        UniqueConstraint("panel_id", "place"),
        CheckConstraint("(status = 'scored') = (points IS NOT NULL)", name="scored_with_points"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    panel_id: Mapped[UUID] = reference("panel.id")
    expert_id: Mapped[UUID] = reference("expert.id", index=True)
    place: Mapped[int] = mapped_column(Integer)
    status: Mapped[SeatStatus] = mapped_column(text_enum(SeatStatus))
    points: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    recorded_by: Mapped[str | None] = mapped_column(String(200))
    scored_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[RecordedAt]
