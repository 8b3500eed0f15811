"""The city's staff see all of the city's; a portal sees what is of its organisation or was handed in through it."""

from typing import Protocol, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from contracts.registry import OrganisationReply
from kernel import owning
from kernel.auth import Caller
from kernel.problems import NotFound


class Filed(Protocol):
    """A row of angel compensation. `owner_ids` are the organisations it is about."""

    city_code: str
    filed_by: str

    @property
    def owner_ids(self) -> tuple[UUID, ...]: ...


FiledT = TypeVar("FiledT", bound=Filed)


async def find(session: AsyncSession, kind: type[FiledT], row_id: UUID, caller: Caller, *, lock: bool) -> FiledT:
    """A row the caller may see: of its city, its own or handed in by it. Raises NotFound."""
    row = await session.get(kind, row_id, with_for_update=lock or None, populate_existing=lock)
    if row is None or row.city_code != caller.city:
        raise NotFound
    if not owning.is_own(caller, *row.owner_ids) and row.filed_by != caller.acting_for:
        raise NotFound
    return row


def own_only(
    caller: Caller, filed_by: InstrumentedAttribute[str], *owners: InstrumentedAttribute[UUID]
) -> list[ColumnElement[bool]]:
    """What narrows a list to the caller's own; nothing for staff."""
    return owning.own_only(caller, *owners, beside=[filed_by == caller.acting_for])


def must_act_on(caller: Caller, row: Filed, owner_id: UUID) -> None:
    """Staff at the counter, whose money it is, and who handed it in; others only see it. Raises NotFound."""
    if not owning.is_own(caller, owner_id) and row.filed_by != caller.acting_for:
        raise NotFound


def must_act_for(caller: Caller, organisation: OrganisationReply) -> None:
    """Staff at the counter for anyone; a portal for its own organisation and for those it registered."""
    if not owning.is_own(caller, organisation.id) and organisation.registered_by != caller.subject:
        raise NotFound
