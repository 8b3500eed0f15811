"""Reading entitlements."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.problems import NotFound
from services.funds.entitlements.models import Entitlement
from services.funds.entitlements.rules import EarlierAward
from services.funds.entitlements.states import COMMITTED, Status

STAFF = frozenset({"officer", "finance", "auditor", "operator"})
AWAITING_POLICY = (Status.WAITING_POLICY, Status.PAYABLE)


def is_staff(caller: Caller) -> bool:
    """Whether the caller works for the city; everyone else sees their own organisation's entitlements only."""
    return not STAFF.isdisjoint(caller.roles)


async def get_entitlement(session: AsyncSession, entitlement_id: UUID, caller: Caller) -> Entitlement:
    """An entitlement the caller may know of. Raises NotFound."""
    entitlement = await session.get(Entitlement, entitlement_id)
    if entitlement is None:
        raise NotFound
    caller.must_act_in(entitlement.city_code)
    if not is_staff(caller) and caller.organisation_id != str(entitlement.organisation_id):
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
        EarlierAward(other.level, other.amount_fen)
        for other in siblings
        if other.id != entitlement.id and other.status in COMMITTED
    ]


async def insert_once(session: AsyncSession, entitlement: Entitlement) -> bool:
    """Add it unless the recognition opened one under the programme before."""
    known = await session.scalar(
        select(Entitlement.id).where(
            Entitlement.city_code == entitlement.city_code,
            Entitlement.programme == entitlement.programme,
            Entitlement.recognition_id == entitlement.recognition_id,
        )
    )
    if known is None:
        session.add(entitlement)
        await session.flush()
    return known is None


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
    if not is_staff(caller):
        own = UUID(caller.organisation_id) if caller.organisation_id else UUID(int=0)
        wanted = wanted.where(Entitlement.organisation_id == own)
    if status is not None:
        wanted = wanted.where(Entitlement.status == status)
    if case_id is not None:
        wanted = wanted.where(Entitlement.case_id == case_id)
    return wanted.where(Entitlement.organisation_id == organisation_id) if organisation_id is not None else wanted
