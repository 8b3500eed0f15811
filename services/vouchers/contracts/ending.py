"""How a reservation goes on: served, claimed in parts, and the ways it ends, with what it held free at once."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vouchers import VoucherReservationEnded
from kernel import clock, context
from kernel.auth import Caller
from kernel.etags import must_match
from kernel.moves import status_after
from kernel.outbox import record
from kernel.owning import is_own, is_staff
from kernel.problems import Forbidden, refuse_if
from kernel.timers import Timer
from ledger.entries import Entry
from ledger.posting import post_keyed
from services.vouchers.chart import BOOK
from services.vouchers.contracts.models import Contract
from services.vouchers.contracts.queries import contract_for, lock_with_voucher, open_contracts
from services.vouchers.contracts.rules import provider_end_findings, service_findings
from services.vouchers.contracts.states import MOVES, OPEN, Fact
from services.vouchers.integrity.bars.queries import barred_days
from services.vouchers.integrity.bars.rules import barred_until
from services.vouchers.issuance.lapsing import lapse
from services.vouchers.issuance.models import Voucher
from services.vouchers.providers.queries import admissions_of, admitted_on

LAPSES = "voucher.reservation_lapses"


class NotYoursToReport(Forbidden):
    code = "not_yours_to_report"
    title_zh, title_en = "服务完成须由服务机构报告", "The provider reports that the service is done"


class NotYoursToCancel(Forbidden):
    code = "not_yours_to_cancel"
    title_zh, title_en = "该情形须由持券单位或工作人员办理", "This is for the voucher's holder or the city's staff"


async def report_service(
    session: AsyncSession, *, contract_id: UUID, served_on: date, caller: Caller, if_match: str
) -> Contract:
    """The provider has done it: from now on the holder cannot withdraw."""
    contract = await contract_for(session, contract_id, caller=caller)
    if not is_own(caller, contract.organisation_id):
        raise NotYoursToReport
    await lock_with_voucher(session, contract)
    must_match(if_match, contract.version)
    on = clock.today(contract.city_code)
    refuse_if(service_findings(served_on=served_on, signed_on=contract.signed_on, on=on))
    contract.status = status_after(Fact.SERVED, contract.status, MOVES)
    contract.served_on = served_on
    await session.flush()
    return contract


async def cancel_contract(
    session: AsyncSession, *, contract_id: UUID, fact: Fact, caller: Caller, if_match: str
) -> Contract:
    """The holder withdraws, or staff ends it for a provider that is out or barred; the value is free at once."""
    contract = await contract_for(session, contract_id, caller=caller)
    voucher = await lock_with_voucher(session, contract)
    if not (is_own(caller, contract.holder_id) if fact is Fact.HOLDER_WITHDREW else is_staff(caller)):
        raise NotYoursToCancel
    must_match(if_match, contract.version)
    on = clock.today(contract.city_code)
    if fact is Fact.PROVIDER_ENDED:
        admissions = await admissions_of(session, contract.organisation_id, city_code=contract.city_code)
        bars = await barred_days(session, [contract.organisation_id], city_code=contract.city_code)
        is_out = admitted_on(admissions, on) is None or barred_until(bars, on) is not None
        refuse_if(provider_end_findings(is_admitted=not is_out))
    entries = await end_reservation(session, voucher, contract, fact, on=on)
    await post_keyed(session, entries, city_code=contract.city_code, book=BOOK)
    return contract


async def lapse_contract(session: AsyncSession, timer: Timer) -> None:
    """At the end of its last day for claims: what was not claimed goes back to the tranche."""
    contract = await session.get_one(Contract, UUID(timer.object_id))
    voucher = await lock_with_voucher(session, contract)
    if contract.status not in OPEN:
        return  # claimed or given up in time
    on = clock.on_date(timer.due_at)
    entries = await end_reservation(session, voucher, contract, Fact.LAPSED, on=on)
    await post_keyed(session, entries, city_code=contract.city_code, book=BOOK)


async def capture(
    session: AsyncSession, voucher: Voucher, contract: Contract, amount_fen: int, *, is_last: bool
) -> list[tuple[str, Entry]]:
    """A claim takes its amount out of the locked contract; the rest stays, or with the last claim is free.

    Before the voucher's own value is lowered, for the database lets nobody reserve more than remains. Answers what is
    to be posted beside the claim itself.
    """
    contract.open_fen -= amount_fen
    contract.redeemed_fen += amount_fen
    if is_last or not contract.open_fen:
        return await end_reservation(session, voucher, contract, Fact.REDEEMED, on=clock.today(contract.city_code))
    contract.status = status_after(Fact.CLAIMED, contract.status, MOVES)
    await session.flush()
    return []


async def end_reservation(
    session: AsyncSession, voucher: Voucher, contract: Contract, fact: Fact, *, on: date
) -> list[tuple[str, Entry]]:
    """Both rows are locked. Free value is the voucher's again, and after the voucher's last day the tranche's.

    Answers what is to be posted.
    """
    released_fen = await _end(session, contract, fact)
    if not released_fen or on <= voucher.expires_on:
        return []
    return await lapse(session, voucher, released_fen, cause=contract.id, on=on)


async def end_with_voucher(session: AsyncSession, voucher: Voucher) -> None:
    """The locked voucher is voided: whatever its contracts hold is free, and goes where the voucher's value goes."""
    for contract in await open_contracts(session, voucher.id):
        await _end(session, contract, Fact.VOUCHER_VOIDED)
    await session.refresh(voucher, ["reserved_fen"])  # the database has counted it


async def _end(session: AsyncSession, contract: Contract, fact: Fact) -> int:
    """What it held, in fen."""
    released_fen = contract.open_fen
    contract.status, contract.open_fen = status_after(fact, contract.status, MOVES), 0
    contract.ended_at = clock.now(contract.city_code)
    contract.ended_by, contract.end_reason = context.current().actor or "system", fact.value
    await session.flush()  # the database counts it off what the voucher has reserved, before that value lapses
    told = VoucherReservationEnded(
        contract_id=contract.id,
        voucher_id=contract.voucher_id,
        holder_id=contract.holder_id,
        provider_id=contract.organisation_id,
        released_fen=released_fen,
        end_reason=fact.value,
    )
    await record(session, told, city_code=contract.city_code, subject=contract.id)
    return released_fen
