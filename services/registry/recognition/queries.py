"""Reads of recognitions. The staff sees all of the city, others what they applied for or run; notices are public."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, selectinload

from kernel.auth import Caller
from kernel.bigrams import searchable
from kernel.owning import is_staff
from kernel.paging import PageQuery, asked_for, page_of
from kernel.problems import NotFound
from services.registry.carriers.models import Carrier, CarrierLevel, Level, Premises
from services.registry.carriers.queries import run_by
from services.registry.operator_changes.models import OperatorChange
from services.registry.operator_changes.states import OPEN as OPEN_CHANGES
from services.registry.organisations.models import Organisation
from services.registry.organisations.queries import held_by
from services.registry.recognition.models import Objection, Recognition
from services.registry.recognition.rules import AppliedSpace
from services.registry.recognition.states import ENDED, Status


def seen_by(caller: Caller) -> ColumnElement[bool]:
    """The recognitions of the caller's city that exist for the caller."""
    in_city = Recognition.city_code == caller.city
    if is_staff(caller):
        return in_city
    held = select(Organisation.id).where(Organisation.city_code == caller.city, held_by(caller))
    one = aliased(Recognition)
    applied_for = select(one.id).where(one.applicant_id.in_(held))
    # Its successor, or who took the carrier over, stands where the applicant stood. In one set: an OR reads them all.
    kept = select(CarrierLevel.recognition_id).where(CarrierLevel.carrier_id.in_(_run(caller)))
    return in_city & Recognition.id.in_(applied_for.union(kept))


def kept_by(caller: Caller) -> ColumnElement[bool]:
    """Those whose level is the caller's to keep: what becomes of one is no longer of who gave the carrier away."""
    seen, carrier = seen_by(caller), Recognition.carrier_id
    return seen if is_staff(caller) else seen & or_(carrier.is_(None), carrier.in_(_run(caller)))


def _run(caller: Caller) -> Select[UUID]:
    return select(Carrier.id).where(run_by(caller))


async def find_recognition(session: AsyncSession, recognition_id: UUID, *, caller: Caller) -> Recognition:
    """Raises NotFound."""
    return await _one(session, recognition_id, seen_by(caller))


async def find_kept(session: AsyncSession, recognition_id: UUID, *, caller: Caller) -> Recognition:
    """One whose level is the caller's to keep. Raises NotFound."""
    return await _one(session, recognition_id, kept_by(caller))


async def find_to_decide(session: AsyncSession, recognition_id: UUID, *, caller: Caller) -> Recognition:
    """Locked: two officers come one after the other. Raises NotFound."""
    return await _one(session, recognition_id, Recognition.city_code == caller.city, for_update=True)


async def find_published(session: AsyncSession, recognition_id: UUID, *, caller: Caller) -> Recognition:
    """One that is or was on public notice, or else the caller's own; locked. Raises NotFound."""
    public = Recognition.published_on.is_not(None) & (Recognition.city_code == caller.city)
    return await _one(session, recognition_id, public | seen_by(caller), for_update=True)


async def read_for_timer(session: AsyncSession, recognition_id: UUID) -> Recognition:
    """Whichever city it belongs to, locked."""
    return await session.get_one(Recognition, recognition_id, with_for_update=True)


async def provisional_notices(session: AsyncSession, city_code: str) -> Sequence[Recognition]:
    """Those on public notice whose last day may still move, locked in one order."""
    wanted = (Recognition.city_code == city_code, Recognition.status == Status.ON_NOTICE)
    statement = select(Recognition).where(*wanted, Recognition.notice_provisional.is_(True)).order_by(Recognition.id)
    return (await session.scalars(statement.with_for_update())).all()


async def recognition_of_case(session: AsyncSession, case_id: UUID) -> UUID | None:
    """Whether a case has been taken already."""
    found: UUID | None = await session.scalar(select(Recognition.id).where(Recognition.case_id == case_id))
    return found


async def hold_of_case(session: AsyncSession, case_id: UUID) -> Recognition | None:
    """What was opened for a case, locked; None for what was not taken up."""
    row: Recognition | None = await session.scalar(
        select(Recognition).where(Recognition.case_id == case_id).with_for_update()
    )
    return row


async def is_open_for(session: AsyncSession, carrier_id: UUID, level: Level, *, is_key: bool) -> bool:
    """Whether another case asks for the same."""
    same = (Recognition.carrier_id == carrier_id, Recognition.level == level, Recognition.is_key == is_key)
    return bool(await session.scalar(select(exists().where(*same, Recognition.status.not_in(ENDED)))))


async def is_reviewed(session: AsyncSession, carrier_id: UUID) -> bool:
    """Whether a reviewed case of the carrier waits for its notice or decision."""
    waiting = (Recognition.carrier_id == carrier_id, Recognition.status.not_in((Status.UNDER_REVIEW, *ENDED)))
    return bool(await session.scalar(select(exists().where(*waiting))))


async def same_space_of_others(session: AsyncSession, space: AppliedSpace) -> Sequence[tuple[str, str]]:
    """Name and address of spaces of the kind that others run under that name or at one of these addresses.

    Only of those that hold a level or wait for one: what nobody applied for stands in nobody's way.
    """
    others = (Carrier.city_code == space.city_code, Carrier.kind == space.kind)
    alike = or_(Carrier.plain == searchable(space.name), Premises.address.in_(space.addresses))
    holds = exists().where(CarrierLevel.carrier_id == Carrier.id, CarrierLevel.ended_on.is_(None))
    waits = exists().where(Recognition.carrier_id == Carrier.id, Recognition.status.not_in(ENDED))
    found = select(Carrier.name, Premises.address).join(Premises, Premises.carrier_id == Carrier.id)
    run_by_others = (Carrier.operator_id != space.operator_id, Premises.ended_on.is_(None), alike, or_(holds, waits))
    return [(name, address) for name, address in await session.execute(found.where(*others, *run_by_others))]


async def operator_changes(session: AsyncSession, carrier_id: UUID) -> bool:
    """Whether the carrier is about to pass to another operator: what only the taker wants stands in nobody's way."""
    meant = or_(OperatorChange.leaving_consent_by.is_not(None), OperatorChange.ordered_by.is_not(None))
    waiting = (OperatorChange.carrier_id == carrier_id, OperatorChange.status.in_(OPEN_CHANGES), meant)
    return bool(await session.scalar(select(exists().where(*waiting))))


async def is_held(session: AsyncSession, carrier_id: UUID, level: Level, *, is_key: bool) -> bool:
    """Whether the carrier has it."""
    same = (CarrierLevel.carrier_id == carrier_id, CarrierLevel.level == level, CarrierLevel.is_key == is_key)
    return bool(await session.scalar(select(exists().where(*same, CarrierLevel.ended_on.is_(None)))))


async def list_recognitions(
    session: AsyncSession,
    page: PageQuery,
    *,
    caller: Caller,
    status: Status | None,
    case_id: UUID | None,
    carrier_id: UUID | None,
) -> tuple[list[Recognition], str | None]:
    """In the order they were opened."""
    wanted = {Recognition.status: status, Recognition.case_id: case_id, Recognition.carrier_id: carrier_id}
    statement = select(Recognition).where(seen_by(caller), *asked_for(wanted))
    return await page_of(session, statement, page, (Recognition.recorded_at, Recognition.id))


async def list_notices(
    session: AsyncSession, page: PageQuery, *, caller: Caller
) -> tuple[list[Recognition], str | None]:
    """What is on public notice in the city, with carrier and operator."""
    statement = select(Recognition).where(Recognition.city_code == caller.city, Recognition.status == Status.ON_NOTICE)
    statement = statement.options(selectinload(Recognition.carrier).selectinload(Carrier.operator))
    return await page_of(session, statement, page, (Recognition.recorded_at, Recognition.id))


async def objections_to(session: AsyncSession, recognition_id: UUID) -> Sequence[Objection]:
    """In the order they were filed."""
    statement = select(Objection).where(Objection.recognition_id == recognition_id).order_by(Objection.id)
    return (await session.scalars(statement)).all()


async def find_objection(session: AsyncSession, recognition_id: UUID, objection_id: UUID) -> Objection:
    """Locked. Raises NotFound."""
    same = (Objection.id == objection_id, Objection.recognition_id == recognition_id)
    row: Objection | None = await session.scalar(select(Objection).where(*same).with_for_update())
    if row is None:
        raise NotFound
    return row


async def objections_by_answer(session: AsyncSession, recognition_id: UUID) -> dict[bool | None, int]:
    """How many were upheld (True), rejected (False) and wait for an answer (None); a withdrawn one counts nowhere."""
    standing = (Objection.recognition_id == recognition_id, Objection.withdrawn_at.is_(None))
    counted = select(Objection.upheld, func.count()).where(*standing)
    rows = await session.execute(counted.group_by(Objection.upheld))
    return {row.upheld: row[1] for row in rows}


async def determination_is_seen(session: AsyncSession, determination_id: UUID, caller: Caller) -> bool:
    """Whether a determination belongs to the caller's city or, for an applicant, to its own case."""
    if is_staff(caller):
        return True
    own = exists().where(Recognition.determination_id == determination_id, seen_by(caller))
    return bool(await session.scalar(select(own)))


async def _one(
    session: AsyncSession, recognition_id: UUID, condition: ColumnElement[bool], *, for_update: bool = False
) -> Recognition:
    statement = select(Recognition).where(Recognition.id == recognition_id, condition)
    if for_update:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row: Recognition | None = await session.scalar(statement)
    if row is None:
        raise NotFound
    return row
