"""Measures on a voucher: frozen it pays nothing until an officer lifts that, voided it never pays again."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vouchers import VoucherFrozen, VoucherUnfrozen, VoucherVoided
from kernel import clock
from kernel.auth import Caller
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import refuse_if
from ledger.posting import post
from policy.store import policy_today
from services.vouchers.chart import BOOK
from services.vouchers.contracts.ending import end_with_voucher
from services.vouchers.integrity.measures.models import Kind, VoucherMeasure
from services.vouchers.integrity.measures.postings import voucher_voided
from services.vouchers.integrity.measures.rules import ground_findings
from services.vouchers.issuance.models import Voucher
from services.vouchers.issuance.queries import voucher_for
from services.vouchers.issuance.states import MOVES, Fact


async def freeze_voucher(session: AsyncSession, *, voucher_id: UUID, reason: str, caller: Caller) -> Voucher:
    """Nothing of it can be redeemed from now on. Its last day stays what it was."""
    voucher = await _changed(session, voucher_id, Fact.FROZEN, caller)
    _measure(session, voucher, Kind.FROZEN, reason=reason, caller=caller)
    told = VoucherFrozen(voucher_id=voucher.id, holder_id=voucher.holder_id)
    await record(session, told, city_code=voucher.city_code, subject=voucher.id)
    return voucher


async def unfreeze_voucher(session: AsyncSession, *, voucher_id: UUID, reason: str, caller: Caller) -> Voucher:
    """It can be redeemed again, as long as it is valid."""
    voucher = await _changed(session, voucher_id, Fact.UNFROZEN, caller)
    _measure(session, voucher, Kind.UNFROZEN, reason=reason, caller=caller)
    told = VoucherUnfrozen(voucher_id=voucher.id, holder_id=voucher.holder_id)
    await record(session, told, city_code=voucher.city_code, subject=voucher.id)
    return voucher


async def void_voucher(
    session: AsyncSession, *, voucher_id: UUID, reason: str, clauses: Sequence[str], caller: Caller
) -> Voucher:
    """What is left of it, reserved or not, is its tranche's at once. Raises Refusal for a ground that is no clause."""
    voucher = await voucher_for(session, voucher_id, caller=caller, lock=True)
    voided = status_after(Fact.VOIDED, voucher.status, MOVES)
    snapshot = await policy_today(session, voucher.city_code)
    refuse_if(ground_findings(clauses, known=snapshot.pack.clauses))
    await end_with_voucher(session, voucher)
    voucher.status, returned_fen = voided, voucher.remaining_fen
    voucher.lapsed_fen, voucher.remaining_fen = voucher.lapsed_fen + returned_fen, 0
    _measure(session, voucher, Kind.VOIDED, reason=reason, caller=caller, clauses=clauses, returned_fen=returned_fen)
    told = VoucherVoided(
        voucher_id=voucher.id,
        tranche_id=voucher.tranche_id,
        holder_id=voucher.holder_id,
        returned_fen=returned_fen,
        clauses=list(clauses),
    )
    await record(session, told, city_code=voucher.city_code, subject=voucher.id)
    entry = voucher_voided(voucher.tranche_id, returned_fen, voucher_id=voucher.id, on=clock.today(voucher.city_code))
    await post(session, entry, city_code=voucher.city_code, book=BOOK, key=f"voided:{voucher.id}")
    return voucher


async def _changed(session: AsyncSession, voucher_id: UUID, fact: Fact, caller: Caller) -> Voucher:
    voucher = await voucher_for(session, voucher_id, caller=caller, lock=True)
    voucher.status = status_after(fact, voucher.status, MOVES)
    return voucher


def _measure(
    session: AsyncSession,
    voucher: Voucher,
    kind: Kind,
    *,
    reason: str,
    caller: Caller,
    clauses: Sequence[str] = (),
    returned_fen: int = 0,
) -> None:
    session.add(
        VoucherMeasure(
            id=new_id(),
            city_code=voucher.city_code,
            voucher_id=voucher.id,
            kind=kind,
            reason=reason,
            clauses=list(clauses),
            returned_fen=returned_fen,
            made_by=caller.acting_for,
            made_at=clock.now(voucher.city_code),
        )
    )
