"""The day of an event over HTTP: arrivals, and the record an officer signs."""

from typing import Annotated

from contracts.asking import may_own, organisation_of
from kernel import clock
from kernel.auth import Caller, may
from kernel.idempotency import KeyOptional
from kernel.neighbours import Registry
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, WorkDep, router
from services.events.attendance.access import looked_at_event
from services.events.attendance.records import queries, service
from services.events.attendance.records.schemas import (
    ArrivalOut,
    CheckInIn,
    RecordIn,
    RecordOut,
    TallyOut,
    WalkInIn,
)
from services.events.calendar.schemas import EventId
from services.events.settings import CodeKey

MayRead = Annotated[Caller, may_own("attendance:read")]
MayManage = Annotated[Caller, may_own("attendance:manage")]
MaySign = Annotated[Caller, may("attendance:sign")]

routes = router(prefix="/v1/events/calendar/{event_id}", tags=["attendance"])


@routes.post("/check-ins")
async def check_in(
    caller: MayManage, event_id: EventId, body: CheckInIn, key: CodeKey, session: SessionDep, _key: KeyOptional
) -> ArrivalOut:
    """Somebody shows a registration's code. The same code again changes nothing unless more have come on it."""
    row = await service.check_in(
        session, event_id=event_id, given=body, caller=caller, key=key, now=clock.now(caller.city)
    )
    return ArrivalOut.model_validate(row)


@routes.post("/walk-ins", status_code=201)
async def take_in_walk_in(
    caller: MayManage, event_id: EventId, body: WalkInIn, registry: Registry, work: WorkDep, _key: KeyOptional
) -> ArrivalOut:
    """Somebody comes and takes the seats offered to it, or free ones after those of the list whose turn it is."""
    wanted = body.organisation_id
    organisation = await organisation_of(registry, wanted, city_code=caller.city) if wanted else None
    row = await service.take_in(
        await work.open(),
        event_id=event_id,
        given=body,
        organisation=organisation,
        caller=caller,
        now=clock.now(caller.city),
    )
    return ArrivalOut.model_validate(row)


@routes.get("/arrivals")
async def list_arrivals(
    caller: MayRead, event_id: EventId, session: SessionDep, page: PageDep, late: bool | None = None
) -> Page[ArrivalOut]:
    """Who came, for who organises the event. `late=true`: after it had begun."""
    event = await looked_at_event(session, event_id, caller=caller)
    rows, cursor = await queries.arrivals_of(session, page, event.id, late=late)
    return Page(items=[ArrivalOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.get("/attendance")
async def count_attendance(caller: MayRead, event_id: EventId, session: SessionDep) -> TallyOut:
    """What was counted at the door so far: what an officer is about to sign."""
    event = await looked_at_event(session, event_id, caller=caller)
    return TallyOut.model_validate(await queries.tally_of(session, event.id))


@routes.post("/attendance-records", status_code=201)
async def sign_attendance(
    caller: MaySign, event_id: EventId, body: RecordIn, session: SessionDep, _key: KeyOptional
) -> RecordOut:
    """Sign how many came: evidence from then on. A later record corrects the latest and says why."""
    row = await service.sign_attendance(
        session, event_id=event_id, given=body, caller=caller, now=clock.now(caller.city)
    )
    return RecordOut.model_validate(row)


@routes.get("/attendance-records")
async def list_attendance_records(
    caller: MayRead, event_id: EventId, session: SessionDep, page: PageDep
) -> Page[RecordOut]:
    """What was signed about the event; the last one holds."""
    event = await looked_at_event(session, event_id, caller=caller)
    rows, cursor = await queries.records_of(session, page, event.id)
    return Page(items=[RecordOut.model_validate(row) for row in rows], next_cursor=cursor)
