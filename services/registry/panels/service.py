"""Panels: convened and drawn, scored sheet by sheet, closed by the last sheet."""

import secrets
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from kernel.auth import Caller
from kernel.ids import decode_id, encode_id, new_id
from kernel.moves import status_after
from kernel.problems import Conflict, NotFound, named_constraint, refuse_if
from policy.checks import tested_facts
from policy.snapshots import Acceptance
from policy.store import policy_for
from services.registry.experts.models import Expert
from services.registry.experts.queries import available_experts, fields_among
from services.registry.organisations.models import Organisation, OrganisationName
from services.registry.panels.models import Panel, PanelSeat
from services.registry.panels.queries import find_panel, seats_of
from services.registry.panels.rules import (
    Applicant,
    Candidate,
    conflicts,
    convening_findings,
    draw,
    result_of,
    score_findings,
)
from services.registry.panels.schemas import PanelIn, ScoreSheetIn
from services.registry.panels.states import MOVES, SeatFact, SeatStatus, Status
from services.registry.parties.graph import related_today
from services.registry.recognition.forms import subject_of
from services.registry.recognition.models import Recognition
from services.registry.recognition.queries import find_to_decide
from services.registry.recognition.states import Status as RecognitionStatus

SEED_BYTES = 16


class PanelPending(Conflict):
    code, title_zh, title_en = "panel_pending", "专家评审正在进行", "A panel is scoring already"


class NotUnderReview(Conflict):
    code, title_zh, title_en = "not_under_review", "该认定不在审查阶段", "The recognition is not under review"


class PanelClosed(Conflict):
    code, title_zh, title_en = "panel_closed", "专家评审已结束", "The panel is closed"


class NoExpertLeft(Conflict):
    code, title_zh, title_en = "panel_no_expert_left", "无可递补的专家", "No expert is left to take the seat"
    hint_zh = "请先在专家库中补充同领域专家,再登记回避;补充的专家以同一种子抽签递补"
    hint_en = "Enter further experts of the field into the pool first: they follow by lots of the same seed"


named_constraint("uq_panel_open", PanelPending)


async def convene_panel(session: AsyncSession, *, recognition_id: UUID, given: PanelIn, caller: Caller) -> Panel:
    """Draw by lot among those without an interest; who was left out is kept with every reason."""
    row = await find_to_decide(session, recognition_id, caller=caller)
    if row.status is not RecognitionStatus.UNDER_REVIEW:
        raise NotUnderReview
    criteria = await _criteria(session, row)
    applicant = await _applicant(session, row)
    pool = [_candidate(expert) for expert in await available_experts(session, row.city_code, given.field)]
    flagged = set(given.related_expert_ids) | await _related(session, row.city_code, pool, applicant)
    reasons = {one.id: conflicts(one, applicant, flagged) for one in pool}
    eligible = [one for one in pool if not reasons[one.id]]
    found = convening_findings(
        size=given.size,
        eligible=len(eligible),
        pass_mark=given.pass_mark,
        points_max=given.points_max,
        criteria=len(criteria),
    )
    refuse_if(found)
    excluded = [{"expert_id": encode_id("exp", one), "reasons": why} for one, why in reasons.items() if why]
    panel = _drawn(row, given, criteria, _lots(eligible), excluded, caller)
    session.add(panel)
    await session.flush()
    drawn = enumerate(panel.order[: given.size])
    session.add_all(_seat(panel, UUID(expert_id), place) for place, expert_id in drawn)
    await session.flush()
    return await find_panel(session, panel.id, caller=caller)


async def _related(session: AsyncSession, city_code: str, pool: Sequence[Candidate], applicant: Applicant) -> set[UUID]:
    """Experts who declared an organisation that is related to the applicant today."""
    declared = {one.id: {decode_id("org", org) for org in one.related} - {applicant.id} for one in pool}
    related = await related_today(session, city_code, applicant.id, set().union(*declared.values()))
    return {expert for expert, organisations in declared.items() if not related.isdisjoint(organisations)}


async def enter_sheet(session: AsyncSession, *, panel_id: UUID, given: ScoreSheetIn, caller: Caller) -> Panel:
    """One expert's points, locked; a recusal seats the next by lot. The last sheet closes the panel."""
    panel = await find_panel(session, panel_id, caller=caller)
    if panel.status is Status.CLOSED:
        raise PanelClosed
    row = await session.get_one(Recognition, panel.recognition_id)
    if row.status is not RecognitionStatus.UNDER_REVIEW:
        raise NotUnderReview
    seats = await seats_of(session, panel.id)
    seat = next((one for one in seats if one.expert_id == given.expert_id), None)
    if seat is None:
        raise NotFound
    fact = SeatFact.RECUSED if given.is_recused else SeatFact.SCORED
    after = status_after(fact, seat.status, MOVES)
    if fact is SeatFact.SCORED:
        refuse_if(score_findings(given.points, criteria=panel.criteria, points_max=panel.points_max))
        seat.points, seat.scored_at = dict(given.points), clock.now(panel.city_code)
    else:
        seats.append(await _next_seat(session, panel, seats))
    seat.status, seat.recorded_by = after, caller.acting_for
    _close_when_all_are_in(panel, seats)
    await session.flush()
    return await find_panel(session, panel.id, caller=caller)


async def _later_lots(session: AsyncSession, panel: Panel) -> list[str]:
    """Who came into the pool after the draw, in a field of those drawn, by lots of the same seed."""
    row = await session.get_one(Recognition, panel.recognition_id)
    known = {*panel.order, *(str(decode_id("exp", one["expert_id"])) for one in panel.excluded)}
    fields = await fields_among(session, map(UUID, panel.order))
    later = [one for one in await available_experts(session, panel.city_code, None) if str(one.id) not in known]
    pool, applicant = [_candidate(one) for one in later if one.field in fields], await _applicant(session, row)
    flagged = await _related(session, panel.city_code, pool, applicant)
    return [str(one) for one in draw((one for one in pool if not conflicts(one, applicant, flagged)), panel.seed)]


def _lots(eligible: list[Candidate]) -> tuple[str, list[UUID]]:
    """A seed nobody could foresee, and the lots it gives."""
    seed = secrets.token_hex(SEED_BYTES)
    return seed, draw(eligible, seed)


def _drawn(
    row: Recognition,
    given: PanelIn,
    criteria: list[str],
    lots: tuple[str, list[UUID]],
    excluded: list[dict[str, Any]],
    caller: Caller,
) -> Panel:
    seed, order = lots
    return Panel(
        id=new_id(),
        city_code=row.city_code,
        recognition_id=row.id,
        status=Status.SCORING,
        size=given.size,
        seed=seed,
        order=[str(expert_id) for expert_id in order],
        excluded=excluded,
        criteria=criteria,
        points_max=given.points_max,
        pass_mark=given.pass_mark,
        convened_by=caller.acting_for,
        convened_at=clock.now(row.city_code),
    )


def _close_when_all_are_in(panel: Panel, seats: list[PanelSeat]) -> None:
    sitting = [seat for seat in seats if seat.status is not SeatStatus.RECUSED]
    totals = [sum(seat.points.values()) for seat in sitting if seat.points is not None]
    if len(totals) < panel.size:
        return
    panel.status, panel.result = Status.CLOSED, result_of(totals)
    panel.is_passed, panel.closed_at = panel.result >= panel.pass_mark, clock.now(panel.city_code)


async def _next_seat(session: AsyncSession, panel: Panel, seats: list[PanelSeat]) -> PanelSeat:
    if len(seats) == len(panel.order):
        panel.order = [*panel.order, *await _later_lots(session, panel)]
    if len(seats) == len(panel.order):
        raise NoExpertLeft
    seat = _seat(panel, UUID(panel.order[len(seats)]), len(seats))
    session.add(seat)
    return seat


def _seat(panel: Panel, expert_id: UUID, place: int) -> PanelSeat:
    named = {"city_code": panel.city_code, "panel_id": panel.id, "expert_id": expert_id}
    return PanelSeat(id=new_id(), place=place, status=SeatStatus.SEATED, points=None, **named)


def _candidate(expert: Expert) -> Candidate:
    return Candidate(id=expert.id, unit=expert.unit, related=frozenset(expert.related_organisation_ids))


async def _applicant(session: AsyncSession, row: Recognition) -> Applicant:
    operator = await session.get_one(Organisation, row.applicant_id)
    former = await session.scalars(select(OrganisationName.name).where(OrganisationName.organisation_id == operator.id))
    return Applicant(id=operator.id, names=frozenset({operator.name, *former}))


async def _criteria(session: AsyncSession, row: Recognition) -> list[str]:
    """The facts the programme tests, in the order of the pack."""
    snapshot = await policy_for(session, row.city_code, Acceptance(on=row.accepted_on, at=row.accepted_at))
    subject = subject_of(snapshot.pack, row.item)
    assert subject is not None  # noqa: S101 - a pack keeps the items it had
    return [fact for fact in tested_facts(subject.terms.criteria) if fact in subject.asked]
