"""Registrations on the wire. Whom to ask about one is personal data and has an answer of its own."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from kernel.ids import public_id
from kernel.schemas import Name, Wire, WireIn
from services.events.attendance.registrations.states import Status
from services.events.calendar.schemas import EventId, OrganisationId

RegistrationId = Annotated[UUID, public_id("ern")]
Seats = Annotated[int, Field(strict=True, gt=0, le=10_000, examples=[2])]
Phone = Annotated[
    str,
    StringConstraints(pattern=r"^\+?[0-9][0-9 \-]{4,18}$"),
    Field(examples=["0516-80800000"]),
]
CONTACT: dict[str, Any] = {"name": "王晓", "phone": "0516-80800000"}
REGISTRATION: dict[str, Any] = {
    "id": "ern_01k30dwg0070008000000000c1",
    "event_id": "evt_01k30dwg0070008000000000b2",
    "organisation_id": "org_01k30dwg0070008000000000a4",
    "organisation_name": "徐州星火智能科技有限公司",
    "seats": 2,
    "status": "registered",
    "place": None,
    "offer_ends_at": None,
    "has_code": False,
    "registered_at": "2026-11-23T01:20:00Z",
    "changed_at": "2026-11-23T01:20:00Z",
    "ended_at": None,
}


class ContactIn(WireIn):
    """The person to ask; erased when the registration ends, or earlier when asked to."""

    model_config = ConfigDict(json_schema_extra={"examples": [CONTACT]})

    name: Name
    phone: Phone


class RegistrationIn(WireIn):
    """Seats for an organisation."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"organisation_id": REGISTRATION["organisation_id"], "seats": 2, "contact": CONTACT}]
        }
    )

    organisation_id: OrganisationId
    seats: Seats
    contact: ContactIn


class RegistrationOut(Wire):
    """A registration. Of two that wait, the one with the lower `place` is served first.

    An offer that `offered` stands for is to be taken up before `offer_ends_at`, or goes to the next.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [REGISTRATION]})

    id: RegistrationId
    event_id: EventId
    organisation_id: OrganisationId
    organisation_name: str
    seats: int
    status: Status
    place: int | None
    offer_ends_at: datetime | None
    has_code: bool
    registered_at: datetime
    changed_at: datetime
    ended_at: datetime | None


class FewerSeatsIn(WireIn):
    """How many seats are kept."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"seats": 1}]})

    seats: Seats


class ContactOut(Wire):
    """Whom to ask; null once erased."""

    model_config = ConfigDict(json_schema_extra={"examples": [CONTACT | {"erased_at": None}]})

    name: str | None
    phone: str | None
    erased_at: datetime | None


class CodeOut(Wire):
    """The code to check in with, shown this once."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"registration_id": REGISTRATION["id"], "code": "7KQF-29AB-M3XT-0VHD"}]}
    )

    registration_id: RegistrationId
    code: str
