"""The root of each day that saw an entry, as it was told to the feed."""

from datetime import date

from sqlalchemy import Date, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, RecordedAt


class JournalRoot(Base):
    """Kept so that an audit finds out when the books no longer give the root they gave."""

    __tablename__ = "journal_root"

    city_code: Mapped[CityCode] = mapped_column(primary_key=True)
    on: Mapped[date] = mapped_column(Date, primary_key=True)
    root: Mapped[bytes] = mapped_column(LargeBinary)
    entries: Mapped[int]
    chains: Mapped[int]
    recorded_at: Mapped[RecordedAt]
