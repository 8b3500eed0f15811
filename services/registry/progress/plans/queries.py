"""Reads of action plans, always of the caller's city."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from kernel.auth import Caller
from kernel.paging import PageQuery, page_of
from kernel.problems import NotFound
from services.registry.progress.plans.models import Plan


async def find_plan(session: AsyncSession, plan_id: UUID, *, caller: Caller, for_update: bool = False) -> Plan:
    """With every revision. Raises NotFound."""
    statement = _whole().where(Plan.id == plan_id, Plan.city_code == caller.city)
    row: Plan | None = await session.scalar(statement.with_for_update(of=Plan) if for_update else statement)
    if row is None:
        raise NotFound
    return row


async def list_plans(
    session: AsyncSession, page: PageQuery, *, caller: Caller, year: int | None
) -> tuple[list[Plan], str | None]:
    """In the order they were begun."""
    statement = _whole().where(Plan.city_code == caller.city)
    if year is not None:
        statement = statement.where(Plan.year == year)
    return await page_of(session, statement, page, (Plan.recorded_at, Plan.id))


def _whole() -> Select[Plan]:
    return select(Plan).options(selectinload(Plan.revisions)).execution_options(populate_existing=True)
