"""Reads of endings, and of what an organisation still has."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry import Absence
from kernel.auth import Caller
from kernel.db import among
from kernel.ids import encode_id
from kernel.paging import PageQuery, asked_for, page_of
from kernel.problems import NotFound
from services.registry.carriers.models import Carrier, CarrierLevel
from services.registry.endings.models import Ending
from services.registry.endings.rules import LEVEL, UNDER_WAY, OpenThing, absences
from services.registry.endings.states import Kind, Status
from services.registry.premises.models import AddressHost
from services.registry.recognition.models import Recognition
from services.registry.recognition.states import ENDED

_PREFIXES = {UNDER_WAY: "rec", LEVEL: "car", "carrier": "car", "host": "hst"}


async def open_things(session: AsyncSession, organisation_id: UUID) -> list[OpenThing]:
    """Recognitions under way for it or its carriers, levels its carriers hold, the carriers, and ways it hosts."""
    run = select(Carrier.id).where(Carrier.operator_id == organisation_id)
    about = or_(Recognition.applicant_id == organisation_id, Recognition.carrier_id.in_(run))
    under_way = select(Recognition.id, Recognition.status).where(about, Recognition.status.not_in(ENDED))
    held = (CarrierLevel.carrier_id.in_(run), CarrierLevel.ended_on.is_(None))
    levels = select(CarrierLevel.carrier_id, CarrierLevel.level).where(*held)
    carriers = run.add_columns(Carrier.kind)
    hosting = (AddressHost.organisation_id == organisation_id, AddressHost.left_on.is_(None))
    hosts = select(AddressHost.id, AddressHost.mode).where(*hosting)
    asked = ((UNDER_WAY, under_way), (LEVEL, levels), ("carrier", carriers), ("host", hosts))
    found: list[OpenThing] = []
    for kind, statement in asked:
        rows = await session.execute(statement.order_by(*statement.selected_columns))
        found += [OpenThing(kind, row_id, str(status)) for row_id, status in rows]
    return found


async def carriers_run_by(session: AsyncSession, organisation_id: UUID) -> Sequence[UUID]:
    """In one order, for who locks them one by one."""
    run = select(Carrier.id).where(Carrier.operator_id == organisation_id)
    return (await session.scalars(run.order_by(Carrier.id))).all()


def shown(thing: OpenThing) -> dict[str, str]:
    """As it is kept and told: ids as on the wire."""
    return {"kind": thing.kind, "id": encode_id(_PREFIXES[thing.kind], thing.id), "status": thing.status}


async def absences_of(session: AsyncSession, organisations: Collection[UUID]) -> dict[UUID, tuple[Absence, ...]]:
    """When each of many that were restored did not exist, in one question."""
    told = select(Ending.organisation_id, Ending.kind, Ending.effective_on).where(
        among(Ending.organisation_id, organisations), Ending.status == Status.CONFIRMED, Ending.kind != Kind.MERGER
    )
    ends: dict[UUID, list[tuple[bool, date]]] = {}
    for one_id, kind, day in await session.execute(told.order_by(Ending.decided_at, Ending.id)):
        ends.setdefault(one_id, []).append((kind is Kind.RESTORATION, day))
    return {one: tuple(Absence(since=gone, until=back) for gone, back in absences(days)) for one, days in ends.items()}


async def find_ending(session: AsyncSession, ending_id: UUID, *, caller: Caller, for_update: bool = False) -> Ending:
    """One of the caller's city. Raises NotFound."""
    wanted = select(Ending).where(Ending.id == ending_id, Ending.city_code == caller.city)
    if for_update:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    row: Ending | None = await session.scalar(wanted)
    if row is None:
        raise NotFound
    return row


async def list_endings(
    session: AsyncSession, page: PageQuery, *, caller: Caller, status: Status | None, organisation_id: UUID | None
) -> tuple[list[Ending], str | None]:
    """In the order they were proposed."""
    wanted = {Ending.status: status, Ending.organisation_id: organisation_id}
    statement = select(Ending).where(Ending.city_code == caller.city, *asked_for(wanted))
    return await page_of(session, statement, page, (Ending.recorded_at, Ending.id))
