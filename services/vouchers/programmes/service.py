"""Tranches as funds tells of them, and whether both sides still agree."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds import TrancheAllotted, TrancheReply
from kernel import clock
from kernel.auth import Caller
from kernel.client import ServiceClient
from kernel.inbox import Received
from kernel.routing import Work
from ledger.chart import open_accounts
from ledger.posting import post
from services.vouchers.chart import BOOK, tranche_accounts
from services.vouchers.programmes import queries
from services.vouchers.programmes.models import Tranche
from services.vouchers.programmes.postings import tranche_opened
from services.vouchers.programmes.rules import Control, agreement_findings
from services.vouchers.programmes.schemas import AgreementOut


async def on_tranche_allotted(session: AsyncSession, event: Received[TrancheAllotted]) -> None:
    """Open the tranche: vouchers may be issued up to its amount. A tranche is allotted once."""
    told, city_code = event.data, event.city_code
    tranche = Tranche(
        id=told.tranche_id,
        city_code=city_code,
        programme=told.programme,
        policy_year=told.policy_year,
        amount_fen=told.amount_fen,
        opened_at=clock.now(city_code),
    )
    session.add(tranche)
    await session.flush()
    accounts = tranche_accounts(tranche.id, programme=tranche.programme, policy_year=tranche.policy_year)
    await open_accounts(session, accounts, city_code=city_code)
    entry = tranche_opened(tranche.id, tranche.amount_fen, on=clock.today(city_code))
    await post(session, entry, city_code=city_code, book=BOOK, key=f"tranche:{tranche.id}")


async def compare_with_control(work: Work, funds: ServiceClient, *, tranche_id: UUID, caller: Caller) -> AgreementOut:
    """Read here, then there, then here again, with no transaction open while funds is asked."""
    session = await work.open()
    tranche = await queries.tranche_of(session, tranche_id, caller=caller)
    before = await queries.sub_ledger(session, tranche)
    await work.close()
    told = await funds.get(f"/internal/tranches/{tranche_id}", TrancheReply)
    after = await queries.sub_ledger(await work.open(), tranche)
    control = Control(told.allotted_fen, told.control_fen, told.booked_fen, told.reversed_fen)
    found = agreement_findings(before, control, after)
    return AgreementOut.of(tranche_id, control, after, found)
