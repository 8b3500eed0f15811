"""Private calendar feeds of organisations."""

from datetime import datetime

from sqlalchemy import DateTime, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, Id, Moment, RecordedAt, Ref, ShortText


class CalendarFeed(Base):
    """A feed of one organisation, opened by a token of which only the keyed hash is kept, until it is revoked."""

    __tablename__ = "calendar_feed"
    __table_args__ = (Index("ix_calendar_feed_listing", "city_code", "organisation_id", "made_at", "id"),)

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    organisation_id: Mapped[Ref]
    organisation_name: Mapped[ShortText]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    made_by: Mapped[ShortText]
    made_at: Mapped[Moment]
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_by: Mapped[str | None] = mapped_column(String(200))
    recorded_at: Mapped[RecordedAt]
