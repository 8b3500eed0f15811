"""Policy in a service's own database: snapshots as they are told, determinations as they are made."""

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from kernel.ids import new_id
from kernel.outbox import Envelope
from kernel.problems import NotFound, Refusal, Unavailable, refuse_if
from policy.determinations import Determination, Difference, determine, replay, replay_as_of
from policy.models import DeterminationRow, PolicySnapshotRow
from policy.snapshots import Acceptance, Snapshot, open_findings

# Read by hash, which never goes stale; a process serves a handful of cities and their pending cases' versions.
CACHE_SIZE = 32
_snapshots: OrderedDict[tuple[str, str], Snapshot] = OrderedDict()


class PolicyNotYetKnown(Unavailable):
    """No snapshot of the city has arrived here."""

    code, title_zh, title_en = (
        "policy_not_yet_known",
        "尚未收到该城市的政策数据",
        "The city's policy has not arrived yet",
    )


class SnapshotForged(ValueError):
    """A snapshot whose body does not have the hash it came with."""


async def on_snapshot_published(session: AsyncSession, event: Envelope) -> None:
    """Store the snapshot an event brings. Consumer of `policy.snapshot_published` (contracts.policy has its shape).

    Raises SnapshotForged when city, version or hash are not those of the body.
    """
    told = event.data
    snapshot = Snapshot.from_body(told["body"])
    if (snapshot.hash, snapshot.version, snapshot.city_code) != (told["hash"], told["version"], event.city_code):
        raise SnapshotForged(f"{event.city_code} version {told['version']}")
    await save_snapshot(session, snapshot)
    _remember(snapshot, told["hash"])


async def save_snapshot(session: AsyncSession, snapshot: Snapshot) -> None:
    """Keep a snapshot; the same one twice is once, another of the same version is an integrity error."""
    row = {
        "city_code": snapshot.city_code,
        "version": snapshot.version,
        "hash": snapshot.hash,
        "pack_id": snapshot.pack.pack,
        "body": snapshot.text.decode(),
    }
    await session.execute(
        insert(PolicySnapshotRow).values(row).on_conflict_do_nothing(index_elements=["city_code", "hash"])
    )


async def latest_snapshot(session: AsyncSession, city_code: str) -> Snapshot:
    """The newest snapshot of a city known here. Raises PolicyNotYetKnown (503)."""
    newest = select(PolicySnapshotRow.hash).where(PolicySnapshotRow.city_code == city_code)
    known = await session.scalar(newest.order_by(PolicySnapshotRow.version.desc()).limit(1))
    if known is None:
        raise PolicyNotYetKnown
    return await snapshot_of(session, city_code, known)


async def policy_for(session: AsyncSession, city_code: str, accepted: Acceptance) -> Snapshot:
    """The newest policy of a city with the pack that decides a case accepted then. Raises PolicyNotYetKnown (503)."""
    return (await latest_snapshot(session, city_code)).in_force(accepted)


async def policies_for(
    session: AsyncSession, city_code: str, accepted: Collection[Acceptance]
) -> dict[Acceptance, Snapshot]:
    """The same for many cases, each by when it was accepted; all by one newest policy."""
    latest = await latest_snapshot(session, city_code)
    return {one: latest.in_force(one) for one in accepted}


def accepted_now(city_code: str) -> Acceptance:
    """What is accepted at this moment of the city's clock."""
    now = clock.now(city_code)
    return Acceptance(clock.on_date(now), now)


async def policy_today(session: AsyncSession, city_code: str) -> Snapshot:
    """The policy as it decides a case accepted now. Raises PolicyNotYetKnown (503)."""
    return await policy_for(session, city_code, accepted_now(city_code))


async def snapshot_of(session: AsyncSession, city_code: str, snapshot_hash: str) -> Snapshot:
    """The snapshot a determination cites. Raises NotFound."""
    key = (city_code, snapshot_hash)
    if key in _snapshots:
        _snapshots.move_to_end(key)
        return _snapshots[key]
    wanted = select(PolicySnapshotRow.body).where(
        PolicySnapshotRow.city_code == city_code, PolicySnapshotRow.hash == snapshot_hash
    )
    body = await session.scalar(wanted)
    if body is None:
        raise NotFound
    return _remember(Snapshot.model_validate_json(body), snapshot_hash)


def _remember(snapshot: Snapshot, snapshot_hash: str) -> Snapshot:
    """Keep it at hand. Until what brought it is committed no row cites it, so none can ask for it by its hash."""
    _snapshots[snapshot.city_code, snapshot_hash] = snapshot
    while len(_snapshots) > CACHE_SIZE:
        _snapshots.popitem(last=False)
    return snapshot


async def decide_and_keep(
    session: AsyncSession,
    snapshot: Snapshot,
    *,
    programme: str,
    act: str,
    facts: Mapping[str, Any],
    accepted: Acceptance,
    references: Mapping[str, str],
    case_id: UUID | None = None,
) -> Determination:
    """Determine and store in the caller's transaction, whatever the outcome."""
    determination = determine(
        snapshot, id=new_id(), programme=programme, act=act, facts=facts, accepted=accepted, references=references
    )
    await save_determination(session, determination, case_id=case_id)
    return determination


async def save_determination(session: AsyncSession, determination: Determination, *, case_id: UUID | None) -> None:
    """Write the row in the caller's transaction, at once: rows that cite it by foreign key may follow."""
    session.add(_row(determination, case_id))
    await session.flush()


async def save_determinations(session: AsyncSession, determinations: Sequence[Determination]) -> None:
    """Write those of a batch together, of no case."""
    session.add_all(_row(determination, None) for determination in determinations)
    await session.flush()


def _row(determination: Determination, case_id: UUID | None) -> DeterminationRow:
    return DeterminationRow(
        id=determination.id,
        city_code=determination.city_code,
        case_id=case_id,
        programme=determination.programme,
        rule_kind=determination.rule_kind,
        act=determination.act,
        outcome=determination.outcome,
        pack_id=determination.pack_id,
        snapshot_version=determination.snapshot_version,
        snapshot_hash=determination.snapshot_hash,
        engine_version=determination.engine_version,
        accepted_on=determination.accepted.on,
        accepted_at=determination.accepted.at,
        inputs_sha256=determination.inputs_sha256,
        sha256=determination.sha256,
        references=dict(determination.references),
        body=determination.body.decode(),
    )


async def load_determination(session: AsyncSession, city_code: str, determination_id: UUID) -> Determination:
    """A stored determination of a city. Raises NotFound."""
    row = await session.get(DeterminationRow, determination_id)
    if row is None or row.city_code != city_code:
        raise NotFound
    return Determination.from_body(row.body.encode())


async def replay_determination(
    session: AsyncSession, city_code: str, determination_id: UUID
) -> tuple[Determination, list[Difference]]:
    """Decide a stored question again by the snapshot it cites: no difference, or each by name."""
    record = await load_determination(session, city_code, determination_id)
    snapshot = await snapshot_of(session, city_code, record.snapshot_hash)
    return record, replay(record, snapshot)


async def replay_today(
    session: AsyncSession, city_code: str, determination_id: UUID
) -> tuple[Determination, list[Difference], Snapshot]:
    """Decide a stored question as if it were asked today: each difference by name, and the policy that makes it."""
    record = await load_determination(session, city_code, determination_id)
    accepted = accepted_now(city_code)
    policy = await policy_for(session, city_code, accepted)
    return record, replay_as_of(record, policy, accepted=accepted), policy


class PolicyOpen(Refusal):
    """Refused because parameters the documents leave open are not set; every one is named with its clause."""

    code, title_zh, title_en = "policy_open", "政策参数尚未确定,暂不能办理", "Policy parameters are still open"


def must_be_set(snapshot: Snapshot, parameters: Sequence[str], *, accepted: Acceptance) -> None:
    """Raise PolicyOpen with each of these parameters that has no value for a case accepted then."""
    found = open_findings(snapshot, parameters, accepted=accepted)
    if found:
        raise PolicyOpen(reasons=found)


def figure(snapshot: Snapshot, parameter: str, *, accepted: Acceptance) -> Any:
    """The value of a parameter for a case accepted then. Raises PolicyOpen, naming the clause that leaves it open."""
    found = snapshot.value(parameter, accepted=accepted)
    if found is None:
        raise PolicyOpen(reasons=open_findings(snapshot, [parameter], accepted=accepted))
    return found.value


def must_be_eligible(determination: Determination) -> None:
    """Raise the refusal a determination amounts to, with all its reasons; nothing when it is eligible."""
    if determination.outcome == "refused_open":
        raise PolicyOpen(reasons=determination.findings)
    refuse_if(determination.findings)
