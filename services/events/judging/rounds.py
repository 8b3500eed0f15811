"""A round: drawn by lot without those who have an interest, scored seat by seat, seats filled again that fall empty."""

import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from kernel.auth import Caller
from kernel.ids import decode_id, encode_id, new_id
from kernel.moves import status_after
from kernel.problems import Conflict, InvalidMember, NotFound, refuse_if
from services.events.competitions.models import CompetitionEdition, CompetitionEntry
from services.events.competitions.queries import entries_of, find_edition
from services.events.competitions.states import EditionStatus, EntryStatus
from services.events.competitions.terms import RoundTerms
from services.events.judging.models import CompetitionJudge, JudgingRound, JudgingSeat, JudgingStanding
from services.events.judging.queries import find_round, find_seat, judges_named, round_before, seats_of, standings_of
from services.events.judging.rules import (
    Candidate,
    Competitor,
    Pair,
    Standing,
    assign,
    conflicts,
    draw_findings,
    going_on,
    order_by_lot,
    score_findings,
    substitute,
)
from services.events.judging.schemas import AbsenceIn, DrawIn, RecusalIn, SheetIn
from services.events.judging.states import ROUND_MOVES, SEAT_MOVES, RoundFact, RoundStatus, SeatFact, SeatStatus

SEED_BYTES = 16


class RoundNotDue(Conflict):
    code, title_zh, title_en = "round_not_due", "尚未到该轮评审", "It is not this round's turn yet"


class EntriesUnscreened(Conflict):
    code, title_zh, title_en = "entries_unscreened", "仍有参赛项目未完成资格审查", "Entries are still to be screened"


class EntrantsChanged(Conflict):
    code, title_zh, title_en = "entrants_changed", "参赛项目刚有变动,请重试", "The entries have just changed: try again"
    retryable = True


class RoundNotScoring(Conflict):
    code, title_zh, title_en = "round_not_scoring", "该轮不在评分阶段", "The round is not being scored"


class ReasonMissing(InvalidMember):
    code, title_zh, title_en = "correction_reason_missing", "更正评分须说明原因", "A correction has its reason"
    pointer = "/reason"


class UnknownJudges(InvalidMember):
    code, title_zh, title_en = "unknown_judges", "评委未登记或不可用", "Judges that are not enrolled or not available"
    pointer = "/judge_ids"


@dataclass(frozen=True, slots=True)
class Field:
    """Who is to be judged by whom in a round, as the draw begins."""

    round: JudgingRound
    terms: RoundTerms
    entries: list[Competitor]
    judges: list[Candidate]

    @property
    def pairs(self) -> set[Pair]:
        """Each organisation a judge declared beside each that competes: what the registry is asked about."""
        declared = set[UUID]().union(*(one.related for one in self.judges))
        competing = {one.organisation_id for one in self.entries if one.organisation_id is not None}
        return {(one, other) for one in declared for other in competing if one != other}


def open_rounds(session: AsyncSession, edition: CompetitionEdition) -> None:
    """A row for each round when an edition opens."""
    empty = {"status": RoundStatus.PENDING, "order": [], "judges": [], "excluded": []}
    session.add_all(
        JudgingRound(id=new_id(), city_code=edition.city_code, edition_id=edition.id, place=place, **empty)
        for place in range(len(edition.rounds))
    )


async def field_of(session: AsyncSession, *, round_id: UUID, given: DrawIn, caller: Caller) -> Field:
    """Raises why the round cannot be drawn yet."""
    row = await find_round(session, round_id, caller=caller)
    edition = await find_edition(session, row.edition_id, caller=caller, for_update=True)
    row = await find_round(session, round_id, caller=caller, for_update=True)
    if edition.status is not EditionStatus.OPEN or clock.now(row.city_code) < edition.submission_closes_at:
        raise RoundNotDue
    if await entries_of(session, edition.id, statuses=[EntryStatus.SUBMITTED]):
        raise EntriesUnscreened
    judges = await judges_named(session, given.judge_ids, caller=caller)
    if len(judges) < len(set(given.judge_ids)) or not all(one.is_available for one in judges):
        raise UnknownJudges
    entries = await _competing(session, edition, row)
    return Field(
        round=row,
        terms=edition.rounds[row.place],
        entries=[competitor(one) for one in entries],
        judges=[_candidate(one) for one in judges],
    )


async def draw_round(
    session: AsyncSession, *, round_id: UUID, given: DrawIn, asked: Collection[Pair], related: Collection[Pair],
    caller: Caller,
) -> JudgingRound:  # fmt: skip
    """A seed nobody could foresee gives the order of the entries and, evenly, the judges of each."""
    field = await field_of(session, round_id=round_id, given=given, caller=caller)
    if not field.pairs <= set(asked):
        raise EntrantsChanged
    row, seed = field.round, secrets.token_hex(SEED_BYTES)
    declared = {(one.judge_id, one.entry_id) for one in given.declared}
    reasons = {
        (judge.id, entry.id): why
        for judge in field.judges
        for entry in field.entries
        if (why := conflicts(judge, entry, related=related, declared=declared))
    }
    order = order_by_lot((one.id for one in field.entries), seed)
    seats = assign(order, [one.id for one in field.judges], reasons.keys(), size=field.terms.judges, seed=seed)
    refuse_if(draw_findings(field.entries, seats, field.terms.judges))
    row.status = status_after(RoundFact.DRAWN, row.status, ROUND_MOVES)
    row.seed, row.order = seed, [encode_id("cen", one) for one in order]
    row.judges = [encode_id("jdg", one.id) for one in field.judges]
    row.excluded = [_excluded(judge, entry, why) for (judge, entry), why in reasons.items()]
    row.drawn_by, row.drawn_at = caller.acting_for, clock.now(row.city_code)
    session.add_all(_seat(row, entry, judge) for entry, sitting in seats.items() for judge in sitting)
    return row


async def enter_sheet(session: AsyncSession, *, round_id: UUID, given: SheetIn, caller: Caller) -> JudgingSeat:
    """One judge's points for one entry. Until the seal they are corrected with a reason, and what stood is kept."""
    row, terms = await _scoring(session, round_id, caller)
    seat = await find_seat(session, row.id, entry_id=given.entry_id, judge_id=given.judge_id)
    refuse_if(score_findings(given.points, terms))
    after = status_after(SeatFact.SCORED, seat.status, SEAT_MOVES)
    now = clock.now(row.city_code)
    if seat.points is not None:
        if given.reason is None:
            raise ReasonMissing
        was = {"points": seat.points, "reason": given.reason, "corrected_by": caller.acting_for, "at": now.isoformat()}
        seat.corrections = [*seat.corrections, was]
    seat.status, seat.points = after, dict(given.points)
    seat.scored_by, seat.scored_at = caller.acting_for, now
    return seat


async def recuse(session: AsyncSession, *, round_id: UUID, given: RecusalIn, caller: Caller) -> JudgingRound:
    """The judge declares an interest in an entry: points given count no more, and another takes the seat."""
    row, _ = await _scoring(session, round_id, caller)
    seat = await find_seat(session, row.id, entry_id=given.entry_id, judge_id=given.judge_id)
    seats = await seats_of(session, row.id)
    seat.status = status_after(SeatFact.RECUSED, seat.status, SEAT_MOVES)
    if seat.points is not None:
        was = {"points": seat.points, "reason": given.reason, "corrected_by": caller.acting_for}
        seat.corrections = [*seat.corrections, was | {"at": clock.now(row.city_code).isoformat()}]
    seat.points, seat.empty_reason = None, given.reason
    row.excluded = [*row.excluded, _excluded(seat.judge_id, seat.entry_id, ["own_declaration"])]
    _fill(session, row, seats, [seat], absent=frozenset())
    return row


async def mark_absent(session: AsyncSession, *, round_id: UUID, given: AbsenceIn, caller: Caller) -> JudgingRound:
    """Every seat the judge has not scored goes to another; where nobody is left, the others' scores count alone."""
    row, _ = await _scoring(session, round_id, caller)
    seats = await seats_of(session, row.id)
    empty = [one for one in seats if one.judge_id == given.judge_id and one.status is SeatStatus.SEATED]
    if not empty:
        raise NotFound
    for seat in empty:
        seat.status, seat.empty_reason = status_after(SeatFact.ABSENT, seat.status, SEAT_MOVES), given.reason
    _fill(session, row, seats, empty, absent=frozenset({given.judge_id}))
    return row


def competitor(row: CompetitionEntry) -> Competitor:
    """As draw and ranking look at an entry."""
    assert row.submitted_at is not None  # noqa: S101 - who has submitted nothing is not admitted
    names = {name for name in (row.organisation_name, row.team_name) if name}
    return Competitor(row.id, row.number, row.group_key, row.organisation_id, frozenset(names), row.submitted_at)


def plain(row: JudgingStanding) -> Standing:
    """A standing as the rules look at it."""
    return Standing(row.entry_id, row.group_key, row.place, row.total, row.counted, row.decided_by)


async def _competing(
    session: AsyncSession, edition: CompetitionEdition, row: JudgingRound
) -> Sequence[CompetitionEntry]:
    active = await entries_of(session, edition.id, statuses=[EntryStatus.ADMITTED])
    before = await round_before(session, row)
    if before is None:
        return active
    if before.status is not RoundStatus.SEALED:
        raise RoundNotDue
    advance = edition.rounds[before.place].advance or 0
    standings = [plain(one) for one in await standings_of(session, before.id)]
    on = set(going_on(standings, {one.id for one in active}, advance))
    return [one for one in active if one.id in on]


async def _scoring(session: AsyncSession, round_id: UUID, caller: Caller) -> tuple[JudgingRound, RoundTerms]:
    row = await find_round(session, round_id, caller=caller, for_update=True)
    edition = await find_edition(session, row.edition_id, caller=caller)
    if row.status is not RoundStatus.SCORING or edition.status is not EditionStatus.OPEN:
        raise RoundNotScoring
    return row, edition.rounds[row.place]


def _fill(
    session: AsyncSession, row: JudgingRound, seats: Iterable[JudgingSeat], empty: Iterable[JudgingSeat],
    *, absent: Collection[UUID],
) -> None:  # fmt: skip
    """Seats that fell empty go to judges of the draw who have none before the entry, least burdened first."""
    assert row.seed is not None  # noqa: S101 - a round that is scored was drawn
    kept = list(seats)
    barred = {(decode_id("jdg", one["judge_id"]), decode_id("cen", one["entry_id"])) for one in row.excluded}
    gone = set(absent) | {one.judge_id for one in kept if one.status is SeatStatus.ABSENT}
    judges = [judge for judge in (decode_id("jdg", text) for text in row.judges) if judge not in gone]
    load = Counter(one.judge_id for one in kept if one.status in (SeatStatus.SEATED, SeatStatus.SCORED))
    for seat in empty:
        taken = {one.judge_id for one in kept if one.entry_id == seat.entry_id}
        next_ = substitute(seat.entry_id, judges, taken=taken, barred=barred, load=load, seed=row.seed)
        if next_ is not None:
            filled = _seat(row, seat.entry_id, next_)
            session.add(filled)
            kept.append(filled)
            load[next_] += 1


def _candidate(row: CompetitionJudge) -> Candidate:
    return Candidate(row.id, row.unit, frozenset(decode_id("org", one) for one in row.related_organisation_ids))


def _excluded(judge_id: UUID, entry_id: UUID, reasons: list[str]) -> dict[str, Any]:
    return {"judge_id": encode_id("jdg", judge_id), "entry_id": encode_id("cen", entry_id), "reasons": reasons}


def _seat(row: JudgingRound, entry_id: UUID, judge_id: UUID) -> JudgingSeat:
    return JudgingSeat(
        id=new_id(),
        city_code=row.city_code,
        round_id=row.id,
        entry_id=entry_id,
        judge_id=judge_id,
        status=SeatStatus.SEATED,
        points=None,
        corrections=[],
    )
