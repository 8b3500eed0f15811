"""What a payment or a tranche meets when its budget line has nothing for it, in a budget officer's words."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession

from kernel.findings import Finding
from kernel.problems import Refusal
from ledger.refusals import Insufficient, UnknownAccount
from policy.store import policy_today
from services.funds.chart import Line
from services.funds.programmes.queries import positions
from services.funds.programmes.rules import not_allotted, not_enough


class FundNotAllotted(Refusal):
    code, title_zh, title_en = "fund_not_allotted", "该年度资金尚未下达指标", "The fund was not allotted for the year"


class BudgetExhausted(Refusal):
    code, title_zh, title_en = "budget_exhausted", "可用指标不足", "Not enough budget is available"


@asynccontextmanager
async def within_budget(session: AsyncSession, line: Line, *, city_code: str) -> AsyncIterator[None]:
    """Around a posting that encumbers. Raises FundNotAllotted or BudgetExhausted, each naming fund, year and clause."""
    try:
        yield
    except (Insufficient, UnknownAccount) as refused:
        # The ledger answers, it does not fail: the transaction can still be read before it is rolled back.
        reason = await _reason(session, line, city_code)
        raise (BudgetExhausted if reason.code == BudgetExhausted.code else FundNotAllotted)(
            reasons=[reason]
        ) from refused


async def _reason(session: AsyncSession, line: Line, city_code: str) -> Finding:
    fund = (await policy_today(session, city_code)).pack.programmes[line.fund]
    found = await positions(session, city_code, fund=line.fund, policy_year=line.policy_year)
    position = next((one for one in found if one.payer_level == line.payer_level), None)
    if position is None or not position.allotted_fen:
        return not_allotted(fund, line, appropriated_fen=position.appropriated_fen if position else 0)
    return not_enough(fund, line, available_fen=position.available_fen)
