"""Reading investments and their losses."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.paging import asked_for
from services.funds.angel.access import find, own_only
from services.funds.angel.investments.models import AngelInvestment, AngelLoss
from services.funds.angel.investments.states import Status


async def get_investment(
    session: AsyncSession, investment_id: UUID, caller: Caller, *, lock: bool = False
) -> AngelInvestment:
    """One the caller may see. Raises NotFound."""
    return await find(session, AngelInvestment, investment_id, caller, lock=lock)


async def losses_of(session: AsyncSession, investment_ids: Collection[UUID]) -> dict[UUID, AngelLoss]:
    """The loss of each investment that has one."""
    found = await session.scalars(select(AngelLoss).where(AngelLoss.investment_id.in_(investment_ids)))
    return {loss.investment_id: loss for loss in found}


def investments_of(
    caller: Caller, *, investor_id: UUID | None, project_id: UUID | None, status: Status | None
) -> Select[AngelInvestment]:
    """What the caller may see, to be paged."""
    asked = {
        AngelInvestment.investor_id: investor_id, AngelInvestment.project_id: project_id,
        AngelInvestment.status: status,
    }  # fmt: skip
    wanted = select(AngelInvestment).where(
        AngelInvestment.city_code == caller.city,
        *own_only(caller, AngelInvestment.filed_by, AngelInvestment.investor_id, AngelInvestment.project_id),
    )
    return wanted.where(*asked_for(asked))
