"""Results and prizes as people and as other services are told."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events import PrizeFact, PrizesReply
from kernel.auth import Caller
from kernel.problems import NotFound
from services.events.competitions.models import CompetitionEdition
from services.events.competitions.queries import entries_named
from services.events.competitions.states import EditionStatus
from services.events.judging.queries import rounds_of_edition, standings_of
from services.events.results.models import CompetitionPrize
from services.events.results.queries import benefits_of, find_result, prizes_held
from services.events.results.rules import Award
from services.events.results.schemas import PrizeOut, PrizesOut, ResultOut, SealOut, SealsOut
from services.events.results.states import Status


async def result_shown(session: AsyncSession, edition_id: UUID, *, caller: Caller | None) -> ResultOut:
    """For everybody where there is no caller: names of teams and firms, no person's."""
    row = await find_result(session, edition_id, caller=caller)
    edition = await session.get_one(CompetitionEdition, row.edition_id)
    if caller is None and edition.status is EditionStatus.CANCELLED:
        raise NotFound
    entries = await entries_named(session, [Award.of(one).entry_id for one in row.winners])
    return ResultOut.of(row, edition, entries, await standings_of(session, row.round_id))


async def seals_shown(session: AsyncSession, edition_id: UUID, *, caller: Caller) -> SealsOut:
    """Of every round, once the result is published: before, a score could still be guessed at. Raises NotFound."""
    row = await find_result(session, edition_id, caller=caller)
    if row.status is not Status.PUBLISHED:
        raise NotFound
    edition = await session.get_one(CompetitionEdition, row.edition_id)
    sealed = [
        SealOut(round_id=one.id, round=edition.rounds[one.place].key, seal_sha256=one.seal_sha256, body=one.seal_body)
        for one in await rounds_of_edition(session, row.edition_id)
        if one.seal_sha256 is not None and one.seal_body is not None
    ]
    return SealsOut(items=sealed)


async def prize_shown(session: AsyncSession, row: CompetitionPrize) -> PrizeOut:
    """With what it led to."""
    return PrizeOut.of(row, (await benefits_of(session, [row.id]))[row.id])


async def prizes_shown(session: AsyncSession, city_code: str, counted: Sequence[UUID], *, on: date) -> PrizesOut:
    """As of a day, the earliest first."""
    rows = await prizes_held(session, city_code, counted, on=on)
    led_to = await benefits_of(session, [row.id for row in rows])
    return PrizesOut(on=on, items=[PrizeOut.of(row, led_to[row.id]) for row in rows])


async def prizes_told(session: AsyncSession, city_code: str, counted: Sequence[UUID], *, on: date) -> PrizesReply:
    """For our other processes."""
    rows = await prizes_held(session, city_code, counted, on=on)
    led_to = await benefits_of(session, [row.id for row in rows])
    facts = tuple(
        PrizeFact(
            prize_id=row.id,
            edition_id=row.edition_id,
            series=row.edition.series.name_zh,
            number=row.edition.number,
            level=row.level,
            grade=row.grade,
            place=row.place,
            group=row.group_key,
            awarded_on=row.awarded_on,
            seal_sha256=row.seal_sha256,
            cited_by=tuple(one.programme for one in led_to[row.id]),
        )
        for row in rows
    )
    return PrizesReply(city_code=city_code, on=on, prizes=facts)
