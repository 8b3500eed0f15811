"""A bank sees what is its own; staff of the city see all of the city's."""

from uuid import UUID

from kernel.auth import Caller
from kernel.problems import Forbidden, NotFound

BANK = "bank"


def own_bank(caller: Caller) -> UUID:
    """The bank a caller acts for. Raises Forbidden for a client bound to no organisation."""
    if caller.organisation_id is None:
        raise Forbidden("this client acts for no bank")
    return UUID(caller.organisation_id)


def visible_bank(caller: Caller) -> UUID | None:
    """The only bank whose rows the caller may list; None for staff, who may list all of their city."""
    return own_bank(caller) if BANK in caller.roles else None


def listed_bank(caller: Caller, named: UUID | None) -> UUID | None:
    """Whose rows a list shows: a bank's own; for staff those of the bank they name, or of all. Raises NotFound."""
    own = visible_bank(caller)
    if own is not None and named not in {None, own}:
        raise NotFound
    return own or named


def must_see(caller: Caller, *, city_code: str, bank_id: UUID) -> None:
    """404 for another bank's or another city's object."""
    caller.must_act_in(city_code)
    if visible_bank(caller) not in {None, bank_id}:
        raise NotFound
