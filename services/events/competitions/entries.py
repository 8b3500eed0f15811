"""Use cases of an entry: registered, submitted, screened with every reason, attached to the firm a team founds."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events import CompetitionEntryScreened
from contracts.registry import OrganisationReply
from kernel import clock
from kernel.auth import Caller
from kernel.etags import must_match
from kernel.findings import Finding, findings
from kernel.ids import encode_id, new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, Forbidden, named_constraint, refuse_if
from policy.determinations import finding_document
from services.events.competitions.models import CompetitionEdition, CompetitionEntry
from services.events.competitions.queries import find_edition, find_entry, groups_locked, read_edition
from services.events.competitions.rules import (
    Entrant,
    Founding,
    eligibility_findings,
    founded_findings,
    founding_findings,
    kind_entered,
    registration_findings,
    submission_findings,
)
from services.events.competitions.schemas import EntryIn, ScreeningIn, SubmissionIn
from services.events.competitions.service import UnknownGroup
from services.events.competitions.states import ENTRY_MOVES, LEFT, EditionStatus, EntryFact, EntryStatus
from services.events.competitions.terms import GroupTerms
from services.events.results.queries import attach_prizes, wins_of

MANAGES = "competitions:manage"


class EditionNotOpen(Conflict):
    code, title_zh, title_en = "edition_not_open", "该届赛事未在进行", "The edition is not under way"


class EntryKnown(Conflict):
    code, title_zh, title_en = "entry_known", "该主体已报名本届赛事", "It has entered this edition already"


class EnteredByScreener(Forbidden):
    code, title_zh, title_en = (
        "entered_by_screener",
        "报名录入人员不得审查资格",
        "Whoever entered it does not screen it",
    )


class NotATeam(Conflict):
    code, title_zh, title_en = (
        "not_an_unattached_team",
        "该参赛项目不是待关联企业的团队",
        "No team that is still without a firm",
    )


class AttachedByApplicant(Forbidden):
    """After the screening no officer would compare the day the applicant states with the licence."""

    code, title_zh, title_en = (
        "attached_by_applicant",
        "资格审查后须由赛事管理人员核对营业执照并关联企业",
        "After the screening an officer of the contest attaches the firm by its licence",
    )


class EligibilityDayAhead(Conflict):
    code, title_zh, title_en = (
        "eligibility_day_ahead",
        "资格认定日尚未到来",
        "The day eligibility is judged by has not come",
    )


named_constraint("uq_competition_entry_firm", EntryKnown)
named_constraint("uq_competition_entry_team", EntryKnown)


async def register_entry(
    session: AsyncSession,
    *,
    edition_id: UUID,
    given: EntryIn,
    organisation: OrganisationReply | None,
    counted: Sequence[UUID],
    caller: Caller,
) -> CompetitionEntry:
    """Takes a place of the group, unless anything stands against it: then all of it is told."""
    edition = await find_edition(session, edition_id, caller=caller, for_update=True)
    if edition.status is not EditionStatus.OPEN:
        raise EditionNotOpen
    group = _group(edition, given.group)
    counter = (await groups_locked(session, edition.id))[group.key]
    entrant = await _entrant(session, edition, organisation, counted, registered_on=given.registered_on)
    now, is_full = clock.now(edition.city_code), counter.entered == counter.entries_max
    full = Finding("group_full", (), "该组别名额已满。", "The group is full.", {"entries_max": counter.entries_max})
    against = eligibility_findings(entrant, group, eligible_on=edition.eligible_on, wins_max=edition.wins_max)
    refuse_if([*registration_findings(edition.window, now), *findings((is_full, full)), *against])
    counter.entered += 1
    edition.entries_numbered += 1
    row = _entered(edition, given, organisation, now=now, caller=caller)
    session.add(row)
    await session.flush()
    return row


async def submit_work(
    session: AsyncSession, *, entry_id: UUID, given: SubmissionIn, if_match: str, caller: Caller
) -> CompetitionEntry:
    """By the server's clock; sent again before the deadline it replaces what stood."""
    row = await find_entry(session, entry_id, caller=caller, for_update=True)
    must_match(if_match, row.version)
    if row.edition.status is not EditionStatus.OPEN:
        raise EditionNotOpen
    now = clock.now(row.city_code)
    refuse_if(submission_findings(row.edition.window, now))
    fact = EntryFact.REPLACED if row.status is EntryStatus.ADMITTED else EntryFact.SUBMITTED
    row.status = status_after(fact, row.status, ENTRY_MOVES)
    row.submission, row.submitted_at = given.model_dump(mode="json"), now
    row.version += 1
    return row


async def screen_entry(
    session: AsyncSession,
    *,
    entry_id: UUID,
    given: ScreeningIn,
    organisation: OrganisationReply | None,
    counted: Sequence[UUID],
    if_match: str,
    caller: Caller,
) -> CompetitionEntry:
    """What is known on or after the edition's day is kept as it is now, and decides once."""
    row = await find_entry(session, entry_id, caller=caller, for_update=True)
    must_match(if_match, row.version)
    _may_be_screened(row, by=caller.acting_for)
    edition = row.edition
    entrant = await _entrant(
        session, edition, organisation, counted,
        registered_on=given.registered_on or row.registered_on, barred_reason=given.barred_reason,
    )  # fmt: skip
    group = _group(edition, row.group_key)
    entrant = replace(entrant, kind=kind_entered(entrant.kind, group))
    found = _against(row, entrant, group)
    fact = EntryFact.REFUSED if found else EntryFact.ADMITTED
    row.status = status_after(fact, row.status, ENTRY_MOVES)
    row.registered_on, row.reasons = entrant.registered_on, [finding_document(one) for one in found]
    row.eligibility = _kept(entrant, edition, counted)
    row.screened_by, row.screened_at = caller.acting_for, clock.now(row.city_code)
    row.version += 1
    if found:
        await give_place_back(session, row)
    told = CompetitionEntryScreened(
        entry_id=row.id,
        edition_id=edition.id,
        organisation_id=row.organisation_id,
        admitted=not found,
        reason_codes=tuple(one.code for one in found),
    )
    await record(session, told, city_code=row.city_code, subject=row.id)
    return row


def _may_be_screened(row: CompetitionEntry, *, by: str) -> None:
    if row.entered_by == by:
        raise EnteredByScreener
    if row.edition.status is not EditionStatus.OPEN:
        raise EditionNotOpen
    if clock.today(row.city_code) < row.edition.eligible_on:
        raise EligibilityDayAhead


def _against(row: CompetitionEntry, entrant: Entrant, group: GroupTerms) -> list[Finding]:
    """Every reason; of a team that has its firm already, also the day of registration the officer verified."""
    edition = row.edition
    found = eligibility_findings(entrant, group, eligible_on=edition.eligible_on, wins_max=edition.wins_max)
    if row.team_name is None or row.organisation_id is None:
        return found
    entered_on, today = clock.on_date(row.entered_at), clock.today(row.city_code)
    return [*found, *founded_findings(entrant.registered_on, entered_on=entered_on, today=today)]


async def attach_team(
    session: AsyncSession,
    *,
    entry_id: UUID,
    organisation: OrganisationReply,
    registered_on: date,
    counted: tuple[UUID, ...],
    if_match: str,
    caller: Caller,
) -> CompetitionEntry:
    """The team has founded a firm: entry and prizes are the firm's from now on, once and for all.

    Before the screening the applicant states the day, which the screening officer verifies; later an officer does.
    `counted`: the firm and those it goes on as, whose prizes count as its own.
    """
    row = await find_entry(session, entry_id, caller=caller, for_update=True)
    must_match(if_match, row.version)
    if row.team_name is None or row.organisation_id is not None or row.status in LEFT:
        raise NotATeam
    if row.screened_at is not None and MANAGES not in caller.scopes:
        raise AttachedByApplicant
    edition = await read_edition(session, row.edition_id)
    wins = await wins_of(session, edition.series_id, counted)
    entered_on, today = clock.on_date(row.entered_at), clock.today(row.city_code)
    firm = Founding(organisation.kind, organisation.status, registered_on, entered_on, today)
    refuse_if(founding_findings(firm, wins=wins, wins_max=edition.wins_max, eligible_on=edition.eligible_on))
    row.organisation_id, row.organisation_name = organisation.id, organisation.name
    row.registered_on = registered_on
    row.attached_at = clock.now(row.city_code)
    row.version += 1
    await session.flush()
    await attach_prizes(session, row.id, organisation.id)
    return row


async def edition_locked(session: AsyncSession, row: CompetitionEntry) -> CompetitionEdition:
    """The edition of an entry, still under way, for who leaves it. Raises EditionNotOpen."""
    edition = await read_edition(session, row.edition_id)
    if edition.status is not EditionStatus.OPEN:
        raise EditionNotOpen
    return edition


async def give_place_back(session: AsyncSession, row: CompetitionEntry) -> None:
    """Who competes no more leaves its place to another."""
    (await groups_locked(session, row.edition_id))[row.group_key].entered -= 1


def _entered(
    edition: CompetitionEdition,
    given: EntryIn,
    organisation: OrganisationReply | None,
    *,
    now: datetime,
    caller: Caller,
) -> CompetitionEntry:
    return CompetitionEntry(
        id=new_id(),
        city_code=edition.city_code,
        edition_id=edition.id,
        number=edition.entries_numbered,
        group_key=given.group,
        status=EntryStatus.REGISTERED,
        organisation_id=given.organisation_id,
        organisation_name=organisation.name if organisation else None,
        team_name=given.team_name,
        project=given.project,
        registered_on=given.registered_on,
        entered_by=caller.acting_for,
        entered_at=now,
        reasons=[],
        version=1,
    )


def _group(edition: CompetitionEdition, key: str) -> GroupTerms:
    group = next((one for one in edition.groups if one.key == key), None)
    if group is None:
        raise UnknownGroup
    return group


async def _entrant(
    session: AsyncSession,
    edition: CompetitionEdition,
    organisation: OrganisationReply | None,
    counted: Sequence[UUID],
    *,
    registered_on: date | None,
    barred_reason: str | None = None,
) -> Entrant:
    return Entrant(
        kind=organisation.kind if organisation else None,
        status=organisation.status if organisation else None,
        registered_on=registered_on,
        barred_reason=barred_reason,
        wins=await wins_of(session, edition.series_id, counted) if counted else 0,
    )


def _kept(entrant: Entrant, edition: CompetitionEdition, counted: Sequence[UUID]) -> dict[str, Any]:
    return {
        "eligible_on": edition.eligible_on.isoformat(),
        "kind": entrant.kind,
        "status": entrant.status,
        "registered_on": entrant.registered_on.isoformat() if entrant.registered_on else None,
        "barred_reason": entrant.barred_reason,
        "wins": entrant.wins,
        "counted_with": [encode_id("org", one) for one in counted[1:]],
    }
