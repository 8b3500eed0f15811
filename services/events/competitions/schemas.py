"""Competitions, editions and entries on the wire."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from kernel.ids import public_id
from kernel.schemas import Instant, Name, Sentence, Wire, WireIn, json_value
from services.events.calendar.rules import EventLevel
from services.events.calendar.schemas import EventInstant, Host, OrganisationId, Title, Words
from services.events.competitions import examples
from services.events.competitions.models import CompetitionEdition, CompetitionEntry
from services.events.competitions.states import EditionFact, EditionStatus, EntryStatus
from services.events.competitions.terms import LOT, SUBMITTED_FIRST, Scoring, Window

SeriesId = Annotated[UUID, public_id("cse")]
EditionId = Annotated[UUID, public_id("ced")]
EntryId = Annotated[UUID, public_id("cen")]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$", examples=["technology"])]
Weight = Annotated[int, Field(strict=True, ge=1, le=100)]
Places = Annotated[int, Field(strict=True, ge=1, le=1000)]
Cap = Annotated[int, Field(strict=True, ge=1, le=100_000)]
Seats = Annotated[int, Field(strict=True, ge=1, le=99)]
Grade = Annotated[int, Field(strict=True, ge=1, le=9, description="1 is the first grade, 一等奖", examples=[1])]
Duty = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.]{0,99}$", examples=["hold_contests"])]
Day = Annotated[date, Field(examples=["2027-03-31"])]


class SeriesIn(WireIn):
    """A contest held again and again; `duty` is the key of the city pack's duty to hold it, where a clause names it."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.SERIES_IN]})

    name: Title
    duty: Duty | None = None


class SeriesOut(Wire):
    model_config = ConfigDict(json_schema_extra={"examples": [examples.SERIES]})

    id: SeriesId
    name: Words
    duty: str | None
    entered_at: Instant


class CriterionIn(WireIn):
    """Points are given from 0.00 to 100.00 and weighed: the weights of a round sum to 100."""

    key: Key
    name: Title
    weight: Weight


class PrizeIn(WireIn):
    grade: Grade
    places: Places


class GroupIn(WireIn):
    """`registered_since` and `registered_until` are the first and the last day of registration that belong here."""

    key: Key
    name: Title
    takes: Literal["firms", "teams"]
    registered_since: Day | None = None
    registered_until: Day | None = None
    entries_max: Cap | None = None
    prizes: Annotated[list[PrizeIn], Field(min_length=1, max_length=9)]


class RoundIn(WireIn):
    """`trimmed_mean` leaves out one highest and one lowest total of an entry; `advance` counts for each group."""

    key: Key
    name: Title
    criteria: Annotated[list[CriterionIn], Field(min_length=1, max_length=50)]
    judges: Seats
    judges_min: Seats
    scoring: Scoring
    advance: Places | None = None
    tie_break: Annotated[list[Key], Field(min_length=1, max_length=52, examples=[["technology", SUBMITTED_FIRST, LOT]])]


class EditionIn(WireIn):
    """All rules of an edition. They may be rewritten until it is opened."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.EDITION_IN]})

    series_id: SeriesId
    number: Annotated[int, Field(strict=True, ge=1, le=1000)]
    level: EventLevel
    host_id: OrganisationId
    title: Title
    opens_at: EventInstant
    registration_closes_at: EventInstant
    submission_closes_at: EventInstant
    eligible_on: Day
    wins_max: Annotated[int, Field(strict=True, ge=1, le=100)] | None = None
    notice_working_days: Annotated[int, Field(strict=True, ge=1, le=60)]
    groups: Annotated[list[GroupIn], Field(min_length=1, max_length=20)]
    rounds: Annotated[list[RoundIn], Field(min_length=1, max_length=10)]

    @property
    def window(self) -> Window:
        """When entries are taken."""
        return Window(self.opens_at, self.registration_closes_at, self.submission_closes_at)

    def setup(self) -> dict[str, Any]:
        """Groups and rounds, as they are kept."""
        return {"groups": [json_value(one) for one in self.groups], "rounds": [json_value(one) for one in self.rounds]}


class ChangeIn(WireIn):
    """What may still change after the opening: deadlines to later moments, caps to higher ones."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CHANGE_IN]})

    reason: Sentence
    registration_closes_at: EventInstant | None = None
    submission_closes_at: EventInstant | None = None
    entries_max: dict[Key, Cap] = Field(default_factory=dict, max_length=20)


class ReasonIn(WireIn):
    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "报名企业不足,本届停办。"}]})

    reason: Sentence


class EditionOut(Wire):
    """The ETag is the version an edit must name in If-Match; `now` is the clock that deadlines are kept by."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.EDITION]})

    id: EditionId
    city_code: str
    series_id: SeriesId
    number: int
    status: EditionStatus
    level: EventLevel
    host: Host
    title: Words
    opens_at: Instant
    registration_closes_at: Instant
    submission_closes_at: Instant
    eligible_on: date
    wins_max: int | None
    notice_working_days: int
    groups: list[GroupIn]
    rounds: list[RoundIn]
    opened_at: datetime | None
    now: datetime

    @classmethod
    def of(cls, row: CompetitionEdition, now: datetime) -> Self:
        """From its row, at a moment of the city's clock."""
        made = {"host", "title", "groups", "rounds", "now"}
        return cls(
            host=Host(id=row.host_id, name=row.host_name),
            title=Words(zh=row.title_zh, en=row.title_en),
            groups=[GroupIn.model_validate(one) for one in row.setup["groups"]],
            rounds=[RoundIn.model_validate(one) for one in row.setup["rounds"]],
            now=now,
            **{name: getattr(row, name) for name in cls.model_fields if name not in made},
        )


class EditionChangeOut(Wire):
    """One line of an edition's history; `before` and `after` hold what changed."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CHANGE]})

    fact: EditionFact
    version: int
    before: dict[str, Any]
    after: dict[str, Any]
    reason: str | None
    changed_by: str
    occurred_at: Instant


class EntryIn(WireIn):
    """A firm by its id and the day it was registered; a team by its id where it is registered, or else by its name."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ENTRY_IN]})

    group: Key
    project: Name
    organisation_id: OrganisationId | None = None
    registered_on: Day | None = None
    team_name: Name | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.organisation_id is None) == (self.team_name is None):
            raise PydanticCustomError("entrant_unclear", "either organisation_id or team_name")
        return self


class DocumentIn(WireIn):
    """A file by its name and SHA-256; the file itself is kept where the case keeps its documents."""

    name: Name
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", examples=[examples.SHA256])]


class SubmissionIn(WireIn):
    """The work. Sent again before the deadline it replaces what stood."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.SUBMISSION_IN]})

    summary: Sentence
    documents: Annotated[list[DocumentIn], Field(min_length=1, max_length=20)]


class ScreeningIn(WireIn):
    """What the officer verified: the day of registration by the licence, and whether it is barred, and why."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"registered_on": "2025-06-01", "barred_reason": None}]})

    registered_on: Day | None = None
    barred_reason: Sentence | None = None


class AttachmentIn(WireIn):
    """The firm and the day it was registered by its licence: not before the team entered, not after today.

    Once the entry is screened an officer of the contest states it.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ATTACHMENT_IN]})

    organisation_id: OrganisationId
    registered_on: Day


class EntryOut(Wire):
    """`reasons` are all findings against it, in Chinese and English, as the screening found them."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ENTRY]})

    id: EntryId
    edition_id: EditionId
    number: int
    group: str
    status: EntryStatus
    organisation_id: OrganisationId | None
    organisation_name: str | None
    team_name: str | None
    project: str
    registered_on: date | None
    entered_at: Instant
    submission: dict[str, Any] | None
    submitted_at: datetime | None
    eligibility: dict[str, Any] | None
    reasons: list[dict[str, Any]]
    screened_at: datetime | None
    left_reason: str | None
    left_at: datetime | None

    @classmethod
    def of(cls, row: CompetitionEntry) -> Self:
        """From its row."""
        plain = {name: getattr(row, name) for name in cls.model_fields if name != "group"}
        return cls(group=row.group_key, **plain)
