"""Results, objections, prizes and benefits on the wire."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Field

from kernel.ids import public_id
from kernel.schemas import Code, Instant, Name, Sentence, Wire, WireIn
from policy.determination_schemas import DeterminationId
from services.events.calendar.rules import EventLevel
from services.events.calendar.schemas import OrganisationId, Words
from services.events.competitions.models import CompetitionEdition, CompetitionEntry
from services.events.competitions.schemas import EditionId, EntryId, SeriesId
from services.events.judging.models import JudgingStanding
from services.events.judging.schemas import RoundId
from services.events.results import examples
from services.events.results.models import CompetitionPrize, CompetitionResult, PrizeBenefit
from services.events.results.rules import Award, grade_zh
from services.events.results.states import Status

PrizeId = Annotated[UUID, public_id("prz")]
ObjectionId = Annotated[UUID, public_id("cob")]
BenefitId = Annotated[UUID, public_id("pbn")]
Treasury = Annotated[Literal["city", "county"], Field(description="Which level grants it")]


class WinnerOut(Wire):
    """An award and the score it was won with, in hundredths, rounded half up."""

    entry_id: EntryId
    winner: str
    project: str
    group: str
    place: int
    grade: int
    grade_zh: str
    score_hundredths: int

    @classmethod
    def of(cls, award: Award, entry: CompetitionEntry, standing: JudgingStanding) -> Self:
        """From the award, its entry and where that stood in the last round."""
        return cls(
            entry_id=entry.id,
            winner=entry.name,
            project=entry.project,
            group=award.group,
            place=award.place,
            grade=award.grade,
            grade_zh=grade_zh(award.grade),
            score_hundredths=standing.score_hundredths,
        )


class ResultOut(Wire):
    """What everybody may see from the notice on: who won what, and the hash the scores were sealed with."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.RESULT]})

    edition_id: EditionId
    title: Words
    level: EventLevel
    status: Status
    noticed_on: date
    closes_on: date
    notice_provisional: bool
    seal_sha256: str
    winners: list[WinnerOut]
    published_at: datetime | None

    @classmethod
    def of(
        cls,
        row: CompetitionResult,
        edition: CompetitionEdition,
        entries: Mapping[UUID, CompetitionEntry],
        standings: Sequence[JudgingStanding],
    ) -> Self:
        """From its row, with the entries it names and the standings of the last round."""
        stood = {one.entry_id: one for one in standings}
        won = [Award.of(one) for one in row.winners]
        made = {"title", "level", "winners"}
        return cls(
            title=Words(zh=edition.title_zh, en=edition.title_en),
            level=edition.level,
            winners=[WinnerOut.of(one, entries[one.entry_id], stood[one.entry_id]) for one in won],
            **{name: getattr(row, name) for name in cls.model_fields if name not in made},
        )


class SealOut(Wire):
    """`body` is what the seal was taken over: judges and entries by id alone, every score, and the ranking."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ROUND_SEAL]})

    round_id: RoundId
    round: str
    seal_sha256: str
    body: str


class SealsOut(Wire):
    """Whoever takes the SHA-256 of a body again and finds the seal knows that nothing was changed since."""

    items: list[SealOut]


class ObjectionIn(WireIn):
    """By name, with a way to answer; against one winner, or the whole."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.OBJECTION_IN]})

    entry_id: EntryId | None = None
    objector: Name
    contact: Name
    statement: Sentence


class ObjectionOut(Wire):
    """For officers, and for who filed it."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.OBJECTION]})

    id: ObjectionId
    entry_id: EntryId | None
    objector: str
    contact: str
    statement: str
    filed_at: Instant
    upheld: bool | None
    opinion: str | None
    answered_at: datetime | None
    withdrawn_at: datetime | None


class AnswerIn(WireIn):
    """Upheld against a winner, it disqualifies; `opinion` is then the reason on record."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ANSWER_IN]})

    upheld: Annotated[bool, Field(strict=True)]
    opinion: Sentence


class RevocationIn(WireIn):
    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "经查参赛材料造假"}]})

    reason: Sentence


class BenefitIn(WireIn):
    """`programme` is the key of the city pack's programme for winners; `plan_project` names what was granted."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.BENEFIT_IN]})

    programme: Code
    treasury: Treasury
    plan_project: Name


class BenefitOut(Wire):
    """A right, not money: granted once for a prize under a programme, by one level."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.BENEFIT]})

    id: BenefitId
    programme: str
    treasury: Treasury
    plan_project: str
    determination_id: DeterminationId
    granted_at: Instant


class PrizeOut(Wire):
    """A published prize with where it comes from, and what it led to."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PRIZE]})

    id: PrizeId
    edition_id: EditionId
    series_id: SeriesId
    series: str
    number: int
    level: EventLevel
    entry_id: EntryId
    organisation_id: OrganisationId | None
    winner: str
    project: str
    group: str
    place: int
    grade: int
    grade_zh: str
    awarded_on: date
    seal_sha256: str
    revoked_on: date | None
    benefits: list[BenefitOut]

    @classmethod
    def of(cls, row: CompetitionPrize, benefits: Sequence[PrizeBenefit]) -> Self:
        """From its row with edition and series."""
        made = {"series_id", "series", "number", "group", "grade_zh", "benefits"}
        return cls(
            series_id=row.edition.series_id,
            series=row.edition.series.name_zh,
            number=row.edition.number,
            group=row.group_key,
            grade_zh=grade_zh(row.grade),
            benefits=[BenefitOut.model_validate(one) for one in benefits],
            **{name: getattr(row, name) for name in cls.model_fields if name not in made},
        )


class PrizesOut(Wire):
    """What an organisation had won on a day, firms merged into it included."""

    on: date
    items: list[PrizeOut]
