"""Whose objects a caller may know of: the city's staff of all, everybody else of whom it is or acts for."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_

from kernel.auth import Caller
from kernel.db import among

STAFF = frozenset({"officer", "finance", "operator", "auditor"})


def is_staff(caller: Caller) -> bool:
    """Whether the caller works for the city."""
    return bool(caller.roles & STAFF)


def own_organisations(caller: Caller) -> frozenset[UUID]:
    """The one the caller's credential is bound to, and those a portal acts for where the route asked for them."""
    bound = {UUID(caller.organisation_id)} if caller.organisation_id else set[UUID]()
    return caller.represented | bound


def is_own(caller: Caller, *organisations: UUID | None) -> bool:
    """Whether an object of these organisations exists for the caller."""
    return is_staff(caller) or not own_organisations(caller).isdisjoint(organisations)


def own_only(caller: Caller, *columns: Any, beside: Sequence[ColumnElement[bool]] = ()) -> list[ColumnElement[bool]]:
    """What narrows a list to the caller's own, by any of these columns or what is `beside`; nothing for staff."""
    if is_staff(caller):
        return []
    own = own_organisations(caller)
    return [or_(*beside, *(among(column, own) for column in columns))]
