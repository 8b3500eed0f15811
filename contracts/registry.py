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


class ProjectAdmitted(Event):
    """A project is in a carrier from `admitted_on`. `stage`: nursery, incubator or accelerator (XZ-09)."""

    TYPE: ClassVar[str] = "project.admitted"

    project_id: UUID
    organisation_id: UUID
    carrier_id: UUID
    stage: str
    admitted_on: date


class ProjectTransferred(Event):
    """From one carrier to another with the consent of both."""

    TYPE: ClassVar[str] = "project.transferred"

    project_id: UUID
    organisation_id: UUID
    from_carrier_id: UUID
    from_stage: str
    to_carrier_id: UUID
    stage: str
    transferred_on: date


class ProjectGraduated(Event):
    """`criteria` are the ids, in the city's pack, of those that were met."""

    TYPE: ClassVar[str] = "project.graduated"

    project_id: UUID
    organisation_id: UUID
    carrier_id: UUID
    stage: str
    graduated_on: date
    criteria: list[str]


class ProjectLeft(Event):
    """Out of the chain without graduation."""

    TYPE: ClassVar[str] = "project.left"

    project_id: UUID
    organisation_id: UUID
    carrier_id: UUID
    stage: str
    left_on: date


class AddressRegistered(Event):
    """A firm stands at an address. `mode`: single, shared, further, secretary or cluster."""

    TYPE: ClassVar[str] = "address.registered"

    registration_id: UUID
    address_id: UUID
    organisation_id: UUID
    host_id: UUID | None
    mode: str
    registered_on: date
    certificate_number: str


class AddressHostLeaving(Event):
    """A host gives up; its firms are to move until the end of `move_by` (counted in working days)."""

    TYPE: ClassVar[str] = "address_host.leaving"

    host_id: UUID
    organisation_id: UUID
    move_by: date
    firms: list[UUID]


class AddressHostLeft(Event):
    """A host is gone. `stranded` are the firms that had not moved: their registrations stand without a host."""

    TYPE: ClassVar[str] = "address_host.left"

    host_id: UUID
    organisation_id: UUID
    left_on: date
    stranded: list[UUID]


class FirmNamed(Question):
    """A firm as a partner knows it: `POST /internal/organisations/firms` finds it, or registers it when it is new."""

    city_code: str = Field(max_length=20)
    credit_code: str = Field(max_length=40)
    name: str = Field(max_length=200)


class OrganisationReply(Reply):
    """What other services may know of an organisation. `registered_by` is the client that entered it."""

    id: UUID
    city_code: str
    name: str
    kind: str
    credit_code: str | None
    status: str
    bank_account_last4: str | None = None
    registered_by: str | None = None


class PayeeReply(Reply):
    """Where an organisation is paid, whole: `GET /internal/organisations/{id}/payee`, for the funds service alone.

    The account is null while the organisation has given none.
    """

    id: UUID
    city_code: str
    name: str
    status: str
    payee_name: str | None
    account_number: str | None = Field(repr=False)
    bank_name: str | None
    cnaps_code: str | None = None


class RecognitionProof(Reply):
    """Was the carrier recognised on the day? `signature` is a detached JWS over the canonical statement."""

    carrier_id: UUID
    on: date
    recognised: bool
    level: str | None
    certificate_number: str | None


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
