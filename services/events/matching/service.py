"""Use cases of matching: open it, enrol, schedule a meeting, cancel it, and say what came of it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.asking import organisation_of
from contracts.registry import ACTIVE, PairAsked, RelatedAsked, RelatedPair, RelatedReply
from kernel import clock
from kernel.auth import Caller
from kernel.client import ServiceClient
from kernel.etags import must_match
from kernel.ids import new_id
from kernel.owning import is_own
from kernel.problems import Conflict, NotFound, named_constraint, refuse_if
from kernel.routing import Work
from services.events.calendar.models import CalendarEvent
from services.events.calendar.queries import event_for, public_event
from services.events.matching import queries
from services.events.matching.models import MatchingMeeting, MatchingOutcome, MatchingParty, MatchingPlan
from services.events.matching.rules import (
    Said,
    Side,
    Slots,
    called_off_findings,
    enrolment_findings,
    meeting_findings,
    outcome_findings,
    plan_findings,
    slots_from,
)
from services.events.organisations import must_speak_for

WITHDRAWN = "一方退出对接"


class EnrolledAlready(Conflict):
    code, title_zh, title_en = "enrolled_already", "本单位已报名该活动对接", "The organisation is enrolled already"


class DoubleBooked(Conflict):
    code = "party_double_booked"
    title_zh, title_en = "一方在该时段已有洽谈", "One of the parties has a meeting in that slot"


class PairMeetsAlready(Conflict):
    code, title_zh, title_en = "pair_meets_already", "双方已安排洽谈", "The two are to meet already"


class OutcomeRecorded(Conflict):
    code = "outcome_recorded"
    title_zh, title_en = "已登记洽谈结果,不能取消", "What came of the meeting was recorded: it took place"


named_constraint("uq_matching_party_enrolled", EnrolledAlready)
named_constraint("uq_matching_meeting_project", DoubleBooked)
named_constraint("uq_matching_meeting_financier", DoubleBooked)
named_constraint("uq_matching_meeting_pair", PairMeetsAlready)


@dataclass(frozen=True, slots=True)
class PlanGiven:
    """Slots of one length, the first so many minutes after the event's start."""

    first_after_minutes: int
    slot_minutes: int
    slot_count: int


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a party says of itself: everybody at the event reads it."""

    organisation_id: UUID
    side: Side
    title: str | None
    description: str | None


async def open_matching(session: AsyncSession, *, event_id: UUID, given: PlanGiven, caller: Caller) -> Slots:
    """Set the times of an event's meetings, which opens enrolment; set again while no meeting is scheduled."""
    event = await _to_arrange(session, event_id, caller)
    scheduled = await queries.has_meetings(session, event_id)
    slots = slots_from(event.starts_at, given.first_after_minutes, given.slot_minutes, given.slot_count)
    now = clock.now(event.city_code)
    refuse_if(plan_findings(queries.happening(event), slots, has_meetings=scheduled, now=now))
    try:
        plan = await queries.plan_of(session, event_id)
    except NotFound:
        plan = MatchingPlan(id=new_id(), city_code=event.city_code, event_id=event_id)
        session.add(plan)
    plan.first_after_minutes, plan.planned_by = given.first_after_minutes, caller.acting_for
    plan.slot_minutes, plan.slot_count = given.slot_minutes, given.slot_count
    await session.flush()
    return slots


async def enrol(
    work: Work, registry: ServiceClient, *, event_id: UUID, enrolment: Enrolment, caller: Caller
) -> MatchingParty:
    """Take part with a project or with money, as one party an organisation and event. Raises NotItsVoice."""
    await event_for(await work.open(), event_id, caller=caller)
    await work.close()
    known = await organisation_of(registry, enrolment.organisation_id, city_code=caller.city)
    must_speak_for(caller, known.id)
    session = await work.open()
    event = await event_for(session, event_id, caller=caller)
    await queries.plan_of(session, event_id)
    now = clock.now(event.city_code)
    texts = (enrolment.title, enrolment.description)
    is_active = known.status == ACTIVE
    refuse_if(enrolment_findings(queries.happening(event), enrolment.side, texts, is_active=is_active, now=now))
    party = MatchingParty(
        id=new_id(),
        city_code=event.city_code,
        event_id=event_id,
        organisation_id=known.id,
        organisation_name=known.name,
        side=enrolment.side,
        title=enrolment.title,
        description=enrolment.description,
        enrolled_by=caller.acting_for,
        enrolled_at=now,
    )
    session.add(party)
    await session.flush()
    return party


async def withdraw(session: AsyncSession, *, party_id: UUID, caller: Caller) -> MatchingParty:
    """Take part no longer: meetings that have not begun are cancelled with it."""
    party = await queries.party_for(session, party_id, city_code=caller.city)
    _must_be_own(caller, party.organisation_id)
    await public_event(session, party.event_id, city_code=caller.city, lock=True)
    slots, now = await queries.slots_of(session, party.event_id), clock.now(party.city_code)
    if party.withdrawn_at is None:
        party.withdrawn_at = now
    for meeting in await queries.meetings_with(session, party.id):
        if slots.start_of(meeting.slot) > now:
            _cancel(meeting, WITHDRAWN, caller)
    await session.flush()
    return party


async def schedule_meeting(
    work: Work, registry: ServiceClient, *, event_id: UUID, slot: int, pair: tuple[UUID, UUID], caller: Caller
) -> MatchingMeeting:
    """Have a project and an investor or bank meet in a slot; related ones may, and are shown as such."""
    session = await work.open()
    await _to_arrange(session, event_id, caller)
    project, financier = await _pair(session, event_id, pair)
    await work.close()
    related = await _related(registry, project, financier)
    session = await work.open()
    event = await _to_arrange(session, event_id, caller)
    project, financier = await _pair(session, event_id, pair)
    slots, now = await queries.slots_of(session, event_id), clock.now(event.city_code)
    sides, withdrawn = (project.side, financier.side), bool(project.withdrawn_at or financier.withdrawn_at)
    refuse_if(meeting_findings(queries.happening(event), slots, slot, sides=sides, withdrawn=withdrawn, now=now))
    meeting = MatchingMeeting(
        id=new_id(),
        city_code=event.city_code,
        event_id=event_id,
        slot=slot,
        project_id=project.id,
        financier_id=financier.id,
        is_related=related.related,
        related_through=list(dict.fromkeys([*(step.kind for step in related.path), *related.shared])),
        scheduled_by=caller.acting_for,
        scheduled_at=now,
    )
    session.add(meeting)
    await session.flush()
    return meeting


async def cancel_meeting(
    session: AsyncSession, *, meeting_id: UUID, reason: str, if_match: str, caller: Caller
) -> MatchingMeeting:
    """Call a meeting off; both parties are free in its slot."""
    meeting = await queries.meeting_for(session, meeting_id, caller=caller, as_host=True)
    await _to_arrange(session, meeting.event_id, caller)
    meeting = await queries.meeting_for(session, meeting_id, caller=caller, as_host=True, lock=True)
    must_match(if_match, meeting.version)
    if await queries.current_outcomes(session, [meeting.id]):
        raise OutcomeRecorded
    _cancel(meeting, reason, caller)
    await session.flush()
    return meeting


async def record_outcome(
    session: AsyncSession, *, meeting_id: UUID, organisation_id: UUID, said: Said, caller: Caller
) -> MatchingMeeting:
    """One of the two says what came of a meeting; a later word replaces its own and is kept beside it."""
    meeting = await queries.meeting_for(session, meeting_id, caller=caller)
    event = await public_event(session, meeting.event_id, city_code=caller.city, lock=True)
    meeting = await queries.meeting_for(session, meeting_id, caller=caller, lock=True)
    _must_be_own(caller, organisation_id)
    parties = await queries.parties_of(session, [meeting])
    party = next((one for one in parties.values() if one.organisation_id == organisation_id), None)
    if party is None:
        raise NotFound
    slots, now = await queries.slots_of(session, meeting.event_id), clock.now(meeting.city_code)
    is_cancelled, begins_at = meeting.cancelled_at is not None, slots.start_of(meeting.slot)
    found = outcome_findings(said, is_cancelled=is_cancelled, begins_at=begins_at, now=now)
    refuse_if([*called_off_findings(queries.happening(event)), *found])
    for before in await queries.current_outcomes(session, [meeting.id]):
        if before.party_id == party.id:
            before.is_current = False
    await session.flush()
    session.add(
        MatchingOutcome(
            city_code=meeting.city_code,
            meeting_id=meeting.id,
            party_id=party.id,
            outcome=said.outcome,
            amount_fen=said.amount_fen,
            is_current=True,
            stated_by=caller.acting_for,
            stated_at=now,
        )
    )
    await session.flush()
    return meeting


async def _to_arrange(session: AsyncSession, event_id: UUID, caller: Caller) -> CalendarEvent:
    """The event, locked, for an officer or the host who organises it. Raises NotFound."""
    event = await public_event(session, event_id, city_code=caller.city, lock=True)
    _must_be_own(caller, event.host_id)
    return event


def _must_be_own(caller: Caller, organisation_id: UUID) -> None:
    """Of others nobody learns here. Raises NotFound."""
    if not is_own(caller, organisation_id):
        raise NotFound


async def _pair(session: AsyncSession, event_id: UUID, pair: tuple[UUID, UUID]) -> tuple[MatchingParty, MatchingParty]:
    project, financier = [await queries.party_of_event(session, one, event_id=event_id) for one in pair]
    return project, financier


async def _related(registry: ServiceClient, project: MatchingParty, financier: MatchingParty) -> RelatedPair:
    pair = (PairAsked(a=project.organisation_id, b=financier.organisation_id),)
    asked = RelatedAsked(city_code=project.city_code, pairs=pair)
    told = await registry.post(
        "/internal/organisations/related", asked.model_dump(mode="json"), RelatedReply, repeatable=True
    )
    return told.pairs[0]


def _cancel(meeting: MatchingMeeting, reason: str, caller: Caller) -> None:
    if meeting.cancelled_at is None:
        meeting.cancelled_at, meeting.cancelled_by = clock.now(meeting.city_code), caller.acting_for
        meeting.cancellation_reason = reason
