"""Webhooks: who is told of the feed where, how far each has come, and what became of every try."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from gateway.window.webhooks.states import Outcome, Status
from kernel.db import Base, CityCode, Id, JsonList, Moment, RecordedAt, Ref, reference, text_enum


class Webhook(Base):
    """Entries of the feed are sent in order: `position` is the last that was taken. Times are the machine's.

    No secret is kept: it follows from the id and `generation`. Until `previous_until` the one before signs too.
    """

    __tablename__ = "webhook"
    __table_args__ = (
        Index("ix_webhook_client", "client_id"),
        Index("ix_webhook_active", "city_code", postgresql_where="status = 'active'"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    client_id: Mapped[str] = mapped_column(ForeignKey("client.client_id"))
    url: Mapped[str] = mapped_column(String(500))
    types: Mapped[JsonList]
    status: Mapped[Status] = mapped_column(text_enum(Status), default=Status.ACTIVE)
    generation: Mapped[int] = mapped_column(default=1)
    previous_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    position: Mapped[int] = mapped_column(BigInteger)
    tries: Mapped[int] = mapped_column(default=0)
    failing_since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    next_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    leased_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[RecordedAt]


class WebhookDelivery(Base):
    """One try: `status_code` is null when nobody answered. Kept for thirty days."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (Index("ix_webhook_delivery_log", "webhook_id", "recorded_at", "id"),)

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    webhook_id: Mapped[UUID] = reference("webhook.id")
    event_id: Mapped[Ref]
    type: Mapped[str] = mapped_column(String(100))
    position: Mapped[int] = mapped_column(BigInteger)
    attempt: Mapped[int]
    outcome: Mapped[Outcome] = mapped_column(text_enum(Outcome))
    status_code: Mapped[int | None]
    milliseconds: Mapped[int]
    sent_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]
