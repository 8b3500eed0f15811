"""Facts and replies of the registry."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from pydantic import Field

from contracts.base import CaseEvent, Event, Reply
from contracts.counting import Question


class OrganisationRegistered(Event):
    TYPE: ClassVar[str] = "organisation.registered"

    organisation_id: UUID
    name: str
    kind: str


class OrganisationRenamed(Event):
    """It has another name from `effective_on`; nothing else about it changes."""

    TYPE: ClassVar[str] = "organisation.renamed"

    organisation_id: UUID
    name: str
    effective_on: date


class OrganisationIncorporated(Event):
    """A team became a firm: the same organisation, so that quotas and history are carried."""

    TYPE: ClassVar[str] = "organisation.incorporated"

    organisation_id: UUID
    name: str
    effective_on: date


class OrganisationDeregistered(Event):
    """It no longer exists in law from `effective_on`. `cause` is why, in a word."""

    TYPE: ClassVar[str] = "organisation.deregistered"

    organisation_id: UUID
    effective_on: date
    cause: str


class OrganisationEntrusted(Event):
    """Another client, or person at the counter, acts for it from now on, by its word to the window."""

    TYPE: ClassVar[str] = "organisation.entrusted"

    organisation_id: UUID
    former: str
    present: str


class OrganisationRestored(Event):
    """It exists in law again from `effective_on`: its deregistration was a mistake or was revoked, or it came back."""

    TYPE: ClassVar[str] = "organisation.restored"

    organisation_id: UUID
    effective_on: date


class OrganisationMerged(Event):
    """It is part of `successor_id` from `effective_on`; its id stays, and leads to the successor."""

    TYPE: ClassVar[str] = "organisation.merged"

    organisation_id: UUID
    successor_id: UUID
    effective_on: date


class RecognitionReviewed(CaseEvent):
    """A second officer has reviewed; `outcome` is the determination's."""

    TYPE: ClassVar[str] = "recognition.reviewed"

    recognition_id: UUID
    outcome: str
    determination_id: UUID


class NoticePublished(CaseEvent):
    """Public notice: objections may be filed until the end of `closes_on` (counted in working days)."""

    TYPE: ClassVar[str] = "recognition.notice_published"

    recognition_id: UUID
    published_on: date
    closes_on: date
    provisional: bool


class DueDaySettled(CaseEvent):
    """A provisional last day was counted again: `told_on` has become `due_on`, never an earlier day.

    `kind`: recognition_notice, evaluation_notice, evaluation_appeal, statistics_report, cure_period, transfer_offer or
    host_move; `object_id` is whose day it is, `organisation_id` who has to keep it (null: everybody in the round).
    """

    TYPE: ClassVar[str] = "due_day.settled"

    kind: str
    object_id: UUID
    organisation_id: UUID | None
    told_on: date
    due_on: date
    provisional: bool


class NoticeEnded(CaseEvent):
    """The notice has run out; a decision may be taken."""

    TYPE: ClassVar[str] = "recognition.notice_closed"

    recognition_id: UUID
    objections: int


class RecognitionRefused(CaseEvent):
    TYPE: ClassVar[str] = "recognition.refused"

    recognition_id: UUID
    reason_codes: list[str]


class CarrierRecognised(CaseEvent):
    """A carrier holds a level from `recognised_on`. `level`: municipal, provincial or national; `is_key` as in XZ-23.

    Awards are decided under the policy in force when the case was accepted (`accepted_on`, `accepted_at`).
    """

    TYPE: ClassVar[str] = "carrier.recognised"

    recognition_id: UUID
    carrier_id: UUID
    organisation_id: UUID
    carrier_kind: str
    level: str
    is_key: bool
    recognised_on: date
    certificate_number: str
    determination_id: UUID
    decided_by: str
    accepted_on: date
    accepted_at: datetime


class FirmNamed(Question):
    """A firm as a partner knows it."""

    credit_code: str = Field(max_length=40)
    name: str = Field(max_length=200)


class FirmsNamed(Question):
    """`POST /internal/organisations/firms`: each is found, or registered when it is new."""

    city_code: str = Field(max_length=20)
    firms: tuple[FirmNamed, ...] = Field(min_length=1, max_length=500)


ACTIVE = "active"
FIRM_KINDS = frozenset({"firm", "individual_business"})
TEAM = "team"


class Absence(Reply):
    """It did not exist in law from `since` to the day before `until`: it was deregistered, and restored later."""

    since: date
    until: date


class OrganisationReply(Reply):
    """What other services may know of an organisation. `registered_by` is the client or person that acts for it now.

    Its `kind` is one of `FIRM_KINDS` when it is a firm, `TEAM` when it is none yet. It exists in law while its status
    is `ACTIVE`; from `ended_on` on it is no more, and within `absent` it was not. `merged_into` is what one of status
    `merged` has become part of.
    """

    id: UUID
    city_code: str
    name: str
    kind: str
    credit_code: str | None
    status: str
    bank_account_last4: str | None = None
    registered_by: str | None = None
    merged_into: UUID | None = None
    ended_on: date | None = None
    absent: tuple[Absence, ...] = ()

    def was_gone_on(self, day: date) -> bool:
        """Whether it did not exist in law on the day."""
        return self.had_ended_by(day) or any(gap.since <= day < gap.until for gap in self.absent)

    def had_ended_by(self, day: date) -> bool:
        """Whether it was no more on the day, for good as far as is known."""
        return self.ended_on is not None and self.ended_on <= day


class FirmReply(Reply):
    """The firm, or the problem document that says why there is none."""

    organisation: OrganisationReply | None = None
    problem: dict[str, Any] | None = None


class FirmsReply(Reply):
    """In the order of the question."""

    firms: tuple[FirmReply, ...]


class RepresentedAsked(Question):
    """`POST /internal/organisations/represented`: all of a city that a client acts for, of which `known` is kept."""

    city_code: str = Field(max_length=20)
    client: str = Field(max_length=200)
    known: str | None = Field(default=None, max_length=64)


class RepresentedReply(Reply):
    """Those it entered or was entrusted with, and whatever merged into one of them; null while they are the `known`.

    `mark` is what these are known by from now on.
    """

    ids: tuple[UUID, ...] | None
    mark: str | None = None


class SeveralAsked(Question):
    """`POST /internal/organisations/several`: many at once, by their ids."""

    ids: tuple[UUID, ...] = Field(min_length=1, max_length=500)


class SeveralReply(Reply):
    """Those that exist, in no order."""

    items: tuple[OrganisationReply, ...]


class PayeeReply(Reply):
    """Where an organisation is paid, whole: `GET /internal/organisations/{id}/payee`, for the funds service alone.

    The account is null while the organisation has given none. `successor_id`: whom it merged into.
    """

    id: UUID
    city_code: str
    name: str
    status: str
    payee_name: str | None
    account_number: str | None = Field(repr=False)
    bank_name: str | None
    cnaps_code: str | None = None
    successor_id: UUID | None = None


class PartyStep(Reply):
    """One link of the path between two organisations: `holder` controls, holds, represents or has absorbed the other.

    `kind`: controller, shareholder, legal_representative or merged. A person is named by id alone.
    """

    kind: str
    organisation_id: UUID
    holder_organisation_id: UUID | None = None
    holder_person_id: UUID | None = None
    share_bp: int | None = None
    effective_on: date
    ended_on: date | None = None


class PairAsked(Question):
    """Two organisations of one city."""

    a: UUID
    b: UUID


class RelatedAsked(Question):
    """`POST /internal/organisations/related`: which of the pairs are related on a day (today unless told), and why."""

    city_code: str = Field(max_length=20)
    pairs: tuple[PairAsked, ...] = Field(min_length=1, max_length=100)
    on: date | None = None


class RelatedPair(Reply):
    """`path` is the shortest chain of parties between the two; `shared` names contacts and accounts both have."""

    a: UUID
    b: UUID
    related: bool
    path: tuple[PartyStep, ...] = ()
    shared: tuple[str, ...] = ()


class RelatedReply(Reply):
    """In the order of the question."""

    pairs: tuple[RelatedPair, ...]


class GroupMember(Reply):
    """An organisation under the same ultimate controller, and the chain that makes it one."""

    organisation_id: UUID
    path: tuple[PartyStep, ...] = ()


class ControllerGroupReply(Reply):
    """`GET /internal/organisations/{id}/controller-group`: all under the same ultimate controller, itself too.

    `is_known` is false while nobody has stated who controls it: the members are then those we know of, no more.
    `predecessors` were merged into it: what they were given counts as its own.
    """

    organisation_id: UUID
    city_code: str
    on: date
    is_known: bool
    members: tuple[GroupMember, ...]
    predecessors: tuple[UUID, ...] = ()


class GroupsAsked(Question):
    """`POST /internal/organisations/controller-groups`: in which groups these stand today."""

    city_code: str = Field(max_length=20)
    ids: tuple[UUID, ...] = Field(min_length=1, max_length=200)


class GroupsReply(Reply):
    """In the order of the question, as of the first that stands in a group: who was found in one is not asked about
    again. Of what is not the city's nothing is told.
    """

    items: tuple[ControllerGroupReply, ...]


class LevelFact(Reply):
    """A level a carrier holds today, or one that a case under way asks for."""

    level: str
    is_key: bool


class CarrierFacts(Reply):
    """What is known of a carrier, under the fact ids of the city's pack; what nobody has stated is not there."""

    id: UUID
    kind: str
    name: str
    facts: dict[str, Any]
    levels: list[LevelFact]
    pending: list[LevelFact]


class OrganisationFacts(Reply):
    """What a scan may know of an organisation: `GET /internal/organisations/{id}/eligibility-facts`."""

    id: UUID
    city_code: str
    kind: str
    status: str
    registered_by: str
    carriers: list[CarrierFacts]
