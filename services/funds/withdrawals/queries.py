"""Reads of budget taken back."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.paging import asked_for
from kernel.problems import NotFound
from services.funds.chart import Line
from services.funds.periods.states import Status
from services.funds.programmes.queries import positions
from services.funds.withdrawals.models import BudgetWithdrawal
from services.funds.withdrawals.states import Stage


def withdrawals_of(
    city_code: str, *, fund: str | None, policy_year: int | None, status: Status | None
) -> Select[BudgetWithdrawal]:
    """Of a city, to be paged."""
    asked = {
        BudgetWithdrawal.fund: fund,
        BudgetWithdrawal.policy_year: policy_year,
        BudgetWithdrawal.status: status,
    }
    return select(BudgetWithdrawal).where(BudgetWithdrawal.city_code == city_code, *asked_for(asked))


async def get_withdrawal(session: AsyncSession, withdrawal_id: UUID, city_code: str) -> BudgetWithdrawal:
    """One of the city, locked. Raises NotFound."""
    wanted = select(BudgetWithdrawal).where(
        BudgetWithdrawal.id == withdrawal_id, BudgetWithdrawal.city_code == city_code
    )
    row: BudgetWithdrawal | None = await session.scalar(wanted.with_for_update())
    if row is None:
        raise NotFound
    return row


async def unused_fen(session: AsyncSession, city_code: str, line: Line, stage: Stage) -> int:
    """What stands unused at a stage of a line. Raises NotFound for a line without a budget."""
    found = await positions(session, city_code, fund=line.fund, policy_year=line.policy_year)
    position = next((one for one in found if one.payer_level == line.payer_level), None)
    if position is None:
        raise NotFound
    if stage is Stage.ALLOTTED:
        return position.available_fen
    return position.appropriated_fen - position.allotted_fen
