"""Changes of parameters: proposed by one person, decided by another. The snapshots are in policy.models."""

from sqlalchemy import BigInteger, CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from gateway.window.policies.states import ChangeStatus
from kernel.db import Base, CityCode, Id, JsonList, LongText, Moment, RecordedAt, text_enum

FOUR_EYES = "ck_policy_change_decided_by_another"


class PolicyChange(Base):
    """Values that are set together: each {parameter, value, effective_on or null, applies_to_pending, precedent}.

    `snapshot_version` is the version of the city's policy the approval made.
    """

    __tablename__ = "policy_change"
    __table_args__ = (
        CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="decided_by_another"),
        CheckConstraint("(status = 'proposed') = (decided_by IS NULL)", name="decided_by_someone"),
        CheckConstraint("(status = 'approved') = (snapshot_version IS NOT NULL)", name="approved_into_version"),
        Index("ix_policy_change_city", "city_code", "recorded_at", "id"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    status: Mapped[ChangeStatus] = mapped_column(text_enum(ChangeStatus))
    values: Mapped[JsonList]
    reason: Mapped[LongText]
    precedent: Mapped[str | None] = mapped_column(String(200))
    proposed_by: Mapped[str] = mapped_column(String(200))
    proposed_at: Mapped[Moment]
    decided_by: Mapped[str | None] = mapped_column(String(200))
    decided_at: Mapped[Moment | None]
    decision_note: Mapped[str | None] = mapped_column(Text)
    snapshot_version: Mapped[int | None]
    version: Mapped[int] = mapped_column(BigInteger)
    recorded_at: Mapped[RecordedAt]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own shape
