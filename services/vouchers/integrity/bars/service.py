"""Use cases of bars: propose, confirm, decline; propose to lift, decline that, lift."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry import OrganisationReply
from contracts.vouchers import OrganisationBarLifted, OrganisationBarred
from kernel import clock
from kernel.auth import Caller
from kernel.etags import must_match
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import refuse_if
from services.vouchers.integrity.bars.models import Bar
from services.vouchers.integrity.bars.queries import bar_for
from services.vouchers.integrity.bars.rules import confirmation_findings, days_findings
from services.vouchers.integrity.bars.schemas import BarIn
from services.vouchers.integrity.bars.states import MOVES, Fact, Status
from services.vouchers.integrity.rules import second_person_findings


async def propose_bar(session: AsyncSession, *, given: BarIn, organisation: OrganisationReply, caller: Caller) -> Bar:
    """An officer proposes it; nobody is barred before another one confirms."""
    today: date = clock.today(caller.city)
    refuse_if(days_findings(from_on=given.from_on, until_on=given.until_on, today=today))
    bar = Bar(
        id=new_id(),
        city_code=caller.city,
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        status=Status.PROPOSED,
        from_on=given.from_on,
        until_on=given.until_on,
        reason=given.reason,
        legal_ground=given.legal_ground,
        proposed_by=caller.acting_for,
        proposed_at=clock.now(caller.city),
    )
    session.add(bar)
    await session.flush()
    return bar


async def confirm_bar(session: AsyncSession, *, bar_id: UUID, if_match: str, caller: Caller) -> Bar:
    """Another officer confirms what they have read. It holds from then on, never for days that are over."""
    bar = await bar_for(session, bar_id, caller=caller, lock=True)
    must_match(if_match, bar.version, as_read=True)
    bar.status, today = status_after(Fact.CONFIRMED, bar.status, MOVES), clock.today(bar.city_code)
    found = second_person_findings(confirmer=caller.acting_for, proposed_by=bar.proposed_by)
    refuse_if([*found, *confirmation_findings(until_on=bar.until_on, today=today)])
    bar.from_on = max(bar.from_on, today)
    bar.confirmed_by, bar.confirmed_at = caller.acting_for, clock.now(bar.city_code)
    told = OrganisationBarred(
        bar_id=bar.id, organisation_id=bar.organisation_id, from_on=bar.from_on, until_on=bar.until_on
    )
    await record(session, told, city_code=bar.city_code, subject=bar.id)
    await session.flush()
    return bar


async def decline_bar(session: AsyncSession, *, bar_id: UUID, if_match: str, caller: Caller) -> Bar:
    """Nobody is barred: another officer says no, or who proposed it takes it back."""
    bar = await bar_for(session, bar_id, caller=caller, lock=True)
    must_match(if_match, bar.version, as_read=True)
    bar.status = status_after(Fact.DECLINED, bar.status, MOVES)
    await session.flush()
    return bar


async def propose_lifting(session: AsyncSession, *, bar_id: UUID, reason: str, if_match: str, caller: Caller) -> Bar:
    """An officer asks that it ends before its time; until another one agrees it holds."""
    bar = await bar_for(session, bar_id, caller=caller, lock=True)
    must_match(if_match, bar.version, as_read=True)
    bar.status = status_after(Fact.LIFT_PROPOSED, bar.status, MOVES)
    bar.lift_reason, bar.lift_proposed_by = reason, caller.acting_for
    bar.lift_declined_by = bar.lift_declined_at = None
    await session.flush()
    return bar


async def decline_lifting(session: AsyncSession, *, bar_id: UUID, if_match: str, caller: Caller) -> Bar:
    """It holds to its last day: another officer says no, or who asked takes it back. It may be asked for again."""
    bar = await bar_for(session, bar_id, caller=caller, lock=True)
    must_match(if_match, bar.version, as_read=True)
    bar.status = status_after(Fact.LIFT_DECLINED, bar.status, MOVES)
    bar.lift_declined_by, bar.lift_declined_at = caller.acting_for, clock.now(bar.city_code)
    await session.flush()
    return bar


async def lift_bar(session: AsyncSession, *, bar_id: UUID, if_match: str, caller: Caller) -> Bar:
    """From today on the organisation is barred no more. What was served while it was stays unpaid."""
    bar = await bar_for(session, bar_id, caller=caller, lock=True)
    must_match(if_match, bar.version, as_read=True)
    bar.status = status_after(Fact.LIFTED, bar.status, MOVES)
    refuse_if(second_person_findings(confirmer=caller.acting_for, proposed_by=bar.lift_proposed_by))
    bar.lifted_by, bar.lifted_on = caller.acting_for, clock.today(bar.city_code)
    told = OrganisationBarLifted(bar_id=bar.id, organisation_id=bar.organisation_id, lifted_on=bar.lifted_on)
    await record(session, told, city_code=bar.city_code, subject=bar.id)
    await session.flush()
    return bar
