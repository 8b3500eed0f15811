"""Reading the register."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.paging import asked_for
from services.funds.angel.access import find, own_only
from services.funds.angel.register.models import AngelRegistration
from services.funds.angel.register.states import Kind, Status


async def get_registration(
    session: AsyncSession, registration_id: UUID, caller: Caller, *, lock: bool = False
) -> AngelRegistration:
    """One the caller may see. Raises NotFound."""
    return await find(session, AngelRegistration, registration_id, caller, lock=lock)


async def standing(
    session: AsyncSession, city_code: str, kind: Kind, organisation_id: UUID
) -> AngelRegistration | None:
    """What stands of an organisation in one kind: under review or registered."""
    found: AngelRegistration | None = await session.scalar(
        select(AngelRegistration).where(
            AngelRegistration.city_code == city_code,
            AngelRegistration.kind == kind,
            AngelRegistration.organisation_id == organisation_id,
            AngelRegistration.status != Status.REFUSED,
        )
    )
    return found


def registrations_of(
    caller: Caller, *, kind: Kind | None, status: Status | None, organisation_id: UUID | None
) -> Select[AngelRegistration]:
    """What the caller may see, to be paged."""
    asked = {
        AngelRegistration.kind: kind, AngelRegistration.status: status,
        AngelRegistration.organisation_id: organisation_id,
    }  # fmt: skip
    wanted = select(AngelRegistration).where(
        AngelRegistration.city_code == caller.city,
        *own_only(caller, AngelRegistration.filed_by, AngelRegistration.organisation_id),
    )
    return wanted.where(*asked_for(asked))
