"""What an event cost its hosts, as events had it confirmed by two officers. Amounts in fen."""

from datetime import date

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, FenColumn, Id, RecordedAt, Ref


class HostingCost(Base):
    """The latest confirmed edition of one host's share of one event's cost. A fact of events, kept to pay by."""

    __tablename__ = "hosting_cost"
    __table_args__ = (
        UniqueConstraint("city_code", "event_id", "host_id"),
        CheckConstraint("eligible_fen >= 0 AND public_money_fen >= 0 AND participants >= 0", name="amounts"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    event_id: Mapped[Ref]
    host_id: Mapped[Ref]
    statement_id: Mapped[Ref]
    edition: Mapped[int]
    event_kind: Mapped[str] = mapped_column(String(40))
    reach: Mapped[str] = mapped_column(String(40))
    held_on: Mapped[date]
    eligible_fen: Mapped[FenColumn]
    public_money_fen: Mapped[FenColumn]
    participants: Mapped[int]
    recorded_at: Mapped[RecordedAt]
