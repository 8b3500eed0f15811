"""Registrations over HTTP."""

from typing import Annotated, Any

from anyio import to_thread
from fastapi import Response

from contracts.asking import may_own, organisation_of
from kernel import clock
from kernel.auth import Caller
from kernel.etags import mark
from kernel.idempotency import KeyOptional
from kernel.neighbours import Registry
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, WorkDep, router
from services.events.attendance.access import looked_at_event
from services.events.attendance.registrations import queries, service
from services.events.attendance.registrations.models import EventRegistration
from services.events.attendance.registrations.schemas import (
    CodeOut,
    ContactOut,
    FewerSeatsIn,
    RegistrationId,
    RegistrationIn,
    RegistrationOut,
)
from services.events.attendance.registrations.states import Status
from services.events.attendance.registrations.workbook import XLSX, registrations_workbook
from services.events.calendar.schemas import EventId
from services.events.settings import CodeKey

MayRead = Annotated[Caller, may_own("attendance:read")]
MayRegister = Annotated[Caller, may_own("attendance:register")]
MayManage = Annotated[Caller, may_own("attendance:manage")]
FILE: dict[int | str, dict[str, Any]] = {200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}}

routes = router(prefix="/v1/events", tags=["attendance"])


@routes.post("/calendar/{event_id}/registrations", status_code=201)
async def register_for_event(
    caller: MayRegister,
    event_id: EventId,
    body: RegistrationIn,
    registry: Registry,
    work: WorkDep,
    response: Response,
    _key: KeyOptional,
) -> RegistrationOut:
    """Register an organisation: seats at once, or a place on the waiting list where the seats are taken."""
    organisation = await organisation_of(registry, body.organisation_id, city_code=caller.city)
    row = await service.register(
        await work.open(),
        event_id=event_id,
        given=body,
        organisation=organisation,
        caller=caller,
        now=clock.now(caller.city),
    )
    shown = _shown(row, response)
    response.headers["Location"] = f"/v1/events/registrations/{shown.model_dump(mode='json')['id']}"
    return shown


@routes.get("/calendar/{event_id}/registrations.xlsx", response_class=Response, responses=FILE)
async def download_event_registrations(caller: MayManage, event_id: EventId, work: WorkDep) -> Response:
    """Everybody who registered, with contacts and arrivals, for who organises the event."""
    session = await work.open()
    event = await looked_at_event(session, event_id, caller=caller)
    rows = await queries.rows_for_workbook(session, event.id)
    await work.close()  # no transaction waits while the workbook is written
    content = await to_thread.run_sync(registrations_workbook, rows)
    headers = {"Content-Disposition": 'attachment; filename="registrations.xlsx"', "Cache-Control": "no-store"}
    return Response(content, media_type=XLSX, headers=headers)


@routes.get("/calendar/{event_id}/registrations")
async def list_event_registrations(
    caller: MayRead,
    event_id: EventId,
    session: SessionDep,
    page: PageDep,
    status: Status | None = None,
    arrived: bool | None = None,
) -> Page[RegistrationOut]:
    """All of the event for who organises it, for others those of their organisations. `arrived=false`: nobody came."""
    rows, cursor = await queries.registrations_of(
        session, page, event_id, caller=caller, status=status, arrived=arrived
    )
    return Page(items=[RegistrationOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.get("/registrations")
async def list_own_event_registrations(
    caller: MayRead, session: SessionDep, page: PageDep, status: Status | None = None
) -> Page[RegistrationOut]:
    """Of the organisations the caller acts for, over all events."""
    rows, cursor = await queries.find_registrations(session, page, caller=caller, status=status)
    return Page(items=[RegistrationOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.get("/registrations/{registration_id}")
async def get_event_registration(
    caller: MayRead, registration_id: RegistrationId, session: SessionDep, response: Response
) -> RegistrationOut:
    """One registration."""
    return _shown(await queries.registration_for(session, registration_id, caller=caller), response)


@routes.post("/registrations/{registration_id}/acceptance")
async def accept_event_seats(
    caller: MayRegister, registration_id: RegistrationId, session: SessionDep, response: Response, _key: KeyOptional
) -> RegistrationOut:
    """Take up the seats that were offered, before the offer lapses."""
    row = await service.accept_offer(
        session, registration_id=registration_id, caller=caller, now=clock.now(caller.city)
    )
    return _shown(row, response)


@routes.post("/registrations/{registration_id}/withdrawal")
async def withdraw_event_registration(
    caller: MayRegister, registration_id: RegistrationId, session: SessionDep, response: Response, _key: KeyOptional
) -> RegistrationOut:
    """Give up seats, an offer or a place on the list; the next who waits is offered what is free."""
    row = await service.withdraw(session, registration_id=registration_id, caller=caller, now=clock.now(caller.city))
    return _shown(row, response)


@routes.post("/registrations/{registration_id}/reduction")
async def give_up_event_seats(
    caller: MayRegister,
    registration_id: RegistrationId,
    body: FewerSeatsIn,
    session: SessionDep,
    response: Response,
    _key: KeyOptional,
) -> RegistrationOut:
    """Keep fewer seats without losing them or one's place; what is free is offered to the next."""
    row = await service.give_up_seats(
        session, registration_id=registration_id, fewer=body.seats, caller=caller, now=clock.now(caller.city)
    )
    return _shown(row, response)


@routes.put("/registrations/{registration_id}/code")
async def make_check_in_code(
    caller: MayRegister, registration_id: RegistrationId, key: CodeKey, session: SessionDep, response: Response
) -> CodeOut:
    """A new code to check in with, shown this once; an earlier one stops working."""
    row, code = await service.make_code(session, registration_id=registration_id, caller=caller, key=key)
    # PUT, because an answer to a POST may be stored under its idempotency key, and this one must not be stored.
    response.headers["Cache-Control"] = "no-store"
    return CodeOut(registration_id=row.id, code=code)


@routes.get("/registrations/{registration_id}/contact")
async def read_event_contact(
    caller: MayManage, registration_id: RegistrationId, session: SessionDep, response: Response
) -> ContactOut:
    """Whom to ask: for the registrant and for who organises the event."""
    row = await queries.registration_for(session, registration_id, caller=caller)
    response.headers["Cache-Control"] = "no-store"
    return ContactOut.model_validate(await queries.contact_of(session, row.id))


@routes.post("/registrations/{registration_id}/contact-erasure")
async def erase_event_contact(
    caller: MayRegister, registration_id: RegistrationId, session: SessionDep, _key: KeyOptional
) -> ContactOut:
    """Name and phone are erased; the registration stands."""
    contact = await service.forget_contact(
        session, registration_id=registration_id, caller=caller, now=clock.now(caller.city)
    )
    return ContactOut.model_validate(contact)


def _shown(row: EventRegistration, response: Response) -> RegistrationOut:
    mark(response, row.version)
    return RegistrationOut.model_validate(row)
