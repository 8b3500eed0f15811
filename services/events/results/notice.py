"""A result on public notice: renewed when its winners change, closed by the clock, published by a second officer."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events import CompetitionPrizeRevoked, CompetitionResultOnNotice, CompetitionResultPublished, Winner
from kernel import clock
from kernel.auth import Caller
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, refuse_if
from kernel.timers import Timer, schedule_after
from kernel.workdays import settled
from policy.calendar import workdays
from services.events.competitions.models import CompetitionChange, CompetitionEdition
from services.events.competitions.queries import entries_named, entries_of, find_edition
from services.events.competitions.states import EDITION_MOVES, EditionFact, EditionStatus, EntryStatus
from services.events.judging.models import JudgingRound
from services.events.judging.queries import rounds_of_edition, standings_of
from services.events.judging.rounds import plain
from services.events.judging.sealing import RoundNotSealed
from services.events.judging.states import RoundStatus
from services.events.results.models import CompetitionPrize, CompetitionResult
from services.events.results.queries import (
    find_prize,
    find_result,
    objections_waiting,
    read_result_for_timer,
    result_of,
    whole_upheld,
)
from services.events.results.rules import Award, awards, publication_findings
from services.events.results.states import MOVES, Fact, Status

NOTICE_CLOSES = "competition.notice_closes"


class ResultKnown(Conflict):
    code, title_zh, title_en = "result_known", "该届结果已公示", "Notice of the result was given already"


class PrizeRevoked(Conflict):
    code, title_zh, title_en = "prize_revoked", "该奖项已撤销", "The prize was revoked already"


async def give_notice(session: AsyncSession, *, edition_id: UUID, caller: Caller) -> CompetitionResult:
    """The last round is sealed: its standings give the prizes, shown for the working days the edition states."""
    edition = await find_edition(session, edition_id, caller=caller, for_update=True)
    if await result_of(session, edition.id) is not None:
        raise ResultKnown
    last = (await rounds_of_edition(session, edition.id))[-1:]
    if not last or last[0].status is not RoundStatus.SEALED or edition.status is not EditionStatus.OPEN:
        raise RoundNotSealed
    row = CompetitionResult(
        id=new_id(),
        city_code=edition.city_code,
        edition_id=edition.id,
        round_id=last[0].id,
        status=Status.ON_NOTICE,
        seal_sha256=last[0].seal_sha256,
        winners=[one.kept() for one in await _awards(session, edition, last[0])],
        noticed_by=caller.acting_for,
        version=1,
    )
    await _show(session, edition, row)
    session.add(row)
    await session.flush()
    return row


async def renew_notice(session: AsyncSession, edition: CompetitionEdition, *, changed_by: str | None) -> None:
    """Somebody left: where that promotes another, the public sees the new list for the whole time again.

    Changed by an officer, it is that officer's list, and another publishes it.
    """
    row = await result_of(session, edition.id, for_update=True)
    if row is None:
        return
    last = (await rounds_of_edition(session, edition.id))[-1]
    winners = [one.kept() for one in await _awards(session, edition, last)]
    if winners == row.winners:
        return
    row.status = status_after(Fact.NOTICE_RENEWED, row.status, MOVES)
    row.winners, row.noticed_by = winners, changed_by or row.noticed_by
    row.version += 1
    await _show(session, edition, row)


async def close_notice(session: AsyncSession, timer: Timer) -> None:
    """Handler of the timer at the end of the last day, which a later calendar may have moved later."""
    row = await read_result_for_timer(session, UUID(timer.object_id))
    if row.status is not Status.ON_NOTICE:
        return
    edition = await session.get_one(CompetitionEdition, row.edition_id)
    if row.notice_provisional:
        due = settled(row.closes_on, workdays().add(row.noticed_on, edition.notice_working_days))
        row.closes_on, row.notice_provisional = due.on, due.provisional
    if row.closes_on >= clock.today(row.city_code):
        await schedule_after(session, row.closes_on, kind=NOTICE_CLOSES, object_id=row.id, city_code=row.city_code)
        return
    row.status = status_after(Fact.NOTICE_CLOSED, row.status, MOVES)
    row.version += 1


async def publish_result(session: AsyncSession, *, edition_id: UUID, caller: Caller) -> CompetitionResult:
    """By another officer, all objections answered: the prizes come to be, and everybody is told."""
    edition = await find_edition(session, edition_id, caller=caller, for_update=True)
    row = await find_result(session, edition.id, caller=caller, for_update=True)
    waiting = await objections_waiting(session, row.id)
    against_all = await whole_upheld(session, row.id)
    refuse_if(
        publication_findings(by=caller.acting_for, noticed_by=row.noticed_by, waiting=waiting, whole_upheld=against_all)
    )
    row.status = status_after(Fact.PUBLISHED, row.status, MOVES)
    edition.status = status_after(EditionFact.CONCLUDED, edition.status, EDITION_MOVES)
    now = clock.now(row.city_code)
    row.published_by, row.published_at = caller.acting_for, now
    row.version += 1
    edition.version += 1
    prizes = await _give_prizes(session, edition, row)
    session.add(
        CompetitionChange(
            city_code=row.city_code, edition_id=edition.id, fact=EditionFact.CONCLUDED, version=edition.version,
            before={}, after={}, reason=None, changed_by=caller.acting_for, occurred_at=now,
        )
    )  # fmt: skip
    await session.flush()
    await record(session, _published(edition, row, prizes), city_code=row.city_code, subject=edition.id)
    return row


async def revoke_prize(session: AsyncSession, *, prize_id: UUID, reason: str, caller: Caller) -> CompetitionPrize:
    """After publication a prize is taken back by itself; nobody moves up without a new notice."""
    row = await find_prize(session, prize_id, caller=caller)
    if row.revoked_on is not None:
        raise PrizeRevoked
    row.revoked_on, row.revoked_reason = clock.today(row.city_code), reason
    row.revoked_by = caller.acting_for
    told = CompetitionPrizeRevoked(
        prize_id=row.id, edition_id=row.edition_id, organisation_id=row.organisation_id, revoked_on=row.revoked_on
    )
    await record(session, told, city_code=row.city_code, subject=row.edition_id)
    return row


async def _awards(session: AsyncSession, edition: CompetitionEdition, last: JudgingRound) -> list[Award]:
    active = {one.id for one in await entries_of(session, edition.id, statuses=[EntryStatus.ADMITTED])}
    return awards([plain(one) for one in await standings_of(session, last.id)], active, edition.groups)


async def _show(session: AsyncSession, edition: CompetitionEdition, row: CompetitionResult) -> None:
    """From today on; the day of the notice is not counted."""
    row.noticed_on = clock.today(row.city_code)
    due = workdays().add(row.noticed_on, edition.notice_working_days)
    row.closes_on, row.notice_provisional = due.on, due.provisional
    await schedule_after(session, due.on, kind=NOTICE_CLOSES, object_id=row.id, city_code=row.city_code)
    told = CompetitionResultOnNotice(
        edition_id=edition.id, noticed_on=row.noticed_on, closes_on=due.on, provisional=due.provisional
    )
    await record(session, told, city_code=row.city_code, subject=edition.id)


async def _give_prizes(
    session: AsyncSession, edition: CompetitionEdition, row: CompetitionResult
) -> list[CompetitionPrize]:
    won = [Award.of(one) for one in row.winners]
    entries = await entries_named(session, [one.entry_id for one in won])
    prizes = [
        CompetitionPrize(
            id=new_id(),
            city_code=row.city_code,
            edition_id=edition.id,
            entry_id=one.entry_id,
            organisation_id=entries[one.entry_id].organisation_id,
            winner=entries[one.entry_id].name,
            project=entries[one.entry_id].project,
            group_key=one.group,
            place=one.place,
            grade=one.grade,
            level=edition.level,
            seal_sha256=row.seal_sha256,
            awarded_on=clock.today(row.city_code),
        )
        for one in won
    ]
    session.add_all(prizes)
    return prizes


def _published(
    edition: CompetitionEdition, row: CompetitionResult, prizes: Sequence[CompetitionPrize]
) -> CompetitionResultPublished:
    winners = tuple(
        Winner(
            prize_id=one.id,
            entry_id=one.entry_id,
            organisation_id=one.organisation_id,
            winner=one.winner,
            project=one.project,
            group=one.group_key,
            place=one.place,
            grade=one.grade,
        )
        for one in prizes
    )
    return CompetitionResultPublished(
        edition_id=edition.id,
        series_id=edition.series_id,
        series=edition.series.name_zh,
        number=edition.number,
        level=edition.level,
        awarded_on=clock.on_date(row.published_at) if row.published_at else row.noticed_on,
        seal_sha256=row.seal_sha256,
        published_by=row.published_by or "",
        winners=winners,
    )
