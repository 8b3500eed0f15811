"""A carrier passes to another operator: agreed by both sides or ordered, in force from its day."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry_carriers import CarrierOperatorChanged
from kernel import clock
from kernel.auth import Caller
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, Forbidden, NotFound, named_constraint, refuse_if
from kernel.timers import Timer, cancel, schedule
from services.registry.carriers.models import Carrier
from services.registry.carriers.queries import read_carrier
from services.registry.operator_changes.models import OperatorChange
from services.registry.operator_changes.queries import (
    find_change,
    holds,
    is_under_review,
    live_recognitions,
    organisation_in_city,
    read_for_timer,
)
from services.registry.operator_changes.rules import change_findings, order_reason_missing
from services.registry.operator_changes.schemas import OperatorChangeIn
from services.registry.operator_changes.states import MOVES, ChangeStatus, Fact
from services.registry.organisations.models import Organisation
from services.registry.statistics.queries import pass_on_reports

CHANGE_DUE = "carrier.operator_change_due"


class ChangePending(Conflict):
    code = "operator_change_pending"
    title_zh, title_en = "该载体已有待定的运营单位变更", "Another change of this carrier's operator is waiting"


named_constraint("uq_operator_change_open", ChangePending)


async def propose_change(
    session: AsyncSession, *, carrier_id: UUID, given: OperatorChangeIn, caller: Caller
) -> OperatorChange:
    """By an officer with a reason, or by who may act for the present or the next operator: that one consents by it."""
    carrier = await read_carrier(session, carrier_id, caller.city)
    if carrier is None:
        raise NotFound
    is_ordered = given.order_reason is not None
    if is_ordered and "officer" not in caller.roles:
        raise Forbidden
    leaving = await holds(session, carrier.operator_id, caller=caller)
    taking = await holds(session, given.to_id, caller=caller)
    if not (is_ordered or leaving or taking):
        # An officer sees the carrier and is told what is missing; for others it does not exist.
        refuse_if([order_reason_missing()] if "officer" in caller.roles else [])
        raise NotFound
    taker = await organisation_in_city(session, given.to_id, caller.city)
    await _refuse_unfit(session, carrier, taker, given.effective_on, is_ordered=is_ordered)
    row = _proposed(carrier, given, caller)
    _note_consent(row, caller, leaving=leaving, taking=taking)
    session.add(row)
    await session.flush()
    if is_ordered:
        row.ordered_by, row.order_reason = caller.acting_for, given.order_reason
    await _settle(session, row, carrier, Fact.ORDERED if is_ordered else Fact.CONSENTED)
    return await _after(session, row, caller)


async def consent_to_change(session: AsyncSession, *, change_id: UUID, caller: Caller) -> OperatorChange:
    """By who may act for a side that has not consented yet. Raises Forbidden for who holds neither."""
    row = await find_change(session, change_id, caller=caller, for_update=True)
    status_after(Fact.CONSENTED, row.status, MOVES)
    leaving = await holds(session, row.from_id, caller=caller)
    taking = await holds(session, row.to_id, caller=caller)
    if not (leaving or taking):
        raise Forbidden
    carrier = await _carrier(session, row)
    await _refuse_unfit(session, carrier, row.taking, row.effective_on, is_ordered=False)
    _note_consent(row, caller, leaving=leaving, taking=taking)
    await _settle(session, row, carrier, Fact.CONSENTED)
    return await _after(session, row, caller)


async def withdraw_change(session: AsyncSession, *, change_id: UUID, caller: Caller) -> OperatorChange:
    """By either side or an officer, before its day; what an officer ordered, by an officer only."""
    row = await find_change(session, change_id, caller=caller, for_update=True)
    if row.ordered_by is not None and "officer" not in caller.roles:
        raise Forbidden
    row.status = status_after(Fact.WITHDRAWN, row.status, MOVES)
    await cancel(session, kind=CHANGE_DUE, object_id=row.id)
    return await _after(session, row, caller)


async def on_change_due(session: AsyncSession, timer: Timer) -> None:
    """Its first day has come. Not done when who takes it has ended since, or its end waits for a second person.

    What a recognition overtook is not done either: its certificate names the operator. A change that only its taker
    wants bars no case (`recognition.intake`).
    """
    row = await read_for_timer(session, UUID(timer.object_id))
    if row.status is not ChangeStatus.AGREED:
        return
    carrier = await _carrier(session, row)
    taker = await organisation_in_city(session, row.to_id, row.city_code)
    is_overtaken = await is_under_review(session, carrier.id) or await live_recognitions(session, carrier.id)
    if is_overtaken or not taker.is_active:
        row.status = status_after(Fact.OVERTAKEN, row.status, MOVES)
        return
    await _enforce(session, row, carrier)


async def _refuse_unfit(
    session: AsyncSession, carrier: Carrier, taker: Organisation, effective_on: date, *, is_ordered: bool
) -> None:
    found = change_findings(
        is_same=taker.id == carrier.operator_id,
        effective_on=effective_on,
        today=clock.today(carrier.city_code),
        recorded_since=clock.on_date(carrier.registered_at),
        taker_is_active=taker.is_active,
        is_ordered=is_ordered,
        is_under_review=await is_under_review(session, carrier.id),
        recognitions=await live_recognitions(session, carrier.id),
    )
    refuse_if(found)


async def _settle(session: AsyncSession, row: OperatorChange, carrier: Carrier, fact: Fact) -> None:
    """Agreed once nobody's consent is missing; in force when its day has come, else on that day."""
    whole = row.ordered_by is not None or (row.leaving_consent_by is not None and row.taking_consent_by is not None)
    if not whole:
        return
    row.status = status_after(fact, row.status, MOVES)
    if row.effective_on <= clock.today(row.city_code):
        await _enforce(session, row, carrier)
        return
    due_at = clock.start_of(row.effective_on)
    await schedule(session, kind=CHANGE_DUE, object_id=row.id, city_code=row.city_code, due_at=due_at)


async def _enforce(session: AsyncSession, row: OperatorChange, carrier: Carrier) -> None:
    row.status = status_after(Fact.DAY_CAME, row.status, MOVES)
    carrier.operator_id = row.to_id
    carrier.version += 1
    await pass_on_reports(session, [carrier.id], to=row.to_id)
    changed = CarrierOperatorChanged(
        carrier_id=carrier.id,
        organisation_id=row.to_id,
        former_organisation_id=row.from_id,
        effective_on=row.effective_on,
        by_order=row.ordered_by is not None,
    )
    await record(session, changed, city_code=row.city_code, subject=carrier.id)


def _proposed(carrier: Carrier, given: OperatorChangeIn, caller: Caller) -> OperatorChange:
    return OperatorChange(
        id=new_id(),
        city_code=carrier.city_code,
        carrier_id=carrier.id,
        from_id=carrier.operator_id,
        to_id=given.to_id,
        effective_on=given.effective_on,
        status=ChangeStatus.PROPOSED,
        proposed_by=caller.acting_for,
        proposed_at=clock.now(carrier.city_code),
    )


def _note_consent(row: OperatorChange, caller: Caller, *, leaving: bool, taking: bool) -> None:
    now = clock.now(row.city_code)
    if leaving and row.leaving_consent_by is None:
        row.leaving_consent_by, row.leaving_consent_at = caller.acting_for, now
    if taking and row.taking_consent_by is None:
        row.taking_consent_by, row.taking_consent_at = caller.acting_for, now


async def _carrier(session: AsyncSession, row: OperatorChange) -> Carrier:
    carrier = await read_carrier(session, row.carrier_id, row.city_code)
    assert carrier is not None  # noqa: S101 - the foreign key says so
    return carrier


async def _after(session: AsyncSession, row: OperatorChange, caller: Caller) -> OperatorChange:
    await session.flush()
    return await find_change(session, row.id, caller=caller)
