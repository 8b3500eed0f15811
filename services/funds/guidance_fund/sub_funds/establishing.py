"""A sub-fund is founded: all commitments stand, the city's is pledged out of its budget (ZZ-29, WH-23, LZ-26)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds_guidance import SubFundEstablished
from contracts.registry import OrganisationReply
from kernel.auth import Caller
from kernel.clock import on_date
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, named_constraint, refuse_if
from ledger.chart import open_accounts
from policy.snapshots import Acceptance
from policy.store import policy_for
from services.funds.chart import Line
from services.funds.guidance_fund import postings
from services.funds.guidance_fund.journal import post_fact
from services.funds.guidance_fund.reports.expecting import expect_reports
from services.funds.guidance_fund.selection.models import SubFundProposal
from services.funds.guidance_fund.selection.queries import get_call, get_proposal
from services.funds.guidance_fund.selection.rules import agreed_facts
from services.funds.guidance_fund.selection.states import MOVES, Fact
from services.funds.guidance_fund.sub_funds.models import Commitment, SubFund
from services.funds.guidance_fund.sub_funds.queries import cites, vehicle_of
from services.funds.guidance_fund.sub_funds.rules import day_findings, size_findings
from services.funds.guidance_fund.sub_funds.schemas import SubFundIn
from services.funds.guidance_fund.sub_funds.states import Status
from services.funds.programmes.rules import fund_of
from services.funds.programmes.spending import within_budget

CITY_ZH = "市级财政"


class SubFundEstablishedBefore(Conflict):
    code, title_zh, title_en = "already_established", "该子基金已设立", "The sub-fund was established before"


named_constraint("uq_sub_fund_proposal_id", SubFundEstablishedBefore)


async def establish_sub_fund(
    session: AsyncSession, *, given: SubFundIn, organisation: OrganisationReply, caller: Caller, at: datetime
) -> SubFund:
    """Raises Refusal with every reason, BudgetExhausted when the city's line cannot carry its commitment."""
    proposal = await get_proposal(session, given.proposal_id, caller, lock=True)
    status = status_after(Fact.ESTABLISHED, proposal.status, MOVES)
    committed_fen = (proposal.approved_fen or 0) + sum(one.amount_fen for one in given.investors)
    decided_on = on_date(proposal.decided_at or at)
    refuse_if(
        [
            *size_findings(size_fen=proposal.size_fen, committed_fen=committed_fen),
            *day_findings(on=given.established_on, not_before=decided_on, today=on_date(at), field="established_on"),
        ]
    )
    accepted = Acceptance(proposal.lodged_on, proposal.lodged_at)
    snapshot = await policy_for(session, caller.city, accepted)
    call = await get_call(session, proposal.call_id, caller)
    row = _established(
        given, proposal, caller, at, programme=call.programme, fund=fund_of(snapshot.pack, call.programme)
    )
    row.organisation_id, proposal.status = organisation.id, status
    session.add(row)
    await session.flush()
    commitments = _commitments(row, given)
    session.add_all(commitments)
    await session.flush()
    await expect_reports(session, row, after=row.established_on)
    told = SubFundEstablished(
        sub_fund_id=row.id, proposal_id=proposal.id, manager_id=row.manager_id, size_fen=committed_fen,
        public_fen=row.public_fen,
    )  # fmt: skip
    await record(session, told, city_code=row.city_code, subject=row.id)
    await _post(session, row, commitments, caller)
    return row


def _established(
    given: SubFundIn, proposal: SubFundProposal, caller: Caller, at: datetime, *, programme: str, fund: str
) -> SubFund:
    public_fen, terms = proposal.approved_fen or 0, proposal.terms
    facts = agreed_facts(terms, proposal.facts or {}, public_fen=public_fen, size_fen=proposal.size_fen)
    return SubFund(
        id=new_id(),
        city_code=caller.city,
        proposal_id=proposal.id,
        manager_id=proposal.manager_id,
        name=proposal.name,
        vehicle=proposal.vehicle,
        programme=programme,
        fund=fund,
        policy_year=on_date(at).year,
        size_fen=proposal.size_fen,
        public_fen=public_fen,
        terms=terms,
        facts=facts,
        registration=given.registration,
        custodian=given.custodian,
        determination_id=proposal.determination_id,
        accepted_on=proposal.lodged_on,
        accepted_at=proposal.lodged_at,
        established_on=given.established_on,
        established_by=caller.acting_for,
        established_at=at,
        status=Status.ACTIVE,
    )


def _commitments(row: SubFund, given: SubFundIn) -> list[Commitment]:
    named = [("city", CITY_ZH, row.public_fen), *((one.level, one.investor, one.amount_fen) for one in given.investors)]
    return [
        Commitment(
            id=new_id(),
            city_code=row.city_code,
            sub_fund_id=row.id,
            number=number,
            level=level,
            investor=investor,
            amount_fen=amount_fen,
            called_fen=0,
            paid_fen=0,
            returned_fen=0,
            gained_fen=0,
        )
        for number, (level, investor, amount_fen) in enumerate(named, start=1)
    ]


async def _post(session: AsyncSession, row: SubFund, commitments: Sequence[Commitment], caller: Caller) -> None:
    vehicle = vehicle_of(row)
    accounts = vehicle.accounts()
    for one in commitments:
        accounts += vehicle.investor_accounts(one.number, one.investor)
    amounts = {one.number: one.amount_fen for one in commitments}
    entry = postings.committed(vehicle, amounts, row.public_fen, cites=cites(row), on=row.established_on)
    async with within_budget(session, Line(row.fund, row.policy_year), city_code=row.city_code):
        await open_accounts(session, accounts, city_code=row.city_code)
        await post_fact(session, row, entry, caller, of=row.id)
