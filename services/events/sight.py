"""Who acts and who sees: the city's staff all of it, an organisation what is its own, everybody what is public."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.problems import Forbidden, NotFound
from services.events.calendar.models import CalendarEvent

STAFF = frozenset({"officer", "finance", "operator", "auditor"})


class OrganisationUnbound(Forbidden):
    code = "organisation_unbound"
    title_zh, title_en = "该凭证未绑定单位", "This client is not bound to an organisation"


def acting_organisation(caller: Caller) -> UUID:
    """The organisation the caller acts for. Raises OrganisationUnbound."""
    if not caller.organisation_id:
        raise OrganisationUnbound
    return UUID(caller.organisation_id)


def bound_organisation(caller: Caller) -> UUID:
    """The organisation the caller is bound to; the nil UUID for who is bound to none, and owns nothing."""
    return UUID(caller.organisation_id) if caller.organisation_id else UUID(int=0)


def own_organisation(caller: Caller) -> UUID | None:
    """The organisation whose objects alone the caller sees; None for staff, who see the city's.

    Whoever is neither staff nor bound to an organisation owns nothing.
    """
    return None if caller.roles & STAFF else bound_organisation(caller)


async def public_event(session: AsyncSession, event_id: UUID, *, city_code: str, lock: bool = False) -> CalendarEvent:
    """An event of the city that was published, called off or not. Raises NotFound."""
    event = await session.get(CalendarEvent, event_id, with_for_update=lock)
    if event is None or event.city_code != city_code or event.published_at is None:
        raise NotFound
    return event
