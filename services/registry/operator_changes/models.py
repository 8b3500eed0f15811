"""A carrier passing from one operator to another, from a day on."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, DateTime, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kernel.db import Base, CityCode, Id, Moment, RecordedAt, reference, text_enum
from services.registry.carriers.models import Carrier
from services.registry.operator_changes.states import ChangeStatus
from services.registry.organisations.models import Organisation


class OperatorChange(Base):
    """Both operators consent, or an officer orders it with a reason. `effective_on`: the first day of the new one."""

    __tablename__ = "operator_change"
    __table_args__ = (
        Index(
            "uq_operator_change_open", "carrier_id", unique=True, postgresql_where="status IN ('proposed', 'agreed')"
        ),
        Index("ix_operator_change_listing", "city_code", "recorded_at", "id"),
        Index("ix_operator_change_carrier_id", "carrier_id"),
        CheckConstraint("from_id <> to_id", name="another_operator"),
        CheckConstraint(
            "status IN ('proposed', 'withdrawn') OR ordered_by IS NOT NULL "
            "OR num_nulls(leaving_consent_by, taking_consent_by) = 0",
            name="consented_or_ordered",
        ),
        CheckConstraint("(ordered_by IS NULL) = (order_reason IS NULL)", name="ordered_with_reason"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    carrier_id: Mapped[UUID] = reference("carrier.id")
    from_id: Mapped[UUID] = reference("organisation.id")
    to_id: Mapped[UUID] = reference("organisation.id")
    effective_on: Mapped[date] = mapped_column(Date)
    status: Mapped[ChangeStatus] = mapped_column(text_enum(ChangeStatus))
    leaving_consent_by: Mapped[str | None] = mapped_column(String(200))
    leaving_consent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    taking_consent_by: Mapped[str | None] = mapped_column(String(200))
    taking_consent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ordered_by: Mapped[str | None] = mapped_column(String(200))
    order_reason: Mapped[str | None] = mapped_column(Text)
    proposed_by: Mapped[str] = mapped_column(String(200))
    proposed_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]

    carrier: Mapped[Carrier] = relationship(lazy="raise")
    leaving: Mapped[Organisation] = relationship(lazy="raise", foreign_keys="OperatorChange.from_id")
    taking: Mapped[Organisation] = relationship(lazy="raise", foreign_keys="OperatorChange.to_id")

    @property
    def has_leaving_consent(self) -> bool:
        return self.leaving_consent_by is not None

    @property
    def has_taking_consent(self) -> bool:
        return self.taking_consent_by is not None
