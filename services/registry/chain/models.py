"""Projects, their stays in carriers, transfers offered, equity held and milestones. Stays are history: only ended."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, DateTime, Index, Integer, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kernel.db import Base, CityCode, Id, Moment, RecordedAt, reference, text_enum
from services.registry.carriers.models import Carrier
from services.registry.chain.states import Ending, OfferStatus, Stage, Standing
from services.registry.organisations.models import Organisation


class MilestoneKind(StrEnum):
    PRODUCT = "product"
    REVENUE = "revenue"
    FINANCING = "financing"
    INTELLECTUAL_PROPERTY = "intellectual_property"
    HIGH_TECH_CERTIFICATE = "high_tech_certificate"
    JOBS = "jobs"
    OTHER = "other"


class Project(Base):
    """What is incubated. `organisation_id` is its present holder: a team first, the firm it became afterwards."""

    __tablename__ = "chain_project"
    __table_args__ = (
        Index("ix_chain_project_listing", "city_code", "recorded_at", "id"),
        Index("ix_chain_project_organisation_id", "organisation_id"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    name: Mapped[str] = mapped_column(String(200))
    organisation_id: Mapped[UUID] = reference("organisation.id")
    standing: Mapped[Standing] = mapped_column(text_enum(Standing))
    registered_by: Mapped[str] = mapped_column(String(200))
    registered_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]

    organisation: Mapped[Organisation] = relationship(lazy="raise", viewonly=True)
    stays: Mapped[list["Stay"]] = relationship(
        lazy="raise", viewonly=True, order_by="Stay.admitted_on, Stay.id", back_populates="project"
    )
    holders: Mapped[list["ProjectHolder"]] = relationship(
        lazy="raise", viewonly=True, order_by="ProjectHolder.effective_on, ProjectHolder.id"
    )
    equity: Mapped[list["EquityHolding"]] = relationship(
        lazy="raise", viewonly=True, order_by="EquityHolding.held_from, EquityHolding.id"
    )
    milestones: Mapped[list["Milestone"]] = relationship(
        lazy="raise", viewonly=True, order_by="Milestone.reached_on, Milestone.id"
    )

    @property
    def open_stay(self) -> "Stay | None":
        """Where it is now."""
        return next((stay for stay in self.stays if stay.ended_on is None), None)


class ProjectHolder(Base):
    """Whose project it is from `effective_on`: the line from team to firm."""

    __tablename__ = "chain_project_holder"
    __table_args__ = (Index("ix_chain_project_holder_project_id", "project_id"),)

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    project_id: Mapped[UUID] = reference("chain_project.id")
    organisation_id: Mapped[UUID] = reference("organisation.id")
    effective_on: Mapped[date] = mapped_column(Date)
    recorded_by: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[RecordedAt]


class Stay(Base):
    """In a carrier from `admitted_on` until the day before `ended_on`. `graduation` is the snapshot of its criteria.

    A project is in one place at a time; an organisation has one open stay in a stage, whatever its project is called.
    """

    __tablename__ = "chain_stay"
    __table_args__ = (
        Index("uq_chain_stay_project", "project_id", unique=True, postgresql_where="ended_on IS NULL"),
        Index(
            "uq_chain_stay_organisation", "organisation_id", "stage", unique=True,
            postgresql_where="ended_on IS NULL",
        ),
        Index("ix_chain_stay_project_id", "project_id"),
        Index("ix_chain_stay_carrier", "carrier_id", "recorded_at", "id"),
        Index("ix_chain_stay_city", "city_code", "stage"),
        CheckConstraint("ended_on IS NULL OR ended_on >= admitted_on", name="ends_after_beginning"),
        CheckConstraint("(ended_on IS NULL) = (ending IS NULL)", name="ended_in_some_way"),
        CheckConstraint("ending IS DISTINCT FROM 'left' OR end_reason IS NOT NULL", name="left_with_reason"),
        CheckConstraint(
            "(ending IS NOT DISTINCT FROM 'graduated') = (graduation IS NOT NULL)", name="graduated_with_criteria"
        ),
    )  # fmt: skip

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    project_id: Mapped[UUID] = reference("chain_project.id")
    organisation_id: Mapped[UUID] = reference("organisation.id")
    carrier_id: Mapped[UUID] = reference("carrier.id")
    stage: Mapped[Stage] = mapped_column(text_enum(Stage))
    admitted_on: Mapped[date] = mapped_column(Date)
    agreement_reference: Mapped[str | None] = mapped_column(String(200))
    admitted_by: Mapped[str] = mapped_column(String(200))
    ended_on: Mapped[date | None] = mapped_column(Date)
    ending: Mapped[Ending | None] = mapped_column(text_enum(Ending))
    end_reason: Mapped[str | None] = mapped_column(Text)
    graduation: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    ended_by: Mapped[str | None] = mapped_column(String(200))
    recorded_at: Mapped[RecordedAt]

    project: Mapped[Project] = relationship(lazy="raise", viewonly=True, back_populates="stays")
    carrier: Mapped[Carrier] = relationship(lazy="raise", viewonly=True)

    def covers(self, day: date) -> bool:
        """Whether the project was here on the day."""
        return self.admitted_on <= day and (self.ended_on is None or day < self.ended_on)


class Offer(Base):
    """A transfer offered by who has the project to a carrier that may take it; it lapses after `expires_on`.

    `working_days` is what the policy gave for the answer; null in what was offered before it was kept.
    `from_carrier_id` is null for a project that is in no carrier: then its holder offers it. `precedence` is the
    outcome of the determination on a high-growth firm that asks for an accelerator (LZ-41); null where none was asked.
    """

    __tablename__ = "chain_transfer"
    __table_args__ = (
        Index("uq_chain_transfer_offered", "project_id", unique=True, postgresql_where="status = 'offered'"),
        Index("ix_chain_transfer_listing", "city_code", "recorded_at", "id"),
        Index("ix_chain_transfer_project_id", "project_id"),
        Index("ix_chain_transfer_to_carrier_id", "to_carrier_id"),
        Index("ix_chain_transfer_from_carrier_id", "from_carrier_id"),
        CheckConstraint("(status = 'offered') = (answered_at IS NULL)", name="answered_with_time"),
        CheckConstraint("(precedence IS NULL) = (determination_id IS NULL)", name="precedence_determined"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    project_id: Mapped[UUID] = reference("chain_project.id")
    from_carrier_id: Mapped[UUID | None] = reference("carrier.id")
    to_carrier_id: Mapped[UUID] = reference("carrier.id")
    stage: Mapped[Stage] = mapped_column(text_enum(Stage))
    status: Mapped[OfferStatus] = mapped_column(text_enum(OfferStatus))
    offered_on: Mapped[date] = mapped_column(Date)
    offered_by: Mapped[str] = mapped_column(String(200))
    expires_on: Mapped[date] = mapped_column(Date)
    expires_provisional: Mapped[bool]
    working_days: Mapped[int | None]
    precedence: Mapped[str | None] = mapped_column(String(40))
    determination_id: Mapped[UUID | None] = reference("determination.id")
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    answered_by: Mapped[str | None] = mapped_column(String(200))
    reason: Mapped[str | None] = mapped_column(Text)
    recorded_at: Mapped[RecordedAt]

    project: Mapped[Project] = relationship(lazy="raise", viewonly=True)


class EquityHolding(Base):
    """Basis points of a project a carrier holds (XZ-16 持股孵化) from `held_from` until the day before `held_until`."""

    __tablename__ = "chain_equity"
    __table_args__ = (
        Index("uq_chain_equity_held", "project_id", "carrier_id", unique=True, postgresql_where="held_until IS NULL"),
        CheckConstraint("share_bp BETWEEN 1 AND 10000", name="share_of_a_whole"),
        CheckConstraint("held_until IS NULL OR held_until > held_from", name="ends_after_beginning"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    project_id: Mapped[UUID] = reference("chain_project.id", index=True)
    carrier_id: Mapped[UUID] = reference("carrier.id")
    share_bp: Mapped[int] = mapped_column(Integer)
    held_from: Mapped[date] = mapped_column(Date)
    held_until: Mapped[date | None] = mapped_column(Date)
    evidence: Mapped[str] = mapped_column(String(200))
    recorded_by: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[RecordedAt]

    def held_on(self, day: date) -> bool:
        """Whether the share was held on the day."""
        return self.held_from <= day and (self.held_until is None or day < self.held_until)


class Milestone(Base):
    """Something the project reached on a day, with a reference to the paper that shows it."""

    __tablename__ = "chain_milestone"

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    project_id: Mapped[UUID] = reference("chain_project.id", index=True)
    kind: Mapped[MilestoneKind] = mapped_column(text_enum(MilestoneKind))
    reached_on: Mapped[date] = mapped_column(Date)
    description: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(String(200))
    recorded_by: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[RecordedAt]
