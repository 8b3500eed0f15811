"""Facts the window publishes: cases and the people behind them."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from contracts.base import CaseEvent, Event, Reply


class CaseOpened(CaseEvent):
    """A case has its number. `subject_id` is set when a service asked for it (a bank's claim)."""

    TYPE: ClassVar[str] = "case.opened"

    number: str
    item: str
    applicant_id: UUID
    subject_id: UUID | None


class PromisedDocument(BaseModel):
    """A document that may follow later: its kind, and what it is called."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: str
    zh: str
    en: str


class CaseAccepted(CaseEvent):
    """Complete and in scope: the owning service takes it from here, under the policy of `accepted_at`.

    `form` is what the catalogue item asks for; `accepted_by` may neither review nor decide what they accepted, and
    `opened_by`, who entered it, may not decide it (absent in what was accepted before it was told). While `awaits` has
    documents the applicant promised, the case is reviewed and given no result: not before `case.supplemented`.
    """

    TYPE: ClassVar[str] = "case.accepted"

    number: str
    item: str
    service: str
    applicant_id: UUID
    accepted_on: date
    accepted_at: datetime
    accepted_by: str
    form: dict[str, Any]
    opened_by: str | None = None
    awaits: tuple[PromisedDocument, ...] = ()


class CaseSupplemented(CaseAccepted):
    """What was promised has been handed in. The rest is as in `case.accepted`: what could not be taken up then, and was
    given no result, is looked at again."""

    TYPE: ClassVar[str] = "case.supplemented"


class CaseSupplementPromised(CaseEvent):
    """The applicant has promised in writing to hand in these kinds of document later."""

    TYPE: ClassVar[str] = "case.supplement_promised"

    number: str
    documents: list[str]


class CaseSupplementAwaited(CaseEvent):
    """The case was accepted on that promise: the one list of what is missing, and the last day; told anew when a later
    calendar has moved that day."""

    TYPE: ClassVar[str] = "case.supplement_awaited"

    number: str
    due_on: date
    documents: list[str]


class CaseSupplementLapsed(CaseEvent):
    """The promise was not kept in time: the case has ended without a result, and what it held is free."""

    TYPE: ClassVar[str] = "case.supplement_lapsed"

    number: str
    service: str
    documents: list[str]


class CaseClosed(CaseEvent):
    """Delivered, refused or withdrawn."""

    TYPE: ClassVar[str] = "case.closed"

    number: str
    outcome: str


class CaseCorrectionRequested(CaseEvent):
    """The one correction notice is out. `due_on` only where the city has set a time limit for it."""

    TYPE: ClassVar[str] = "case.correction_requested"

    number: str
    due_on: date | None


class CaseResubmitted(CaseEvent):
    """The corrected application is in. `changed` are JSON pointers."""

    TYPE: ClassVar[str] = "case.resubmitted"

    number: str
    changed: list[str]


class CaseDelivered(CaseEvent):
    """The applicant has the result."""

    TYPE: ClassVar[str] = "case.delivered"

    number: str
    channel: str


class CaseRated(CaseEvent):
    """The applicant has rated the service of a delivered case: `grade` 5 (best) to 1, without what was written.

    `outcome` is follow_up for the two lowest grades, which the department has to answer, else none.
    """

    TYPE: ClassVar[str] = "case.rated"

    number: str
    item: str
    grade: int
    outcome: str


class CaseRatingCorrected(CaseEvent):
    """The applicant has rated otherwise, before an answer; the fields are as in `case.rated`."""

    TYPE: ClassVar[str] = "case.rating_corrected"

    number: str
    item: str
    grade: int
    outcome: str


class CaseRatingAnswered(CaseEvent):
    """The department has looked into a bad rating; `outcome` is substantiated or unsubstantiated."""

    TYPE: ClassVar[str] = "case.rating_answered"

    number: str
    item: str
    outcome: str


class ClientChanged(Event):
    """What may speak for a city's partner was changed: `outcome` says how, `organisation_id` for whom it acts."""

    TYPE: ClassVar[str] = "client.changed"

    client_id: str
    kind: str
    organisation_id: UUID | None
    outcome: str


class ClientKeysReply(Reply):
    """The public keys a living client of a city registered (RFC 7517): `GET /internal/clients/{client_id}/keys`."""

    client_id: str
    city_code: str
    jwks: dict[str, Any]
