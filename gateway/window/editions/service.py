"""Publishing an edition: one person proposes it with its cases, it is weighed, another decides, all are told."""

import asyncio
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.policy import DETERMINING
from gateway.window.editions.drafts import EditionInvalid, read_draft
from gateway.window.editions.models import FOUR_EYES, EditionEffect, EditionWeighing, PolicyEdition
from gateway.window.editions.queries import find_edition
from gateway.window.editions.rules import approval_findings, comparison, draft_findings, failing, first_day
from gateway.window.editions.states import MOVES, EditionFact, EditionStatus
from gateway.window.policies.queries import current_policy
from gateway.window.policies.service import SecondPersonRequired, hold_policy, publish_snapshot, size_findings
from kernel.auth import Caller
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.problems import Refusal, named_constraint
from kernel.routing import Work
from policy.canonical import canonical
from policy.schema import Pack
from policy.snapshots import Acceptance, Edition, Snapshot
from policy.store import accepted_now

# A report says what an edition does to what was decided until then; a week of new decisions does not change its tenor.
REPORT_LASTS = timedelta(days=7)
NOBODY_YET = "nobody yet"


class EditionNotReady(Refusal):
    code, title_zh, title_en = "edition_not_ready", "该版本尚不能批准", "The edition cannot be approved yet"


named_constraint(FOUR_EYES, SecondPersonRequired)


async def propose_edition(
    work: Work,
    *,
    caller: Caller,
    city_code: str,
    files: Mapping[str, str],
    case_files: Mapping[str, str],
    effective_on: date,
    reason: str,
) -> PolicyEdition:
    """Keep an edition that loads, with how its cases came out and what it changes. Raises EditionInvalid."""
    caller.must_act_in(city_code)
    snapshot, at = await current_policy(await work.open(), city_code), accepted_now(city_code)
    await work.close()  # reading and trying out takes seconds at worst, and no transaction waits for it
    pack_id = snapshot.in_force(first_day(effective_on, at)).pack.pack
    # In a thread, so that nobody else's request waits for it either.
    draft = await asyncio.to_thread(read_draft, pack_id, files, case_files, effective_on=effective_on, at=at.at)
    found = draft_findings(snapshot, draft.pack, effective_on, at)
    if found:
        raise EditionInvalid(reasons=found)
    session = await work.open()
    row = PolicyEdition(
        id=new_id(),
        city_code=city_code,
        status=EditionStatus.PROPOSED,
        effective_on=effective_on,
        reason=reason,
        files=dict(files),
        case_files=dict(case_files),
        pack=canonical(draft.pack.model_dump(mode="json")).decode(),
        pack_hash=draft.pack.hash,
        case_results=draft.case_results,
        proposed_by=caller.acting_for,
        proposed_at=at.at,
    )
    _weigh_against(row, snapshot, draft.pack, at)
    session.add(row)
    await session.flush()
    session.add_all(_nothing_weighed(row))
    await session.flush()
    return row


async def weigh_again(session: AsyncSession, *, caller: Caller, city_code: str, edition_id: UUID) -> PolicyEdition:
    """Begin the impact report anew, against the policy as it stands now."""
    caller.must_act_in(city_code)
    row = await find_edition(session, city_code, edition_id, for_update=True)
    row.status = status_after(EditionFact.WEIGHED_AGAIN, row.status, MOVES)
    snapshot = await current_policy(session, city_code)
    for table in (EditionEffect, EditionWeighing):
        await session.execute(delete(table).where(table.edition_id == row.id))
    _weigh_against(row, snapshot, Pack.model_validate_json(row.pack), accepted_now(city_code))
    session.add_all(_nothing_weighed(row))
    await session.flush()
    return row


async def approve_edition(
    session: AsyncSession, *, caller: Caller, city_code: str, edition_id: UUID, note: str | None
) -> PolicyEdition:
    """The second person says yes: the next version of the city's policy has the edition. Raises EditionNotReady."""
    row = await _to_decide(session, caller, city_code, edition_id, EditionFact.APPROVED)
    await hold_policy(session, city_code)
    snapshot, at = await current_policy(session, city_code), accepted_now(city_code)
    pack = Pack.model_validate_json(row.pack)
    published = snapshot.with_edition(_edition(row, pack, at, approved_by=caller.acting_for))
    found = approval_findings(
        effective_on=row.effective_on,
        now=at,
        cases=len(row.case_results),
        failing_cases=len(failing(row.case_results)),
        is_assessed=row.assessed_at is not None,
        is_stale=is_stale(row, snapshot, at),
    )
    found += size_findings(published)
    if found:
        raise EditionNotReady(reasons=found)
    await publish_snapshot(session, published)
    row.snapshot_version = published.version
    return await _decide(session, row, caller, EditionFact.APPROVED, at, note)


async def reject_edition(
    session: AsyncSession, *, caller: Caller, city_code: str, edition_id: UUID, note: str
) -> PolicyEdition:
    """The second person says no, with a reason."""
    row = await _to_decide(session, caller, city_code, edition_id, EditionFact.REJECTED)
    return await _decide(session, row, caller, EditionFact.REJECTED, accepted_now(city_code), note)


def is_stale(row: PolicyEdition, snapshot: Snapshot, at: Acceptance) -> bool:
    """Whether the report speaks of another policy than the one that stands, or of decisions made too long ago."""
    return row.weighed_hash != snapshot.hash or row.weighed_at + REPORT_LASTS < at.at


async def _to_decide(
    session: AsyncSession, caller: Caller, city_code: str, edition_id: UUID, fact: EditionFact
) -> PolicyEdition:
    caller.must_act_in(city_code)
    row = await find_edition(session, city_code, edition_id, for_update=True)
    status_after(fact, row.status, MOVES)
    if row.proposed_by == caller.acting_for:
        raise SecondPersonRequired
    return row


async def _decide(
    session: AsyncSession, row: PolicyEdition, caller: Caller, fact: EditionFact, at: Acceptance, note: str | None
) -> PolicyEdition:
    row.status = status_after(fact, row.status, MOVES)
    row.decided_by, row.decided_at, row.decision_note = caller.acting_for, at.at, note
    await session.flush()
    return row


def _edition(row: PolicyEdition, pack: Pack, at: Acceptance, *, approved_by: str) -> Edition:
    return Edition(
        pack=pack,
        effective_on=row.effective_on,
        recorded_at=at.at,
        reason=row.reason,
        set_by=row.proposed_by,
        approved_by=approved_by,
    )


def _weigh_against(row: PolicyEdition, snapshot: Snapshot, pack: Pack, at: Acceptance) -> None:
    row.weighed_version, row.weighed_hash, row.weighed_at = snapshot.version, snapshot.hash, at.at
    row.assessed_at = None
    compared: dict[str, Any] = comparison(snapshot, _edition(row, pack, at, approved_by=NOBODY_YET))
    row.comparison = compared


def _nothing_weighed(row: PolicyEdition) -> list[EditionWeighing]:
    return [
        EditionWeighing(edition_id=row.id, service=service, city_code=row.city_code, asked=0, is_done=False)
        for service in DETERMINING
    ]
