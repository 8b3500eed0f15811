"""Arrivals and attendance records on the wire."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, SecretStr

from kernel.ids import public_id
from kernel.schemas import Instant, Sentence, Wire, WireIn
from services.events.attendance.registrations.schemas import RegistrationId, Seats
from services.events.calendar.schemas import EventId, OrganisationId

ArrivalId = Annotated[UUID, public_id("arv")]
RecordId = Annotated[UUID, public_id("atr")]
Counted = Annotated[int, Field(strict=True, ge=0, le=1_000_000, examples=[112])]
Code = Annotated[
    SecretStr,
    Field(
        min_length=16, max_length=40, examples=["7KQF-29AB-M3XT-0VHD"], description="Spaces and hyphens do not count"
    ),
]
ARRIVAL: dict[str, Any] = {
    "id": "arv_01k30dwg0070008000000000d1",
    "event_id": "evt_01k30dwg0070008000000000b2",
    "registration_id": "ern_01k30dwg0070008000000000c1",
    "organisation_id": "org_01k30dwg0070008000000000a4",
    "organisation_name": "徐州星火智能科技有限公司",
    "persons": 2,
    "arrived_at": "2026-12-03T05:48:00Z",
    "last_arrived_at": "2026-12-03T05:48:00Z",
    "is_late": False,
}
TALLY: dict[str, Any] = {
    "persons": 112, "organisations": 46, "walk_in_persons": 9, "late_persons": 7, "no_shows": 5,
}  # fmt: skip
RECORD: dict[str, Any] = {
    "id": "atr_01k30dwg0070008000000000e1",
    "event_id": "evt_01k30dwg0070008000000000b2",
    "number": 1,
    "corrects_id": None,
    "persons": 114,
    "organisations": 46,
    "counted_persons": 112,
    "counted_organisations": 46,
    "walk_in_persons": 9,
    "late_persons": 7,
    "no_shows": 5,
    "note": "另有两人在纸质签到表上签到。",
    "held_on": "2026-12-03",
    "signed_by": "person:officer-1",
    "signed_at": "2026-12-04T01:10:00Z",
}


class CheckInIn(WireIn):
    """`persons`: how many have come on the code by now, those who came before included.

    `arrived_at` is for arrivals noted while the scanner was offline.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{"code": "7KQF-29AB-M3XT-0VHD", "persons": 2}]})

    code: Code
    persons: Seats
    arrived_at: Instant | None = None


class WalkInIn(WireIn):
    """Persons without seats, and the organisation they are of where they are of one.

    `also_present`: who of the waiting list stands at the door besides; after the beginning the first of them is served
    first.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"persons": 1},
                {
                    "persons": 2,
                    "organisation_id": ARRIVAL["organisation_id"],
                    "also_present": ["org_01k30dwg0070008000000000a5"],
                },
            ]
        }
    )

    persons: Seats
    organisation_id: OrganisationId | None = None
    also_present: Annotated[tuple[OrganisationId, ...], Field(max_length=100)] = ()
    arrived_at: Instant | None = None


class ArrivalOut(Wire):
    """Who came. Of a walk-in there is no registration, and of a passer-by no organisation."""

    model_config = ConfigDict(json_schema_extra={"examples": [ARRIVAL]})

    id: ArrivalId
    event_id: EventId
    registration_id: RegistrationId | None
    organisation_id: OrganisationId | None
    organisation_name: str | None
    persons: int
    arrived_at: datetime
    last_arrived_at: datetime
    is_late: bool


class TallyOut(Wire):
    """What was counted at the door. `no_shows`: registrations with seats on which nobody came."""

    model_config = ConfigDict(json_schema_extra={"examples": [TALLY]})

    persons: int
    organisations: int
    walk_in_persons: int
    late_persons: int
    no_shows: int


class RecordIn(WireIn):
    """What is signed. `note` says why it differs from the count at the door, or why it corrects `corrects_id`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"persons": 114, "organisations": 46, "note": RECORD["note"], "corrects_id": None}]
        }
    )

    persons: Counted
    organisations: Counted
    note: Sentence | None = None
    corrects_id: RecordId | None = None


class RecordOut(Wire):
    """A signed record beside what was counted at the door then. Of an event's records the highest number holds."""

    model_config = ConfigDict(json_schema_extra={"examples": [RECORD]})

    id: RecordId
    event_id: EventId
    number: int
    corrects_id: RecordId | None
    persons: int
    organisations: int
    counted_persons: int
    counted_organisations: int
    walk_in_persons: int
    late_persons: int
    no_shows: int
    note: str | None
    held_on: date
    signed_by: str
    signed_at: datetime
