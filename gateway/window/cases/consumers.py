"""What the window does with facts of other services and with its own timers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds import ClaimLodged
from contracts.funds_angel import AngelClaimLodged
from contracts.registry import DueDaySettled, NoticePublished, OrganisationEntrusted
from gateway.window.cases.closing import CORRECTION_ENDS, close
from gateway.window.cases.models import CaseFile
from gateway.window.cases.numbers import next_number
from gateway.window.cases.queries import hold_case, notice_of, timeline_statement
from gateway.window.cases.rules import reasons_told
from gateway.window.cases.service import new_case, recount_correction, tell_opened
from gateway.window.cases.states import MOVES, Fact, Status
from gateway.window.feed.models import FeedEntry
from gateway.window.feed.rules import day_of, uuid_of
from gateway.window.feed.service import keep
from kernel.clock import on_date
from kernel.inbox import Consumer, Received
from kernel.moves import status_after
from kernel.outbox import Envelope
from kernel.timers import Timer, TimerHandler
from policy.snapshots import Acceptance
from policy.store import accepted_now

# What a case waits for, and the day that says until when.
_LAST_DAY = {NoticePublished.TYPE: "closes_on", DueDaySettled.TYPE: "due_on"}
ClaimOfAny = Received[ClaimLodged] | Received[AngelClaimLodged]


async def on_any_event(session: AsyncSession, event: Envelope) -> None:
    """Every fact goes on the feed; one with a case moves it. The case may not be open yet: its line waits for it."""
    keep(session, event)
    case_id = uuid_of(event.data.get("case_id"))
    if case_id is None:
        return
    case = await hold_case(session, case_id)
    if case is not None:
        await _follow(session, case, event.type, event.data, event.occurred_at)
    await session.flush()


async def on_claim_lodged(session: AsyncSession, event: Received[ClaimLodged]) -> None:
    """A bank claims the loss of a loan."""
    await _open_case(session, event, applicant_id=event.data.bank_id)


async def on_angel_claim_lodged(session: AsyncSession, event: Received[AngelClaimLodged]) -> None:
    """An investor claims the loss of an investment."""
    await _open_case(session, event, applicant_id=event.data.applicant_id)


async def on_entrusted(session: AsyncSession, event: Received[OrganisationEntrusted]) -> None:
    """Who acts for an organisation acts in its cases, open or ended; who did before knows of them no more."""
    keep(session, event.envelope)
    of_it = CaseFile.city_code == event.city_code, CaseFile.applicant_id == event.data.organisation_id
    await session.execute(update(CaseFile).where(*of_it).values(entrusted_to=event.data.present))


async def _open_case(session: AsyncSession, event: ClaimOfAny, *, applicant_id: UUID) -> None:
    """Open and number the case of a claim under the id funds has given it; catch up with what came before."""
    claim, city_code = event.data, event.city_code
    keep(session, event.envelope)
    if claim.case_id is None or await hold_case(session, claim.case_id) is not None:
        return
    accepted = Acceptance(claim.lodged_on, claim.lodged_at)
    number = await next_number(session, city_code=city_code, service="funds", year=claim.lodged_on.year)
    case = new_case(
        case_id=claim.case_id, city_code=city_code, number=number, item=claim.item, service="funds",
        applicant_id=applicant_id, opened_by=event.envelope.actor or "workload:funds", at=accepted,
    )  # fmt: skip
    case.subject_id, case.form = claim.claim_id, {}
    _accepted_by_lodging(case, accepted)
    case.policy_version, case.told_due_on = claim.policy_version, claim.review_due_on
    session.add(case)
    await session.flush()
    await tell_opened(session, case)
    await _catch_up(session, case, event)
    await session.flush()


def _accepted_by_lodging(case: CaseFile, accepted: Acceptance) -> None:
    """Funds checks completeness itself, so a lodged claim is an accepted one."""
    case.status = status_after(Fact.ACCEPTED, case.status, MOVES)
    case.accepted_on, case.accepted_at, case.accepted_by = accepted.on, accepted.at, "workload:funds"


async def _catch_up(session: AsyncSession, case: CaseFile, event: ClaimOfAny) -> None:
    earlier = timeline_statement(case.id).where(FeedEntry.event_id != event.envelope.id)
    lines = await session.scalars(earlier.order_by(FeedEntry.occurred_at, FeedEntry.seq))
    for line in lines.all():
        await _follow(session, case, line.type, line.data, line.occurred_at)


async def _follow(
    session: AsyncSession, case: CaseFile, kind: str, data: dict[str, object], occurred_at: datetime
) -> None:
    """Another service acts on the case: its review has begun, and perhaps there is an outcome."""
    at = Acceptance(on_date(occurred_at), occurred_at)
    if case.status is Status.ACCEPTED and not kind.startswith("case."):
        case.status, case.status_since = status_after(Fact.REVIEW_BEGUN, case.status, MOVES), at.at
    if case.status is Status.IN_REVIEW:
        case.waits_until = day_of(data.get(_LAST_DAY[kind])) if kind in _LAST_DAY else None
        outcome = data.get("case_outcome")
        if outcome is not None:
            reasons = reasons_told(data.get("case_reasons"))
            fact = Fact.TAKEN_BACK if outcome == "withdrawn" else Fact.DECIDED
            await close(session, case, fact, outcome=str(outcome), at=at, reasons=reasons)


async def correction_lapsed(session: AsyncSession, timer: Timer) -> None:
    """The time for correcting is over: the application counts as withdrawn; unless its day has become later."""
    case = await session.scalar(select(CaseFile).where(CaseFile.id == uuid_of(timer.object_id)).with_for_update())
    if case is None or case.status is not Status.CORRECTION_REQUESTED:
        return
    notice = await notice_of(session, case.id)
    if notice is None or not await recount_correction(session, case, notice):
        await close(session, case, Fact.CORRECTION_LAPSED, outcome="lapsed", at=accepted_now(case.city_code))


CONSUMERS: dict[str, Consumer] = {
    ClaimLodged.TYPE: on_claim_lodged,
    AngelClaimLodged.TYPE: on_angel_claim_lodged,
    OrganisationEntrusted.TYPE: on_entrusted,
    "*": on_any_event,
}
TIMERS: dict[str, TimerHandler] = {CORRECTION_ENDS: correction_lapsed}
