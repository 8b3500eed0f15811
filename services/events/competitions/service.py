"""Use cases of the organiser: a series, an edition drafted, opened, changed forward, cancelled."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events import CompetitionCancelled, CompetitionOpened
from contracts.registry import OrganisationReply
from kernel import clock
from kernel.auth import Caller
from kernel.etags import must_match
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, InvalidMember, named_constraint, refuse_if
from kernel.schemas import utc_text
from policy.store import policy_today
from services.events.competitions.models import (
    CompetitionChange,
    CompetitionEdition,
    CompetitionGroup,
    CompetitionSeries,
)
from services.events.competitions.queries import find_edition, find_series, groups_locked
from services.events.competitions.rules import change_findings, opening_findings, setup_findings
from services.events.competitions.schemas import ChangeIn, EditionIn, SeriesIn
from services.events.competitions.states import EDITION_MOVES, EditionFact, EditionStatus
from services.events.competitions.terms import Window, groups_of, rounds_of, with_caps
from services.events.judging.rounds import open_rounds

DEADLINES = ("registration_closes_at", "submission_closes_at")


class SeriesKnown(Conflict):
    code, title_zh, title_en = "series_known", "该赛事名称已登记", "A series of this name is there already"


class EditionKnown(Conflict):
    code, title_zh, title_en = "edition_known", "该届赛事已登记", "This edition of the series is there already"


class UnknownDuty(InvalidMember):
    code, title_zh, title_en = "unknown_duty", "政策包中没有该职责", "The city's pack knows no such duty"
    pointer = "/duty"


class UnknownGroup(InvalidMember):
    code, title_zh, title_en = "unknown_group", "没有该组别", "The edition has no such group"
    pointer = "/group"


named_constraint("uq_competition_series_city_code_name_zh", SeriesKnown)
named_constraint("uq_competition_edition_series_id_number", EditionKnown)


async def enter_series(session: AsyncSession, *, given: SeriesIn, caller: Caller) -> CompetitionSeries:
    """A contest; one that a clause names is bound to the pack's duty to hold it."""
    if given.duty is not None and given.duty not in (await policy_today(session, caller.city)).pack.duties:
        raise UnknownDuty
    row = CompetitionSeries(
        id=new_id(),
        city_code=caller.city,
        name_zh=given.name.zh,
        name_en=given.name.en,
        duty=given.duty,
        entered_by=caller.acting_for,
        entered_at=clock.now(caller.city),
    )
    session.add(row)
    await session.flush()
    return row


async def draft_edition(
    session: AsyncSession, *, given: EditionIn, host: OrganisationReply, caller: Caller
) -> CompetitionEdition:
    """All rules at once; a draft whose rules cannot be judged by is refused with every reason."""
    series = await find_series(session, given.series_id, caller=caller)
    now = clock.now(series.city_code)
    row = CompetitionEdition(
        id=new_id(),
        city_code=series.city_code,
        status=EditionStatus.DRAFT,
        entries_numbered=0,
        created_by=caller.acting_for,
        created_at=now,
        version=1,
    )
    _write(row, given, host)
    session.add(row)
    await session.flush()
    _note(session, row, EditionFact.DRAFTED, caller=caller, now=now)
    return row


async def redraft_edition(
    session: AsyncSession, *, edition_id: UUID, given: EditionIn, host: OrganisationReply, if_match: str, caller: Caller
) -> CompetitionEdition:
    """Replace the rules of a draft."""
    row = await _to_change(session, edition_id, EditionFact.REDRAFTED, caller=caller, if_match=if_match)
    await find_series(session, given.series_id, caller=caller)
    _write(row, given, host)
    await session.flush()
    _note(session, row, EditionFact.REDRAFTED, caller=caller, now=clock.now(row.city_code))
    return row


async def open_edition(session: AsyncSession, *, edition_id: UUID, if_match: str, caller: Caller) -> CompetitionEdition:
    """The rules are frozen here: groups get their counters, rounds their rows."""
    row = await _to_change(session, edition_id, EditionFact.OPENED, caller=caller, if_match=if_match)
    now = clock.now(row.city_code)
    refuse_if(opening_findings(row.window, now))
    row.opened_at = now
    session.add_all(
        CompetitionGroup(
            city_code=row.city_code, edition_id=row.id, key=one.key, entries_max=one.entries_max, entered=0
        )
        for one in row.groups
    )
    open_rounds(session, row)
    await session.flush()
    _note(session, row, EditionFact.OPENED, caller=caller, now=now)
    told = CompetitionOpened(
        edition_id=row.id,
        series_id=row.series_id,
        number=row.number,
        level=row.level,
        title=row.title_zh,
        registration_closes_at=row.registration_closes_at,
        submission_closes_at=row.submission_closes_at,
    )
    await record(session, told, city_code=row.city_code, subject=row.id)
    return row


async def change_edition(
    session: AsyncSession, *, edition_id: UUID, given: ChangeIn, if_match: str, caller: Caller
) -> CompetitionEdition:
    """Forward only, with the reason; what stood before stays in the history."""
    row = await _to_change(session, edition_id, EditionFact.CHANGED, caller=caller, if_match=if_match)
    now, groups = clock.now(row.city_code), await groups_locked(session, row.id)
    if set(given.entries_max) - set(groups):
        raise UnknownGroup
    later = {name: getattr(given, name) for name in DEADLINES if getattr(given, name) is not None}
    after = Window(row.opens_at, *(later.get(name, getattr(row, name)) for name in DEADLINES))
    caps = {key: (groups[key].entries_max, most) for key, most in given.entries_max.items()}
    refuse_if(change_findings(row.window, after, caps, now))
    before: dict[str, Any] = {name: utc_text(getattr(row, name)) for name in later}
    before |= {"entries_max": {key: was for key, (was, _) in caps.items()}} if caps else {}
    for name, moment in later.items():
        setattr(row, name, moment)
    for key, most in given.entries_max.items():
        groups[key].entries_max = most
    row.setup = with_caps(row.setup, given.entries_max)
    changed: dict[str, Any] = {name: utc_text(moment) for name, moment in later.items()}
    changed |= {"entries_max": dict(given.entries_max)} if caps else {}
    _note(session, row, EditionFact.CHANGED, caller=caller, now=now, before=before, after=changed, reason=given.reason)
    return row


async def cancel_edition(
    session: AsyncSession, *, edition_id: UUID, reason: str, if_match: str, caller: Caller
) -> CompetitionEdition:
    """Call it off; entries and scores stay as they were."""
    row = await _to_change(session, edition_id, EditionFact.CANCELLED, caller=caller, if_match=if_match)
    _note(session, row, EditionFact.CANCELLED, caller=caller, now=clock.now(row.city_code), reason=reason)
    if row.opened_at is not None:
        told = CompetitionCancelled(edition_id=row.id, title=row.title_zh, reason=reason)
        await record(session, told, city_code=row.city_code, subject=row.id)
    return row


async def _to_change(
    session: AsyncSession, edition_id: UUID, fact: EditionFact, *, caller: Caller, if_match: str
) -> CompetitionEdition:
    row = await find_edition(session, edition_id, caller=caller, for_update=True)
    must_match(if_match, row.version)
    row.status = status_after(fact, row.status, EDITION_MOVES)
    row.version += 1
    return row


def _write(row: CompetitionEdition, given: EditionIn, host: OrganisationReply) -> None:
    setup = given.setup()
    refuse_if(setup_findings(given.window, groups_of(setup), rounds_of(setup)))
    apart = {"groups", "rounds", "title"}
    for name in given.__class__.model_fields.keys() - apart:
        setattr(row, name, getattr(given, name))
    row.title_zh, row.title_en, row.host_name, row.setup = given.title.zh, given.title.en, host.name, setup


def _note(
    session: AsyncSession,
    row: CompetitionEdition,
    fact: EditionFact,
    *,
    caller: Caller,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str | None = None,
) -> None:
    session.add(
        CompetitionChange(
            city_code=row.city_code,
            edition_id=row.id,
            fact=fact,
            version=row.version,
            before=dict(before or {}),
            after=dict(after or {}),
            reason=reason,
            changed_by=caller.acting_for,
            occurred_at=now,
        )
    )
