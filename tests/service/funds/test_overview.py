"""The line of funds in a city's overview: budget, payments, loans and claims; and its self-audit for the roll-up."""

from typing import Any

import pytest
from sqlalchemy import text

from contracts.overview import AssuranceReply, FundsOverview
from kernel import clock
from tests.service.funds.test_pool_story import pays
from tests.service.funds.town import POOL, Town

pytestmark = pytest.mark.anyio
YUAN, QUIET = 100, {"overdue_jobs": 0, "parked_events": 0, "broken": []}


async def asks(town: Town, path: str) -> Any:
    async with town.process.as_("workload:window", "workload") as window:
        answer = await window.get(path, params={"city": town.city})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_line_of_funds_says_where_the_money_and_the_pool_stand(pool: Town) -> None:
    start, year = 20_000_000 * YUAN, clock.today(pool.city).year
    nothing = {
        "appropriated_fen": start, "allotted_fen": start, "encumbered_fen": 0, "spent_fen": 0, "paid_fen": 0,
        "loans": 0, "loans_fen": 0, "claims_open": 0, "claims_open_fen": 0, "claims_paid_fen": 0,
        "reserve_fen": start, "standing": QUIET,
    }  # fmt: skip
    assert await asks(pool, "/internal/overview") == nothing
    loan_id = await pool.registers()
    await pool.moves_clock(100)
    claim = await pool.lodges(loan_id, outstanding_principal_fen=1_000_000 * YUAN, outstanding_interest_fen=0)
    lodged = await asks(pool, "/internal/overview")
    assert (lodged["loans"], lodged["claims_open"], lodged["claims_open_fen"]) == (1, 1, 1_000_000 * YUAN)
    path = f"{POOL}/claims/{claim['id']}"
    await pool.post(pool.person("officer-1", "officer"), f"{path}/review", {"opinion": "逾期属实"}, 200)
    decided = await pool.post(pool.person("finance-1", "finance"), f"{path}/decision", {"policy_year": year}, 200)
    mine = decided["approved_fen"]
    ordered = await asks(pool, "/internal/overview")
    assert (ordered["encumbered_fen"], ordered["reserve_fen"], ordered["paid_fen"]) == (mine, start - mine, 0)
    await pays(pool, decided["payment_order_id"], "LS-1")
    paid = FundsOverview.model_validate(await asks(pool, "/internal/overview"))
    assert (paid.encumbered_fen, paid.spent_fen, paid.paid_fen, paid.claims_paid_fen) == (0, mine, mine, mine)
    assert (paid.claims_open, paid.reserve_fen) == (0, start - mine)


async def test_the_self_audit_names_what_is_broken(pool: Town) -> None:
    sound = AssuranceReply.model_validate(await asks(pool, "/internal/assurance"))
    assert (sound.green, sound.broken, sound.checks > 20) == (True, (), True)
    async with pool.process.app.state.sessions() as session, session.begin():
        await session.execute(text("INSERT INTO payment_series VALUES (:city, 'batch', 3)"), {"city": pool.city})
    broken = AssuranceReply.model_validate(await asks(pool, "/internal/assurance"))
    assert (broken.green, [(one.check, one.breaks) for one in broken.broken]) == (
        False,
        [("numbers_without_gaps", 1)],
    )


async def test_only_our_processes_ask(pool: Town) -> None:
    async with pool.person("auditor-1", "auditor") as auditor:
        found = [
            (await auditor.get(f"/internal/{path}", params={"city": pool.city})).status_code
            for path in ("overview", "assurance")
        ]
    assert found == [403, 403]
