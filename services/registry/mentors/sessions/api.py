"""Routes of mentors' slots, bookings, sessions and engagements."""

from typing import Annotated

from kernel import clock
from kernel.auth import Caller, may
from kernel.idempotency import KeyOptional
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, router
from services.registry.carriers.schemas import CarrierId
from services.registry.mentors.pool.models import PaymentClass
from services.registry.mentors.pool.schemas import MentorId
from services.registry.mentors.sessions import queries, service
from services.registry.mentors.sessions.schemas import (
    BookingId,
    BookingIn,
    BookingOut,
    CarrierMentorsOut,
    EngagementId,
    EngagementIn,
    EngagementOut,
    SessionAnswerIn,
    SessionId,
    SessionIn,
    SessionOut,
    SlotId,
    SlotIn,
    SlotOut,
)
from services.registry.mentors.sessions.states import Status

MayRead = Annotated[Caller, may("mentors:read")]
MayWrite = Annotated[Caller, may("mentors:write")]

routes = router(prefix="/v1/registry", tags=["registry: mentors"])


@routes.post("/mentors/{mentor_id}/slots", status_code=201)
async def offer_slot(
    caller: MayWrite, mentor_id: MentorId, body: SlotIn, session: SessionDep, _key: KeyOptional = None
) -> SlotOut:
    """Offer a time of the mentor you act for."""
    return SlotOut.model_validate(await service.offer_slot(session, mentor_id=mentor_id, given=body, caller=caller))


@routes.get("/mentors/{mentor_id}/slots")
async def list_free_slots(caller: MayRead, mentor_id: MentorId, session: SessionDep, page: PageDep) -> Page[SlotOut]:
    """Times ahead that nobody has booked."""
    rows, cursor = await queries.free_slots(
        session, page, caller=caller, mentor_id=mentor_id, now=clock.now(caller.city)
    )
    return Page(items=[SlotOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.post("/mentor-slots/{slot_id}/bookings", status_code=201)
async def book_slot(
    caller: MayWrite, slot_id: SlotId, body: BookingIn, session: SessionDep, _key: KeyOptional = None
) -> BookingOut:
    """Book a slot for a firm or team of a carrier you run."""
    return BookingOut.model_validate(await service.book_slot(session, slot_id=slot_id, given=body, caller=caller))


@routes.post("/mentor-bookings/{booking_id}/cancellation")
async def cancel_booking(
    caller: MayWrite, booking_id: BookingId, session: SessionDep, _key: KeyOptional = None
) -> BookingOut:
    """Cancel a booking; its slot is free again."""
    return BookingOut.model_validate(await service.cancel_booking(session, booking_id=booking_id, caller=caller))


@routes.post("/mentors/{mentor_id}/sessions", status_code=201)
async def log_session(
    caller: MayWrite, mentor_id: MentorId, body: SessionIn, session: SessionDep, _key: KeyOptional = None
) -> SessionOut:
    """Log a session that is over, as the mentor's side or as the carrier's."""
    return SessionOut.model_validate(await service.log_session(session, mentor_id=mentor_id, given=body, caller=caller))


@routes.get("/mentor-sessions")
async def list_sessions(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    mentor_id: MentorId | None = None,
    status: Status | None = None,
    payment_class: PaymentClass | None = None,
) -> Page[SessionOut]:
    """Sessions of the carriers and mentors you act for; all for the staff. Volunteer and purchased apart."""
    rows, cursor = await queries.list_sessions(
        session, page, caller=caller, mentor_id=mentor_id, status=status, payment_class=payment_class
    )
    return Page(items=[SessionOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.post("/mentor-sessions/{session_id}/answer")
async def answer_session(
    caller: MayWrite, session_id: SessionId, body: SessionAnswerIn, session: SessionDep, _key: KeyOptional = None
) -> SessionOut:
    """Confirm or dispute a session the other side logged."""
    row = await service.answer_session(session, session_id=session_id, given=body, caller=caller)
    return SessionOut.model_validate(row)


@routes.post("/mentors/{mentor_id}/engagements", status_code=201)
async def engage_mentor(
    caller: MayWrite, mentor_id: MentorId, body: EngagementIn, session: SessionDep, _key: KeyOptional = None
) -> EngagementOut:
    """Record that a mentor works with a carrier you run."""
    row = await service.engage_mentor(session, mentor_id=mentor_id, given=body, caller=caller)
    return EngagementOut.model_validate(row)


@routes.post("/mentor-engagements/{engagement_id}/end")
async def end_engagement(
    caller: MayWrite, engagement_id: EngagementId, session: SessionDep, _key: KeyOptional = None
) -> EngagementOut:
    """End it from today."""
    row = await service.end_engagement(session, engagement_id=engagement_id, caller=caller)
    return EngagementOut.model_validate(row)


@routes.get("/carriers/{carrier_id}/mentors")
async def count_carrier_mentors(caller: MayRead, carrier_id: CarrierId, session: SessionDep) -> CarrierMentorsOut:
    """How many mentors work with a carrier, and how many count towards its threshold."""
    engaged, counted = await queries.carrier_counts(session, carrier_id, caller=caller, on=clock.today(caller.city))
    return CarrierMentorsOut(carrier_id=carrier_id, engaged=engaged, counted=counted)
