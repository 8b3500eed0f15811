"""What tenancies do when a tenant is merged or is no more: in the same transaction."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.registry.carriers.queries import lock_carriers
from services.registry.organisations.models import Organisation
from services.registry.tenancy.queries import carriers_of_tenant, open_tenancies
from services.registry.tenancy.service import end

TENANT_GONE = "入驻单位已注销 the tenant is deregistered"
TENANT_MERGED = "入驻单位已并入其他单位 the tenant is part of another organisation"


async def tenant_ended(session: AsyncSession, organisation: Organisation, *, on: date, reason: str) -> None:
    """It sits nowhere from the day on, and its seats are free. A successor that stays on is admitted as itself."""
    wanted = await carriers_of_tenant(session, organisation)
    # The carriers first, as everything that changes their tenants does.
    carriers = {carrier.id: carrier for carrier in await lock_carriers(session, wanted)}
    for row in await open_tenancies(session, organisation):
        # What began after the day, and is found out now, ends as it began.
        await end(session, row, carriers.get(row.carrier_id), on=max(on, row.started_on), reason=reason)
