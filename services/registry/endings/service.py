"""How organisations end: deregistered, or merged into another. What takes rights away, a second person confirms."""

from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.base import Event
from contracts.registry import OrganisationDeregistered, OrganisationMerged, OrganisationRestored
from kernel import clock
from kernel.auth import Caller
from kernel.etags import must_match
from kernel.findings import Finding
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, Invalid, named_constraint, refuse_if
from services.registry.carriers.queries import read_carrier
from services.registry.certificates.signing import Certifier
from services.registry.chain.following import holder_deregistered, holder_merged
from services.registry.endings.models import Ending
from services.registry.endings.queries import carriers_run_by, find_ending, open_things, shown
from services.registry.endings.rules import (
    OpenThing,
    confirmation_findings,
    ending_findings,
    merger_findings,
    needs_second_person,
    restoration_findings,
)
from services.registry.endings.schemas import DeregistrationIn, MergerIn, RestorationIn
from services.registry.endings.states import MOVES, Cause, Fact, Kind, Status
from services.registry.organisations.models import Organisation, OrganisationStatus, PayeeAccount
from services.registry.organisations.queries import find_organisation
from services.registry.premises.following import firm_deregistered, firm_merged
from services.registry.statistics.queries import pass_on_reports
from services.registry.tenancy.following import TENANT_GONE, TENANT_MERGED, tenant_ended
from services.registry.upkeep.changes import operator_merged


class AlreadyDeregistered(Conflict):
    code, title_zh, title_en = "already_deregistered", "该单位已注销", "The organisation is deregistered already"


class EndingWaits(Conflict):
    code, title_zh, title_en = "ending_waits", "已有注销或合并待复核", "An ending waits for a second person already"


class SuccessorUnknown(Invalid):
    code, title_zh, title_en = "unknown_organisation", "该单位未登记", "The organisation is not registered"


named_constraint("uq_ending_proposed", EndingWaits)


async def deregister_organisation(
    session: AsyncSession, *, organisation_id: UUID, given: DeregistrationIn, if_match: str, caller: Caller
) -> Organisation:
    """Recorded at once when nothing is lost by it; else it waits for a second person.

    It keeps its history and gets nothing new. Raises AlreadyDeregistered, Refusal.
    """
    organisation = await find_organisation(session, organisation_id, caller=caller, for_update=True)
    must_match(if_match, organisation.version)
    if organisation.status is OrganisationStatus.DEREGISTERED:
        raise AlreadyDeregistered
    refuse_if(_findings(organisation, given))
    things = await open_things(session, organisation.id)
    ending = _proposed(organisation, Kind.DEREGISTRATION, things, caller, cause=given.cause, **_said(given))
    session.add(ending)
    organisation.version += 1
    if needs_second_person(things):
        organisation.pending_ending_id = ending.id
    else:
        await _confirm(session, ending, organisation, caller)
    await session.flush()
    return await find_organisation(session, organisation_id, caller=caller)


async def propose_merger(
    session: AsyncSession, *, organisation_id: UUID, given: MergerIn, if_match: str, caller: Caller
) -> Ending:
    """Proposed; nothing changes until a second person confirms. Raises SuccessorUnknown, Refusal with every reason."""
    organisation, successor = await _both(session, organisation_id, given.into_id, caller)
    must_match(if_match, organisation.version)
    things = await open_things(session, organisation.id)
    refuse_if([*_findings(organisation, given), *_merger_findings(organisation, successor, things)])
    ending = _proposed(organisation, Kind.MERGER, things, caller, successor_id=successor.id, **_said(given))
    return await _waiting(session, ending, organisation)


async def propose_restoration(
    session: AsyncSession, *, organisation_id: UUID, given: RestorationIn, if_match: str, caller: Caller
) -> Ending:
    """Of one that was deregistered; it stays so until a second person confirms. Raises Refusal with every reason."""
    organisation = await find_organisation(session, organisation_id, caller=caller, for_update=True)
    must_match(if_match, organisation.version)
    found = restoration_findings(
        on=given.on,
        today=clock.today(organisation.city_code),
        deregistered_on=organisation.deregistered_on,
        is_pending=organisation.pending_ending_id is not None,
    )
    refuse_if(found)
    return await _waiting(session, _proposed(organisation, Kind.RESTORATION, [], caller, **_said(given)), organisation)


async def confirm_ending(session: AsyncSession, certifier: Certifier, *, ending_id: UUID, caller: Caller) -> Ending:
    """A second person says so, and it is done; what has become open since the proposal is judged again."""
    ending = await find_ending(session, ending_id, caller=caller)
    organisation, successor = await _both(session, ending.organisation_id, ending.successor_id, caller)
    ending = await find_ending(session, ending_id, caller=caller, for_update=True)
    status_after(Fact.CONFIRMED, ending.status, MOVES)
    found = confirmation_findings(proposed_by=ending.proposed_by, confirmed_by=caller.acting_for)
    if ending.kind is Kind.MERGER:
        things = await open_things(session, organisation.id)
        found += _merger_findings(organisation, successor, things)
    refuse_if(found)
    organisation.version += 1
    await _confirm(session, ending, organisation, caller)
    await session.flush()
    if ending.kind is Kind.MERGER:
        await _pass_carriers(session, certifier, ending, successor)
    return ending


async def withdraw_ending(session: AsyncSession, *, ending_id: UUID, reason: str, caller: Caller) -> Ending:
    """It is not going to happen; the organisation stays what it is."""
    ending = await find_ending(session, ending_id, caller=caller)
    organisation = await find_organisation(session, ending.organisation_id, caller=caller, for_update=True)
    ending = await find_ending(session, ending_id, caller=caller, for_update=True)
    ending.status = status_after(Fact.WITHDRAWN, ending.status, MOVES)
    ending.reason = f"{ending.reason}\n{reason}"
    ending.decided_by, ending.decided_at = caller.acting_for, clock.now(ending.city_code)
    organisation.pending_ending_id = None
    organisation.version += 1
    await session.flush()
    return ending


async def _waiting(session: AsyncSession, ending: Ending, organisation: Organisation) -> Ending:
    session.add(ending)
    organisation.pending_ending_id = ending.id
    organisation.version += 1
    await session.flush()
    return ending


async def _both(
    session: AsyncSession, organisation_id: UUID, successor_id: UUID | None, caller: Caller
) -> tuple[Organisation, Organisation]:
    """Locked in the order of their ids, so that two mergers across each other wait instead of deadlocking."""
    wanted = {organisation_id, successor_id or organisation_id}
    in_city = (Organisation.id.in_(wanted), Organisation.city_code == caller.city)
    locked = select(Organisation.id).where(*in_city).order_by(Organisation.id).with_for_update()
    found = set(await session.scalars(locked))
    if organisation_id in found and found != wanted:
        raise SuccessorUnknown(errors=[{"pointer": "/into_id", "code": SuccessorUnknown.code, "message": ""}])
    organisation = await find_organisation(session, organisation_id, caller=caller)
    successor = await find_organisation(session, successor_id or organisation_id, caller=caller)
    return organisation, successor


async def _confirm(session: AsyncSession, ending: Ending, organisation: Organisation, caller: Caller) -> None:
    ending.status = status_after(Fact.CONFIRMED, ending.status, MOVES)
    ending.decided_by, ending.decided_at = caller.acting_for, clock.now(ending.city_code)
    organisation.pending_ending_id = None
    fact = await _DONE[ending.kind](session, ending, organisation, caller)
    await record(session, fact, city_code=ending.city_code, subject=organisation.id)


async def _merge(session: AsyncSession, ending: Ending, organisation: Organisation, caller: Caller) -> Event:
    assert ending.successor_id is not None  # noqa: S101 - the database says so of a merger
    organisation.status, organisation.merged_on = OrganisationStatus.MERGED, ending.effective_on
    organisation.merged_into_id = ending.successor_id
    await _hand_over(session, ending, ending.successor_id, caller)
    await tenant_ended(session, organisation, on=ending.effective_on, reason=TENANT_MERGED)
    return OrganisationMerged(
        organisation_id=organisation.id, successor_id=ending.successor_id, effective_on=ending.effective_on
    )


async def _deregister(session: AsyncSession, ending: Ending, organisation: Organisation, caller: Caller) -> Event:
    organisation.status, organisation.deregistered_on = OrganisationStatus.DEREGISTERED, ending.effective_on
    organisation.deregistration_reason = ending.reason
    await holder_deregistered(session, organisation_id=organisation.id, on=ending.effective_on, caller=caller)
    await firm_deregistered(session, organisation_id=organisation.id, on=ending.effective_on)
    await tenant_ended(session, organisation, on=ending.effective_on, reason=TENANT_GONE)
    cause = ending.cause or Cause.OTHER
    return OrganisationDeregistered(
        organisation_id=organisation.id, effective_on=ending.effective_on, cause=cause.value
    )


async def _restore(_session: AsyncSession, ending: Ending, organisation: Organisation, _caller: Caller) -> Event:
    """Who it was; its stays, seats and addresses have ended and are entered anew."""
    organisation.status = OrganisationStatus.ACTIVE
    organisation.deregistered_on, organisation.deregistration_reason = None, None
    return OrganisationRestored(organisation_id=organisation.id, effective_on=ending.effective_on)


_DONE = {Kind.MERGER: _merge, Kind.DEREGISTRATION: _deregister, Kind.RESTORATION: _restore}


async def _hand_over(session: AsyncSession, ending: Ending, successor_id: UUID, caller: Caller) -> None:
    """Projects and hosts go along with what they hold; the account of who is gone is closed."""
    merged, on = ending.organisation_id, ending.effective_on
    account = (PayeeAccount.organisation_id == merged, PayeeAccount.replaced_at.is_(None))
    closed_at = clock.now(ending.city_code)
    await session.execute(update(PayeeAccount).where(*account).values(replaced_at=closed_at))
    await holder_merged(session, organisation_id=merged, successor_id=successor_id, on=on, caller=caller)
    await firm_merged(session, organisation_id=merged, successor_id=successor_id, on=on)


async def _pass_carriers(session: AsyncSession, certifier: Certifier, ending: Ending, successor: Organisation) -> None:
    """Each with the levels it holds and new certificates of them, which name the successor."""
    merged = ending.organisation_id
    carriers = await carriers_run_by(session, merged)
    for carrier_id in carriers:
        carrier = await read_carrier(session, carrier_id, ending.city_code)
        assert carrier is not None  # noqa: S101 - its operator is of the city
        carrier.operator, carrier.operator_id = successor, successor.id
        carrier.version += 1
        await operator_merged(session, certifier, carrier, merged)
    # The carriers are locked first: every other change of an operator takes them in this order.
    await pass_on_reports(session, carriers, to=successor.id)


def _proposed(organisation: Organisation, kind: Kind, things: list[OpenThing], caller: Caller, **said: Any) -> Ending:
    return Ending(
        id=new_id(),
        city_code=organisation.city_code,
        organisation_id=organisation.id,
        kind=kind,
        open=[shown(thing) for thing in things],
        status=Status.PROPOSED,
        proposed_by=caller.acting_for,
        proposed_at=clock.now(organisation.city_code),
        **said,
    )


def _said(given: DeregistrationIn | MergerIn | RestorationIn) -> dict[str, Any]:
    return {"effective_on": given.on, "reason": given.reason, "evidence": given.evidence}


def _findings(organisation: Organisation, given: DeregistrationIn | MergerIn) -> list[Finding]:
    return ending_findings(
        on=given.on,
        today=clock.today(organisation.city_code),
        has_ended=organisation.has_ended,
        is_pending=organisation.pending_ending_id is not None,
    )


def _merger_findings(organisation: Organisation, successor: Organisation, things: list[OpenThing]) -> list[Finding]:
    return merger_findings(
        is_itself=successor.id == organisation.id,
        successor_ends=successor.id != organisation.id and not successor.is_active,
        successor_is_doubtful=successor.is_identifier_doubtful,
        open_things=things,
    )
