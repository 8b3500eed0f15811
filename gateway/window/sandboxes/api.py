"""Sandboxes: partners' playground, the demo's stage, the clock tests' tool."""

from datetime import timedelta
from typing import Annotated

from gateway.window.sandboxes import queries, service
from gateway.window.sandboxes.models import Sandbox
from gateway.window.sandboxes.schemas import (
    ClockIn,
    Credential,
    ListedSandboxOut,
    NewSandboxOut,
    SandboxIn,
    SandboxOut,
)
from kernel import clock
from kernel.auth import Caller, may
from kernel.cities import CityRow
from kernel.idempotency import KeyOptional, OnceShown
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, router

routes = router(prefix="/v1/window/sandboxes", tags=["sandboxes"])
Platform = Annotated[Caller, may("sandboxes:manage")]
Inhabitant = Annotated[Caller, may("sandbox:read")]
ClockMover = Annotated[Caller, may("sandbox:clock")]
Closer = Annotated[Caller, may("sandbox:close")]


@routes.post("", status_code=201)
async def open_sandbox(caller: Platform, body: SandboxIn, session: SessionDep, _once: OnceShown) -> NewSandboxOut:
    """A city of its own, cloned from a pack, with a movable clock. Credentials are shown this once, never replayed."""
    city, logins = await service.open_sandbox(session, pack_id=body.pack_id, name=body.name, opened_by=caller.subject)
    return NewSandboxOut(
        city_code=city.city_code,
        pack_id=city.pack_id,
        clock=clock.now(city.city_code),
        credentials=[Credential.model_validate(login) for login in logins],
    )


@routes.get("")
async def list_sandboxes(caller: Platform, session: SessionDep, page: PageDep) -> Page[ListedSandboxOut]:
    """Those this client opened, oldest first, the closed ones too."""
    found, cursor = await queries.opened_by(session, page, caller.subject)
    return Page(items=[_listed(row, city) for row, city in found], next_cursor=cursor)


@routes.get("/{city_code}")
async def read_sandbox(caller: Inhabitant, city_code: str, session: SessionDep) -> SandboxOut:
    """What its clock shows, and which processes are still to be told of it."""
    caller.must_act_in(city_code)
    return await _shown(session, await service.sandbox(session, city_code))


@routes.post("/{city_code}/clock")
async def move_clock(
    caller: ClockMover, city_code: str, body: ClockIn, session: SessionDep, _key: KeyOptional = None
) -> SandboxOut:
    """Move the clock forward; timers that become due fire. Poll the sandbox until `untold` is empty."""
    caller.must_act_in(city_code)
    return await _shown(session, await service.move_clock(session, city_code=city_code, to=body.to))


@routes.post("/{city_code}/closure")
async def close_sandbox(
    caller: Closer, city_code: str, session: SessionDep, _key: KeyOptional = None
) -> ListedSandboxOut:
    """Close a sandbox for good: by whoever opened it, or its own operator. Again answers the same.

    Its clients and people get no token from now on; tokens and identities they have are refused within a minute, and so
    is all its data. Its timers never fire, its webhooks are told nothing. Kept, for operations alone, are its records:
    books and facts are never deleted. What was published or printed for everybody (its calendar, results of contests,
    the verification of a certificate, marked as a sandbox's) is answered as before.
    """
    city, row = await service.close_sandbox(session, city_code=city_code, caller=caller)
    return _listed(row, city)


def _listed(row: Sandbox, city: CityRow) -> ListedSandboxOut:
    return ListedSandboxOut(
        city_code=city.city_code,
        pack_id=city.pack_id,
        name_zh=city.name_zh,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
    )


async def _shown(session: SessionDep, city: CityRow) -> SandboxOut:
    await session.flush()
    return SandboxOut(
        city_code=city.city_code,
        pack_id=city.pack_id,
        name_zh=city.name_zh,
        clock=clock.real_now() + timedelta(seconds=city.clock_offset_seconds),
        untold=await queries.untold(session, city.city_code),
        closed_at=await queries.closed_at(session, city.city_code),
    )
