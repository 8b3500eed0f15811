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


class CarrierRecognitionEnded(Event):
    """A level no longer stands from `ended_on`. `cause`: expired, surrendered or cancelled."""

    TYPE: ClassVar[str] = "carrier.recognition_ended"

    recognition_id: UUID
    carrier_id: UUID
    organisation_id: UUID
    carrier_kind: str
    level: str
    is_key: bool
    cause: str
    ended_on: date
    certificate_number: str


class CarrierRecognitionRenewed(Event):
    """A level is valid for another term, up to and with `valid_until`, by a new certificate."""

    TYPE: ClassVar[str] = "carrier.recognition_renewed"

    recognition_id: UUID
    carrier_id: UUID
    organisation_id: UUID
    level: str
    is_key: bool
    valid_until: date
    certificate_number: str
    determination_id: UUID


class CarrierRecognitionChanged(Event):
    """Name, operator or premises of a recognised carrier changed (`kind`); a new certificate says so."""

    TYPE: ClassVar[str] = "carrier.recognition_changed"

    recognition_id: UUID
    carrier_id: UUID
    organisation_id: UUID
    kind: str
    certificate_number: str


class CureOrdered(Event):
    """A recognition is cancelled unless its fault is cured by the end of `cure_by` (counted in working days)."""

    TYPE: ClassVar[str] = "carrier.cure_ordered"

    cancellation_id: UUID
    recognition_id: UUID
    carrier_id: UUID
    organisation_id: UUID
    cause: str
    cure_by: date
    provisional: bool


class CancellationSettled(Event):
    """How a cancellation ended: cured, dropped or cancelled; what was cured or dropped stands as before."""

    TYPE: ClassVar[str] = "carrier.cancellation_settled"

    cancellation_id: UUID
    recognition_id: UUID
    carrier_id: UUID
    outcome: str


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
