"""The one way a sub-fund's entries are posted: each fact of each object once."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.ids import new_id
from ledger.entries import Entry
from services.funds import journal
from services.funds.guidance_fund.sub_funds.models import SubFund


async def post_fact(
    session: AsyncSession, row: SubFund, entry: Entry, caller: Caller, *, of: UUID, entry_id: UUID | None = None
) -> None:
    """The last statement of a use case. `of` is what the fact is of: the sub-fund, or the object within it."""
    key, entry_id = f"{entry.fact}:{of}", entry_id or new_id()
    await journal.post_entry(
        session, entry, city_code=row.city_code, key=key, entry_id=entry_id, actor=caller.acting_for
    )
