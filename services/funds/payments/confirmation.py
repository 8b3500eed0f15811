"""Answering the bank's word: one named outcome per line, with the number of the journal document it caused."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from kernel.auth import Caller
from services.funds.payments.queries import documents_of
from services.funds.payments.rules import AdviceLine
from services.funds.payments.schemas import ConfirmationOut, LineOut
from services.funds.payments.settlement import take_advice


async def confirm_lines(session: AsyncSession, lines: Sequence[AdviceLine], caller: Caller) -> ConfirmationOut:
    """Take every line and answer for each."""
    outcomes = await take_advice(
        session, city_code=caller.city, lines=lines, caller=caller, today=clock.today(caller.city)
    )
    documents = await documents_of(session, caller.city, [found.entry_id for found in outcomes if found.entry_id])
    return ConfirmationOut(lines=[LineOut.of(found, documents) for found in outcomes])
