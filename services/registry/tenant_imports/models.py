"""A workbook of tenants that was sent in, and how far it has been read."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kernel.db import Base, CityCode, Id, JsonList, Moment, RecordedAt, reference, text_enum
from services.registry.carriers.models import Carrier
from services.registry.tenant_imports.states import ImportStatus


class TenantImport(Base):
    """`errors` are the refused rows' reasons, each {row, column, code}; rows are counted as a spreadsheet shows them.

    The same file for the same carrier is one import, whoever sends it again.
    """

    __tablename__ = "tenant_import"
    __table_args__ = (
        UniqueConstraint("carrier_id", "sha256"),
        Index("ix_tenant_import_listing", "carrier_id", "recorded_at", "id"),
        CheckConstraint("rows_read = rows_accepted + rows_refused AND rows_read <= rows_total", name="rows_counted"),
        CheckConstraint("(status = 'finished') = (finished_at IS NOT NULL)", name="finished_with_time"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    carrier_id: Mapped[UUID] = reference("carrier.id")
    sha256: Mapped[str] = mapped_column(String(64))
    file: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    status: Mapped[ImportStatus] = mapped_column(text_enum(ImportStatus))
    rows_total: Mapped[int] = mapped_column(Integer)
    rows_read: Mapped[int] = mapped_column(Integer)
    rows_accepted: Mapped[int] = mapped_column(Integer)
    rows_refused: Mapped[int] = mapped_column(Integer)
    errors: Mapped[JsonList]
    uploaded_by: Mapped[str] = mapped_column(String(200))
    uploaded_at: Mapped[Moment]
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[RecordedAt]

    carrier: Mapped[Carrier] = relationship(lazy="raise")
