"""Routes every service with stored determinations has: read one, decide it again, and hold another edition against all.

A service says where they stand, who is let in, and which of them exist for whom.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.policy import ImpactReply
from kernel.auth import Caller, Internal
from kernel.problems import NotFound
from kernel.routing import SessionDep, WorkDep, router
from policy.determination_schemas import (
    Against,
    DeterminationId,
    DeterminationRecord,
    DifferenceOut,
    ImpactIn,
    ReplayOut,
)
from policy.impact_pages import impact_page
from policy.store import load_determination, replay_determination, replay_today

Sees = Callable[[AsyncSession, UUID, Caller], Awaitable[bool]]
"""Whether a determination of the caller's own city exists for the caller."""


async def staff_sees(_session: AsyncSession, _determination_id: UUID, _caller: Caller) -> bool:
    """Where the scope itself belongs to the city's staff alone."""
    return True


def determination_routes(service: str, *, guard: Any, tag: str, sees: Sees) -> APIRouter:
    """`GET /v1/<service>/determinations/{id}` and `…/replay` for whom the guard lets in."""
    routes = router(prefix=f"/v1/{service}/determinations", tags=[tag])

    async def read(
        caller: Annotated[Caller, guard], determination_id: DeterminationId, session: SessionDep
    ) -> DeterminationRecord:
        """Why: inputs, parameters with their clauses, and the outcome."""
        await _must_see(session, determination_id, caller, sees)
        found = await load_determination(session, caller.city, determination_id)
        return DeterminationRecord(
            id=found.id,
            programme=found.programme,
            act=found.act,
            outcome=found.outcome,
            accepted_on=found.accepted.on,
            policy_version=found.snapshot_version,
            policy_hash=found.snapshot_hash,
            sha256=found.sha256,
            document=found.document,
        )

    async def replay(
        caller: Annotated[Caller, guard],
        determination_id: DeterminationId,
        session: SessionDep,
        against: Annotated[
            Against, Query(description="`latest`: by the pack in force now, as if asked today")
        ] = "recorded",
    ) -> ReplayOut:
        """Decide the stored question again. Under its own policy the bytes are the same; otherwise what differs."""
        await _must_see(session, determination_id, caller, sees)
        return await _replayed(session, caller.city, determination_id, against)

    routes.add_api_route("/{determination_id}", read, methods=["GET"], name=f"read_{service}_determination")
    routes.add_api_route("/{determination_id}/replay", replay, methods=["GET"], name=f"replay_{service}_determination")
    return routes


def impact_routes() -> APIRouter:
    """`POST /internal/determinations/impact` for the window, which gathers what an edition would change."""
    routes = router(prefix="/internal/determinations", tags=["internal"])

    async def impact(_caller: Internal, body: ImpactIn, work: WorkDep) -> ImpactReply:
        """One page of a city's stored questions, decided without the edition and with it."""
        return await impact_page(work, body)

    routes.add_api_route("/impact", impact, methods=["POST"], name="weigh_edition", include_in_schema=False)
    return routes


async def _must_see(session: AsyncSession, determination_id: UUID, caller: Caller, sees: Sees) -> None:
    if not await sees(session, determination_id, caller):
        raise NotFound


async def _replayed(session: AsyncSession, city_code: str, determination_id: UUID, against: Against) -> ReplayOut:
    if against == "latest":
        record, differences, policy = await replay_today(session, city_code, determination_id)
        version, policy_hash = policy.version, policy.hash
    else:
        record, differences = await replay_determination(session, city_code, determination_id)
        version, policy_hash = record.snapshot_version, record.snapshot_hash
    shown: list[Any] = [DifferenceOut.model_validate(difference) for difference in differences]
    return ReplayOut(
        id=record.id,
        against=against,
        is_same=not differences,
        sha256=record.sha256,
        policy_version=version,
        policy_hash=policy_hash,
        document=record.document,
        differences=shown,
    )
