"""What an applicant has promised to hand in later, and what came of it."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, Index, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from gateway.window.supplements.states import Standing, standing_of
from kernel.db import Base, CityCode, Json, JsonList, Moment, RecordedAt, reference


class Supplement(Base):
    """A promise (容缺承诺), and from acceptance on the list of what is missing. The primary key makes it the only one.

    `kinds` are what was promised and `evidence` where the signed paper is, {reference, sha256}; until acceptance a
    later promise replaces an earlier one. `documents` are the list, {kind, zh, en}, due after `working_days`;
    `credit_source` is where the officer looked whether the applicant has an unrepaired record.
    """

    __tablename__ = "case_supplement"
    __table_args__ = (
        CheckConstraint(
            "num_nulls(documents, working_days, due_on, due_provisional, credit_source) IN (0, 5)",
            name="accepted_in_full",
        ),
        Index("ix_case_supplement_city", "city_code", "due_on"),
        CheckConstraint("supplied_on IS NULL OR supplied_on <= due_on AND lapsed_on IS NULL", name="supplied_in_time"),
        CheckConstraint("(supplied_on IS NULL AND lapsed_on IS NULL) OR due_on IS NOT NULL", name="ended_once_listed"),
    )

    case_id: Mapped[UUID] = reference("case_file.id", primary_key=True)
    city_code: Mapped[CityCode]
    kinds: Mapped[JsonList]
    evidence: Mapped[Json]
    promised_by: Mapped[str] = mapped_column(String(200))
    promised_on: Mapped[date] = mapped_column(Date)
    promised_at: Mapped[Moment]
    documents: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    working_days: Mapped[int | None]
    due_on: Mapped[date | None] = mapped_column(Date)
    due_provisional: Mapped[bool | None]
    credit_source: Mapped[str | None] = mapped_column(Text)
    supplied_on: Mapped[date | None] = mapped_column(Date)
    lapsed_on: Mapped[date | None] = mapped_column(Date)
    recorded_at: Mapped[RecordedAt]

    @property
    def standing(self) -> Standing:
        """Where it stands, by its days."""
        return standing_of(due_on=self.due_on, supplied_on=self.supplied_on, lapsed_on=self.lapsed_on)

    @property
    def is_awaited(self) -> bool:
        """Whether the case may not be decided for it."""
        return self.standing is Standing.AWAITED
