"""A manager sees its own proposals and sub-funds; staff of the city see all of the city's."""

from uuid import UUID

from kernel.auth import Caller
from kernel.problems import Forbidden, NotFound

MANAGER = "fund_manager"


def own_manager(caller: Caller) -> UUID:
    """The organisation a manager's client acts for. Raises Forbidden for a client bound to none."""
    if caller.organisation_id is None:
        raise Forbidden("this client acts for no fund manager")
    return UUID(caller.organisation_id)


def visible_manager(caller: Caller) -> UUID | None:
    """The only manager whose rows the caller may list; None for staff."""
    return own_manager(caller) if MANAGER in caller.roles else None


def must_see(caller: Caller, *, city_code: str, manager_id: UUID) -> None:
    """404 for another manager's or another city's object."""
    caller.must_act_in(city_code)
    if visible_manager(caller) not in {None, manager_id}:
        raise NotFound
