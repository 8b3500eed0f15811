"""Who said yes to what: one row per step, never changed, never by the person who prepared or decided it."""

from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, Id, Moment, RecordedAt, Ref


class Approval(Base):
    """One step by one person. `round` counts again when the same object comes back for the same step."""

    __tablename__ = "approval"
    __table_args__ = (
        UniqueConstraint("subject_id", "step", "round"),
        CheckConstraint("approved_by <> prepared_by", name="not_by_preparer"),
        CheckConstraint("approved_by <> decided_by", name="not_by_decider"),
        Index("ix_approval_case", "city_code", "case_id"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[Ref]
    case_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    step: Mapped[str] = mapped_column(String(40))
    round: Mapped[int] = mapped_column(default=1)
    approved_by: Mapped[str] = mapped_column(String(200))
    prepared_by: Mapped[str] = mapped_column(String(200))
    decided_by: Mapped[str | None] = mapped_column(String(200))
    approved_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]
