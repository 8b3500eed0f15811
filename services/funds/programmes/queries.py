"""Reading budgets: what was appropriated, and where a line's money stands now."""

from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from ledger.tables import account
from services.funds.chart import Line
from services.funds.periods.states import Status
from services.funds.programmes.models import Allotment, Appropriation, Fund
from services.funds.withdrawals.models import BudgetWithdrawal
from services.funds.withdrawals.states import Stage


@dataclass(frozen=True, slots=True)
class Position:
    """Where the authority of a line stands, in fen: appropriated = unallotted + available + encumbered + spent."""

    fund: str
    policy_year: int
    payer_level: str
    appropriated_fen: int
    allotted_fen: int
    encumbered_fen: int
    spent_fen: int
    available_fen: int
    treasury_fen: int


async def lock_fund(session: AsyncSession, city_code: str, fund: str) -> None:
    """Judge one appropriation of a fund after another, whatever their years."""
    values = {"city_code": city_code, "programme": fund, "recorded_at": clock.real_now()}
    await session.execute(insert(Fund).values(values).on_conflict_do_nothing())
    await session.get_one(Fund, (city_code, fund), with_for_update=True)


async def appropriated(session: AsyncSession, city_code: str, fund: str, policy_year: int) -> tuple[int, int]:
    """Fen appropriated to the fund and not taken back: for the year, and ever."""
    by_year: dict[int, int] = {}
    taken_back = (BudgetWithdrawal.stage == Stage.APPROPRIATED, BudgetWithdrawal.status == Status.APPROVED)
    for sign, of, which in ((1, Appropriation, ()), (-1, BudgetWithdrawal, taken_back)):
        wanted = select(of.policy_year, func.sum(of.amount_fen)).where(of.city_code == city_code, of.fund == fund)
        for year, fen in await session.execute(wanted.where(*which).group_by(of.policy_year)):
            by_year[year] = by_year.get(year, 0) + sign * int(fen)
    return by_year.get(policy_year, 0), sum(by_year.values())


async def positions(
    session: AsyncSession, city_code: str, *, fund: str | None = None, policy_year: int | None = None
) -> list[Position]:
    """Every budget line of a city, or those of a fund or a year."""
    columns = (account.c.programme, account.c.policy_year, account.c.payer_level)
    wanted = select(*columns, account.c.code, account.c.kind, account.c.posted_fen).where(
        account.c.city_code == city_code, account.c.programme.is_not(None)
    )
    if fund is not None:
        wanted = wanted.where(account.c.programme == fund)
    if policy_year is not None:
        wanted = wanted.where(account.c.policy_year == policy_year)
    lines: dict[Line, dict[str, int]] = {}
    for row in await session.execute(wanted.order_by(*columns, account.c.code)):
        stages = lines.setdefault(Line(row.programme, row.policy_year, row.payer_level), {})
        # Voucher tranches are encumbrances too, on accounts of their own.
        name = row.kind if row.kind == "encumbered" else row.code.rpartition("/")[2]
        stages[name] = stages.get(name, 0) + row.posted_fen
    # A level whose part of a loss is only recorded has no budget here.
    return [_position(line, stages) for line, stages in lines.items() if "authority" in stages]


def _position(line: Line, stages: dict[str, int]) -> Position:
    granted, unallotted = stages.get("authority", 0), stages.get("appropriated", 0)
    return Position(
        fund=line.fund,
        policy_year=line.policy_year,
        payer_level=line.payer_level,
        appropriated_fen=granted,
        allotted_fen=granted - unallotted,
        encumbered_fen=stages.get("encumbered", 0),
        spent_fen=stages.get("spent", 0),
        available_fen=stages.get("allotted", 0),
        treasury_fen=stages.get("treasury", 0),
    )


def appropriations_of(city_code: str, fund: str | None, policy_year: int | None) -> Select[Appropriation]:
    """Appropriations of a city, to be paged."""
    wanted = select(Appropriation).where(Appropriation.city_code == city_code)
    if fund is not None:
        wanted = wanted.where(Appropriation.fund == fund)
    return wanted.where(Appropriation.policy_year == policy_year) if policy_year is not None else wanted


def allotments_of(city_code: str, fund: str | None, policy_year: int | None) -> Select[Allotment]:
    """Allotments of a city, to be paged."""
    wanted = select(Allotment).where(Allotment.city_code == city_code)
    if fund is not None:
        wanted = wanted.where(Allotment.fund == fund)
    return wanted.where(Allotment.policy_year == policy_year) if policy_year is not None else wanted
