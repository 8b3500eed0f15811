"""What crosses the wire about judges, rounds, scores and seals, for officers alone."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Field

from kernel.ids import public_id
from kernel.schemas import Instant, Name, Sentence, Wire, WireIn
from services.events.calendar.schemas import OrganisationId
from services.events.competitions.schemas import EditionId, EntryId, Key
from services.events.judging import examples
from services.events.judging.models import JudgingRound, JudgingSeat, JudgingStanding
from services.events.judging.states import RoundStatus, SeatStatus

JudgeId = Annotated[UUID, public_id("jdg")]
RoundId = Annotated[UUID, public_id("jrd")]
Related = Annotated[list[OrganisationId], Field(max_length=200)]
Points = Annotated[int, Field(strict=True, ge=0, le=10_000, description="hundredths of a point", examples=[8550])]


class JudgeIn(WireIn):
    """`related_organisation_ids`: what the judge declared: employer, investor, adviser, family."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.JUDGE_IN]})

    name: Name
    unit: Name
    field: Name
    related_organisation_ids: Related = Field(default_factory=list)


class JudgeChangeIn(WireIn):
    """What is given replaces what stood; who is not available is not drawn."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"is_available": False}]})

    unit: Name | None = None
    field: Name | None = None
    related_organisation_ids: Related | None = None
    is_available: Annotated[bool, Field(strict=True)] | None = None


class JudgeOut(Wire):
    model_config = ConfigDict(json_schema_extra={"examples": [examples.JUDGE]})

    id: JudgeId
    name: str
    unit: str
    field: str
    related_organisation_ids: list[OrganisationId]
    is_available: bool
    entered_at: Instant


class DeclaredIn(WireIn):
    """An interest that a judge declares before the draw."""

    judge_id: JudgeId
    entry_id: EntryId


class DrawIn(WireIn):
    """Who may be drawn; conflicts by unit, declared relation and related parties are found by the draw itself."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.DRAW_IN]})

    judge_ids: Annotated[list[JudgeId], Field(min_length=1, max_length=200)]
    declared: Annotated[list[DeclaredIn], Field(max_length=1000)] = Field(default_factory=list)


class SheetIn(WireIn):
    """Points by criterion in whole hundredths; `reason` where a score that stands is corrected."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.SHEET_IN]})

    entry_id: EntryId
    judge_id: JudgeId
    points: dict[Key, Points] = Field(min_length=1, max_length=50)
    reason: Sentence | None = None


class RecusalIn(WireIn):
    """The judge's own declaration of an interest in an entry."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.RECUSAL_IN]})

    entry_id: EntryId
    judge_id: JudgeId
    reason: Sentence


class AbsenceIn(WireIn):
    model_config = ConfigDict(json_schema_extra={"examples": [examples.ABSENCE_IN]})

    judge_id: JudgeId
    reason: Sentence


class ExcludedOut(Wire):
    judge_id: JudgeId
    entry_id: EntryId
    reasons: list[Literal["same_unit", "declared_relation", "related_party", "declared_for_entry", "own_declaration"]]


class RoundOut(Wire):
    """`order` is the draw: who knows `seed` can repeat it, and the seats with it. It shows with the seal, for it also
    decides between equals."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ROUND]})

    id: RoundId
    edition_id: EditionId
    place: int
    key: str
    status: RoundStatus
    seed: str | None
    order: list[EntryId]
    judges: list[JudgeId]
    excluded: list[ExcludedOut]
    drawn_at: datetime | None
    seal_sha256: str | None
    sealed_at: datetime | None

    @classmethod
    def of(cls, row: JudgingRound, key: str) -> Self:
        """From its row; `key` is the name the edition gives the round."""
        plain = {name: getattr(row, name) for name in cls.model_fields if name not in {"key", "excluded", "seed"}}
        seed = row.seed if row.sealed_at is not None else None
        return cls(key=key, seed=seed, excluded=[ExcludedOut.model_validate(one) for one in row.excluded], **plain)


class RoundsOut(Wire):
    items: list[RoundOut]


class SeatOut(Wire):
    """Points show once the round is sealed, so that no score leans on another's."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.SEAT]})

    entry_id: EntryId
    judge_id: JudgeId
    status: SeatStatus
    points: dict[str, int] | None
    corrections: list[dict[str, Any]]
    empty_reason: str | None
    scored_at: datetime | None

    @classmethod
    def of(cls, row: JudgingSeat, *, is_sealed: bool) -> Self:
        """From its row."""
        seat = cls.model_validate(row)
        return seat if is_sealed else seat.model_copy(update={"points": None, "corrections": []})


class StandingOut(Wire):
    """The mean is `total` ten-thousandths over `counted` sheets, exact; `score_hundredths` is that rounded half up."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.STANDING]})

    entry_id: EntryId
    group: str
    place: int
    total: int
    counted: int
    score_hundredths: int
    decided_by: str | None

    @classmethod
    def of(cls, row: JudgingStanding) -> Self:
        """From its row."""
        plain = {name: getattr(row, name) for name in cls.model_fields if name != "group"}
        return cls(group=row.group_key, **plain)


class VerificationOut(Wire):
    """`body` is the canonical JSON the seal was taken over; its SHA-256 is the seal, which anybody can take again."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.VERIFICATION]})

    round_id: RoundId
    seal_sha256: str
    recomputed_sha256: str
    is_same: bool
    body: str
