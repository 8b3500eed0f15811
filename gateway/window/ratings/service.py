"""Rating a delivered case, correcting the rating, and answering a bad one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.window import CaseRated, CaseRatingAnswered, CaseRatingCorrected
from gateway.window.cases.intake import told
from gateway.window.cases.models import CaseFile
from gateway.window.cases.queries import decided_under, find_case
from gateway.window.cases.rules import FormError
from gateway.window.feed.service import publish
from gateway.window.policies.queries import policy_for
from gateway.window.ratings.models import CaseRating
from gateway.window.ratings.queries import find_rating, handlers_of
from gateway.window.ratings.rules import Limit, answer_findings, fact_of, is_call_back_day, rating_findings
from gateway.window.ratings.states import MOVES, Fact, Status, Verdict
from kernel.auth import Caller
from kernel.etags import must_match
from kernel.findings import Finding
from kernel.moves import status_after
from kernel.problems import Conflict, Invalid, Refusal, named_constraint, refuse_if
from policy.calendar import workdays
from policy.snapshots import Acceptance
from policy.store import accepted_now


class AlreadyRated(Conflict):
    code, title_zh, title_en = "already_rated", "该办件已评价,可以更正", "The case is rated already; correct the rating"


class HandledTheCase(Refusal):
    code = "handled_the_case"
    title_zh, title_en = (
        "须由未经办该办件的人员处理差评",
        "A bad rating is answered by somebody who did not handle the case",
    )


named_constraint("pk_case_rating", AlreadyRated)


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the applicant says. The text never leaves the case: no log, no event, no published figure has it."""

    grade: int
    tags: Sequence[str]
    text: str | None


@dataclass(frozen=True, slots=True)
class Reply:
    """What the department found, what it does about it, and when it spoke to the applicant."""

    verdict: Verdict
    measure: str
    called_back_on: date


async def rate_case(session: AsyncSession, *, caller: Caller, case_id: UUID, opinion: Opinion) -> CaseRating:
    """The one rating of a delivered case. A bad one opens its follow-up. Raises Refusal, AlreadyRated."""
    case = await find_case(session, caller, case_id, for_update=True)
    at = accepted_now(case.city_code)
    refuse_if(await _why_not(session, case, at))
    if await session.get(CaseRating, case.id) is not None:
        raise AlreadyRated
    rating = CaseRating(
        case_id=case.id,
        city_code=case.city_code,
        item=case.item,
        applicant_id=case.applicant_id,
        status=Status.GIVEN,
        rated_by=caller.subject,
        rated_on=at.on,
        rated_at=at.at,
    )
    _write(rating, opinion, at)
    session.add(rating)
    fact = CaseRated(case_id=case.id, number=case.number, item=case.item, grade=rating.grade, outcome=_outcome(rating))
    await publish(session, fact, city_code=case.city_code, subject=case.id)
    await session.flush()
    return rating


async def correct_rating(
    session: AsyncSession, *, caller: Caller, case_id: UUID, if_match: str, opinion: Opinion
) -> CaseRating:
    """Another opinion in place of the first, until the first is answered. Raises IllegalMove, Refusal."""
    case = await find_case(session, caller, case_id, for_update=True)
    rating = await find_rating(session, case.id)
    must_match(if_match, rating.version)
    at = accepted_now(case.city_code)
    refuse_if(await _why_not(session, case, at))
    _write(rating, opinion, at)
    rating.corrected_at = at.at
    fact = CaseRatingCorrected(
        case_id=case.id, number=case.number, item=case.item, grade=rating.grade, outcome=_outcome(rating)
    )
    await publish(session, fact, city_code=case.city_code, subject=case.id)
    await session.flush()
    return rating


async def answer_rating(
    session: AsyncSession, *, caller: Caller, case_id: UUID, if_match: str, reply: Reply
) -> CaseRating:
    """A bad rating is looked into by somebody else. Raises IllegalMove, HandledTheCase, Invalid."""
    case = await find_case(session, caller, case_id, for_update=True)
    rating = await find_rating(session, case.id)
    must_match(if_match, rating.version)  # what was written may have been corrected meanwhile
    at = accepted_now(case.city_code)
    rating.status = status_after(Fact.ANSWERED, rating.status, MOVES)
    found = answer_findings(answered_by=caller.acting_for, handlers=await handlers_of(session, case))
    if found:
        raise HandledTheCase(reasons=found)
    if not is_call_back_day(reply.called_back_on, rated_on=rating.rated_on, on=at.on):
        raise Invalid(errors=told([FormError("/called_back_on", "value_error")]))
    rating.verdict, rating.measure, rating.called_back_on = reply.verdict, reply.measure, reply.called_back_on
    rating.answered_by, rating.answered_on, rating.answered_at = caller.acting_for, at.on, at.at
    fact = CaseRatingAnswered(case_id=case.id, number=case.number, item=case.item, outcome=reply.verdict.value)
    await publish(session, fact, city_code=case.city_code, subject=case.id)
    await session.flush()
    return rating


def _write(rating: CaseRating, opinion: Opinion, at: Acceptance) -> None:
    rating.status = status_after(fact_of(opinion.grade), rating.status, MOVES)
    rating.grade, rating.tags, rating.text = opinion.grade, list(opinion.tags), opinion.text
    # Correcting one bad grade to the other does not begin the wait for an answer anew.
    rating.opened_on = (rating.opened_on or at.on) if rating.status is Status.OPEN else None


def _outcome(rating: CaseRating) -> str:
    return "follow_up" if rating.status is Status.OPEN else "none"


async def _why_not(session: AsyncSession, case: CaseFile, at: Acceptance) -> list[Finding]:
    limit = await _limit(session, case)
    return rating_findings(delivered_on=case.delivered_on, limit=limit, calendar=workdays(), on=at.on)


async def _limit(session: AsyncSession, case: CaseFile) -> Limit | None:
    """The days the item's pack gives for rating; None where it gives none: then as long as the case is kept."""
    accepted = decided_under(case)
    snapshot = await policy_for(session, case.city_code, accepted)
    item = snapshot.pack.items.get(case.item)
    if item is None or item.rating_days is None:
        return None
    days = snapshot.whole(item.rating_days, accepted=accepted)
    return Limit(days, snapshot.pack.parameters[item.rating_days].clauses) if days else None
