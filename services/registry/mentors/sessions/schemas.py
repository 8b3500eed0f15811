"""What crosses the wire about slots, bookings, sessions and engagements."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict

from kernel.ids import public_id
from kernel.schemas import Instant, Name, Sentence, Wire, WireIn
from services.registry.carriers.schemas import CarrierId
from services.registry.mentors.pool.models import PaymentClass
from services.registry.mentors.pool.schemas import MentorId
from services.registry.mentors.sessions import examples
from services.registry.mentors.sessions.models import Side
from services.registry.mentors.sessions.states import Status
from services.registry.organisations.schemas import OrganisationId

SlotId = Annotated[UUID, public_id("slot")]
BookingId = Annotated[UUID, public_id("bkg")]
SessionId = Annotated[UUID, public_id("ses")]
EngagementId = Annotated[UUID, public_id("eng")]
_TIME: dict[str, Any] = {"starts_at": "2026-09-10T06:00:00Z", "ends_at": "2026-09-10T07:00:00Z"}
_WHO: dict[str, Any] = {
    "carrier_id": "car_01m89wxxz5ehfrqcbh0xwd5yfh",
    "mentee_id": "org_01m89wxxrfe14rrhf4g4q47rst",
    "topic": "融资路演辅导",
}


class SlotIn(WireIn):
    model_config = ConfigDict(json_schema_extra={"examples": [_TIME]})

    starts_at: Instant
    ends_at: Instant


class SlotOut(Wire):
    id: SlotId
    mentor_id: MentorId
    starts_at: Instant
    ends_at: Instant


class BookingIn(WireIn):
    """For a firm or team the carrier serves."""

    model_config = ConfigDict(json_schema_extra={"examples": [_WHO]})

    carrier_id: CarrierId
    mentee_id: OrganisationId
    topic: Name


class BookingOut(Wire):
    model_config = ConfigDict(json_schema_extra={"examples": [examples.BOOKING]})

    id: BookingId
    slot_id: SlotId
    carrier_id: CarrierId
    mentee_id: OrganisationId
    topic: str
    booked_at: Instant
    cancelled_at: Instant | None


class SessionIn(WireIn):
    """A session that is over, logged by the mentor's side or by the carrier's."""

    model_config = ConfigDict(json_schema_extra={"examples": [_WHO | _TIME | {"side": "carrier"}]})

    side: Side
    carrier_id: CarrierId
    mentee_id: OrganisationId
    starts_at: Instant
    ends_at: Instant
    topic: Name


class SessionAnswerIn(WireIn):
    model_config = ConfigDict(json_schema_extra={"examples": [{"outcome": "confirm", "reason": None}]})

    outcome: Literal["confirm", "dispute"]
    reason: Sentence | None = None


class SessionOut(Wire):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                _WHO
                | _TIME
                | {
                    "id": "ses_01m89wy0bje669n3am2t9jft9a",
                    "mentor_id": "mtr_01m89wy0bje669n3am2t9jft9b",
                    "payment_class": "volunteer",
                    "status": "confirmed",
                    "logged_side": "carrier",
                    "logged_at": "2026-09-10T08:00:00Z",
                    "answered_at": "2026-09-11T02:00:00Z",
                    "answer_reason": None,
                }
            ]
        }
    )

    id: SessionId
    mentor_id: MentorId
    carrier_id: CarrierId
    mentee_id: OrganisationId
    starts_at: Instant
    ends_at: Instant
    topic: str
    payment_class: PaymentClass
    status: Status
    logged_side: Side
    logged_at: Instant
    answered_at: Instant | None
    answer_reason: str | None


class EngagementIn(WireIn):
    """`counts`: the mentor is to count towards this carrier's threshold, and towards no other's."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"carrier_id": "car_01m89wxxz5ehfrqcbh0xwd5yfh", "counts": True}]}
    )

    carrier_id: CarrierId
    counts: bool


class EngagementOut(Wire):
    id: EngagementId
    mentor_id: MentorId
    carrier_id: CarrierId
    counts: bool
    since_on: date
    ended_on: date | None


class CarrierMentorsOut(Wire):
    """`engaged`: people who work with the carrier and serve; `counted`: those that count towards its threshold."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"carrier_id": "car_01m89wxxz5ehfrqcbh0xwd5yfh", "engaged": 5, "counted": 3}]}
    )

    carrier_id: CarrierId
    engaged: int
    counted: int
