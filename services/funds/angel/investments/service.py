"""Recording an investment, confirming it, and telling its loss (XZ-32)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds_angel import AngelInvestmentReviewed
from contracts.registry import OrganisationReply
from kernel.auth import Caller
from kernel.clock import on_date
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, named_constraint, refuse_if
from policy.snapshots import Acceptance
from policy.store import policy_for
from services.funds.angel.access import must_act_for, must_act_on
from services.funds.angel.investments.models import AngelInvestment, AngelLoss
from services.funds.angel.investments.queries import get_investment
from services.funds.angel.investments.rules import Invested, Lost, Party, investment_findings, loss_findings
from services.funds.angel.investments.schemas import AngelInvestmentIn, AngelLossIn
from services.funds.angel.investments.states import MOVES, Fact, Status
from services.funds.angel.policy import angel_programme
from services.funds.angel.register.models import AngelRegistration
from services.funds.angel.register.queries import standing
from services.funds.angel.register.schemas import AngelReviewIn
from services.funds.angel.register.states import Kind
from services.funds.angel.relation import Relation, relation_findings
from services.funds.approvals.rules import second_person_findings

PARTIES = {Kind.INVESTOR: "投资机构", Kind.PROJECT: "项目企业"}


class InvestmentRecordedBefore(Conflict):
    code, title_zh, title_en = "investment_recorded_before", "该投资协议已登记", "This agreement was recorded before"


named_constraint("uq_angel_investment_agreement", InvestmentRecordedBefore)


async def record_investment(
    session: AsyncSession,
    *,
    given: AngelInvestmentIn,
    investor: OrganisationReply,
    related: tuple[Relation, ...],
    caller: Caller,
    at: datetime,
) -> AngelInvestment:
    """Keep it for an officer to confirm. Raises Refusal with everything wrong, InvestmentRecordedBefore."""
    must_act_for(caller, investor)
    programme, terms = angel_programme((await policy_for(session, caller.city, Acceptance(on_date(at), at))).pack)
    rows = {
        kind: await standing(session, caller.city, kind, organisation_id)
        for kind, organisation_id in ((Kind.INVESTOR, given.investor_id), (Kind.PROJECT, given.project_id))
    }
    parties = tuple(_party(kind, row) for kind, row in rows.items())
    stages = [entry.stage for entry in terms.stages]
    invested = Invested(given.invested_on, given.stage, stages, on_date(at))
    found = investment_findings(invested, parties, programme.clauses)
    refuse_if([*found, *relation_findings(related, programme.clauses)])
    row = _investment(given, rows, caller, at)
    session.add(row)
    await session.flush()
    return row


def _party(kind: Kind, row: AngelRegistration | None) -> Party:
    return Party(kind.value, PARTIES[kind], row.registered_on if row is not None else None)


def _investment(
    given: AngelInvestmentIn, rows: dict[Kind, AngelRegistration | None], caller: Caller, at: datetime
) -> AngelInvestment:
    names = {kind: row.name if row is not None else "" for kind, row in rows.items()}
    return AngelInvestment(
        id=new_id(),
        city_code=caller.city,
        investor_id=given.investor_id,
        investor_name=names[Kind.INVESTOR],
        project_id=given.project_id,
        project_name=names[Kind.PROJECT],
        agreement_number=given.agreement_number,
        invested_on=given.invested_on,
        amount_fen=given.amount_fen,
        equity_bp=given.equity_bp,
        stage=given.stage,
        filed_by=caller.acting_for,
        filed_at=at,
        status=Status.RECORDED,
    )


async def review_investment(
    session: AsyncSession, *, investment_id: UUID, given: AngelReviewIn, caller: Caller, at: datetime
) -> AngelInvestment:
    """An officer has seen agreement and payment, or has not; nobody confirms what they recorded."""
    row = await get_investment(session, investment_id, caller, lock=True)
    row.status = status_after(Fact.CONFIRMED if given.accepted else Fact.REFUSED, row.status, MOVES)
    refuse_if(second_person_findings(approver=caller.acting_for, prepared_by=row.filed_by, decided_by=None))
    row.reviewed_by, row.reviewed_at, row.opinion = caller.acting_for, at, given.opinion
    told = AngelInvestmentReviewed(investment_id=row.id, investor_id=row.investor_id, outcome=row.status)
    await record(session, told, city_code=row.city_code, subject=row.id)
    await session.flush()
    return row


async def tell_loss(
    session: AsyncSession, *, investment_id: UUID, given: AngelLossIn, caller: Caller, at: datetime
) -> tuple[AngelInvestment, AngelLoss]:
    """The investment is lost, with its audit; once. Raises Refusal with everything wrong, NotFound for the project."""
    row = await get_investment(session, investment_id, caller, lock=True)
    must_act_on(caller, row, row.investor_id)
    row.status = status_after(Fact.LOST, row.status, MOVES)
    programme, _ = angel_programme((await policy_for(session, row.city_code, Acceptance(on_date(at), at))).pack)
    lost = Lost(given.happened_on, given.audited_on, given.proceeds_fen, given.loss_fen)
    refuse_if(
        loss_findings(
            lost,
            amount_fen=row.amount_fen,
            invested_on=row.invested_on,
            today=on_date(at),
            clauses=programme.clauses,
        )
    )
    loss = AngelLoss(
        investment_id=row.id,
        city_code=row.city_code,
        cause=given.cause,
        happened_on=given.happened_on,
        proceeds_fen=given.proceeds_fen,
        loss_fen=given.loss_fen,
        auditor=given.auditor,
        audit_number=given.audit_number,
        audited_on=given.audited_on,
        audit_sha256=given.audit_sha256,
        filed_by=caller.acting_for,
        filed_at=at,
    )
    session.add(loss)
    await session.flush()
    return row, loss
