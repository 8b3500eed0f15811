"""Reads of panels."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from kernel.auth import Caller
from kernel.problems import NotFound
from services.registry.panels.models import Panel, PanelSeat


async def panels_of(session: AsyncSession, recognition_id: UUID) -> list[Panel]:
    """In the order they were convened."""
    statement = _whole().where(Panel.recognition_id == recognition_id)
    return list(await session.scalars(statement.order_by(Panel.recorded_at, Panel.id)))


async def find_panel(session: AsyncSession, panel_id: UUID, *, caller: Caller) -> Panel:
    """Locked, with its seats. Raises NotFound."""
    statement = _whole().where(Panel.id == panel_id, Panel.city_code == caller.city)
    row: Panel | None = await session.scalar(statement.with_for_update(of=Panel))
    if row is None:
        raise NotFound
    return row


async def seats_of(session: AsyncSession, panel_id: UUID) -> list[PanelSeat]:
    """By place."""
    statement = select(PanelSeat).where(PanelSeat.panel_id == panel_id).order_by(PanelSeat.place)
    return list(await session.scalars(statement))


def _whole() -> Select[Panel]:
    return select(Panel).options(selectinload(Panel.seats)).execution_options(populate_existing=True)
