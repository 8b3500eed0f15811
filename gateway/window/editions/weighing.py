"""Weighs proposed editions in the background: page by page, every service asked with no transaction open.

What is done is kept after each page, so a process that ends goes on where it was. Two processes may ask the same; the
one that comes second finds the page taken and drops its answer.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import structlog
from fastapi import FastAPI
from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.policy import ImpactReply
from gateway.window.editions.models import EditionEffect, EditionWeighing, PolicyEdition
from gateway.window.editions.queries import waiting_weighings
from gateway.window.editions.states import EditionStatus
from kernel import clock, context
from kernel.app import meanwhile
from kernel.db import UNREACHABLE
from kernel.neighbours import neighbour
from kernel.problems import Problem
from kernel.schemas import json_value

PATH = "/internal/determinations/impact"
IDLE_SECONDS = 1
log = structlog.get_logger()


@asynccontextmanager
async def weighing(app: FastAPI) -> AsyncIterator[None]:
    """A part of the window: weighs for as long as the process runs."""
    async with meanwhile(_weigh_for_ever(app)):
        yield


async def _weigh_for_ever(app: FastAPI) -> None:
    told = False
    while True:
        try:
            went_on = await weigh_a_round(app)
            told = False
        except UNREACHABLE as error:
            log.warning("weighing.interrupted", kind=type(error).__name__, exc_info=not told)
            went_on, told = False, True
        except Exception:
            # A report that cannot be made must not end the making of the others.
            log.exception("weighing.failed")
            went_on = False
        if not went_on:
            await asyncio.sleep(IDLE_SECONDS)


async def weigh_a_round(app: FastAPI) -> bool:
    """One page of everything that waits. Whether there was something to do and nobody failed to answer."""
    async with app.state.sessions() as session:
        waiting = await waiting_weighings(session)
    answered = [await _weigh(app, edition_id, service) for edition_id, service in waiting]
    return bool(answered) and all(answered)


async def _weigh(app: FastAPI, edition_id: UUID, service: str) -> bool:
    context.enter(context.background(actor="weighing"))
    async with app.state.sessions() as session:
        edition = await session.get_one(PolicyEdition, edition_id)
        place = await session.get(EditionWeighing, (edition_id, service))
    if place is None:
        return True
    question, failure = _question(edition, place), None
    try:
        reply = await neighbour(app, service).post(PATH, question, ImpactReply, repeatable=True)
    except Problem as problem:
        reply, failure = None, problem.code
    async with app.state.sessions() as session, session.begin():
        held = await _held(session, edition, place)
        if held is not None:
            held.failure = failure
            if reply is not None:
                await _keep(session, edition, held, reply)
    return failure is None


def _question(edition: PolicyEdition, place: EditionWeighing) -> dict[str, Any]:
    return {
        "city_code": edition.city_code,
        "policy_hash": edition.weighed_hash,
        "effective_on": edition.effective_on.isoformat(),
        "known_at": edition.weighed_at.isoformat(),
        "pack": json.loads(edition.pack),
        "after": str(place.after) if place.after else None,
    }


async def _held(session: AsyncSession, asked: PolicyEdition, place: EditionWeighing) -> EditionWeighing | None:
    """The place in the report, locked; None when somebody else took the page, began anew, or decided meanwhile."""
    edition = await session.get(PolicyEdition, asked.id, with_for_update=True)
    held = await session.get(EditionWeighing, (place.edition_id, place.service), with_for_update=True)
    if edition is None or held is None or held.is_done or edition.status is not EditionStatus.PROPOSED:
        return None
    same = (edition.weighed_at, edition.weighed_hash, held.after) == (asked.weighed_at, asked.weighed_hash, place.after)
    return held if same else None


async def _keep(session: AsyncSession, asked: PolicyEdition, held: EditionWeighing, reply: ImpactReply) -> None:
    rows = [
        {
            **json_value(effect),
            "determination_id": effect.determination_id,
            "edition_id": asked.id,
            "city_code": asked.city_code,
            "service": held.service,
            "recorded_at": clock.real_now(),
        }
        for effect in reply.effects
    ]
    if rows:
        await session.execute(insert(EditionEffect).values(rows).on_conflict_do_nothing())
    held.asked += reply.asked
    held.total = reply.total if reply.total is not None else held.total
    held.after, held.is_done = reply.next or held.after, reply.next is None
    await session.flush()
    waiting = exists().where(EditionWeighing.edition_id == asked.id, EditionWeighing.is_done.is_(False))
    if not await session.scalar(select(waiting)):
        edition = await session.get_one(PolicyEdition, asked.id)
        edition.assessed_at = clock.now(asked.city_code)
