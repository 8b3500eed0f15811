"""Setting money aside for vouchers, and booking what was redeemed against it."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds import RedemptionBooked, RedemptionReversalBooked, TrancheAllotted
from contracts.vouchers import RedemptionReversed, VoucherRedeemed
from kernel import clock
from kernel.auth import Caller
from kernel.ids import new_id
from kernel.inbox import Received
from kernel.outbox import record
from kernel.problems import NotFound
from ledger.chart import open_accounts
from policy.store import policy_today
from policy.terms import VoucherTerms
from services.funds.chart import Line, payable_account, tranche_account
from services.funds.invoices.service import keep_invoices
from services.funds.journal import post_entry
from services.funds.programmes.rules import fund_of
from services.funds.programmes.spending import within_budget
from services.funds.tranches.models import BookedRedemption, RedemptionReversal, Tranche
from services.funds.tranches.postings import redemption_reversed, tranche_allotted, voucher_redeemed
from services.funds.tranches.queries import line_of

VOUCHERS = "vouchers"
SYSTEM = f"workload:{VOUCHERS}"


async def allot_tranche(
    session: AsyncSession, *, programme: str, policy_year: int, amount_fen: int, caller: Caller, at: datetime
) -> Tranche:
    """Encumber available budget under a control account of its own; the vouchers service may issue up to it."""
    city_code = caller.city
    snapshot = await policy_today(session, city_code)
    terms = snapshot.pack.programmes.get(programme)
    if terms is None or not isinstance(terms.terms, VoucherTerms):
        raise NotFound
    line = Line(fund_of(snapshot.pack, programme), policy_year)
    tranche = Tranche(
        id=new_id(),
        city_code=city_code,
        programme=programme,
        fund=line.fund,
        policy_year=policy_year,
        payer_level=line.payer_level,
        amount_fen=amount_fen,
        entry_id=new_id(),
        allotted_by=caller.acting_for,
        allotted_at=at,
    )
    session.add(tranche)
    told = TrancheAllotted(tranche_id=tranche.id, programme=programme, policy_year=policy_year, amount_fen=amount_fen)
    await record(session, told, city_code=city_code, subject=tranche.id)
    await open_accounts(session, [tranche_account(line, tranche.id)], city_code=city_code)
    await _post_allotted(session, tranche, line, at)
    return tranche


async def _post_allotted(session: AsyncSession, tranche: Tranche, line: Line, at: datetime) -> None:
    entry = tranche_allotted(line, tranche.amount_fen, tranche_id=tranche.id, on=clock.on_date(at))
    key = f"tranche.allotted:{tranche.id}"
    async with within_budget(session, line, city_code=tranche.city_code):
        await post_entry(
            session, entry, city_code=tranche.city_code, key=key, entry_id=tranche.entry_id, actor=tranche.allotted_by
        )


async def on_voucher_redeemed(session: AsyncSession, event: Received[VoucherRedeemed]) -> None:
    """Book a redemption once: its id is the row's. The provider is owed the amount from now on."""
    told, city_code = event.data, event.city_code
    tranche = await session.get(Tranche, told.tranche_id)
    if tranche is None or tranche.city_code != city_code:
        raise NotFound
    # The same redemption under another event id: told again after a repair of the vouchers' outbox.
    if await session.get(BookedRedemption, told.redemption_id) is not None:
        return
    if told.invoice_reference is not None:
        await keep_invoices(session, service=VOUCHERS, reference=told.invoice_reference, city_code=city_code)
    line, actor = line_of(tranche), event.envelope.actor or SYSTEM
    booked = BookedRedemption(
        id=told.redemption_id,
        city_code=city_code,
        tranche_id=tranche.id,
        voucher_id=told.voucher_id,
        provider_id=told.provider_id,
        amount_fen=told.amount_fen,
        entry_id=new_id(),
        determination_id=told.determination_id,
        booked_by=actor,
    )
    session.add(booked)
    told_back = RedemptionBooked(redemption_id=booked.id, tranche_id=tranche.id, amount_fen=told.amount_fen)
    await record(session, told_back, city_code=city_code, subject=booked.id)
    provider = payable_account(line, told.provider_id, name=str(told.provider_id))
    await open_accounts(session, [provider], city_code=city_code)
    entry = voucher_redeemed(
        line,
        told.amount_fen,
        tranche_id=tranche.id,
        redemption_id=booked.id,
        provider_id=told.provider_id,
        case_id=told.case_id,
        determination_id=told.determination_id,
        on=clock.today(city_code),
    )
    key = f"voucher.redeemed:{booked.id}"
    await post_entry(session, entry, city_code=city_code, key=key, entry_id=booked.entry_id, actor=actor)


async def on_redemption_reversed(session: AsyncSession, event: Received[RedemptionReversed]) -> None:
    """The provider is owed that much less, and the tranche controls it again. Once: the finding's id is the row's.

    The ledger refuses to reverse more than was booked.
    """
    told, city_code = event.data, event.city_code
    booked = await session.get(BookedRedemption, told.redemption_id)
    if booked is None or booked.city_code != city_code:
        raise NotFound
    if await session.get(RedemptionReversal, told.finding_id) is not None:
        return
    actor = event.envelope.actor or SYSTEM
    row = RedemptionReversal(
        id=told.finding_id,
        city_code=city_code,
        redemption_id=booked.id,
        tranche_id=booked.tranche_id,
        amount_fen=told.amount_fen,
        cause=told.cause,
        entry_id=new_id(),
        booked_by=actor,
    )
    session.add(row)
    told_back = RedemptionReversalBooked(
        finding_id=row.id, redemption_id=booked.id, tranche_id=booked.tranche_id, amount_fen=row.amount_fen
    )
    await record(session, told_back, city_code=city_code, subject=row.id)
    entry = redemption_reversed(
        line_of(await session.get_one(Tranche, booked.tranche_id)),
        row.amount_fen,
        tranche_id=booked.tranche_id,
        finding_id=row.id,
        provider_id=booked.provider_id,
        booked_entry_id=booked.entry_id,
        reason=told.cause,
        on=clock.today(city_code),
    )
    key = f"voucher.redemption_reversed:{row.id}"
    await post_entry(session, entry, city_code=city_code, key=key, entry_id=row.entry_id, actor=actor)
