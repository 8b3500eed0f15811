"""The table of ratings."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Date, DateTime, Index, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from gateway.window.ratings.states import Status, Verdict
from kernel.db import Base, CityCode, JsonList, Moment, RecordedAt, Ref, reference, text_enum

ANSWER = "num_nulls(verdict, measure, called_back_on, answered_by, answered_on, answered_at)"


class CaseRating(Base):
    """What an applicant says of how a case was handled, once: the primary key is what makes it one.

    `item` and `applicant_id` are the case's, kept here so that counting reads one table. `opened_on` is the day a bad
    rating began to wait for its answer. `text` and `measure` are for those who may see the case and for nobody else.
    """

    __tablename__ = "case_rating"
    __table_args__ = (
        CheckConstraint("grade BETWEEN 1 AND 5", name="grade"),
        CheckConstraint("(status = 'given') = (grade > 2)", name="bad_is_followed_up"),
        CheckConstraint("(status = 'given') = (opened_on IS NULL)", name="open_since"),
        CheckConstraint(f"{ANSWER} = CASE status WHEN 'answered' THEN 0 ELSE 6 END", name="answered_in_full"),
        Index("ix_case_rating_listing", "city_code", "recorded_at", "case_id"),
        Index("ix_case_rating_open", "city_code", "opened_on", postgresql_where="status = 'open'"),
        Index("ix_case_rating_counting", "city_code", "item", postgresql_include=["grade", "applicant_id"]),
    )

    case_id: Mapped[UUID] = reference("case_file.id", primary_key=True)
    city_code: Mapped[CityCode]
    item: Mapped[str] = mapped_column(String(100))
    applicant_id: Mapped[Ref]
    grade: Mapped[int] = mapped_column(SmallInteger)
    tags: Mapped[JsonList]
    text: Mapped[str | None] = mapped_column(Text)
    status: Mapped[Status] = mapped_column(text_enum(Status))
    rated_by: Mapped[str] = mapped_column(String(200))
    rated_on: Mapped[date] = mapped_column(Date)
    rated_at: Mapped[Moment]
    corrected_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    opened_on: Mapped[date | None] = mapped_column(Date)
    verdict: Mapped[Verdict | None] = mapped_column(text_enum(Verdict))
    measure: Mapped[str | None] = mapped_column(Text)
    called_back_on: Mapped[date | None] = mapped_column(Date)
    answered_by: Mapped[str | None] = mapped_column(String(200))
    answered_on: Mapped[date | None] = mapped_column(Date)
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    version: Mapped[int] = mapped_column(BigInteger)
    recorded_at: Mapped[RecordedAt]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own shape
