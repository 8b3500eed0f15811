"""A status is applied for with the person's consent, confirmed by another, ended, and withdrawn with the consent."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry_reports import TalentConfirmed, TalentWithdrawn
from kernel import clock
from kernel.auth import Caller
from kernel.findings import Finding
from kernel.ids import new_id
from kernel.messages import errors_of
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, Invalid, named_constraint, refuse_if
from policy.engine import known_facts
from policy.schema import Pack
from policy.snapshots import Snapshot
from policy.store import accepted_now, decide_and_keep, must_be_eligible, policy_today
from services.registry.carriers.rules import unfit_facts
from services.registry.mentors.pool.queries import must_be_here
from services.registry.people.service import erase_person, hold_person, person_enrolled
from services.registry.talent.models import TalentStatus
from services.registry.talent.queries import find_talent, is_needed, run_out_status, terms_before
from services.registry.talent.rules import (
    Returns,
    Support,
    TalentKind,
    application_findings,
    begun_with,
    returns_of,
    second_person_findings,
    started_years,
    support_of,
)
from services.registry.talent.schemas import TalentDecisionIn, TalentIn
from services.registry.talent.states import MOVES, Fact, Status

SHARE, CONTRACT_RULE, EITHER = "researcher.income.share", "researcher.income.contract_rule", "either"


class TalentExists(Conflict):
    code, title_zh, title_en = "talent_exists", "该人员已有此类身份", "The person has this status already"


class ShareNotRuled(Conflict):
    code, title_zh, title_en = "share_not_ruled", "本市政策未规定该比例", "The city's policy rules no such share"


named_constraint("uq_talent_status_standing", TalentExists)


async def apply_for_status(session: AsyncSession, *, given: TalentIn, caller: Caller, key: bytes) -> TalentStatus:
    """With the consent of the person, for a kind of people the city's text supports.

    A status whose term has run out stands in nobody's way.
    """
    support = support_of(given.kind, (await policy_today(session, caller.city)).pack.clauses)
    found = application_findings(
        support=support,
        starts_on=given.starts_on,
        ends_on=given.ends_on,
        consented_on=given.consent.given_on,
        today=clock.today(caller.city),
    )
    refuse_if(found)
    assert support is not None  # noqa: S101 - refused above
    for organisation_id in filter(None, (given.unit_id, given.firm_id)):
        await must_be_here(session, organisation_id, caller.city)
    person_id = await person_enrolled(session, given=given.person, key=key, caller=caller)
    await _end_run_out(session, person_id, given.kind, clock.today(caller.city))
    row = TalentStatus(
        id=new_id(),
        city_code=caller.city,
        person_id=person_id,
        clause=support.clause,
        consented_on=given.consent.given_on,
        consent_reference=given.consent.reference,
        status=Status.APPLIED,
        facts={},
        applied_by=caller.subject,
        applied_at=clock.now(caller.city),
        **given.model_dump(exclude={"person", "consent"}),
    )
    session.add(row)
    await session.flush()
    return await find_talent(session, row.id, caller=caller)


async def decide_status(
    session: AsyncSession, *, talent_id: UUID, given: TalentDecisionIn, caller: Caller
) -> TalentStatus:
    """By another person than who applied; refused while a figure is open, a fact is missing or a criterion not met."""
    row = await find_talent(session, talent_id, caller=caller, for_update=True)
    fact = Fact.CONFIRMED if given.outcome == "confirm" else Fact.REFUSED
    row.status = status_after(fact, row.status, MOVES)
    refuse_if(second_person_findings(applied_by=row.applied_by, decided_by=caller.acting_for, clauses=(row.clause,)))
    row.decided_by, row.decided_at = caller.acting_for, clock.now(row.city_code)
    row.decision_reason = given.reason
    if fact is Fact.CONFIRMED:
        row.determination_id = await _judge(session, row, dict(given.facts))
        row.facts = dict(given.facts)
        confirmed = TalentConfirmed(talent_id=row.id, kind=row.kind, starts_on=row.starts_on, ends_on=row.ends_on)
        await record(session, confirmed, city_code=row.city_code, subject=row.id)
    await session.flush()
    return row


async def end_status(
    session: AsyncSession, *, talent_id: UUID, ended_on: date, reason: str, caller: Caller
) -> TalentStatus:
    """Earlier than its term, never later: the term is what was judged."""
    row = await find_talent(session, talent_id, caller=caller, for_update=True)
    row.status = status_after(Fact.ENDED, row.status, MOVES)
    outside = ended_on <= row.starts_on or (row.ends_on is not None and ended_on > row.ends_on)
    early = Finding("end_outside_term", (row.clause,), "结束日不在期限之内。", "The end lies outside the term.")
    refuse_if([early] if outside else [])
    row.ends_on, row.decision_reason = ended_on, reason
    return row


async def _end_run_out(session: AsyncSession, person_id: UUID, kind: TalentKind, today: date) -> None:
    """Nobody ended it when its term was over."""
    row = await run_out_status(session, person_id, kind, today)
    if row is not None:
        row.status = status_after(Fact.ENDED, row.status, MOVES)
        await session.flush()


async def withdraw_consent(session: AsyncSession, *, talent_id: UUID, caller: Caller) -> TalentStatus:
    """The status falls with it, and who the person was is erased unless something else still rests on it."""
    row = await find_talent(session, talent_id, caller=caller, for_update=True)
    person = await hold_person(session, row.person_id)
    row.status = status_after(Fact.WITHDRAWN, row.status, MOVES)
    row.consent_withdrawn_at, row.facts, row.consent_reference = clock.now(row.city_code), {}, ""
    await session.flush()
    if not await is_needed(session, person.id):
        await erase_person(session, person)
    await record(session, TalentWithdrawn(talent_id=row.id), city_code=row.city_code, subject=row.id)
    return await find_talent(session, row.id, caller=caller)


async def calculate_returns(
    session: AsyncSession, *, income_fen: int, given_fen: int, contract_says_otherwise: bool, caller: Caller
) -> tuple[Returns, int, tuple[str, ...]]:
    """JX-15, by the share in force today; answers it with its clauses. Raises ShareNotRuled for other cities."""
    policy = await policy_today(session, caller.city)
    ruled = {SHARE, CONTRACT_RULE} <= policy.pack.parameters.keys()
    held, rule = (
        policy.value(key, accepted=accepted_now(caller.city)) if ruled else None for key in (SHARE, CONTRACT_RULE)
    )
    if held is None or rule is None or not isinstance(held.value, int):
        raise ShareNotRuled
    found = returns_of(
        income_fen=income_fen,
        given_fen=given_fen,
        share_bp=held.value,
        contract=contract_says_otherwise,
        either=rule.value == EITHER,
    )
    return found, held.value, held.clauses


async def _judge(session: AsyncSession, row: TalentStatus, facts: dict[str, Any]) -> UUID | None:
    policy = await policy_today(session, row.city_code)
    support = support_of(row.kind, policy.pack.clauses)
    if support is None or support.programme is None:
        return None
    _must_fit(policy.pack, support, facts)
    if support.years_fact is not None and row.ends_on is not None:
        # The years are the person's: who came back and leaves again has used some of them.
        began = begun_with(row.starts_on, await terms_before(session, row))
        facts = facts | {support.years_fact: started_years(began, row.ends_on)}
    return await _determine(session, policy, support.programme, row, facts)


async def _determine(
    session: AsyncSession, policy: Snapshot, programme: str, row: TalentStatus, facts: dict[str, Any]
) -> UUID:
    determination = await decide_and_keep(
        session,
        policy,
        programme=programme,
        act="check",
        facts=facts,
        accepted=accepted_now(row.city_code),
        references={"talent": str(row.id)},
    )
    must_be_eligible(determination)
    return determination.id


def _must_fit(pack: Pack, support: Support, facts: dict[str, Any]) -> None:
    """Years are counted from the term; stated ones would be another figure for the same thing."""
    assert support.programme is not None  # noqa: S101 - only a programme has facts
    known = {
        name: fact
        for name, fact in known_facts(pack, pack.programmes[support.programme], "check").items()
        if name != support.years_fact
    }
    unfit = {f"/facts/{name}": f"fact_{wanted}" for name, wanted in unfit_facts(facts, known)}
    if unfit:
        raise Invalid(errors=errors_of(unfit))
