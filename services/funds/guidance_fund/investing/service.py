"""The sub-fund's own money: deals, exits and fees, as its manager enters them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds_guidance import SubFundExited, SubFundInvested
from contracts.registry import OrganisationReply
from kernel.auth import Caller
from kernel.clock import on_date
from kernel.findings import Finding
from kernel.ids import new_id
from kernel.money import allocate
from kernel.outbox import record
from kernel.problems import Conflict, named_constraint, refuse_if
from ledger.chart import open_accounts
from services.funds.guidance_fund import postings
from services.funds.guidance_fund.investing.models import SubFundExit, SubFundFee, SubFundInvestment
from services.funds.guidance_fund.investing.queries import cash_fen, fees_fen, get_investment, next_investment
from services.funds.guidance_fund.investing.rules import cash_findings, deal_findings, exit_findings, fee_findings
from services.funds.guidance_fund.investing.schemas import ExitIn, FeeIn, InvestmentIn
from services.funds.guidance_fund.journal import post_fact
from services.funds.guidance_fund.promises import promise_findings
from services.funds.guidance_fund.sub_funds.drawing import must_be_active
from services.funds.guidance_fund.sub_funds.models import SubFund
from services.funds.guidance_fund.sub_funds.queries import cites, commitments_of, get_sub_fund, vehicle_of
from services.funds.guidance_fund.sub_funds.rules import day_findings
from services.funds.payments.payees import Gathering


class InvestmentEnteredBefore(Conflict):
    code, title_zh, title_en = "investment_entered_before", "该投资编号已登记", "This investment was entered before"


class ExitEnteredBefore(Conflict):
    code, title_zh, title_en = "exit_entered_before", "该退出编号已登记", "This exit was entered before"


class FeeEnteredBefore(Conflict):
    code, title_zh, title_en = "fee_entered_before", "该管理费编号已登记", "This fee was entered before"


named_constraint("uq_sub_fund_investment_sub_fund_id_reference", InvestmentEnteredBefore)
named_constraint("uq_sub_fund_exit_investment_id_reference", ExitEnteredBefore)
named_constraint("uq_sub_fund_fee_sub_fund_id_reference", FeeEnteredBefore)


async def gather_firm(gathering: Gathering, *, given: InvestmentIn, caller: Caller) -> OrganisationReply | None:
    """The firm of the register, asked before the transaction; None for one outside. Raises OrganisationUnknown."""
    if given.firm_id is None:
        return None
    return await gathering.registry.organisation(given.firm_id, city_code=caller.city)


async def enter_investment(
    session: AsyncSession,
    *,
    sub_fund_id: UUID,
    given: InvestmentIn,
    firm: OrganisationReply | None,
    caller: Caller,
    at: datetime,
) -> SubFundInvestment:
    """A deal out of what was paid in. Raises Refusal for what the State forbids, and above the cash there is."""
    row = await get_sub_fund(session, sub_fund_id, caller, lock=True)
    must_be_active(row)
    refuse_if(
        [
            *deal_findings(asset_class=given.asset_class, on=given.invested_on),
            *promise_findings({"agreement": given.agreement}),
            *_day(given.invested_on, row, at, "invested_on"),
            *cash_findings(wanted_fen=given.amount_fen, cash_fen=await cash_fen(session, row)),
        ]
    )
    investment = await _investment(session, row, given, firm, caller, at)
    session.add(investment)
    await session.flush()
    told = SubFundInvested(
        sub_fund_id=row.id, investment_id=investment.id, firm_id=investment.firm_id, amount_fen=investment.amount_fen,
        is_local=investment.is_local, manager_id=row.manager_id,
    )  # fmt: skip
    await record(session, told, city_code=row.city_code, subject=row.id)
    vehicle = vehicle_of(row)
    holding = vehicle.holding_account(investment.number, investment.firm)
    await open_accounts(session, [holding], city_code=row.city_code)
    entry = postings.invested(
        vehicle, investment.number, investment.amount_fen, cites=cites(row, investment.id), on=investment.invested_on
    )
    await post_fact(session, row, entry, caller, of=investment.id)
    return investment


async def _investment(
    session: AsyncSession,
    row: SubFund,
    given: InvestmentIn,
    firm: OrganisationReply | None,
    caller: Caller,
    at: datetime,
) -> SubFundInvestment:
    return SubFundInvestment(
        id=new_id(),
        city_code=row.city_code,
        sub_fund_id=row.id,
        number=await next_investment(session, row.id),
        held_fen=given.amount_fen,
        value_fen=given.amount_fen,
        valued_on=given.invested_on,
        is_local=firm is not None,
        firm=firm.name if firm else given.firm,
        entered_by=caller.acting_for,
        entered_at=at,
        **given.model_dump(exclude={"firm"}),
    )


async def enter_exit(
    session: AsyncSession, *, investment_id: UUID, given: ExitIn, caller: Caller, at: datetime
) -> SubFundExit:
    """A holding or a part of it is left. Raises Refusal above what is still held."""
    investment, row = await get_investment(session, investment_id, caller, lock=True)
    must_be_active(row)
    refuse_if(
        [
            *exit_findings(cost_fen=given.cost_fen, held_fen=investment.held_fen),
            *day_findings(on=given.exited_on, not_before=investment.invested_on, today=on_date(at), field="exited_on"),
            *promise_findings({"note": given.note}),
        ]
    )
    left_fen = investment.held_fen - given.cost_fen
    # The part that is still held keeps its part of the last valuation.
    investment.value_fen = allocate(investment.value_fen, [left_fen, given.cost_fen])[0]
    investment.held_fen = left_fen
    found = SubFundExit(
        id=new_id(),
        city_code=row.city_code,
        investment_id=investment.id,
        entered_by=caller.acting_for,
        entered_at=at,
        **given.model_dump(),
    )
    session.add(found)
    await session.flush()
    told = SubFundExited(
        sub_fund_id=row.id, investment_id=investment.id, cost_fen=found.cost_fen, proceeds_fen=found.proceeds_fen,
        manager_id=row.manager_id,
    )  # fmt: skip
    await record(session, told, city_code=row.city_code, subject=row.id)
    entry = postings.exited(
        vehicle_of(row), investment.number, found.cost_fen, found.proceeds_fen, cites=cites(row, found.id),
        on=found.exited_on,
    )  # fmt: skip
    await post_fact(session, row, entry, caller, of=found.id)
    return found


async def charge_fee(
    session: AsyncSession, *, sub_fund_id: UUID, given: FeeIn, caller: Caller, at: datetime
) -> SubFundFee:
    """The manager's fee of a year, within what was agreed on the paid-in capital."""
    row = await get_sub_fund(session, sub_fund_id, caller, lock=True)
    must_be_active(row)
    paid_in = sum(one.paid_fen for one in await commitments_of(session, row.id))
    taken = await fees_fen(session, row.id, given.year)
    fee_bp = row.terms["management_fee_bp"]
    refuse_if(
        [
            *fee_findings(amount_fen=given.amount_fen, taken_fen=taken, paid_in_fen=paid_in, fee_bp=fee_bp),
            *_day(given.charged_on, row, at, "charged_on"),
            *cash_findings(wanted_fen=given.amount_fen, cash_fen=await cash_fen(session, row)),
        ]
    )
    fee = SubFundFee(
        id=new_id(),
        city_code=row.city_code,
        sub_fund_id=row.id,
        entered_by=caller.acting_for,
        entered_at=at,
        **given.model_dump(),
    )
    session.add(fee)
    await session.flush()
    entry = postings.fee_charged(vehicle_of(row), fee.amount_fen, cites=cites(row, fee.id), on=fee.charged_on)
    await post_fact(session, row, entry, caller, of=fee.id)
    return fee


def _day(on: date, row: SubFund, at: datetime, field: str) -> list[Finding]:
    return day_findings(on=on, not_before=row.established_on, today=on_date(at), field=field)
