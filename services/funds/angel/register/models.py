"""The register of investors and projects: who is not in it before the investment is not compensated."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, Id, Moment, RecordedAt, Ref, ShortText, text_enum
from services.funds.angel.register.states import Kind, Status


class AngelRegistration(Base):
    """An organisation as investor or as project, once each unless it was refused. `evidence`: what qualifies it."""

    __tablename__ = "angel_registration"
    __table_args__ = (
        Index(
            "uq_angel_registration_standing", "city_code", "kind", "organisation_id", unique=True,
            postgresql_where="status <> 'refused'",
        ),
        Index("ix_angel_registration_listing", "city_code", "recorded_at", "id"),
        CheckConstraint("reviewed_by <> filed_by", name="second_person"),
        CheckConstraint(
            "status = 'under_review' OR num_nulls(reviewed_by, reviewed_at, opinion) = 0", name="reviewed_in_full"
        ),
        CheckConstraint("(status = 'registered') = (registered_on IS NOT NULL)", name="registered"),
    )  # fmt: skip

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    kind: Mapped[Kind] = mapped_column(text_enum(Kind))
    organisation_id: Mapped[Ref]
    name: Mapped[ShortText]
    evidence: Mapped[str] = mapped_column(String(2000))
    filed_by: Mapped[str] = mapped_column(String(200))
    filed_at: Mapped[Moment]
    status: Mapped[Status] = mapped_column(text_enum(Status), default=Status.UNDER_REVIEW)
    reviewed_by: Mapped[str | None] = mapped_column(String(200))
    reviewed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    opinion: Mapped[str | None] = mapped_column(String(2000))
    registered_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(BigInteger)
    recorded_at: Mapped[RecordedAt]

    __mapper_args__: dict[str, Any] = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy declares it

    @property
    def owner_ids(self) -> tuple[UUID, ...]:
        """Whose it is."""
        return (self.organisation_id,)
