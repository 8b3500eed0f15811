"""Reading entitlements."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.db import among
from kernel.owning import is_own, own_only
from kernel.paging import asked_for
from kernel.problems import NotFound
from services.funds.applications.models import Application
from services.funds.applications.queries import hold_applicant
from services.funds.applications.states import COMMITTED as APPLIED
from services.funds.entitlements.models import Entitlement, PublicityList
from services.funds.entitlements.rules import EarlierAward
from services.funds.entitlements.states import COMMITTED, Status
from services.funds.payments.models import PaymentOrder

AWAITING_POLICY = (Status.WAITING_POLICY, Status.PAYABLE)


async def get_entitlement(session: AsyncSession, entitlement_id: UUID, caller: Caller) -> Entitlement:
    """An entitlement the caller may know of. Raises NotFound."""
    entitlement = await session.get(Entitlement, entitlement_id)
    if entitlement is None:
        raise NotFound
    caller.must_act_in(entitlement.city_code)
    if not is_own(caller, entitlement.organisation_id):
        raise NotFound
    return entitlement


async def lock_carrier(session: AsyncSession, entitlement: Entitlement) -> list[Entitlement]:
    """Every entitlement of the same carrier and programme, locked in one order: two awards never pass each other."""
    found = await session.scalars(
        select(Entitlement)
        .where(
            Entitlement.city_code == entitlement.city_code,
            Entitlement.programme == entitlement.programme,
            Entitlement.carrier_id == entitlement.carrier_id,
        )
        .order_by(Entitlement.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(found)


def earlier_awards(siblings: list[Entitlement], entitlement: Entitlement) -> list[EarlierAward]:
    """What the carrier was awarded before: approved or paid, itself aside."""
    return [
        EarlierAward(other.level or "", other.amount_fen)
        for other in siblings
        if other.id != entitlement.id and other.status in COMMITTED
    ]


async def insert_once(session: AsyncSession, entitlement: Entitlement) -> bool:
    """Add it unless the recognition or evaluation opened one under the programme before."""
    source = (
        Entitlement.recognition_id == entitlement.recognition_id
        if entitlement.recognition_id
        else Entitlement.evaluation_id == entitlement.evaluation_id
    )
    known = await session.scalar(
        select(Entitlement.id).where(
            Entitlement.city_code == entitlement.city_code, Entitlement.programme == entitlement.programme, source
        )
    )
    if known is None:
        session.add(entitlement)
        await session.flush()
    return known is None


async def awarded_for_year(session: AsyncSession, entitlement: Entitlement, siblings: list[Entitlement]) -> bool:
    """Whether the same year's evaluation was awarded before: here, or to an application that names the year."""
    if any(
        other.id != entitlement.id
        and other.status in COMMITTED
        and other.evaluation_year == entitlement.evaluation_year
        for other in siblings
    ):
        return True
    await hold_applicant(session, entitlement.city_code, entitlement.organisation_id, entitlement.programme)
    applied = select(Application.id).where(
        Application.city_code == entitlement.city_code,
        Application.applicant_id == entitlement.organisation_id,
        Application.programme == entitlement.programme,
        Application.status.in_(APPLIED),
        Application.about.contains(str(entitlement.evaluation_year)),
    )
    return await session.scalar(applied.limit(1)) is not None


async def confirmed_awards(session: AsyncSession, city_code: str, programme: str) -> list[Entitlement]:
    """Payable, confirmed, and on no list yet; locked."""
    found = await session.scalars(
        select(Entitlement)
        .where(
            Entitlement.city_code == city_code,
            Entitlement.programme == programme,
            Entitlement.status == Status.PAYABLE,
            Entitlement.confirmed_at.is_not(None),
            Entitlement.list_id.is_(None),
        )
        .order_by(Entitlement.id)
        .with_for_update()
    )
    return list(found)


async def get_list(session: AsyncSession, list_id: UUID, caller: Caller) -> tuple[PublicityList, list[Entitlement]]:
    """A published list of the caller's city with what stands on it. Raises NotFound."""
    row = await session.get(PublicityList, list_id)
    if row is None:
        raise NotFound
    caller.must_act_in(row.city_code)
    found = await session.scalars(select(Entitlement).where(Entitlement.list_id == list_id).order_by(Entitlement.id))
    return row, list(found)


def lists_of(city_code: str) -> Select[PublicityList]:
    """Published lists of a city, to be paged."""
    return select(PublicityList).where(PublicityList.city_code == city_code)


async def resting_on(
    session: AsyncSession, city_code: str, *, recognition_id: UUID, carrier_id: UUID, level: str
) -> list[Entitlement]:
    """Awards that rest on a recognition: opened by it, or by an evaluation of the level it gave; locked.

    Their orders before them, as the bank's word locks them.
    """
    graded = (Entitlement.carrier_id == carrier_id, Entitlement.evaluation_id.is_not(None), Entitlement.level == level)
    rests = and_(Entitlement.city_code == city_code, or_(Entitlement.recognition_id == recognition_id, and_(*graded)))
    orders = select(PaymentOrder.id).where(PaymentOrder.id.in_(select(Entitlement.payment_order_id).where(rests)))
    await session.execute(orders.order_by(PaymentOrder.id).with_for_update())
    found = await session.scalars(
        select(Entitlement)
        .where(rests)
        .order_by(Entitlement.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(found)


async def awaiting_policy(session: AsyncSession, city_code: str, version: int) -> list[UUID]:
    """Undecided entitlements that were determined under an earlier policy."""
    found = await session.scalars(
        select(Entitlement.id)
        .where(
            Entitlement.city_code == city_code,
            Entitlement.status.in_(AWAITING_POLICY),
            Entitlement.policy_version < version,
        )
        .order_by(Entitlement.id)
    )
    return list(found)


def entitlements_of(
    caller: Caller, *, status: Status | None, case_id: UUID | None, organisation_id: UUID | None
) -> Select[Entitlement]:
    """Entitlements the caller may know of, to be paged."""
    wanted = select(Entitlement).where(Entitlement.city_code == caller.city)
    wanted = wanted.where(*own_only(caller, Entitlement.organisation_id))
    asked = {Entitlement.status: status, Entitlement.case_id: case_id, Entitlement.organisation_id: organisation_id}
    return wanted.where(*asked_for(asked))


async def ended_among(session: AsyncSession, entitlement_ids: Collection[UUID]) -> list[UUID]:
    """Those whose recognition has ended."""
    wanted = select(Entitlement.id).where(among(Entitlement.id, entitlement_ids))
    return list(await session.scalars(wanted.where(Entitlement.recognition_ended_on.is_not(None))))
