"""What the chain does when a holder of projects becomes a firm, is merged, or is no more: in the same transaction."""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry_carriers import ProjectLeft
from kernel.auth import Caller
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from services.registry.chain.models import Project, ProjectHolder, Stay
from services.registry.chain.offers import overtake_offer
from services.registry.chain.queries import held_projects
from services.registry.chain.states import MOVES, Ending, Fact

HOLDER_GONE = "项目所属单位已注销 the organisation of the project is deregistered"
SUCCESSOR_THERE = "并入的单位已在同一阶段孵化 the organisation it was merged into is in a carrier of the stage already"


async def holder_incorporated(session: AsyncSession, *, organisation_id: UUID, on: date, caller: Caller) -> None:
    """LZ-13: the same organisation is a firm from the day on; its stay goes on, since when it began."""
    for project in await held_projects(session, organisation_id):
        _hand_on(session, project, organisation_id, on, caller)


async def holder_merged(
    session: AsyncSession, *, organisation_id: UUID, successor_id: UUID, on: date, caller: Caller
) -> None:
    """Projects and stays are the successor's, since when they began; where it is in the stage already, ours ends."""
    staying = select(Stay.stage).where(Stay.organisation_id == successor_id, Stay.ended_on.is_(None))
    taken = set(await session.scalars(staying))
    for project in await held_projects(session, organisation_id):
        stay = project.open_stay
        if stay is not None and stay.stage in taken:
            await _let_go(session, project, stay, on, SUCCESSOR_THERE, caller)
        elif stay is not None:
            stay.organisation_id = successor_id
        project.organisation_id = successor_id
        _hand_on(session, project, successor_id, on, caller)


async def holder_deregistered(session: AsyncSession, *, organisation_id: UUID, on: date, caller: Caller) -> None:
    """Who is no more leaves its stage, for that reason; what was offered of its projects is withdrawn."""
    for project in await held_projects(session, organisation_id):
        stay = project.open_stay
        if stay is None:
            await overtake_offer(session, project.id, caller)
        else:
            await _let_go(session, project, stay, on, HOLDER_GONE, caller)


async def _let_go(session: AsyncSession, project: Project, stay: Stay, on: date, reason: str, caller: Caller) -> None:
    project.standing = status_after(Fact.LEFT, project.standing, MOVES)
    await overtake_offer(session, project.id, caller)
    # What began after the day, and is found out now, ends as it began.
    stay.ended_on, stay.ending = max(on, stay.admitted_on), Ending.LEFT
    stay.end_reason, stay.ended_by = reason, caller.acting_for
    left = ProjectLeft(
        project_id=project.id,
        organisation_id=stay.organisation_id,
        carrier_id=stay.carrier_id,
        stage=stay.stage,
        left_on=stay.ended_on,
    )
    await record(session, left, city_code=project.city_code, subject=project.id)


def _hand_on(session: AsyncSession, project: Project, organisation_id: UUID, on: date, caller: Caller) -> None:
    session.add(
        ProjectHolder(
            id=new_id(),
            city_code=project.city_code,
            project_id=project.id,
            organisation_id=organisation_id,
            effective_on=max(on, project.holders[-1].effective_on),
            recorded_by=caller.acting_for,
        )
    )
