"""What crosses the wire about matching. Amounts in fen, as the sides stated them; no names of people."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Self
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from kernel.ids import public_id
from kernel.money import PositiveFen
from kernel.schemas import Instant, Name, Sentence, Wire, WireIn
from services.events.calendar.schemas import EventId, OrganisationId
from services.events.matching import examples
from services.events.matching.models import MatchingMeeting, MatchingOutcome, MatchingParty
from services.events.matching.rules import Outcome, Result, Said, Side, Slots, Tally
from services.events.matching.service import Enrolment, PlanGiven

PartyId = Annotated[UUID, public_id("mpt")]
MeetingId = Annotated[UUID, public_id("mmt")]
Slot = Annotated[int, Field(strict=True, ge=1, le=200, description="Counted from 1", examples=[2])]
Year = Annotated[
    str, StringConstraints(pattern=r"^20[0-9]{2}$"), Field(examples=["2026"], description="By the events' begin")
]


class PlanIn(WireIn):
    """Slots of one length, one after the other, within the event's time; they move with the event."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PLAN]})

    first_after_minutes: Annotated[int, Field(strict=True, ge=0, le=20_000, description="After the event's start")]
    slot_minutes: Annotated[int, Field(strict=True, ge=5, le=240)]
    slot_count: Annotated[int, Field(strict=True, ge=1, le=200)]

    def to_plan(self) -> PlanGiven:
        """The same as the use case takes it."""
        return PlanGiven(self.first_after_minutes, self.slot_minutes, self.slot_count)


class PlanOut(Wire):
    """The times of an event's meetings."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.SLOTS]})

    first_slot_at: Instant
    slot_minutes: int
    slot_count: int

    @classmethod
    def of(cls, slots: Slots) -> Self:
        """From the slots as the rules have them."""
        return cls(first_slot_at=slots.first_at, slot_minutes=slots.minutes, slot_count=slots.count)


class EnrolmentIn(WireIn):
    """With a project, or with money. Everybody at the event reads title and description: no names, no numbers."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ENROLMENT]})

    organisation_id: OrganisationId
    side: Side
    title: Name | None = None
    description: Annotated[Sentence, Field(max_length=500)] | None = None

    def to_enrolment(self) -> Enrolment:
        """The same as the use case takes it."""
        return Enrolment(self.organisation_id, self.side, self.title, self.description)


class PartyOut(Wire):
    """A party of an event's matching."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PARTY]})

    id: PartyId
    organisation_id: OrganisationId
    organisation_name: str
    side: Side
    title: str | None
    description: str | None
    enrolled_at: Instant
    withdrawn_at: Instant | None


class MeetingIn(WireIn):
    """Who is to meet whom, and when."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"slot": 2, "project_id": examples.PARTY["id"], "financier_id": examples.FINANCIER["id"]},
            ]
        }
    )

    slot: Slot
    project_id: PartyId
    financier_id: PartyId


class CallOffIn(WireIn):
    """Why they do not meet."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "投资机构临时缺席"}]})

    reason: Sentence


class OutcomeIn(WireIn):
    """What came of a meeting, by whose word; an agreement with its amount."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.OUTCOME]})

    organisation_id: Annotated[OrganisationId, Field(description="The one of the two for which you say it")]
    outcome: Outcome
    amount_fen: PositiveFen | None = None

    def to_said(self) -> Said:
        """The same in the words of the rules."""
        return Said(self.outcome, self.amount_fen)


class MetParty(Wire):
    """One side of a meeting."""

    id: PartyId
    organisation_id: OrganisationId
    organisation_name: str
    side: Side
    title: str | None


class OutcomeOut(Wire):
    """What one side says now."""

    side: Side
    outcome: Outcome
    amount_fen: int | None
    stated_at: Instant


class MeetingOut(Wire):
    """A meeting. `is_related`: the two belong together, through what `related_through` names."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.MEETING]})

    id: MeetingId
    event_id: EventId
    slot: int
    starts_at: datetime
    ends_at: datetime
    project: MetParty
    financier: MetParty
    is_related: bool
    related_through: list[str]
    cancelled_at: Instant | None
    cancellation_reason: str | None
    outcomes: list[OutcomeOut]

    @classmethod
    def of(
        cls,
        row: MatchingMeeting,
        slots: Slots,
        parties: Mapping[UUID, MatchingParty],
        outcomes: Sequence[MatchingOutcome],
    ) -> Self:
        """From its row, the event's slots, its parties, and what they say."""
        starts_at = slots.start_of(row.slot)
        return cls(
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=slots.minutes),
            project=MetParty.model_validate(parties[row.project_id]),
            financier=MetParty.model_validate(parties[row.financier_id]),
            outcomes=[
                OutcomeOut(
                    side=parties[one.party_id].side,
                    outcome=one.outcome,
                    amount_fen=one.amount_fen,
                    stated_at=one.stated_at,
                )
                for one in outcomes
                if one.meeting_id == row.id
            ],
            **{
                name: getattr(row, name)
                for name in (
                    "id", "event_id", "slot", "is_related", "related_through", "cancelled_at", "cancellation_reason",
                )
            },
        )  # fmt: skip


class CountsOut(Wire):
    """Meetings of events that were not called off, by result. An agreement counts when both sides state one.

    Meetings of related parties are counted apart, and in no result. `agreed_fen` takes the lower of two amounts.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [examples.COUNTS]})

    events: int
    projects: int
    investors: int
    banks: int
    meetings: int
    related_meetings: int
    interest: int
    talks: int
    agreements: int
    agreements_of_one_side: int
    none: int
    unsaid: int
    agreed_fen: int

    @classmethod
    def of(cls, tally: Tally, *, events: int, sides: Mapping[Side, int]) -> Self:
        """From what was counted."""
        by = tally.by_result
        return cls(
            events=events,
            projects=sides.get(Side.PROJECT, 0),
            investors=sides.get(Side.INVESTOR, 0),
            banks=sides.get(Side.BANK, 0),
            meetings=tally.meetings,
            related_meetings=tally.related_meetings,
            interest=by[Result.INTEREST],
            talks=by[Result.TALKS],
            agreements=by[Result.AGREEMENT],
            agreements_of_one_side=by[Result.AGREEMENT_OF_ONE_SIDE],
            none=by[Result.NONE],
            unsaid=by[Result.UNSAID],
            agreed_fen=tally.agreed_fen,
        )
