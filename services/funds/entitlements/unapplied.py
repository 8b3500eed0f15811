"""Awards nobody applies for (免申即享): opened by an evaluation, confirmed by the payee, published, then approved."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry_reports import CarrierEvaluated
from kernel.auth import Caller
from kernel.clock import on_date
from kernel.ids import new_id
from kernel.problems import Conflict, Refusal
from policy.calendar import workdays
from policy.schema import Programme
from policy.snapshots import Acceptance, Snapshot
from policy.store import figure, policy_for
from services.funds.clawback.service import paying_terms
from services.funds.entitlements.models import Entitlement, PublicityList
from services.funds.entitlements.notices import tell_published
from services.funds.entitlements.queries import confirmed_awards, get_entitlement, insert_once, lock_carrier
from services.funds.entitlements.rules import is_graded
from services.funds.entitlements.service import determine_entitlement
from services.funds.entitlements.states import Status
from services.funds.programmes.rules import fund_of
from services.funds.recounting.expecting import expect_recount


class NotToConfirm(Conflict):
    code, title_zh, title_en = (
        "nothing_to_confirm",
        "该奖补无须或尚不能确认",
        "It is applied for, or not payable: there is nothing to confirm",
    )


class NothingToPublish(Refusal):
    code, title_zh, title_en = (
        "nothing_to_publish",
        "没有已确认待公示的奖补",
        "No confirmed award waits to be published",
    )


async def open_for_evaluation(
    session: AsyncSession, *, city_code: str, evaluated: CarrierEvaluated, prepared_by: str
) -> list[Entitlement]:
    """Open and determine an award under every programme that pays for the grade, once each (XZ-24, JX-19)."""
    snapshot = await policy_for(session, city_code, Acceptance(evaluated.accepted_on, evaluated.accepted_at))
    opened = []
    for programme in snapshot.pack.triggered_by(CarrierEvaluated.TYPE):
        if not (evaluated.participated and is_graded(programme, evaluated.grade)):
            continue
        entitlement = _entitlement(snapshot, programme, evaluated, prepared_by)
        if await insert_once(session, entitlement):
            await determine_entitlement(session, entitlement=entitlement, prepared_by=prepared_by)
            opened.append(entitlement)
    return opened


def _entitlement(
    snapshot: Snapshot, programme: Programme, evaluated: CarrierEvaluated, prepared_by: str
) -> Entitlement:
    return Entitlement(
        id=new_id(),
        city_code=snapshot.city_code,
        programme=programme.id,
        fund=fund_of(snapshot.pack, programme.id),
        carrier_id=evaluated.carrier_id,
        evaluation_id=evaluated.evaluation_id,
        evaluation_year=evaluated.year,
        grade=evaluated.grade,
        organisation_id=evaluated.organisation_id,
        carrier_kind=evaluated.carrier_kind,
        level=evaluated.level,
        recognised_on=evaluated.final_on,
        recognition_decided_by=evaluated.decided_by,
        accepted_on=evaluated.accepted_on,
        accepted_at=evaluated.accepted_at,
        status=Status.OPENED,
        reasons=[],
        amount_fen=0,
        prepared_by=prepared_by,
    )


async def confirm_award(session: AsyncSession, *, entitlement_id: UUID, caller: Caller, at: datetime) -> Entitlement:
    """The payee wants it, at the amount it stands at. Once; a repeated word changes nothing. Raises NotToConfirm."""
    entitlement = await get_entitlement(session, entitlement_id, caller)
    await lock_carrier(session, entitlement)
    if entitlement.evaluation_id is None or entitlement.status is not Status.PAYABLE:
        raise NotToConfirm
    if entitlement.confirmed_at is None:
        entitlement.confirmed_by, entitlement.confirmed_at = caller.acting_for, at
        await session.flush()
    return entitlement


async def publish_list(session: AsyncSession, *, programme: str, caller: Caller, at: datetime) -> PublicityList:
    """Every confirmed award of a programme that stands on no list goes on one, for the working days the policy gives.

    Raises NothingToPublish, PolicyOpen.
    """
    found = await confirmed_awards(session, caller.city, programme)
    if not found:
        raise NothingToPublish
    accepted = Acceptance(on_date(at), at)
    snapshot = await policy_for(session, caller.city, accepted)
    days = figure(snapshot, paying_terms(snapshot.pack).publicity_working_days, accepted=accepted)
    until = workdays().add(on_date(at), days)
    row = PublicityList(
        id=new_id(),
        city_code=caller.city,
        programme=programme,
        published_on=on_date(at),
        working_days=days,
        until_on=until.on,
        provisional=until.provisional,
        entries=len(found),
        total_fen=sum(one.amount_fen for one in found),
        made_by=caller.acting_for,
    )
    session.add(row)
    await session.flush()
    for one in found:
        one.list_id = row.id
    await tell_published(session, row)
    if until.provisional:
        await expect_recount(session, row.city_code)
    await session.flush()
    return row
