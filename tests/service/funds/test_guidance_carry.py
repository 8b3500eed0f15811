"""A distribution in order: contributions, gains up to the hurdle, the carry, then what the city concedes."""

from typing import Any

import pytest
from sqlalchemy import text, update

from kernel.ids import encode_id
from services.funds.assurance.checks import CHECKS
from services.funds.guidance_fund.returns.models import SubFundReturn
from tests.builders.processes import Process
from tests.service.funds.guidance import LOCAL_FIRM, TERMS, GuidanceCity, open_guidance_city, reasons

pytestmark = pytest.mark.anyio
WAN = 1_000_000  # fen in 10,000 yuan


async def holding(city: GuidanceCity, *, called_after: int = 0, **terms: Any) -> tuple[str, str]:
    """A sub-fund whose investors paid in 1,000 wan today, 900 of them invested in a local firm: the fund, the deal."""
    await city.budget(10_000_000_000, fund="fund.guidance")
    founded = await city.staff("officer-1", "/sub-funds", city.founding(await city.approved(terms=TERMS | terms)), 201)
    fund = f"/sub-funds/{founded['id']}"
    if called_after:
        await city.moves(20 + called_after)
    asked = {"reference": "JK-1", "amount_fen": 1_000 * WAN, "purpose": "首期", "due_on": city.on(9)}
    path = f"/drawdowns/{(await city.manager(f'{fund}/drawdowns', asked))['id']}"
    await city.staff("finance-1", f"{path}/call")
    citys, *others = ({"commitment_id": one["id"], "received_on": city.on()} for one in founded["commitments"])
    for receipt in others:
        await city.manager(f"{path}/receipts", receipt, 200)
    await city.pays(await city.staff("finance-1", f"{path}/payment"), "LS-1")
    await city.manager(f"{path}/receipts", citys, 200)
    deal = {
        "reference": "TZ-1", "firm_id": encode_id("org", LOCAL_FIRM), "stage": "start_up", "asset_class": "equity",
        "agreement": "增资取得10%股权,按股权比例共担损益。", "amount_fen": 900 * WAN, "invested_on": city.on(),
    }  # fmt: skip
    return fund, (await city.manager(f"{fund}/investments", deal))["id"]


async def distributes(city: GuidanceCity, fund: str, reference: str, wan: int) -> Any:
    body = {"reference": reference, "amount_fen": wan * WAN, "on": city.on(), "note": "退出分配"}
    made = await city.manager(f"{fund}/distributions", body)
    await city.staff("finance-1", f"/returns/{made['id']}/receipt", {"received_on": city.on()})
    return made


def of(made: Any, *names: str) -> list[int]:
    return [made[f"{name}_fen"] // WAN for name in names]


async def test_the_manager_shares_in_gains_beyond_the_hurdle_and_the_city_concedes_of_what_is_left(
    funds: Process,
) -> None:
    """ZZ-23, ZZ-29: 8 % a year on 1,000 wan for 365 days is 80 wan; a fifth of what lies beyond is the manager's."""
    city = await open_guidance_city(funds)
    fund, deal = await holding(city, hurdle_bp=800, carry_bp=2_000)
    await city.moves(20 + 365)
    sold = {
        "way": "sale", "cost_fen": 900 * WAN, "proceeds_fen": 2_000 * WAN, "exited_on": city.on(), "note": "协议转让",
        "reference": "TC-1",
    }  # fmt: skip
    await city.manager(f"/investments/{deal}/exits", sold)
    first = await distributes(city, fund, "FP-1", 1_040)  # 40 wan of gain: below the hurdle
    assert of(first, "capital", "preferred", "carry", "gain", "conceded") == [400, 40, 0, 16, 8]
    accounts = text("SELECT code FROM ledger_account WHERE city_code = :city AND code LIKE '%/carry'")
    async with city.process.app.state.sessions() as session:  # as of a sub-fund founded before there was a carry
        assert not (await session.scalars(accounts, {"city": city.code})).all()
    second = await distributes(city, fund, "FP-2", 240)  # 40 to the hurdle, 200 beyond it
    assert of(second, "capital", "preferred", "carry", "gain", "conceded") == [0, 40, 40, 80, 40]
    assert sum(part["gain_fen"] for part in second["parts"]) == 200 * WAN
    await city.moves(20 + 730)
    third = await distributes(city, fund, "FP-3", 100)  # all is back: the threshold no longer grows
    assert of(third, "preferred", "carry", "gain") == [0, 20, 32]
    statement = await city.reads(f"{fund}/statement")
    assert statement["dpi_bp"] == 13_200  # what the investors got: 1,380 less the carry of 60
    books = await city.trial_balance()
    assert (books["备查 · 已分配"], books["备查 · 业绩报酬"]) == ("13,200,000.00", "600,000.00")
    await city.assert_sound()
    (check,) = [one for one in CHECKS if one.code == "distributions_add_up"]
    async with city.process.app.state.sessions() as session:
        await session.execute(update(SubFundReturn).where(SubFundReturn.city_code == city.code).values(parts=[]))
        assert len((await session.execute(text(check.sql), {"city": city.code})).all()) == 3


async def test_a_distribution_is_dated_before_nothing_the_hurdle_counts(funds: Process) -> None:
    """Neither before the money was in nor before an earlier distribution: the hurdle would be counted too low."""
    city = await open_guidance_city(funds)
    fund, deal = await holding(city, called_after=10, hurdle_bp=800, carry_bp=2_000)
    paid_in = city.on()
    await city.moves(30 + 365)
    sold = {
        "way": "sale", "cost_fen": 900 * WAN, "proceeds_fen": 2_000 * WAN, "exited_on": city.on(), "note": "协议转让",
        "reference": "TC-1",
    }  # fmt: skip
    await city.manager(f"/investments/{deal}/exits", sold)
    body = {"reference": "FP-1", "amount_fen": 1_040 * WAN, "on": city.on(-366), "note": "退出分配"}
    early = await city.manager(f"{fund}/distributions", body, 409)
    assert [one["facts"]["not_before"] for one in early["reasons"]] == [paid_in]
    await city.manager(f"{fund}/distributions", body | {"on": city.on(-5)})
    second = body | {"reference": "FP-2", "amount_fen": WAN}
    before = await city.manager(f"{fund}/distributions", second | {"on": city.on(-6)}, 409)
    assert [(one["code"], one["facts"]["not_before"]) for one in before["reasons"]] == [("date_too_early", city.on(-5))]
    await city.manager(f"{fund}/distributions", second | {"on": city.on(-5)})


async def test_without_a_gain_nobody_owes_the_hurdle_and_a_hurdle_alone_cannot_be_agreed(funds: Process) -> None:
    """财预〔2015〕210号, art. 13: a threshold of the manager's carry, no least return of anybody."""
    city = await open_guidance_city(funds)
    call = await city.call_for_proposals()
    alone = await city.manager("/proposals", city.proposal(call, terms=TERMS | {"hurdle_bp": 800}), 422)
    assert [(one["pointer"], one["code"]) for one in alone["errors"]] == [("/terms", "hurdle_without_carry")]
    above = await city.manager("/proposals", city.proposal(call, terms=TERMS | {"carry_bp": 10_001}), 422)
    assert [one["pointer"] for one in above["errors"]] == ["/terms/carry_bp"]
    of_a_firm = city.proposal(call, vehicle="firm", terms=TERMS | {"hurdle_bp": 800, "carry_bp": 2_000})
    refused = await city.manager("/proposals", of_a_firm, 409)
    assert [(one["code"], one["facts"]) for one in refused["reasons"]] == [
        ("carry_of_a_firm", {"fields": ["hurdle_bp", "carry_bp"]})
    ]
    promised = {"plan": "门槛收益8%由财政兜底。", "terms": TERMS | {"hurdle_bp": 800, "carry_bp": 2_000}}
    assert reasons(await city.manager("/proposals", city.proposal(call, **promised), 409)) == ["return_promised"]
    fund, deal = await holding(city, hurdle_bp=800, carry_bp=2_000)
    await city.moves(20 + 365)
    lost = {
        "way": "written_off", "cost_fen": 900 * WAN, "proceeds_fen": 0, "exited_on": city.on(), "note": "破产清算",
        "reference": "TC-1",
    }  # fmt: skip
    await city.manager(f"/investments/{deal}/exits", lost)
    left = await distributes(city, fund, "FP-1", 100)
    assert of(left, "capital", "preferred", "carry", "gain") == [40, 0, 0, 0]
    await city.assert_sound()
