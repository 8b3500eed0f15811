"""Reading a city's policy: what is set, what is open, and what was known when."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import load_only

from gateway.window.editions.models import PolicyEdition
from gateway.window.policies.models import PolicyChange
from gateway.window.policies.states import ChangeStatus
from kernel.auth import Caller
from kernel.problems import NotFound
from kernel.sandboxes import is_sandbox
from policy.models import PolicySnapshotRow
from policy.schema import Parameter
from policy.snapshots import Acceptance, Snapshot
from policy.store import PolicyNotYetKnown, latest_snapshot, snapshot_of


async def latest_known(session: AsyncSession, city_code: str) -> Snapshot | None:
    """The city's policy, None before it is opened."""
    try:
        return await latest_snapshot(session, city_code)
    except PolicyNotYetKnown:
        return None


async def current_policy(session: AsyncSession, city_code: str) -> Snapshot:
    """The city's policy as it stands. Raises NotFound: what the owner of policy does not know is not there."""
    snapshot = await latest_known(session, city_code)
    if snapshot is None:
        raise NotFound
    return snapshot


async def policy_for(session: AsyncSession, city_code: str, accepted: Acceptance) -> Snapshot:
    """The city's policy with the pack that decides a case accepted then. Raises NotFound."""
    return (await current_policy(session, city_code)).in_force(accepted)


async def policy_version(session: AsyncSession, city_code: str, version: int) -> Snapshot:
    """One version of a city's policy. Raises NotFound."""
    wanted = select(PolicySnapshotRow.hash).where(
        PolicySnapshotRow.city_code == city_code, PolicySnapshotRow.version == version
    )
    known = await session.scalar(wanted)
    if known is None:
        raise NotFound
    return await snapshot_of(session, city_code, known)


def versions_statement(city_code: str) -> Select[PolicySnapshotRow]:
    """The versions of a city's policy, without their bodies."""
    light = load_only(
        PolicySnapshotRow.version,
        PolicySnapshotRow.hash,
        PolicySnapshotRow.pack_id,
        PolicySnapshotRow.recorded_at,
        raiseload=True,
    )
    return select(PolicySnapshotRow).where(PolicySnapshotRow.city_code == city_code).options(light)


async def approved_at(session: AsyncSession, city_code: str, versions: Collection[int]) -> dict[int, datetime]:
    """When each of these versions was approved, by the city's clock. The first was nobody's to approve."""
    found: dict[int, datetime] = {}
    for kind in (PolicyChange, PolicyEdition):
        wanted = select(kind.snapshot_version, kind.decided_at).where(
            kind.city_code == city_code, kind.snapshot_version.in_(versions)
        )
        found |= {row.snapshot_version: row.decided_at for row in await session.execute(wanted)}
    return found


def changes_statement(city_code: str, status: ChangeStatus | None) -> Select[PolicyChange]:
    """Changes of a city, of one status when given."""
    statement = select(PolicyChange).where(PolicyChange.city_code == city_code)
    return statement.where(PolicyChange.status == status) if status else statement


async def find_change(
    session: AsyncSession, city_code: str, change_id: UUID, *, for_update: bool = False
) -> PolicyChange:
    """A change of the city. Raises NotFound."""
    statement = select(PolicyChange).where(PolicyChange.id == change_id, PolicyChange.city_code == city_code)
    change = await session.scalar(statement.with_for_update() if for_update else statement)
    if change is None:
        raise NotFound
    return change


def find_parameter(snapshot: Snapshot, key: str) -> Parameter:
    """A parameter of the pack in force. Raises NotFound."""
    parameter = snapshot.pack.parameters.get(key)
    if parameter is None:
        raise NotFound
    return parameter


def readable_city(caller: Caller, city_code: str | None) -> str:
    """The city asked about, or the caller's own. What a real city has published is public; a sandbox is not."""
    if city_code is None:
        return caller.city
    if is_sandbox(city_code):
        caller.must_act_in(city_code)
    return city_code
