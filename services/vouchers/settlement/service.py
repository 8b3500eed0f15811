"""Use cases of settlement: draw up, publish, confirm, withdraw; funds pays what was confirmed and tells.

A statement says what one provider is owed out of one tranche for a period. Every redemption that funds has booked
stands in one statement, and so does what a finding takes back of it: in the same, or in the next one.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds_settlements import VoucherSettlementAnnulled, VoucherSettlementPaid, VoucherSettlementReturned
from contracts.registry import OrganisationReply
from contracts.vouchers import SettlementConfirmed, SettlementPublished
from kernel import clock
from kernel.auth import Caller
from kernel.etags import must_match
from kernel.ids import new_id
from kernel.inbox import Received
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, NotFound, named_constraint, refuse_if
from kernel.timers import Timer, schedule_after
from kernel.workdays import settled
from policy.calendar import workdays
from services.vouchers.programmes.models import Tranche
from services.vouchers.programmes.queries import tranche_of
from services.vouchers.settlement import queries
from services.vouchers.settlement.models import Settlement, SettlementLine
from services.vouchers.settlement.rules import Item, confirmation_findings, drawing_findings, totals
from services.vouchers.settlement.states import MOVES, Fact, Status

# Of one statement: all of them are told to funds in one event.
LINES_MAX = 1_000
NOTICE_ENDS = "voucher_settlement.notice_ends"


class SettledElsewhere(Conflict):
    """Another statement took one of the same redemptions at the same moment; draw it up again."""

    code, title_zh, title_en = (
        "settled_elsewhere",
        "所列兑付同时被另一结算单列入",
        "Another statement has just taken one of the redemptions",
    )
    retryable = True


named_constraint("uq_settlement_line_redemption", SettledElsewhere)
named_constraint("uq_settlement_line_finding", SettledElsewhere)


async def draw_up(
    session: AsyncSession, *, tranche_id: UUID, provider: OrganisationReply, until_on: date, caller: Caller
) -> Settlement:
    """Everything of the provider in the tranche that was booked by then and stands in no statement."""
    tranche = await tranche_of(session, tranche_id, caller=caller)
    items = await queries.unsettled(session, tranche_id=tranche.id, organisation_id=provider.id, until_on=until_on)
    refuse_if(drawing_findings(items, lines_max=LINES_MAX, until_on=until_on, today=clock.today(caller.city)))
    row = _settlement(tranche, provider, items, until_on=until_on, caller=caller)
    session.add(row)
    await session.flush()
    session.add_all(
        SettlementLine(
            id=new_id(),
            settlement_id=row.id,
            redemption_id=item.redemption_id,
            finding_id=item.finding_id,
            amount_fen=item.amount_fen,
        )
        for item in items
    )
    await session.flush()
    return row


def _settlement(
    tranche: Tranche, provider: OrganisationReply, items: list[Item], *, until_on: date, caller: Caller
) -> Settlement:
    sums = totals(items)
    return Settlement(
        id=new_id(),
        city_code=tranche.city_code,
        tranche_id=tranche.id,
        programme=tranche.programme,
        organisation_id=provider.id,
        provider_name=provider.name,
        from_on=min(item.on for item in items),
        until_on=until_on,
        status=Status.DRAFT,
        lines=len(items),
        redeemed_fen=sums.redeemed_fen,
        reversed_fen=sums.reversed_fen,
        total_fen=sums.total_fen,
        prepared_by=caller.acting_for,
        prepared_at=clock.now(tranche.city_code),
    )


async def publish(
    session: AsyncSession, *, settlement_id: UUID, working_days: int | None, if_match: str, caller: Caller
) -> Settlement:
    """Show it in public for so many working days; without a number it waits for nothing but a second person."""
    row = await _moved(session, settlement_id, Fact.PUBLISHED, if_match, caller)
    row.published_by, row.published_on = caller.acting_for, clock.today(row.city_code)
    if working_days is not None:
        until = workdays().add(row.published_on, working_days)
        row.notice_working_days, row.notice_until_on, row.notice_provisional = working_days, until.on, until.provisional
        await schedule_after(session, until.on, kind=NOTICE_ENDS, object_id=row.id, city_code=row.city_code)
    await _tell_published(session, row)
    await session.flush()
    return row


async def _tell_published(session: AsyncSession, row: Settlement) -> None:
    told = SettlementPublished(
        settlement_id=row.id, organisation_id=row.organisation_id, until_on=row.notice_until_on, total_fen=row.total_fen
    )
    await record(session, told, city_code=row.city_code, subject=row.id)


async def confirm(session: AsyncSession, *, settlement_id: UUID, if_match: str, caller: Caller) -> Settlement:
    """A second person lets it be paid as it stands. Raises Refusal with everything against it."""
    row = await _moved(session, settlement_id, Fact.CONFIRMED, if_match, caller)
    _recount_notice(row)
    refuse_if(
        confirmation_findings(
            confirmer=caller.acting_for,
            worked_on_by=[row.prepared_by, row.published_by],
            notice_until_on=row.notice_until_on,
            today=clock.today(row.city_code),
            found=await queries.findings_outside(session, row.id),
        )
    )
    row.confirmed_by, row.confirmed_at = caller.acting_for, clock.now(row.city_code)
    redemption_ids, finding_ids = await queries.documents_of(session, row.id)
    told = SettlementConfirmed(
        settlement_id=row.id,
        tranche_id=row.tranche_id,
        organisation_id=row.organisation_id,
        redeemed_fen=row.redeemed_fen,
        reversed_fen=row.reversed_fen,
        total_fen=row.total_fen,
        provider_name=row.provider_name,
        redemption_ids=redemption_ids,
        finding_ids=finding_ids,
        worked_on_by=sorted({row.prepared_by, row.published_by or "", caller.acting_for} - {""}),
    )
    await record(session, told, city_code=row.city_code, subject=row.id)
    await session.flush()
    return row


async def end_notice(session: AsyncSession, timer: Timer) -> None:
    """At the end of the last day, which a later calendar may have moved later: then it is shown until that one."""
    row = await session.get_one(Settlement, UUID(timer.object_id), with_for_update=True)
    told_on = row.notice_until_on
    until = _recount_notice(row) if row.status is Status.PUBLISHED else None
    if until is not None and until != told_on:
        await _tell_published(session, row)
        await schedule_after(session, until, kind=NOTICE_ENDS, object_id=row.id, city_code=row.city_code)


def _recount_notice(row: Settlement) -> date | None:
    """The last day of the notice, counted again while it is provisional."""
    told_on, days = row.notice_until_on, row.notice_working_days
    if told_on is not None and days is not None and row.published_on is not None and row.notice_provisional:
        due = settled(told_on, workdays().add(row.published_on, days))
        row.notice_until_on, row.notice_provisional = due.on, due.provisional
    return row.notice_until_on


async def on_settlement_paid(session: AsyncSession, event: Received[VoucherSettlementPaid]) -> None:
    """The provider has the money."""
    row = await _of_city(session, event.data.settlement_id, event.city_code)
    row.status, row.paid_on = status_after(Fact.PAID, row.status, MOVES), event.data.settled_on


async def on_settlement_returned(session: AsyncSession, event: Received[VoucherSettlementReturned]) -> None:
    """The bank sent it back: it is confirmed, and funds pays it anew."""
    row = await _of_city(session, event.data.settlement_id, event.city_code)
    row.status, row.paid_on = status_after(Fact.RETURNED, row.status, MOVES), None


async def on_settlement_annulled(session: AsyncSession, event: Received[VoucherSettlementAnnulled]) -> None:
    """Funds does not pay it after all: what it lists waits for another statement, and can be reversed again."""
    row = await _of_city(session, event.data.settlement_id, event.city_code)
    row.status = status_after(Fact.ANNULLED, row.status, MOVES)
    await _free_lines(session, row)


async def _free_lines(session: AsyncSession, row: Settlement) -> None:
    await session.execute(update(SettlementLine).where(SettlementLine.settlement_id == row.id).values(withdrawn=True))


async def _of_city(session: AsyncSession, settlement_id: UUID, city_code: str) -> Settlement:
    row = await session.get(Settlement, settlement_id, with_for_update=True)
    if row is None or row.city_code != city_code:
        raise NotFound
    return row


async def withdraw(session: AsyncSession, *, settlement_id: UUID, if_match: str, caller: Caller) -> Settlement:
    """What it lists may stand in another statement again."""
    row = await _moved(session, settlement_id, Fact.WITHDRAWN, if_match, caller)
    await _free_lines(session, row)
    await session.flush()
    return row


async def _moved(session: AsyncSession, settlement_id: UUID, fact: Fact, if_match: str, caller: Caller) -> Settlement:
    row = await queries.settlement_for(session, settlement_id, caller=caller, lock=True)
    must_match(if_match, row.version, as_read=True)
    row.status = status_after(fact, row.status, MOVES)
    return row
