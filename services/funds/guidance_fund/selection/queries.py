"""Reading calls and proposals."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.paging import asked_for
from kernel.problems import NotFound
from services.funds.guidance_fund.access import must_see
from services.funds.guidance_fund.selection.models import SubFundCall, SubFundProposal
from services.funds.guidance_fund.selection.states import Status


async def get_call(session: AsyncSession, call_id: UUID, caller: Caller) -> SubFundCall:
    """A call of the caller's city. Raises NotFound."""
    row = await session.get(SubFundCall, call_id)
    if row is None:
        raise NotFound
    caller.must_act_in(row.city_code)
    return row


def calls_of(city_code: str) -> Select[SubFundCall]:
    """Calls of a city, to be paged."""
    return select(SubFundCall).where(SubFundCall.city_code == city_code)


async def get_proposal(
    session: AsyncSession, proposal_id: UUID, caller: Caller, *, lock: bool = False
) -> SubFundProposal:
    """A proposal the caller may see. Raises NotFound."""
    row = await session.get(SubFundProposal, proposal_id, with_for_update=lock or None, populate_existing=lock)
    if row is None:
        raise NotFound
    must_see(caller, city_code=row.city_code, manager_id=row.manager_id)
    return row


def proposals_of(
    city_code: str, *, manager_id: UUID | None, call_id: UUID | None, status: Status | None
) -> Select[SubFundProposal]:
    """Proposals of a city, of one manager or all, to be paged."""
    asked = {
        SubFundProposal.manager_id: manager_id, SubFundProposal.call_id: call_id, SubFundProposal.status: status,
    }  # fmt: skip
    wanted = select(SubFundProposal).where(SubFundProposal.city_code == city_code)
    return wanted.where(*asked_for(asked))
