"""Value that nobody may use any more goes back to its tranche."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vouchers import VoucherExpired
from kernel.moves import status_after
from kernel.outbox import record
from ledger.entries import Entry
from services.vouchers.issuance.models import Voucher
from services.vouchers.issuance.postings import voucher_expired
from services.vouchers.issuance.states import MOVES, Fact


async def lapse(
    session: AsyncSession, voucher: Voucher, lapsed_fen: int, *, cause: UUID, on: date
) -> list[tuple[str, Entry]]:
    """Take it off the locked voucher and tell; answers what is to be posted, under its key.

    `cause`: what ended, the voucher itself or a contract that still held its value after the voucher's last day.
    """
    voucher.remaining_fen -= lapsed_fen
    voucher.lapsed_fen += lapsed_fen
    if not voucher.remaining_fen:  # value a contract holds keeps it as it is, issued or frozen
        voucher.status = status_after(Fact.EXPIRED, voucher.status, MOVES)
    fact = VoucherExpired(voucher_id=voucher.id, tranche_id=voucher.tranche_id, lapsed_fen=lapsed_fen)
    await record(session, fact, city_code=voucher.city_code, subject=voucher.id)
    entry = voucher_expired(voucher.tranche_id, lapsed_fen, voucher_id=voucher.id, on=on)
    return [(f"expired:{cause}", entry)]
