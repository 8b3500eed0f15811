"""Terms of validity, and the end of a level: by its term's timer, or by whoever may end it."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry_carriers import CarrierRecognitionEnded
from kernel import clock
from kernel.ids import new_id
from kernel.outbox import record
from kernel.problems import Conflict, named_constraint
from kernel.timers import Timer, cancel, schedule_after
from services.registry.carriers.models import Carrier, CarrierLevel
from services.registry.certificates.queries import newest_certificate
from services.registry.recognition.models import Recognition
from services.registry.upkeep.models import LevelEnd, RecognitionTerm
from services.registry.upkeep.queries import standing_level, valid_until
from services.registry.upkeep.rules import last_day_of
from services.registry.upkeep.states import EndCause

TERM_ENDS = "recognition.term_ends"


class EndedAlready(Conflict):
    code, title_zh, title_en = "recognition_ended_already", "该认定已终止", "The recognition has ended already"


class BornToday(Conflict):
    """A level held for not one whole day cannot be told from one never held."""

    code, title_zh, title_en = "recognised_today", "认定当日不得终止", "A recognition cannot end on its first day"


named_constraint("uq_level_end_recognition_id", EndedAlready)
named_constraint("ck_carrier_level_ends_after_beginning", BornToday)


async def begin_term(
    session: AsyncSession, row: Recognition, *, begins_on: date, months: int | None, determination_id: UUID
) -> date | None:
    """Write a term and set the timer of its end; None where the pack names no validity."""
    if months is None:
        return None
    until = last_day_of(begins_on, months)
    session.add(
        RecognitionTerm(
            id=new_id(),
            city_code=row.city_code,
            recognition_id=row.id,
            begins_on=begins_on,
            valid_until=until,
            determination_id=determination_id,
        )
    )
    await schedule_after(session, until, kind=TERM_ENDS, object_id=row.id, city_code=row.city_code)
    return until


async def end_level(
    session: AsyncSession, row: Recognition, level: CarrierLevel, *, cause: EndCause, ended_on: date, by: str
) -> None:
    """The level no longer stands from `ended_on`; told to whoever pays or counts by it."""
    level.ended_on = ended_on
    session.add(
        LevelEnd(
            id=new_id(),
            city_code=row.city_code,
            recognition_id=row.id,
            cause=cause,
            ended_on=ended_on,
            recorded_by=by,
        )
    )
    carrier = await session.get_one(Carrier, level.carrier_id)
    ended = CarrierRecognitionEnded(
        recognition_id=row.id,
        carrier_id=carrier.id,
        organisation_id=carrier.operator_id,
        carrier_kind=carrier.kind,
        level=level.level,
        is_key=level.is_key,
        cause=cause,
        ended_on=ended_on,
        certificate_number=(await newest_certificate(session, row.id)).number,
    )
    await record(session, ended, city_code=row.city_code, subject=carrier.id)


async def end_by_hand(
    session: AsyncSession, row: Recognition, level: CarrierLevel, *, cause: EndCause, ended_on: date, by: str
) -> None:
    """Before its time: the timer of its term has nothing left to do."""
    await end_level(session, row, level, cause=cause, ended_on=ended_on, by=by)
    await cancel(session, kind=TERM_ENDS, object_id=row.id)


async def end_expired(session: AsyncSession, timer: Timer) -> None:
    """Handler of the timer after a term's last day; one that was renewed meanwhile goes on."""
    row = await session.get_one(Recognition, UUID(timer.object_id), with_for_update=True)
    level, until = await standing_level(session, row.id), await valid_until(session, row.id)
    if level is None or until is None or until >= clock.today(row.city_code):
        return
    ended_on = until + timedelta(days=1)
    await end_level(session, row, level, cause=EndCause.EXPIRED, ended_on=ended_on, by="timer")
