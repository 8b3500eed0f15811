"""The feed: one line for every fact the window made or was told. A case's timeline is its lines of the feed."""

from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, Json, Moment, RecordedAt


class FeedEntry(Base):
    """A fact in the form partners may read. `seq` is insertion order; `position` is gapless within the city.

    `organisations` are those the fact concerns by itself; whoever may see its case may see it too. `actor` is for the
    window alone: partners read its kind, and who handled a case may not answer a bad rating of it.
    """

    __tablename__ = "feed_entry"
    __table_args__ = (
        UniqueConstraint("city_code", "position"),
        Index("ix_feed_entry_unstamped", "city_code", "seq", postgresql_where="position IS NULL"),
        Index("ix_feed_entry_case", "case_id", "seq", postgresql_where="case_id IS NOT NULL"),
    )

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    event_id: Mapped[UUID] = mapped_column(PG_UUID(as_uuid=True), unique=True)
    city_code: Mapped[CityCode]
    position: Mapped[int | None] = mapped_column(BigInteger)
    type: Mapped[str] = mapped_column(String(100))
    case_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    organisations: Mapped[list[UUID]] = mapped_column(ARRAY(PG_UUID(as_uuid=True)))
    actor_kind: Mapped[str] = mapped_column(String(20))
    actor: Mapped[str | None] = mapped_column(String(200))
    data: Mapped[Json]
    occurred_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]
