"""Reads of cancellations: for the staff of the city, and for the operator whose recognition it is."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.paging import PageQuery, asked_for, page_of
from kernel.problems import NotFound
from services.registry.cancellation.models import Cancellation
from services.registry.cancellation.states import SETTLED, Status
from services.registry.recognition.models import Recognition
from services.registry.recognition.queries import kept_by


async def list_cancellations(
    session: AsyncSession, page: PageQuery, *, caller: Caller, status: Status | None, recognition_id: UUID | None
) -> tuple[list[Cancellation], str | None]:
    """In the order they were opened."""
    visible = select(Recognition.id).where(kept_by(caller))
    wanted = {Cancellation.status: status, Cancellation.recognition_id: recognition_id}
    statement = select(Cancellation).where(
        Cancellation.city_code == caller.city, Cancellation.recognition_id.in_(visible), *asked_for(wanted)
    )
    return await page_of(session, statement, page, (Cancellation.recorded_at, Cancellation.id))


async def find_to_settle(session: AsyncSession, cancellation_id: UUID, *, caller: Caller) -> Cancellation:
    """Locked. Raises NotFound."""
    same = (Cancellation.id == cancellation_id, Cancellation.city_code == caller.city)
    statement = select(Cancellation).where(*same).with_for_update().execution_options(populate_existing=True)
    row: Cancellation | None = await session.scalar(statement)
    if row is None:
        raise NotFound
    return row


async def is_open(session: AsyncSession, recognition_id: UUID) -> bool:
    """Whether the recognition is being cancelled."""
    same = (Cancellation.recognition_id == recognition_id, Cancellation.status.not_in(SETTLED))
    return bool(await session.scalar(select(exists().where(*same))))


async def cancellations_among(session: AsyncSession, recognition_ids: Collection[UUID]) -> Sequence[Cancellation]:
    """Those of several recognitions, in one query."""
    wanted = select(Cancellation).where(Cancellation.recognition_id.in_(recognition_ids))
    return (await session.scalars(wanted)).all()


async def read_for_timer(session: AsyncSession, cancellation_id: UUID) -> Cancellation:
    """Whichever city it belongs to, locked."""
    return await session.get_one(Cancellation, cancellation_id, with_for_update=True)
