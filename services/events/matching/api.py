"""Matching at roadshows over HTTP: parties enrol, the organiser schedules, each side says what came of it."""

from typing import Annotated

from fastapi import Query, Response

from contracts.asking import may_own
from kernel.auth import Caller
from kernel.etags import IfMatch, mark
from kernel.idempotency import KeyRequired
from kernel.ids import encode_id
from kernel.neighbours import Registry
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, WorkDep, router
from services.events.calendar.queries import event_for
from services.events.calendar.schemas import EventId
from services.events.matching import queries, service, views
from services.events.matching.rules import Side
from services.events.matching.schemas import (
    CallOffIn,
    CountsOut,
    EnrolmentIn,
    MeetingId,
    MeetingIn,
    MeetingOut,
    OutcomeIn,
    PartyId,
    PartyOut,
    PlanIn,
    PlanOut,
    Year,
)

MayRead = Annotated[Caller, may_own("matching:read")]
MayJoin = Annotated[Caller, may_own("matching:join")]
MayArrange = Annotated[Caller, may_own("matching:arrange")]
OF_EVENT = "/calendar/{event_id}/matching"
routes = router(prefix="/v1/events", tags=["matching"])


@routes.put(OF_EVENT)
async def open_matching(caller: MayArrange, event_id: EventId, body: PlanIn, session: SessionDep) -> PlanOut:
    """Set the slots of a roadshow's meetings, as an officer or its host; enrolment is open from then on."""
    return PlanOut.of(await service.open_matching(session, event_id=event_id, given=body.to_plan(), caller=caller))


@routes.get(OF_EVENT)
async def read_matching(caller: MayRead, event_id: EventId, session: SessionDep) -> PlanOut:
    """The slots of an event; 404 where it has no matching."""
    event = await event_for(session, event_id, caller=caller)
    return PlanOut.of(await queries.slots_of(session, event.id))


@routes.get(OF_EVENT + "/counts")
async def count_matching_of_event(caller: MayRead, event_id: EventId, session: SessionDep) -> CountsOut:
    """What an event brought together."""
    return await views.counts_of_event(session, await event_for(session, event_id, caller=caller))


@routes.get("/matching-counts")
async def count_matching_of_year(caller: MayRead, year: Annotated[Year, Query()], session: SessionDep) -> CountsOut:
    """What the events of a year brought together, for reports."""
    return await views.counts_of_year(session, city_code=caller.city, year=int(year))


@routes.post(OF_EVENT + "/parties", status_code=201)
async def enrol_in_matching(
    caller: MayJoin,
    event_id: EventId,
    body: EnrolmentIn,
    registry: Registry,
    work: WorkDep,
    response: Response,
    _key: KeyRequired,
) -> PartyOut:
    """Take part with a project or with money; one party an organisation."""
    party = await service.enrol(work, registry, event_id=event_id, enrolment=body.to_enrolment(), caller=caller)
    response.headers["Location"] = f"/v1/events/matching-parties/{encode_id('mpt', party.id)}"
    return PartyOut.model_validate(party)


@routes.get(OF_EVENT + "/parties")
async def list_matching_parties(
    caller: MayRead, event_id: EventId, session: SessionDep, page: PageDep, side: Side | None = None
) -> Page[PartyOut]:
    """Who takes part, in the order of enrolment."""
    event = await event_for(session, event_id, caller=caller)
    rows, cursor = await queries.find_parties(session, page, event_id=event.id, side=side)
    return Page(items=[PartyOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.get("/matching-parties/{party_id}")
async def read_matching_party(caller: MayRead, party_id: PartyId, session: SessionDep) -> PartyOut:
    """One party."""
    party = await queries.party_for(session, party_id, city_code=caller.city)
    await event_for(session, party.event_id, caller=caller)
    return PartyOut.model_validate(party)


@routes.post("/matching-parties/{party_id}/withdrawal")
async def withdraw_from_matching(
    caller: MayJoin, party_id: PartyId, session: SessionDep, _key: KeyRequired
) -> PartyOut:
    """Take part no longer; the party's meetings that have not begun are cancelled."""
    return PartyOut.model_validate(await service.withdraw(session, party_id=party_id, caller=caller))


@routes.post(OF_EVENT + "/meetings", status_code=201)
async def schedule_meeting(
    caller: MayArrange,
    event_id: EventId,
    body: MeetingIn,
    registry: Registry,
    work: WorkDep,
    response: Response,
    _key: KeyRequired,
) -> MeetingOut:
    """Have two parties meet in a slot. Nobody is booked twice; related parties are shown as such."""
    meeting = await service.schedule_meeting(
        work,
        registry,
        event_id=event_id,
        slot=body.slot,
        pair=(body.project_id, body.financier_id),
        caller=caller,
    )
    mark(response, meeting.version)
    return (await views.meetings_out(await work.open(), [meeting]))[0]


@routes.get(OF_EVENT + "/meetings")
async def list_meetings(caller: MayRead, event_id: EventId, session: SessionDep, page: PageDep) -> Page[MeetingOut]:
    """Meetings by slot, cancelled ones too: all for the host and the staff, a party's own for itself."""
    event = await event_for(session, event_id, caller=caller)
    rows, cursor = await queries.find_meetings(session, page, caller=caller, event=event)
    return Page(items=await views.meetings_out(session, rows), next_cursor=cursor)


@routes.get("/matching-meetings/{meeting_id}")
async def read_meeting(caller: MayRead, meeting_id: MeetingId, session: SessionDep, response: Response) -> MeetingOut:
    """One meeting, for its parties and the staff."""
    meeting = await queries.meeting_for(session, meeting_id, caller=caller)
    mark(response, meeting.version)
    return (await views.meetings_out(session, [meeting]))[0]


@routes.post("/matching-meetings/{meeting_id}/cancellation")
async def cancel_meeting(
    caller: MayArrange,
    meeting_id: MeetingId,
    body: CallOffIn,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
    _key: KeyRequired,
) -> MeetingOut:
    """Call a meeting off; both are free in its slot. Not once its outcome was recorded."""
    meeting = await service.cancel_meeting(
        session, meeting_id=meeting_id, reason=body.reason, if_match=if_match, caller=caller
    )
    mark(response, meeting.version)
    return (await views.meetings_out(session, [meeting]))[0]


@routes.post("/matching-meetings/{meeting_id}/outcomes")
async def record_outcome(
    caller: MayJoin, meeting_id: MeetingId, body: OutcomeIn, session: SessionDep, _key: KeyRequired
) -> MeetingOut:
    """Say what came of a meeting, as one of its two sees it; a later word replaces that one's own."""
    meeting = await service.record_outcome(
        session, meeting_id=meeting_id, organisation_id=body.organisation_id, said=body.to_said(), caller=caller
    )
    return (await views.meetings_out(session, [meeting]))[0]
