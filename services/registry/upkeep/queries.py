"""Reads of terms, renewals and changes."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.problems import NotFound
from services.registry.carriers.models import CarrierLevel
from services.registry.recognition.models import Recognition
from services.registry.recognition.queries import kept_by
from services.registry.upkeep.models import LevelEnd, RecognitionChange, RecognitionTerm, Renewal
from services.registry.upkeep.states import RequestStatus


async def valid_until(session: AsyncSession, recognition_id: UUID) -> date | None:
    """The last day of the last term; None where there is none."""
    longest = select(func.max(RecognitionTerm.valid_until)).where(RecognitionTerm.recognition_id == recognition_id)
    found: date | None = await session.scalar(longest)
    return found


async def terms_among(session: AsyncSession, recognition_ids: Collection[UUID]) -> Sequence[RecognitionTerm]:
    """The terms of several recognitions, in one query."""
    wanted = select(RecognitionTerm).where(RecognitionTerm.recognition_id.in_(recognition_ids))
    return (await session.scalars(wanted.order_by(RecognitionTerm.begins_on))).all()


async def standing_level(session: AsyncSession, recognition_id: UUID) -> CarrierLevel | None:
    """The level a recognition gave, while it is held; locked."""
    held = (CarrierLevel.recognition_id == recognition_id, CarrierLevel.ended_on.is_(None))
    statement = select(CarrierLevel).where(*held).with_for_update().execution_options(populate_existing=True)
    found: CarrierLevel | None = await session.scalar(statement)
    return found


async def standing_of(session: AsyncSession, carrier_id: UUID) -> list[tuple[Recognition, CarrierLevel]]:
    """The recognitions whose level a carrier holds, in the order they were given.

    Not locked: two changes of one carrier would wait for each other. The carrier itself is.
    """
    held = (CarrierLevel.carrier_id == carrier_id, CarrierLevel.ended_on.is_(None))
    joined = select(Recognition, CarrierLevel).join(CarrierLevel, CarrierLevel.recognition_id == Recognition.id)
    found = await session.execute(joined.where(*held).order_by(CarrierLevel.id))
    return [(row, level) for row, level in found]


async def others_standing(session: AsyncSession, row: Recognition) -> list[tuple[Recognition, CarrierLevel]]:
    """The other recognitions whose level the same carrier holds."""
    assert row.carrier_id is not None  # noqa: S101 - what stands has a carrier
    return [(other, level) for other, level in await standing_of(session, row.carrier_id) if other.id != row.id]


async def end_of(session: AsyncSession, recognition_id: UUID) -> LevelEnd | None:
    """Why and when the level ended; None while it stands."""
    found: LevelEnd | None = await session.scalar(select(LevelEnd).where(LevelEnd.recognition_id == recognition_id))
    return found


async def renewals_of(session: AsyncSession, recognition: Recognition) -> Sequence[Renewal]:
    """In their order."""
    wanted = select(Renewal).where(Renewal.recognition_id == recognition.id).order_by(Renewal.recorded_at, Renewal.id)
    return (await session.scalars(wanted)).all()


async def changes_of(session: AsyncSession, recognition: Recognition) -> Sequence[RecognitionChange]:
    """In their order."""
    wanted = select(RecognitionChange).where(RecognitionChange.recognition_id == recognition.id)
    order = (RecognitionChange.recorded_at, RecognitionChange.id)
    return (await session.scalars(wanted.order_by(*order))).all()


async def find_renewal(session: AsyncSession, recognition_id: UUID, renewal_id: UUID, *, caller: Caller) -> Renewal:
    """Locked. Raises NotFound."""
    same = (Renewal.id == renewal_id, Renewal.recognition_id == recognition_id, Renewal.city_code == caller.city)
    row: Renewal | None = await session.scalar(select(Renewal).where(*same).with_for_update())
    if row is None:
        raise NotFound
    return row


async def find_change(
    session: AsyncSession, recognition_id: UUID, change_id: UUID, *, caller: Caller
) -> RecognitionChange:
    """Locked. Raises NotFound."""
    row: RecognitionChange | None = await session.scalar(
        select(RecognitionChange)
        .where(
            RecognitionChange.id == change_id,
            RecognitionChange.recognition_id == recognition_id,
            RecognitionChange.city_code == caller.city,
        )
        .with_for_update()
    )
    if row is None:
        raise NotFound
    return row


async def determination_is_of_renewal(session: AsyncSession, determination_id: UUID, caller: Caller) -> bool:
    """Whether it judged the renewal of a recognition that is the caller's to keep."""
    mine = select(Recognition.id).where(kept_by(caller))
    judged = (Renewal.determination_id == determination_id, Renewal.recognition_id.in_(mine))
    return bool(await session.scalar(select(exists().where(*judged))))


async def renewal_is_open(session: AsyncSession, recognition_id: UUID) -> bool:
    """Whether one waits for its decision."""
    same = (Renewal.recognition_id == recognition_id, Renewal.status == RequestStatus.OPEN)
    return bool(await session.scalar(select(exists().where(*same))))
