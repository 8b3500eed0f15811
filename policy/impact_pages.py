"""A service's stored questions against another edition, a bounded page at a time: nothing is kept, nothing is held."""

import asyncio
import json
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.orm import aliased

from contracts.policy import EffectReply, ImpactReply, SideReply
from kernel.routing import Work
from policy.determination_schemas import ImpactIn
from policy.impact import Answer, Asked, Effect, effect
from policy.models import DeterminationRow
from policy.snapshots import Acceptance, Edition, Snapshot
from policy.store import snapshot_of

PAGE = 200  # questions, decided twice each: about a tenth of a second
NEWER = aliased(DeterminationRow)


async def impact_page(work: Work, asked: ImpactIn) -> ImpactReply:
    """Decide the page's questions in a thread, so that nobody else's request waits; with no transaction open."""
    session = await work.open()
    without = await snapshot_of(session, asked.city_code, asked.policy_hash)
    found = await session.execute(_page(asked.city_code, asked.after))
    rows = [(row.id, row.body) for row in found]
    counted = select(func.count()).select_from(_questions(asked.city_code).subquery())
    total = await session.scalar(counted) if asked.after is None else None
    await work.close()
    accepted = Acceptance(asked.effective_on, asked.known_at)
    page = rows[:PAGE]
    effects = await asyncio.to_thread(_effects, page, without, without.with_edition(_edition(asked)), accepted)
    return ImpactReply(asked=len(page), total=total, effects=effects, next=page[-1][0] if len(rows) > PAGE else None)


def _questions(city_code: str) -> Select[UUID]:
    """The newest determination of each question: one that was determined anew no longer says anything."""
    newer = and_(
        NEWER.city_code == DeterminationRow.city_code,
        NEWER.programme == DeterminationRow.programme,
        NEWER.act == DeterminationRow.act,
        NEWER.references == DeterminationRow.references,
        NEWER.id > DeterminationRow.id,
    )
    return select(DeterminationRow.id).where(DeterminationRow.city_code == city_code, ~exists().where(newer))


def _page(city_code: str, after: UUID | None) -> Select[UUID, str]:
    wanted = _questions(city_code).add_columns(DeterminationRow.body)
    if after is not None:
        wanted = wanted.where(DeterminationRow.id > after)
    return wanted.order_by(DeterminationRow.id).limit(PAGE + 1)


def _edition(asked: ImpactIn) -> Edition:
    return Edition(
        pack=asked.pack,
        effective_on=asked.effective_on,
        recorded_at=asked.known_at,
        reason="impact",
        set_by="proposer",
        approved_by="approver",
    )


def _effects(
    rows: Sequence[tuple[UUID, str]], without: Snapshot, with_edition: Snapshot, accepted: Acceptance
) -> list[EffectReply]:
    effects = []
    for determination_id, body in rows:
        stored = json.loads(body)
        asked = Asked(stored["programme"], stored["act"], stored["inputs"])
        found = effect(asked, without=without, with_edition=with_edition, accepted=accepted)
        if found is not None:
            effects.append(_reply(determination_id, asked, found))
    return effects


def _reply(determination_id: UUID, asked: Asked, found: Effect) -> EffectReply:
    return EffectReply(
        determination_id=determination_id,
        programme=asked.programme,
        act=asked.act,
        kind=found.kind,
        worth_fen=found.worth_fen,
        cost_fen=found.cost_fen,
        before=_side(found.before),
        after=_side(found.after),
    )


def _side(answer: Answer) -> SideReply:
    return SideReply(outcome=answer.outcome, reasons=list(answer.reasons), amounts=dict(answer.amounts))
