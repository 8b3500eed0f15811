"""Routes of competitions: series and editions, and who enters them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from contracts.asking import may_own
from contracts.registry import OrganisationReply
from kernel import clock
from kernel.auth import Caller, may
from kernel.client import ServiceClient
from kernel.etags import IfMatch, mark
from kernel.idempotency import KeyOptional
from kernel.ids import encode_id
from kernel.neighbours import Registry
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, Work, WorkDep, router
from services.events.calendar.schemas import Words
from services.events.calendar.service import host_of
from services.events.competitions import entries, queries, service
from services.events.competitions.models import CompetitionEdition, CompetitionEntry, CompetitionSeries
from services.events.competitions.organisations import counted_with, must_act_for, organisation_of
from services.events.competitions.schemas import (
    AttachmentIn,
    ChangeIn,
    EditionChangeOut,
    EditionId,
    EditionIn,
    EditionOut,
    EntryId,
    EntryIn,
    EntryOut,
    ReasonIn,
    ScreeningIn,
    SeriesId,
    SeriesIn,
    SeriesOut,
    SubmissionIn,
)
from services.events.competitions.states import EditionStatus, EntryStatus
from services.events.results import leaving

routes: APIRouter = router(prefix="/v1/events", tags=["competitions"])
MayRead = Annotated[Caller, may_own("competitions:read")]
MayEnter = Annotated[Caller, may_own("competitions:enter")]
MayManage = Annotated[Caller, may("competitions:manage")]
MayAudit = Annotated[Caller, may("competitions:audit")]


@routes.post("/competition-series", status_code=201)
async def enter_series(caller: MayManage, body: SeriesIn, session: SessionDep, _key: KeyOptional = None) -> SeriesOut:
    """Enter a contest that is held again and again."""
    return _series(await service.enter_series(session, given=body, caller=caller))


@routes.get("/competition-series")
async def list_series(caller: MayRead, session: SessionDep, page: PageDep) -> Page[SeriesOut]:
    """The contests of the city."""
    rows, cursor = await queries.list_series(session, page, caller=caller)
    return Page(items=[_series(row) for row in rows], next_cursor=cursor)


@routes.post("/competitions", status_code=201)
async def draft_competition(
    caller: MayManage, body: EditionIn, registry: Registry, work: WorkDep, response: Response, _key: KeyOptional = None
) -> EditionOut:
    """Draft an edition with all its rules: groups, deadlines, rounds, how they are scored, prizes."""
    host = await host_of(registry, host_id=body.host_id, city_code=caller.city)
    row = await service.draft_edition(await work.open(), given=body, host=host, caller=caller)
    response.headers["Location"] = f"/v1/events/competitions/{encode_id('ced', row.id)}"
    return _edition(row, response)


@routes.get("/competitions")
async def list_competitions(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    series_id: SeriesId | None = None,
    status: EditionStatus | None = None,
) -> Page[EditionOut]:
    """Editions of the city's contests; drafts for officers alone."""
    rows, cursor = await queries.list_editions(session, page, caller=caller, series_id=series_id, status=status)
    now = clock.now(caller.city)
    return Page(items=[EditionOut.of(row, now) for row in rows], next_cursor=cursor)


@routes.get("/competitions/{edition_id}")
async def get_competition(
    caller: MayRead, edition_id: EditionId, session: SessionDep, response: Response
) -> EditionOut:
    """One edition with its rules, and the clock its deadlines are kept by."""
    return _edition(await queries.find_edition(session, edition_id, caller=caller), response)


@routes.put("/competitions/{edition_id}")
async def redraft_competition(
    caller: MayManage,
    edition_id: EditionId,
    body: EditionIn,
    if_match: IfMatch,
    registry: Registry,
    work: WorkDep,
    response: Response,
) -> EditionOut:
    """Replace the rules of a draft."""
    host = await host_of(registry, host_id=body.host_id, city_code=caller.city)
    row = await service.redraft_edition(
        await work.open(), edition_id=edition_id, given=body, host=host, if_match=if_match, caller=caller
    )
    return _edition(row, response)


@routes.post("/competitions/{edition_id}/open")
async def open_competition(
    caller: MayManage,
    edition_id: EditionId,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
    _key: KeyOptional = None,
) -> EditionOut:
    """Freeze the rules and show the edition to everybody who may enter."""
    return _edition(
        await service.open_edition(session, edition_id=edition_id, if_match=if_match, caller=caller), response
    )


@routes.post("/competitions/{edition_id}/changes")
async def change_competition(
    caller: MayManage,
    edition_id: EditionId,
    body: ChangeIn,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
    _key: KeyOptional = None,
) -> EditionOut:
    """Move a deadline later or raise a cap, with the reason; nothing else changes after the opening."""
    row = await service.change_edition(session, edition_id=edition_id, given=body, if_match=if_match, caller=caller)
    return _edition(row, response)


@routes.get("/competitions/{edition_id}/changes")
async def list_competition_changes(
    caller: MayAudit, edition_id: EditionId, session: SessionDep, page: PageDep
) -> Page[EditionChangeOut]:
    """The history of an edition: what changed, why, when and by whom."""
    edition = await queries.find_edition(session, edition_id, caller=caller)
    rows, cursor = await queries.list_changes(session, page, edition_id=edition.id)
    return Page(items=[EditionChangeOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.post("/competitions/{edition_id}/cancel")
async def cancel_competition(
    caller: MayManage,
    edition_id: EditionId,
    body: ReasonIn,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
    _key: KeyOptional = None,
) -> EditionOut:
    """Call an edition off, with the reason."""
    row = await service.cancel_edition(
        session, edition_id=edition_id, reason=body.reason, if_match=if_match, caller=caller
    )
    return _edition(row, response)


@routes.post("/competitions/{edition_id}/entries", status_code=201)
async def register_entry(
    caller: MayEnter,
    edition_id: EditionId,
    body: EntryIn,
    registry: Registry,
    work: WorkDep,
    response: Response,
    _key: KeyOptional = None,
) -> EntryOut:
    """Enter as a firm or as a team; a refusal tells every reason."""
    organisation, counted = None, tuple[UUID, ...]()
    if body.organisation_id is not None:
        organisation = await organisation_of(registry, body.organisation_id, city_code=caller.city)
        must_act_for(caller, organisation)
        counted = await counted_with(registry, organisation.id)
    row = await entries.register_entry(
        await work.open(), edition_id=edition_id, given=body, organisation=organisation, counted=counted, caller=caller
    )
    response.headers["Location"] = f"/v1/events/entries/{encode_id('cen', row.id)}"
    return _entry(row, response)


@routes.get("/competitions/{edition_id}/entries")
async def list_entries(
    caller: MayRead, edition_id: EditionId, session: SessionDep, page: PageDep, status: EntryStatus | None = None
) -> Page[EntryOut]:
    """By number; officers see all, others those of the firms they act for and of the teams they entered."""
    edition = await queries.find_edition(session, edition_id, caller=caller)
    rows, cursor = await queries.list_entries(session, page, edition_id=edition.id, caller=caller, status=status)
    return Page(items=[EntryOut.of(row) for row in rows], next_cursor=cursor)


@routes.get("/entries/{entry_id}")
async def get_entry(caller: MayRead, entry_id: EntryId, session: SessionDep, response: Response) -> EntryOut:
    """One entry, for officers and for who entered it."""
    return _entry(await queries.find_entry(session, entry_id, caller=caller), response)


@routes.post("/entries/{entry_id}/submission")
async def submit_work(
    caller: MayEnter,
    entry_id: EntryId,
    body: SubmissionIn,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
    _key: KeyOptional = None,
) -> EntryOut:
    """Hand the work in, or again before the deadline of the server's clock."""
    return _entry(
        await entries.submit_work(session, entry_id=entry_id, given=body, if_match=if_match, caller=caller), response
    )


@routes.post("/entries/{entry_id}/screening")
async def screen_entry(
    caller: MayManage,
    entry_id: EntryId,
    body: ScreeningIn,
    if_match: IfMatch,
    registry: Registry,
    work: WorkDep,
    response: Response,
    _key: KeyOptional = None,
) -> EntryOut:
    """Freeze who may compete, on or after the edition's day: admitted, or refused with every reason."""
    organisation, counted = await _known(registry, work, entry_id, caller)
    row = await entries.screen_entry(
        await work.open(),
        entry_id=entry_id,
        given=body,
        organisation=organisation,
        counted=counted,
        if_match=if_match,
        caller=caller,
    )
    return _entry(row, response)


@routes.post("/entries/{entry_id}/firm")
async def attach_firm(
    caller: MayEnter,
    entry_id: EntryId,
    body: AttachmentIn,
    if_match: IfMatch,
    registry: Registry,
    work: WorkDep,
    response: Response,
    _key: KeyOptional = None,
) -> EntryOut:
    """The team has founded a firm: entry and prizes are the firm's from now on. After the screening by an officer."""
    organisation = await organisation_of(registry, body.organisation_id, city_code=caller.city)
    must_act_for(caller, organisation)
    counted = await counted_with(registry, organisation.id)
    row = await entries.attach_team(
        await work.open(),
        entry_id=entry_id,
        organisation=organisation,
        registered_on=body.registered_on,
        counted=counted,
        if_match=if_match,
        caller=caller,
    )
    return _entry(row, response)


@routes.post("/entries/{entry_id}/withdrawal")
async def withdraw_entry(
    caller: MayEnter,
    entry_id: EntryId,
    body: ReasonIn,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
    _key: KeyOptional = None,
) -> EntryOut:
    """Leave; a place among the winners goes to the next."""
    row = await leaving.withdraw_entry(session, entry_id=entry_id, reason=body.reason, if_match=if_match, caller=caller)
    return _entry(row, response)


@routes.post("/entries/{entry_id}/disqualification")
async def disqualify_entry(
    caller: MayManage,
    entry_id: EntryId,
    body: ReasonIn,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
    _key: KeyOptional = None,
) -> EntryOut:
    """Take an admitted entry out, with the reason; the next moves up."""
    row = await leaving.disqualify_entry(
        session, entry_id=entry_id, reason=body.reason, if_match=if_match, caller=caller
    )
    return _entry(row, response)


async def _known(
    registry: ServiceClient, work: Work, entry_id: UUID, caller: Caller
) -> tuple[OrganisationReply | None, tuple[UUID, ...]]:
    """What the registry knows of who entered, asked without a transaction; of a team nothing but its firm's wins."""
    row = await queries.find_entry(await work.open(), entry_id, caller=caller)
    await work.close()
    if row.organisation_id is None:
        return None, ()
    counted = await counted_with(registry, row.organisation_id)
    if row.team_name is not None:
        return None, counted
    return await organisation_of(registry, row.organisation_id, city_code=row.city_code), counted


def _series(row: CompetitionSeries) -> SeriesOut:
    return SeriesOut(id=row.id, name=Words(zh=row.name_zh, en=row.name_en), duty=row.duty, entered_at=row.entered_at)


def _edition(row: CompetitionEdition, response: Response) -> EditionOut:
    mark(response, row.version)
    return EditionOut.of(row, clock.now(row.city_code))


def _entry(row: CompetitionEntry, response: Response) -> EntryOut:
    mark(response, row.version)
    return EntryOut.of(row)
