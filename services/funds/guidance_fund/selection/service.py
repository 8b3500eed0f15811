"""Choosing sub-funds: call, proposals, due diligence, the experts' vote, public notice, a second person's decision."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds_guidance import SubFundApproved, SubFundProposed, SubFundRefused
from contracts.registry import OrganisationReply
from kernel.auth import Caller
from kernel.clock import on_date
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, named_constraint, refuse_if
from policy.calendar import workdays
from policy.engine import known_facts
from policy.snapshots import Acceptance, Snapshot
from policy.store import decide_and_keep, figure, must_be_eligible, policy_for
from services.funds.approvals.service import approve
from services.funds.guidance_fund.access import own_manager
from services.funds.guidance_fund.policy import PARTICIPATE, must_be_complete, participation
from services.funds.guidance_fund.promises import promise_findings
from services.funds.guidance_fund.selection.models import SubFundCall, SubFundProposal
from services.funds.guidance_fund.selection.notices import recount_notice, tell_notice
from services.funds.guidance_fund.selection.queries import get_call, get_proposal
from services.funds.guidance_fund.selection.rules import (
    agreed_facts,
    call_findings,
    carry_findings,
    decision_findings,
    fact_findings,
    vote_facts,
    vote_findings,
)
from services.funds.guidance_fund.selection.schemas import CallIn, DecisionIn, ExaminationIn, ProposalIn, VotesIn
from services.funds.guidance_fund.selection.states import MOVES, Fact, Status
from services.funds.recounting.expecting import expect_recount

KIND = "sub_fund_proposal"


class AlreadyProposed(Conflict):
    code, title_zh, title_en = "already_proposed", "该管理人已在本次征集中申报", "The manager proposed under this call"


named_constraint("uq_sub_fund_proposal_call_id_manager_id", AlreadyProposed)


async def publish_call(session: AsyncSession, *, given: CallIn, caller: Caller, at: datetime) -> SubFundCall:
    """Invite managers. Raises PolicyOpen while the plan of the fund has open figures (ZZ-23, WH-23, LZ-26)."""
    accepted = Acceptance(on_date(at), at)
    snapshot = await policy_for(session, caller.city, accepted)
    programme, _terms = participation(snapshot.pack, given.programme)
    must_be_complete(snapshot, programme, accepted=accepted)
    refuse_if(promise_findings({"title": given.title, "text": given.text}))
    row = SubFundCall(
        id=new_id(), city_code=caller.city, published_by=caller.acting_for, published_at=at, **given.model_dump()
    )
    session.add(row)
    await session.flush()
    return row


async def lodge_proposal(
    session: AsyncSession, *, given: ProposalIn, manager: OrganisationReply, caller: Caller, at: datetime
) -> SubFundProposal:
    """A manager's proposal, once under a call. Raises Refusal with every reason, AlreadyProposed."""
    today, call = on_date(at), await get_call(session, given.call_id, caller)
    snapshot = await policy_for(session, caller.city, Acceptance(today, at))
    programme, _terms = participation(snapshot.pack, call.programme)
    clauses = programme.clauses
    found = call_findings(on=today, opens_on=call.opens_on, closes_on=call.closes_on, clauses=clauses)
    terms = given.terms.model_dump()
    promised = promise_findings({"name": given.name, "plan": given.plan})
    refuse_if([*found, *promised, *carry_findings(given.vehicle, terms)])
    row = SubFundProposal(
        id=new_id(),
        city_code=caller.city,
        manager_id=own_manager(caller),
        manager_name=manager.name,
        lodged_on=today,
        lodged_at=at,
        lodged_by=caller.acting_for,
        status=Status.LODGED,
        terms=terms,
        **given.model_dump(exclude={"terms"}),
    )
    session.add(row)
    await session.flush()
    told = SubFundProposed(
        proposal_id=row.id,
        call_id=call.id,
        manager_id=row.manager_id,
        programme=call.programme,
        asked_fen=row.asked_fen,
    )
    await record(session, told, city_code=row.city_code, subject=row.id)
    return row


async def examine_proposal(
    session: AsyncSession, *, proposal_id: UUID, given: ExaminationIn, caller: Caller
) -> SubFundProposal:
    """Keep what due diligence found. Raises Refusal for facts the programme does not test."""
    row, snapshot, call = await _at_hand(session, proposal_id, caller)
    programme, _terms = participation(snapshot.pack, call.programme)
    known = known_facts(snapshot.pack, programme, PARTICIPATE)
    status = status_after(Fact.EXAMINED, row.status, MOVES)
    refuse_if([*fact_findings(known, given.facts, programme.clauses), *promise_findings({"findings": given.findings})])
    row.status, row.findings, row.facts = status, given.findings, given.facts
    row.examined_by = caller.acting_for
    await session.flush()
    return row


async def record_votes(
    session: AsyncSession, *, proposal_id: UUID, given: VotesIn, caller: Caller, at: datetime
) -> SubFundProposal:
    """The minutes of the experts' vote; whether it carries is judged with the decision."""
    row, _snapshot, _call = await _at_hand(session, proposal_id, caller)
    status = status_after(Fact.VOTED, row.status, MOVES)
    refuse_if(vote_findings(voted_on=given.voted_on, lodged_on=row.lodged_on, today=on_date(at)))
    row.status, row.voted_on = status, given.voted_on
    row.votes = given.model_dump(mode="json")["votes"]
    await session.flush()
    return row


async def publish_notice(session: AsyncSession, *, proposal_id: UUID, caller: Caller, at: datetime) -> SubFundProposal:
    """Public notice from today on, for the working days the city set."""
    row, snapshot, call = await _at_hand(session, proposal_id, caller)
    _programme, terms = participation(snapshot.pack, call.programme)
    row.status = status_after(Fact.NOTICE_PUBLISHED, row.status, MOVES)
    days = figure(snapshot, terms.notice_working_days, accepted=_accepted(row))
    row.notice_from = on_date(at)
    until = workdays().add(row.notice_from, days)
    row.notice_until, row.notice_working_days, row.notice_provisional = until.on, days, until.provisional
    await session.flush()
    await tell_notice(session, row)
    if until.provisional:
        await expect_recount(session, row.city_code)
    return row


async def decide_proposal(
    session: AsyncSession, *, proposal_id: UUID, given: DecisionIn, caller: Caller, at: datetime
) -> SubFundProposal:
    """Another person than examined it decides. Raises Refusal with every reason of the policy."""
    row, snapshot, call = await _at_hand(session, proposal_id, caller)
    refuse_if(promise_findings({"reason": given.reason}))
    row.decision, row.decided_at = given.reason, at
    if given.amount_fen is None:
        await _refuse(session, row, caller, at)
        return row
    status = status_after(Fact.APPROVED, row.status, MOVES)
    await recount_notice(session, row, workdays())
    until = row.notice_until or on_date(at)
    refuse_if(
        decision_findings(asked_fen=row.asked_fen, amount_fen=given.amount_fen, today=on_date(at), notice_until=until)
    )
    determination = await decide_and_keep(
        session,
        snapshot,
        programme=call.programme,
        act=PARTICIPATE,
        facts=_facts(row, given.amount_fen),
        accepted=_accepted(row),
        references={"proposal": str(row.id), "manager": str(row.manager_id)},
    )
    must_be_eligible(determination)
    await _approve(session, row, caller, at)
    row.status, row.approved_fen, row.determination_id = status, given.amount_fen, determination.id
    await session.flush()
    told = SubFundApproved(
        proposal_id=row.id, manager_id=row.manager_id, amount_fen=given.amount_fen, determination_id=determination.id
    )
    await record(session, told, city_code=row.city_code, subject=row.id)
    return row


def _facts(row: SubFundProposal, amount_fen: int) -> dict[str, Any]:
    agreed = agreed_facts(row.terms, row.facts or {}, public_fen=amount_fen, size_fen=row.size_fen)
    return agreed | vote_facts(row.votes or []) | {"decided_amount_fen": amount_fen, "documents": row.documents}


async def _refuse(session: AsyncSession, row: SubFundProposal, caller: Caller, at: datetime) -> None:
    row.status = status_after(Fact.REFUSED, row.status, MOVES)
    await _approve(session, row, caller, at)
    await record(
        session, SubFundRefused(proposal_id=row.id, manager_id=row.manager_id), city_code=row.city_code, subject=row.id
    )


async def _approve(session: AsyncSession, row: SubFundProposal, caller: Caller, at: datetime) -> None:
    row.decided_by = caller.acting_for
    await approve(
        session,
        city_code=row.city_code,
        subject_kind=KIND,
        subject_id=row.id,
        case_id=None,
        step="decision",
        approver=caller.acting_for,
        prepared_by=row.examined_by or row.lodged_by,
        decided_by=None,
        at=at,
    )


def _accepted(row: SubFundProposal) -> Acceptance:
    return Acceptance(row.lodged_on, row.lodged_at)


async def _at_hand(
    session: AsyncSession, proposal_id: UUID, caller: Caller
) -> tuple[SubFundProposal, Snapshot, SubFundCall]:
    """A proposal with the policy of the day it was handed in, under its lock."""
    row = await get_proposal(session, proposal_id, caller, lock=True)
    snapshot = await policy_for(session, row.city_code, _accepted(row))
    return row, snapshot, await get_call(session, row.call_id, caller)
