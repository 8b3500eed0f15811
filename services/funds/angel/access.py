"""The city's staff see all of the city's; a portal sees what is of its organisation or was handed in through it."""

from typing import Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import InstrumentedAttribute

from contracts.registry import OrganisationReply
from kernel.auth import Caller
from kernel.problems import NotFound

STAFF = frozenset({"officer", "finance", "operator", "auditor"})


class Filed(Protocol):
    """A row of angel compensation. `owner_ids` are the organisations it is about."""

    city_code: str
    filed_by: str

    @property
    def owner_ids(self) -> tuple[UUID, ...]: ...


def must_see(caller: Caller, row: Filed | None) -> None:
    """404 for another city's, or what is not the caller's. Raises NotFound."""
    if row is None or row.city_code != caller.city:
        raise NotFound
    own = caller.organisation_id is not None and UUID(caller.organisation_id) in row.owner_ids
    if not (caller.roles & STAFF or own or row.filed_by == caller.acting_for):
        raise NotFound


def own_only(
    caller: Caller, filed_by: InstrumentedAttribute[str], *owners: InstrumentedAttribute[UUID]
) -> list[ColumnElement[bool]]:
    """What narrows a list to the caller's own; nothing for staff."""
    if caller.roles & STAFF:
        return []
    own = UUID(caller.organisation_id) if caller.organisation_id else UUID(int=0)
    return [or_(filed_by == caller.acting_for, *(owner == own for owner in owners))]


def must_act_on(caller: Caller, row: Filed, owner_id: UUID) -> None:
    """Staff at the counter, whose money it is, and who handed it in; others only see it. Raises NotFound."""
    own = caller.organisation_id == str(owner_id)
    if not (caller.roles & STAFF or own or row.filed_by == caller.acting_for):
        raise NotFound


def must_act_for(caller: Caller, organisation: OrganisationReply) -> None:
    """Staff at the counter for anyone; a portal for its own organisation and for those it registered."""
    own = caller.organisation_id == str(organisation.id)
    if not (caller.roles & STAFF or own or organisation.registered_by == caller.subject):
        raise NotFound
