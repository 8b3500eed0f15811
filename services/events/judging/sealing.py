"""The seal of a round: nothing is scored after it, and anybody can take the hash again."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events import CompetitionRoundSealed
from kernel import clock
from kernel.auth import Caller
from kernel.ids import decode_id, new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, refuse_if
from policy.canonical import canonical, sha256
from services.events.competitions.models import CompetitionEdition, CompetitionEntry
from services.events.competitions.queries import entries_named, find_edition
from services.events.competitions.states import EditionStatus, EntryStatus
from services.events.judging.models import JudgingRound, JudgingSeat, JudgingStanding
from services.events.judging.queries import find_round, seats_of, standings_of
from services.events.judging.rounds import RoundNotScoring, competitor
from services.events.judging.rules import Sheet, Standing, rank, seal_document, sealing_findings
from services.events.judging.schemas import VerificationOut
from services.events.judging.states import ROUND_MOVES, RoundFact, RoundStatus, SeatStatus

Sheets = Mapping[UUID, Sequence[Sheet]]


class RoundNotSealed(Conflict):
    code, title_zh, title_en = "round_not_sealed", "该轮尚未封存", "The round is not sealed yet"


async def seal_round(session: AsyncSession, *, round_id: UUID, caller: Caller) -> JudgingRound:
    """Ranks who still competes, and keeps the hash over all scores with the ranking."""
    row = await find_round(session, round_id, caller=caller)
    edition = await find_edition(session, row.edition_id, caller=caller, for_update=True)
    row = await find_round(session, round_id, caller=caller, for_update=True)
    if row.status is not RoundStatus.SCORING or edition.status is not EditionStatus.OPEN:
        raise RoundNotScoring
    seats = await seats_of(session, row.id)
    entries = await entries_named(session, _order(row))
    active = {one.id: one for one in entries.values() if one.status is EntryStatus.ADMITTED}
    terms, sheets = edition.rounds[row.place], _sheets(row, seats)
    waiting = sum(one.status is SeatStatus.SEATED for one in seats if one.entry_id in active)
    scored = {entry.number: len(sheets[entry.id]) for entry in active.values()}
    refuse_if(sealing_findings(waiting, scored, terms.judges_min))
    standings = _ranked(row, edition, [active[one] for one in _order(row) if one in active], sheets)
    session.add_all(_kept(row, one) for one in standings)
    await session.flush()
    body = _document(row, edition, sheets, standings)
    row.status = status_after(RoundFact.SEALED, row.status, ROUND_MOVES)
    row.seal_body, row.seal_sha256 = body.decode(), sha256(body)
    row.sealed_by, row.sealed_at = caller.acting_for, clock.now(row.city_code)
    told = CompetitionRoundSealed(
        edition_id=edition.id, round_id=row.id, round=terms.key, entries=len(standings), seal_sha256=row.seal_sha256
    )
    await record(session, told, city_code=row.city_code, subject=edition.id)
    return row


async def verify_seal(session: AsyncSession, *, round_id: UUID, caller: Caller) -> VerificationOut:
    """Everything computed again from the scores as they stand now, beside what was sealed."""
    row = await find_round(session, round_id, caller=caller)
    if row.seal_body is None or row.seal_sha256 is None:
        raise RoundNotSealed
    edition = await find_edition(session, row.edition_id, caller=caller)
    ranked = {one.entry_id for one in await standings_of(session, row.id)}
    entries = await entries_named(session, _order(row))
    sheets = _sheets(row, await seats_of(session, row.id))
    again = _document(
        row, edition, sheets, _ranked(row, edition, [entries[one] for one in _order(row) if one in ranked], sheets)
    )
    return VerificationOut(
        round_id=row.id,
        seal_sha256=row.seal_sha256,
        recomputed_sha256=sha256(again),
        is_same=again == row.seal_body.encode() and sha256(again) == row.seal_sha256,
        body=row.seal_body,
    )


def _ranked(
    row: JudgingRound, edition: CompetitionEdition, entries: Sequence[CompetitionEntry], sheets: Sheets
) -> list[Standing]:
    return rank([competitor(one) for one in entries], sheets, edition.rounds[row.place], row.seed or "")


def _order(row: JudgingRound) -> list[UUID]:
    return [decode_id("cen", one) for one in row.order]


def _sheets(row: JudgingRound, seats: Sequence[JudgingSeat]) -> dict[UUID, list[Sheet]]:
    sheets: dict[UUID, list[Sheet]] = {entry: [] for entry in _order(row)}
    for seat in seats:
        if seat.points is not None:
            sheets[seat.entry_id].append(Sheet(seat.judge_id, seat.points))
    return sheets


def _document(row: JudgingRound, edition: CompetitionEdition, sheets: Sheets, standings: Sequence[Standing]) -> bytes:
    return canonical(
        seal_document(
            edition_id=edition.id,
            terms=edition.rounds[row.place],
            seed=row.seed or "",
            order=_order(row),
            sheets=sheets,
            standings=standings,
        )
    )


def _kept(row: JudgingRound, one: Standing) -> JudgingStanding:
    return JudgingStanding(
        id=new_id(),
        city_code=row.city_code,
        round_id=row.id,
        entry_id=one.entry_id,
        group_key=one.group,
        place=one.place,
        total=one.total,
        counted=one.counted,
        score_hundredths=one.score_hundredths,
        decided_by=one.decided_by,
    )
