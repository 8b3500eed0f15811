"""Money comes back: distributions, the sale of the city's stake with concession (让利), the end of a sub-fund."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds_guidance import SubFundDistributed, SubFundReturned, SubFundWoundUp
from kernel.auth import Caller
from kernel.clock import on_date
from kernel.findings import Finding
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, named_constraint, refuse_if
from ledger.chart import open_accounts
from policy.determinations import Determination
from policy.snapshots import Acceptance
from policy.store import decide_and_keep, must_be_eligible, policy_for
from services.funds.guidance_fund import postings
from services.funds.guidance_fund.investing.queries import cash_fen, local_fen
from services.funds.guidance_fund.investing.rules import cash_findings
from services.funds.guidance_fund.journal import post_fact
from services.funds.guidance_fund.policy import CONCEDE
from services.funds.guidance_fund.postings import Lineage, PublicPart
from services.funds.guidance_fund.promises import promise_findings
from services.funds.guidance_fund.returns.models import SubFundReturn
from services.funds.guidance_fund.returns.queries import (
    get_return,
    has_unreceived,
    held_fen,
    hurdle_left_fen,
    settled_until,
)
from services.funds.guidance_fund.returns.rules import (
    Holder,
    concede,
    ending_findings,
    exit_findings,
    reinvestment_met,
    stake_findings,
    waterfall,
    year_of_holding,
)
from services.funds.guidance_fund.returns.schemas import DistributionIn, StakeExitIn
from services.funds.guidance_fund.returns.states import MOVES, Fact, Kind, Status
from services.funds.guidance_fund.sub_funds.drawing import must_be_active, must_not_be_leaving
from services.funds.guidance_fund.sub_funds.models import Commitment, SubFund
from services.funds.guidance_fund.sub_funds.queries import (
    cites,
    commitments_of,
    get_sub_fund,
    is_calling,
    vehicle_of,
)
from services.funds.guidance_fund.sub_funds.rules import day_findings
from services.funds.guidance_fund.sub_funds.states import MOVES as SUB_FUND_MOVES
from services.funds.guidance_fund.sub_funds.states import Fact as SubFundFact


class ReturnDeclaredBefore(Conflict):
    code, title_zh, title_en = "return_declared_before", "该分配编号已登记", "This reference was declared before"


class SamePerson(Conflict):
    code, title_zh, title_en = "prepared_by_same_person", "经办人不得确认到账", "Whoever declared it may not receive it"


class DistributionStands(Conflict):
    code, title_zh, title_en = (
        "distribution_stands",
        "子基金已分配,不得撤回",
        "The sub-fund has paid it out: a distribution is not withdrawn",
    )


named_constraint("uq_sub_fund_return_sub_fund_id_reference", ReturnDeclaredBefore)
named_constraint("ck_sub_fund_return_second_person", SamePerson)


async def declare_distribution(
    session: AsyncSession, *, sub_fund_id: UUID, given: DistributionIn, caller: Caller, at: datetime
) -> SubFundReturn:
    """The sub-fund pays out to all investors. Raises Refusal above its cash, or dated before what it follows."""
    row = await get_sub_fund(session, sub_fund_id, caller, lock=True)
    await must_not_be_leaving(session, row)
    refuse_if(
        [
            *cash_findings(wanted_fen=given.amount_fen, cash_fen=await cash_fen(session, row)),
            *day_findings(on=given.on, not_before=await settled_until(session, row), today=on_date(at)),
            *promise_findings({"note": given.note}),
        ]
    )
    investors = await commitments_of(session, row.id)
    holders = [Holder(one.number, one.paid_fen, one.outstanding_fen, one.is_citys) for one in investors]
    left, carry_bp = await hurdle_left_fen(session, row, on=given.on), row.terms.get("carry_bp") or 0
    shares = waterfall(given.amount_fen, holders, hurdle_left_fen=left, carry_bp=carry_bp)
    city = _city(investors)
    own = next(part for part in shares.parts if part.number == city.number)
    determination = await _concession(session, row, city, gain_fen=own.gain_fen, on=given.on)
    shared = concede(shares.parts, holders, determination.amounts["conceded"])
    conceded = sum(part.conceded_fen for part in shared)
    for one, part in zip(investors, shared, strict=True):
        one.returned_fen += part.capital_fen
        one.gained_fen += part.gain_fen
    found = _declared(row, given.reference, given.note, given.on, caller, at, determination)
    found.kind, found.amount_fen, found.parts = Kind.DISTRIBUTION, given.amount_fen, [asdict(part) for part in shared]
    found.preferred_fen, found.carry_fen = shares.preferred_fen, shares.carry_fen
    found.capital_fen, found.gain_fen, found.conceded_fen = own.capital_fen, own.gain_fen, conceded
    session.add(found)
    await session.flush()
    told = SubFundDistributed(
        sub_fund_id=row.id, return_id=found.id, amount_fen=found.amount_fen, public_fen=_part(found).cash_fen,
        manager_id=row.manager_id,
    )  # fmt: skip
    await record(session, told, city_code=row.city_code, subject=row.id)
    await _post_distribution(session, row, found, caller)
    return found


async def _post_distribution(session: AsyncSession, row: SubFund, found: SubFundReturn, caller: Caller) -> None:
    vehicle = vehicle_of(row)
    if found.carry_fen:
        await open_accounts(session, [vehicle.carry_account()], city_code=row.city_code)
    cited = cites(row, found.id)
    entry = postings.distributed(vehicle, found.amount_fen, found.carry_fen, cites=cited, on=found.on)
    await post_fact(session, row, entry, caller, of=found.id)


async def declare_stake_exit(
    session: AsyncSession, *, sub_fund_id: UUID, given: StakeExitIn, caller: Caller, at: datetime
) -> SubFundReturn:
    """The city's stake is agreed to be sold; it has left when the price arrives (ZZ-28, LZ-48)."""
    row = await get_sub_fund(session, sub_fund_id, caller, lock=True)
    must_be_active(row)
    calling, unreceived = await is_calling(session, row.id), await has_unreceived(session, row.id)
    refuse_if(
        [
            *exit_findings(is_calling=calling, has_unreceived=unreceived),
            *day_findings(on=given.on, not_before=row.first_paid_on or row.established_on, today=on_date(at)),
            *promise_findings({"note": given.note}),
        ]
    )
    city = _city(await commitments_of(session, row.id))
    cost = city.outstanding_fen
    gain = max(0, given.value_fen - cost)
    determination = await _concession(session, row, city, gain_fen=gain, on=given.on)
    found = _declared(row, given.reference, given.note, given.on, caller, at, determination)
    found.kind, found.amount_fen, found.buyer = Kind.STAKE_EXIT, given.value_fen, given.buyer
    found.capital_fen, found.loss_fen = min(cost, given.value_fen), max(0, cost - given.value_fen)
    found.gain_fen, found.conceded_fen = gain, determination.amounts["conceded"]
    session.add(found)
    await session.flush()
    return found


def _declared(
    row: SubFund, reference: str, note: str, on: date, caller: Caller, at: datetime, determination: Determination
) -> SubFundReturn:
    return SubFundReturn(
        id=new_id(),
        city_code=row.city_code,
        sub_fund_id=row.id,
        reference=reference,
        note=note,
        loss_fen=0,
        parts=[],
        determination_id=determination.id,
        on=on,
        declared_by=caller.acting_for,
        declared_at=at,
        status=Status.DECLARED,
    )


async def _concession(
    session: AsyncSession, row: SubFund, city: Commitment, *, gain_fen: int, on: date
) -> Determination:
    """What of a gain is given up, by the policy public money went in under. Raises PolicyOpen, Refusal."""
    accepted = Acceptance(row.accepted_on, row.accepted_at)
    met = reinvestment_met(
        local_fen=await local_fen(session, row.id),
        public_paid_fen=city.paid_fen,
        reinvestment_bp=row.terms["reinvestment_bp"],
    )
    determination = await decide_and_keep(
        session,
        await policy_for(session, row.city_code, accepted),
        programme=row.programme,
        act=CONCEDE,
        facts=row.facts
        | {
            "gain_fen": gain_fen,
            "year_of_holding": year_of_holding(row.first_paid_on or on, on),
            "reinvestment_met": met,
        },
        accepted=accepted,
        references={"sub_fund": str(row.id)},
    )
    must_be_eligible(determination)
    return determination


async def receive_return(
    session: AsyncSession, *, return_id: UUID, received_on: date, caller: Caller, at: datetime
) -> SubFundReturn:
    """The city's part has arrived at the treasury, as another person than declared it says. Raises Refusal."""
    found, row = await get_return(session, return_id, caller)
    found.status = status_after(Fact.RECEIVED, found.status, MOVES)
    if found.declared_by == caller.acting_for:
        raise SamePerson
    city, unpledged = _city(await commitments_of(session, row.id)), 0
    refuse_if(
        [
            *(await _sale_findings(session, found, city) if found.kind is Kind.STAKE_EXIT else ()),
            *day_findings(on=received_on, not_before=found.on, today=on_date(at), field="received_on"),
        ]
    )
    found.received_on, found.received_by = received_on, caller.acting_for
    if found.kind is Kind.STAKE_EXIT:
        row.status = status_after(SubFundFact.EXITED, row.status, SUB_FUND_MOVES)
        row.ended_on, unpledged = received_on, city.uncalled_fen
        city.returned_fen += found.capital_fen
        city.gained_fen += found.gain_fen - found.conceded_fen
        city.transferred_to = found.buyer
    part = _part(found)
    told = SubFundReturned(
        sub_fund_id=row.id, return_id=found.id, kind=found.kind, amount_fen=part.cash_fen, manager_id=row.manager_id
    )
    await record(session, told, city_code=row.city_code, subject=row.id)
    lineage = Lineage(found.id, found.determination_id)
    entry = postings.returned(vehicle_of(row), part, unpledged, cites=lineage, on=received_on)
    found.entry_id = new_id() if entry else None
    await session.flush()
    if entry is not None:
        await post_fact(session, row, entry, caller, of=found.id, entry_id=found.entry_id)
    return found


async def _sale_findings(session: AsyncSession, found: SubFundReturn, city: Commitment) -> list[Finding]:
    """What must hold on the day of the sale holds when its price arrives."""
    calling = await is_calling(session, found.sub_fund_id)
    unreceived = await has_unreceived(session, found.sub_fund_id, but=found.id)
    return [
        *exit_findings(is_calling=calling, has_unreceived=unreceived),
        *stake_findings(sold_fen=found.capital_fen + found.loss_fen, outstanding_fen=city.outstanding_fen),
    ]


async def withdraw_stake_exit(session: AsyncSession, *, return_id: UUID, caller: Caller) -> SubFundReturn:
    """The sale did not come about: the city keeps its stake. Nothing was booked. Raises DistributionStands."""
    found, _row = await get_return(session, return_id, caller)
    if found.kind is not Kind.STAKE_EXIT:
        raise DistributionStands
    found.status = status_after(Fact.WITHDRAWN, found.status, MOVES)
    await session.flush()
    return found


async def wind_up(session: AsyncSession, *, sub_fund_id: UUID, ended_on: date, caller: Caller, at: datetime) -> SubFund:
    """Nothing is held any more: what did not come back is the city's loss, its unused pledge is free."""
    row = await get_sub_fund(session, sub_fund_id, caller, lock=True)
    row.status = status_after(SubFundFact.WOUND_UP, row.status, SUB_FUND_MOVES)
    calling, unreceived = await is_calling(session, row.id), await has_unreceived(session, row.id)
    refuse_if(
        [
            *exit_findings(is_calling=calling, has_unreceived=unreceived),
            *ending_findings(held_fen=await held_fen(session, row.id), cash_fen=await cash_fen(session, row)),
            *day_findings(on=ended_on, not_before=row.established_on, today=on_date(at), field="ended_on"),
        ]
    )
    row.ended_on = ended_on
    city = _city(await commitments_of(session, row.id))
    lost = city.outstanding_fen
    told = SubFundWoundUp(sub_fund_id=row.id, manager_id=row.manager_id, lost_fen=lost)
    await record(session, told, city_code=row.city_code, subject=row.id)
    await session.flush()
    entry = postings.wound_up(vehicle_of(row), lost, city.uncalled_fen, cites=cites(row), on=ended_on)
    if entry is not None:
        await post_fact(session, row, entry, caller, of=row.id)
    return row


def _city(investors: Sequence[Commitment]) -> Commitment:
    return next(one for one in investors if one.is_citys)


def _part(found: SubFundReturn) -> PublicPart:
    return PublicPart(found.capital_fen, found.gain_fen, found.conceded_fen, found.loss_fen)
