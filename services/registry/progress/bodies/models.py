"""Leading groups and joint meetings with their offices by day, and who has to report to them."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kernel.db import Base, CityCode, Id, Moment, RecordedAt, reference, text_enum


class BodyKind(StrEnum):
    LEADING_GROUP = "leading_group"
    JOINT_CONFERENCE = "joint_conference"


class Post(StrEnum):
    CHAIR = "chair"
    DEPUTY_CHAIR = "deputy_chair"
    MEMBER = "member"
    OFFICE_DIRECTOR = "office_director"
    OFFICE_MEMBER = "office_member"


class Body(Base):
    """A body that leads the work. `office_role` is the pack's role whose department keeps its office."""

    __tablename__ = "progress_body"
    __table_args__ = (UniqueConstraint("city_code", "name"),)

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    kind: Mapped[BodyKind] = mapped_column(text_enum(BodyKind))
    name: Mapped[str] = mapped_column(String(200))
    office_role: Mapped[str] = mapped_column(String(100))
    established_on: Mapped[date] = mapped_column(Date)
    recorded_by: Mapped[str] = mapped_column(String(200))
    registered_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]

    seats: Mapped[list["Seat"]] = relationship(lazy="raise", viewonly=True, order_by="Seat.since_on, Seat.id")


class Seat(Base):
    """A post held by a department's office (its title, as the document has it) until the day before `ended_on`."""

    __tablename__ = "progress_seat"
    __table_args__ = (
        Index("ix_progress_seat_body_id", "body_id"),
        Index(
            "uq_progress_seat_alone",
            "body_id",
            "post",
            unique=True,
            postgresql_where="ended_on IS NULL AND post IN ('chair', 'office_director')",
        ),
        CheckConstraint("ended_on IS NULL OR ended_on > since_on", name="ends_after_beginning"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    body_id: Mapped[UUID] = reference("progress_body.id")
    post: Mapped[Post] = mapped_column(text_enum(Post))
    title: Mapped[str] = mapped_column(String(200))
    role: Mapped[str | None] = mapped_column(String(100))
    since_on: Mapped[date] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)
    recorded_by: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[RecordedAt]


class Reporter(Base):
    """Who owes reports under a role of the pack: a county, a zone or a department; one with a division is a part."""

    __tablename__ = "progress_reporter"
    __table_args__ = (
        UniqueConstraint("city_code", "role", "name"),
        CheckConstraint("ended_on IS NULL OR ended_on > since_on", name="ends_after_beginning"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    role: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(200))
    division: Mapped[str | None] = mapped_column(String(100))
    organisation_id: Mapped[UUID | None] = reference("organisation.id")
    since_on: Mapped[date] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)
    recorded_by: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[RecordedAt]

    def owes_on(self, day: date) -> bool:
        """Whether it was in office on the day."""
        return self.since_on <= day and (self.ended_on is None or day < self.ended_on)
