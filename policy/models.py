"""Tables of policy in every service's database: the snapshots it was told, the determinations it made. Append-only."""

from datetime import date
from uuid import UUID

from sqlalchemy import Date, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, Json, Moment, RecordedAt


class PolicySnapshotRow(Base):
    """One version of a city's policy. `body` is canonical JSON text, so that its hash can be taken again."""

    __tablename__ = "policy_snapshot"
    __table_args__ = (UniqueConstraint("city_code", "hash"),)

    city_code: Mapped[CityCode] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(String(64))
    pack_id: Mapped[str] = mapped_column(String(50))
    # Text, not JSONB: JSONB reorders members, and the hash is over these very bytes.
    body: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[RecordedAt]


class DeterminationRow(Base):
    """One determination. The columns are for finding it; `body`, canonical JSON text, is the record."""

    __tablename__ = "determination"
    __table_args__ = (
        Index("ix_determination_programme", "city_code", "programme", "recorded_at"),
        Index("ix_determination_case", "city_code", "case_id"),
        Index("ix_determination_inputs", "city_code", "inputs_sha256"),
        # The same question asked again (an award determined anew) has the same references.
        Index("ix_determination_question", "city_code", "programme", "act", "references"),
    )

    id: Mapped[UUID] = mapped_column(PG_UUID(as_uuid=True), primary_key=True)
    city_code: Mapped[CityCode]
    case_id: Mapped[UUID | None] = mapped_column(PG_UUID(as_uuid=True))
    programme: Mapped[str] = mapped_column(String(100))
    rule_kind: Mapped[str] = mapped_column(String(50))
    act: Mapped[str] = mapped_column(String(50))
    outcome: Mapped[str] = mapped_column(String(20))
    pack_id: Mapped[str] = mapped_column(String(50))
    snapshot_version: Mapped[int] = mapped_column(Integer)
    snapshot_hash: Mapped[str] = mapped_column(String(64))
    engine_version: Mapped[str] = mapped_column(String(20))
    accepted_on: Mapped[date] = mapped_column(Date)
    accepted_at: Mapped[Moment]
    inputs_sha256: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str] = mapped_column(String(64))
    references: Mapped[Json]
    body: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[RecordedAt]
