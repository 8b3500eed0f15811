"""Reads of operator changes: the staff sees all of the city, others those one of their organisations is part of."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from kernel.auth import Caller
from kernel.owning import is_staff
from kernel.paging import PageQuery, asked_for, page_of
from kernel.problems import NotFound
from services.registry.carriers.models import CarrierLevel
from services.registry.operator_changes.models import OperatorChange
from services.registry.operator_changes.states import ChangeStatus
from services.registry.organisations.models import Organisation
from services.registry.organisations.queries import held_by
from services.registry.recognition.models import Recognition
from services.registry.recognition.states import ENDED


def seen_by(caller: Caller) -> ColumnElement[bool]:
    """The changes of the caller's city that exist for the caller."""
    in_city = OperatorChange.city_code == caller.city
    if is_staff(caller):
        return in_city
    own = _held(caller)
    return in_city & or_(OperatorChange.from_id.in_(own), OperatorChange.to_id.in_(own))


async def find_change(
    session: AsyncSession, change_id: UUID, *, caller: Caller, for_update: bool = False
) -> OperatorChange:
    """Raises NotFound."""
    statement = _whole().where(OperatorChange.id == change_id, seen_by(caller))
    if for_update:
        statement = statement.with_for_update(of=OperatorChange)
    row: OperatorChange | None = await session.scalar(statement)
    if row is None:
        raise NotFound
    return row


async def read_for_timer(session: AsyncSession, change_id: UUID) -> OperatorChange:
    """Whichever city it belongs to, locked."""
    return await session.get_one(OperatorChange, change_id, with_for_update=True)


async def list_changes(
    session: AsyncSession, page: PageQuery, *, caller: Caller, carrier_id: UUID | None, status: ChangeStatus | None
) -> tuple[list[OperatorChange], str | None]:
    """In the order they were proposed."""
    wanted = {OperatorChange.carrier_id: carrier_id, OperatorChange.status: status}
    statement = _whole().where(seen_by(caller), *asked_for(wanted))
    return await page_of(session, statement, page, (OperatorChange.recorded_at, OperatorChange.id))


async def holds(session: AsyncSession, organisation_id: UUID, *, caller: Caller) -> bool:
    """Whether the caller may act for the organisation."""
    return bool(await session.scalar(_held(caller).where(Organisation.id == organisation_id)))


async def live_recognitions(session: AsyncSession, carrier_id: UUID) -> Sequence[UUID]:
    """The recognitions whose level the carrier holds: each has a certificate that names the operator."""
    held = (CarrierLevel.carrier_id == carrier_id, CarrierLevel.ended_on.is_(None))
    return (await session.scalars(select(CarrierLevel.recognition_id).where(*held).order_by(CarrierLevel.id))).all()


async def is_under_review(session: AsyncSession, carrier_id: UUID) -> bool:
    """Whether a recognition of the carrier has not ended yet."""
    waiting = (Recognition.carrier_id == carrier_id, Recognition.status.not_in(ENDED))
    return bool(await session.scalar(select(exists().where(*waiting))))


async def organisation_in_city(session: AsyncSession, organisation_id: UUID, city_code: str) -> Organisation:
    """Whoever entered it: one names the other by its id. Raises NotFound."""
    same = (Organisation.id == organisation_id, Organisation.city_code == city_code)
    row: Organisation | None = await session.scalar(select(Organisation).where(*same))
    if row is None:
        raise NotFound
    return row


def _held(caller: Caller) -> Select[UUID]:
    return select(Organisation.id).where(Organisation.city_code == caller.city, held_by(caller))


def _whole() -> Select[OperatorChange]:
    loaded = (selectinload(OperatorChange.leaving), selectinload(OperatorChange.taking))
    return select(OperatorChange).options(*loaded).execution_options(populate_existing=True)
