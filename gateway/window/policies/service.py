"""Opening a city's policy and changing it: one person proposes, another decides, every service is told."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.policy import PolicySnapshotPublished
from gateway.window.feed.service import publish
from gateway.window.policies.models import FOUR_EYES, PolicyChange
from gateway.window.policies.queries import current_policy, find_change, latest_known
from gateway.window.policies.rules import change_findings, settings_of
from gateway.window.policies.states import MOVES, ChangeFact, ChangeStatus
from kernel.auth import Caller
from kernel.clock import now
from kernel.findings import Finding, findings
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.problems import Conflict, Invalid, NotFound, named_constraint
from policy.loader import PackUnknown, load_pack
from policy.snapshots import Acceptance, Snapshot, first_snapshot
from policy.store import accepted_now, save_snapshot

# With all that was ever set and every edition a policy must fit into one event (kernel.middleware takes eight
# mebibytes): what does not is told to no service.
SNAPSHOT_BYTES_MAX = 4_000_000


class ChangeInvalid(Invalid):
    code, title_zh, title_en = "policy_change_invalid", "参数调整未通过校验", "These values may not be set"


class SecondPersonRequired(Conflict):
    code = "second_person_required"
    title_zh, title_en = "须由另一人审批", "Another person than the proposer must decide"


class PackNotKnown(NotFound):
    code, title_zh, title_en = "policy_pack_unknown", "没有该政策包", "There is no such policy pack"


named_constraint(FOUR_EYES, SecondPersonRequired)


async def open_city_policy(session: AsyncSession, *, city_code: str, pack_id: str) -> Snapshot:
    """Version 1 of a city's policy, made known to every service. A city that is open already keeps what it has."""
    try:
        pack = load_pack(pack_id)
    except PackUnknown:
        raise PackNotKnown from None
    await hold_policy(session, city_code)
    known = await latest_known(session, city_code)
    if known is not None:
        return known
    return await publish_snapshot(session, first_snapshot(city_code, pack))


async def propose_change(
    session: AsyncSession,
    *,
    caller: Caller,
    city_code: str,
    values: Sequence[dict[str, Any]],
    reason: str,
    precedent: str | None,
) -> PolicyChange:
    """Propose values that are to be set together. Raises ChangeInvalid with every reason."""
    caller.must_act_in(city_code)
    snapshot = await current_policy(session, city_code)
    at = accepted_now(city_code)
    _must_be_settable(snapshot, values, at)
    change = PolicyChange(
        id=new_id(),
        city_code=city_code,
        status=ChangeStatus.PROPOSED,
        values=list(values),
        reason=reason,
        precedent=precedent,
        proposed_by=caller.acting_for,
        proposed_at=at.at,
    )
    session.add(change)
    await session.flush()
    return change


async def approve_change(
    session: AsyncSession, *, caller: Caller, city_code: str, change_id: UUID, note: str | None
) -> PolicyChange:
    """The second person says yes: the city's policy gets its next version, known from now on and told to everyone.

    What was proposed without a first day of validity begins today. Raises ChangeInvalid when the policy
    has moved on, or has no room for more.
    """
    change = await _to_decide(session, caller, city_code, change_id, ChangeFact.APPROVED)
    await hold_policy(session, city_code)
    snapshot, at = await current_policy(session, city_code), accepted_now(city_code)
    _must_be_settable(snapshot, change.values, at)
    settings = settings_of(
        change.values,
        on=at.on,
        recorded_at=at.at,
        reason=change.reason,
        precedent=change.precedent,
        set_by=change.proposed_by,
        approved_by=caller.acting_for,
    )
    published = snapshot.with_settings(settings)
    _refuse_for(size_findings(published))
    await publish_snapshot(session, published)
    change.snapshot_version = published.version
    return await _decide(session, change, caller, ChangeFact.APPROVED, note)


async def reject_change(
    session: AsyncSession, *, caller: Caller, city_code: str, change_id: UUID, note: str | None
) -> PolicyChange:
    """The second person says no, with a reason."""
    change = await _to_decide(session, caller, city_code, change_id, ChangeFact.REJECTED)
    return await _decide(session, change, caller, ChangeFact.REJECTED, note)


async def _to_decide(
    session: AsyncSession, caller: Caller, city_code: str, change_id: UUID, fact: ChangeFact
) -> PolicyChange:
    caller.must_act_in(city_code)
    change = await find_change(session, city_code, change_id, for_update=True)
    status_after(fact, change.status, MOVES)
    if change.proposed_by == caller.acting_for:
        raise SecondPersonRequired
    return change


async def _decide(
    session: AsyncSession, change: PolicyChange, caller: Caller, fact: ChangeFact, note: str | None
) -> PolicyChange:
    change.status = status_after(fact, change.status, MOVES)
    change.decided_by, change.decided_at = caller.acting_for, now(change.city_code)
    change.decision_note = note
    await session.flush()
    return change


def size_findings(snapshot: Snapshot) -> list[Finding]:
    """Why a next version may not be published, however good what is new in it: it would be too large to be told."""
    zh, en = "政策数据过大,无法下发。", "The policy is too large to be told."
    return findings((len(snapshot.text) > SNAPSHOT_BYTES_MAX, Finding("policy_too_large", (), zh, en, {})))


async def publish_snapshot(session: AsyncSession, snapshot: Snapshot) -> Snapshot:
    """Keep the next version of a city's policy and make it known to every service. The caller holds the policy."""
    await save_snapshot(session, snapshot)
    fact = PolicySnapshotPublished(
        version=snapshot.version, hash=snapshot.hash, pack_id=snapshot.pack.pack, body=snapshot.body
    )
    await publish(session, fact, city_code=snapshot.city_code, subject=snapshot.city_code)
    return snapshot


async def hold_policy(session: AsyncSession, city_code: str) -> None:
    """One writer of a city's policy at a time: versions are consecutive."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"policy:{city_code}", 0))))


def _must_be_settable(snapshot: Snapshot, values: Sequence[dict[str, Any]], at: Acceptance) -> None:
    _refuse_for(change_findings(snapshot, values, now=at))


def _refuse_for(found: Sequence[Finding]) -> None:
    if found:
        raise ChangeInvalid(reasons=found)
