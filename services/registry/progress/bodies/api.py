"""Routes of bodies, their seats, and who reports."""

from datetime import date
from typing import Annotated

from fastapi import Query

from kernel import clock
from kernel.auth import Caller, may
from kernel.idempotency import KeyOptional
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, router
from kernel.schemas import Code
from services.registry.progress.bodies import queries, service
from services.registry.progress.bodies.models import Body
from services.registry.progress.bodies.schemas import (
    BodiesOut,
    BodyId,
    BodyIn,
    BodyOut,
    EndIn,
    ReporterId,
    ReporterIn,
    ReporterOut,
    SeatId,
    SeatIn,
    SeatOut,
)

MayRead = Annotated[Caller, may("progress:read")]
MayManage = Annotated[Caller, may("progress:manage")]
OnDay = Annotated[date | None, Query(description="The day asked about; default today")]

routes = router(prefix="/v1/registry/progress", tags=["registry: progress"])


@routes.post("/bodies", status_code=201)
async def register_body(caller: MayManage, body: BodyIn, session: SessionDep, _key: KeyOptional = None) -> BodyOut:
    """Register a leading group or joint meeting."""
    return _shown(await service.register_body(session, given=body, caller=caller), clock.today(caller.city))


@routes.get("/bodies")
async def list_bodies(caller: MayRead, session: SessionDep, on: OnDay = None) -> BodiesOut:
    """The bodies that lead the work, with who held which post on the day."""
    day = on or clock.today(caller.city)
    return BodiesOut(items=[_shown(body, day) for body in await queries.all_bodies(session, caller=caller)])


@routes.get("/bodies/{body_id}")
async def read_body(caller: MayRead, body_id: BodyId, session: SessionDep, on: OnDay = None) -> BodyOut:
    """One body, with who held which post on the day."""
    return _shown(await queries.find_body(session, body_id, caller=caller), on or clock.today(caller.city))


@routes.post("/bodies/{body_id}/seats", status_code=201)
async def give_seat(
    caller: MayManage, body_id: BodyId, body: SeatIn, session: SessionDep, _key: KeyOptional = None
) -> SeatOut:
    """Give a post from a day on."""
    return SeatOut.model_validate(await service.seat(session, body_id=body_id, given=body, caller=caller))


@routes.post("/bodies/{body_id}/seats/{seat_id}/end")
async def end_seat(
    caller: MayManage, body_id: BodyId, seat_id: SeatId, body: EndIn, session: SessionDep, _key: KeyOptional = None
) -> BodyOut:
    """End a post; who held it before stays on record."""
    ended = await service.end_seat(session, body_id=body_id, seat_id=seat_id, ended_on=body.ended_on, caller=caller)
    return _shown(ended, clock.today(caller.city))


@routes.post("/reporters", status_code=201)
async def register_reporter(
    caller: MayManage, body: ReporterIn, session: SessionDep, _key: KeyOptional = None
) -> ReporterOut:
    """Register a county, zone or department that owes reports."""
    return ReporterOut.model_validate(await service.register_reporter(session, given=body, caller=caller))


@routes.get("/reporters")
async def list_reporters(
    caller: MayRead, session: SessionDep, page: PageDep, role: Code | None = None
) -> Page[ReporterOut]:
    """Who owes reports: all for the staff of the city, else those you report for."""
    rows, cursor = await queries.list_reporters(session, page, caller=caller, role=role)
    return Page(items=[ReporterOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.post("/reporters/{reporter_id}/end")
async def end_reporter(
    caller: MayManage, reporter_id: ReporterId, body: EndIn, session: SessionDep, _key: KeyOptional = None
) -> ReporterOut:
    """It owes no report from a day on."""
    row = await service.end_reporter(session, reporter_id=reporter_id, ended_on=body.ended_on, caller=caller)
    return ReporterOut.model_validate(row)


def _shown(body: Body, day: date) -> BodyOut:
    plain = {name: getattr(body, name) for name in BodyOut.model_fields if name != "seats"}
    return BodyOut(**plain, seats=[SeatOut.model_validate(seat) for seat in queries.seats_on(body, day)])
