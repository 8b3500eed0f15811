"""What a prize leads to: a right granted once under a programme, by the one level that the policy names."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events import PrizeBenefitGranted
from kernel import clock
from kernel.auth import Caller
from kernel.ids import new_id
from kernel.outbox import record
from kernel.problems import Conflict, InvalidMember, named_constraint, refuse_if
from policy.determinations import Determination
from policy.schema import Programme
from policy.store import accepted_now, decide_and_keep, must_be_eligible, policy_today
from policy.terms_of_support import PriorityTerms
from services.events.results.models import CompetitionPrize, PrizeBenefit
from services.events.results.queries import benefits_of, find_prize
from services.events.results.rules import CITY, benefit_findings
from services.events.results.schemas import BenefitIn

AWARD_WINNING = "award_winning"
# The rule kinds by which a prize leads to something, and the act of each.
ACTS = {"contest_result": "support", "priority": "give_priority"}


class UnknownBenefit(InvalidMember):
    code, title_zh, title_en = (
        "unknown_benefit",
        "政策包中没有该获奖政策",
        "The city's pack has no such programme for winners",
    )
    pointer = "/programme"


class BenefitGranted(Conflict):
    code, title_zh, title_en = "benefit_granted", "该奖项已享受此项政策", "The prize has led to this already"


named_constraint("uq_prize_benefit_prize_id_programme", BenefitGranted)


async def grant_benefit(session: AsyncSession, *, prize_id: UUID, given: BenefitIn, caller: Caller) -> PrizeBenefit:
    """The pack decides whether the grade counts and which level grants; what it leaves open refuses until it is set."""
    prize = await find_prize(session, prize_id, caller=caller)
    if any(one.programme == given.programme for one in (await benefits_of(session, [prize.id]))[prize.id]):
        raise BenefitGranted
    determination = await _decided(session, prize, given)
    row = PrizeBenefit(
        id=new_id(),
        city_code=prize.city_code,
        prize_id=prize.id,
        determination_id=determination.id,
        granted_by=caller.acting_for,
        granted_at=clock.now(prize.city_code),
        **given.model_dump(),
    )
    session.add(row)
    await session.flush()
    await record(session, _told(prize, row), city_code=row.city_code, subject=prize.edition_id)
    return row


async def _decided(session: AsyncSession, prize: CompetitionPrize, given: BenefitIn) -> Determination:
    snapshot = await policy_today(session, prize.city_code)
    programme = snapshot.pack.programmes.get(given.programme)
    if programme is None or not _is_for_winners(programme):
        raise UnknownBenefit
    determination = await decide_and_keep(
        session,
        snapshot,
        programme=given.programme,
        act=ACTS[programme.terms.kind],
        facts=_facts(programme, prize),
        accepted=accepted_now(prize.city_code),
        references={"prize": str(prize.id), "entry": str(prize.entry_id)},
    )
    must_be_eligible(determination)
    refuse_if(
        benefit_findings(
            is_revoked=prize.revoked_on is not None,
            chosen=determination.terms.get("treasury", CITY),
            treasury=given.treasury,
            clauses=programme.clauses,
        )
    )
    return determination


def _told(prize: CompetitionPrize, row: PrizeBenefit) -> PrizeBenefitGranted:
    return PrizeBenefitGranted(
        prize_id=prize.id,
        organisation_id=prize.organisation_id,
        programme=row.programme,
        treasury=row.treasury,
        determination_id=row.determination_id,
    )


def _is_for_winners(programme: Programme) -> bool:
    if isinstance(programme.terms, PriorityTerms):
        return getattr(programme.terms.condition, "fact", None) == AWARD_WINNING
    return programme.terms.kind in ACTS


def _facts(programme: Programme, prize: CompetitionPrize) -> dict[str, Any]:
    if programme.terms.kind == "contest_result":
        return {"contest_level": prize.level.value, "prize_grade": prize.grade, "already_awarded": False}
    return {AWARD_WINNING: True}
