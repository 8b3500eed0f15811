"""The guidance fund, from the call to the last fen that comes back, with the whole trial balance after each step."""

from typing import Any

import pytest

from kernel.ids import encode_id
from tests.builders.processes import Process
from tests.service.funds.guidance import LOCAL_FIRM, MANAGER, ROOT, open_guidance_city, reasons

pytestmark = pytest.mark.anyio

BUDGETED = {
    "预算指标来源": "100,000,000.00", "已下达可用指标": "贷 100,000,000.00",
    "国库可用额度": "100,000,000.00", "财政拨款": "贷 100,000,000.00",
}  # fmt: skip
COMMITTED = BUDGETED | {
    "已下达可用指标": "贷 60,000,000.00", "已承诺出资": "贷 40,000,000.00",
    "备查 · 认缴未缴 · 市级财政": "40,000,000.00", "备查 · 认缴未缴 · 天元区财政": "10,000,000.00",
    "备查 · 认缴未缴 · 产投集团": "50,000,000.00", "备查 · 认缴总额": "贷 100,000,000.00",
}  # fmt: skip


async def test_from_the_call_to_the_last_fen(funds: Process) -> None:
    """ZZ-23, ZZ-29: chosen, founded, called pro rata, paid, invested, distributed with 让利, and left."""
    city = await open_guidance_city(funds)
    await city.budget(10_000_000_000, fund="fund.guidance")
    assert await city.trial_balance() == BUDGETED
    proposal = await city.approved()
    founded = await city.staff("officer-1", "/sub-funds", city.founding(proposal), 201)
    assert await city.trial_balance() == COMMITTED
    again = await city.staff("officer-1", "/sub-funds", city.founding(proposal), 409)
    assert again["code"] == "move_not_allowed"

    # A drawdown of 33,333,333.33: 40, 10 and 50 %, the odd fen to the largest remainder.
    fund = f"/sub-funds/{founded['id']}"
    asked = {"reference": "JK-1", "amount_fen": 3_333_333_333, "purpose": "首期出资", "due_on": city.on(30)}
    drawdown = await city.manager(f"{fund}/drawdowns", asked, key="one-key")
    assert (await city.manager(f"{fund}/drawdowns", asked, key="one-key"))["id"] == drawdown["id"]
    assert (await city.manager(f"{fund}/drawdowns", asked, 409))["code"] == "drawdown_asked_before"
    above = asked | {"reference": "JK-2", "amount_fen": 6_666_666_668}
    assert (await city.manager(f"{fund}/drawdowns", above, 409))["reasons"][0]["facts"] == {"left_fen": 6_666_666_667}
    path = f"/drawdowns/{drawdown['id']}"
    statuses = await city.both(
        lambda: city.call("finance-1", "POST", f"{ROOT}{path}/call", {}),
        lambda: city.call("finance-2", "POST", f"{ROOT}{path}/call", {}),
    )
    assert statuses == [200, 409]
    called = COMMITTED | {
        "备查 · 认缴未缴 · 市级财政": "26,666,666.67", "备查 · 已催缴未到 · 市级财政": "13,333,333.33",
        "备查 · 认缴未缴 · 天元区财政": "6,666,666.67", "备查 · 已催缴未到 · 天元区财政": "3,333,333.33",
        "备查 · 认缴未缴 · 产投集团": "33,333,333.33", "备查 · 已催缴未到 · 产投集团": "16,666,666.67",
    }  # fmt: skip
    assert await city.trial_balance() == called

    # Social capital first, then the city's share by an order that a second person releases.
    early = await city.staff("finance-1", f"{path}/payment", {}, 409)
    assert (reasons(early), early["reasons"][0]["facts"]) == (
        ["social_capital_outstanding"],
        {"outstanding_fen": 2_000_000_000},
    )
    citys, district, social = (one["id"] for one in founded["commitments"])
    for commitment in (district, social):
        await city.manager(f"{path}/receipts", {"commitment_id": commitment, "received_on": city.on()}, 200)
    before = {"commitment_id": citys, "received_on": city.on()}
    assert (await city.manager(f"{path}/receipts", before, 409))["code"] == "move_not_allowed"
    statuses = await city.both(
        lambda: city.call("finance-1", "POST", f"{ROOT}{path}/payment", {}),
        lambda: city.call("finance-1", "POST", f"{ROOT}{path}/payment", {}),
    )
    assert statuses == [200, 409]
    half_paid = {name: balance for name, balance in called.items() if "已催缴未到" not in name} | {
        "备查 · 已催缴未到 · 市级财政": "13,333,333.33", "备查 · 子基金资金": "20,000,000.00",
    }  # fmt: skip
    assert await city.trial_balance() == half_paid | {
        "已承诺出资": "贷 26,666,666.67", "已冻结指标": "贷 13,333,333.33",
        "股权投资": "13,333,333.33", "应付补助款 · 株洲智造基金": "贷 13,333,333.33",
    }  # fmt: skip
    await city.assert_sound()
    (listed,) = (await city.reads(f"{fund}/drawdowns"))["items"]
    order = await city.pays(listed, "LS-1")
    await city.manager(f"{path}/receipts", {"commitment_id": citys, "received_on": city.on()}, 200)
    (late,) = await city.confirm(city.line(order, "LS-2") | {"outcome": "returned", "reason": "退汇"})
    assert late["outcome"] == "recovered_meanwhile"
    paid = {name: balance for name, balance in half_paid.items() if "已催缴未到" not in name} | {
        "已承诺出资": "贷 26,666,666.67", "已支出指标": "贷 13,333,333.33", "股权投资": "13,333,333.33",
        "国库可用额度": "86,666,666.67", "备查 · 子基金资金": "33,333,333.33",
    }  # fmt: skip
    assert await city.trial_balance() == paid
    await city.assert_sound()
    chain = await city.get(f"/v1/funds/payment-orders/{order['id']}/chain")
    assert {"ZZ-29", "ZZ-23"} <= {clause["id"] for clause in chain["clauses"]}

    # Deals out of what was paid in; the fee within 2 % of it; an exit never above what is held.
    deal = {
        "reference": "TZ-1", "firm_id": encode_id("org", LOCAL_FIRM), "stage": "start_up", "asset_class": "equity",
        "agreement": "增资取得10%股权,按股权比例共担损益。", "amount_fen": 2_000_000_000, "invested_on": city.on(),
    }  # fmt: skip
    wrong = deal | {"asset_class": "real_estate", "agreement": "承诺回购并保本", "amount_fen": 3_333_333_334}
    refused = await city.manager(f"{fund}/investments", wrong, 409)
    assert reasons(refused) == ["deal_forbidden", "return_promised", "above_cash"]
    assert {reason["facts"].get("document") for reason in refused["reasons"][:2]} == {"财预〔2015〕210号"}
    invested = await city.manager(f"{fund}/investments", deal)
    fee = {"reference": "GLF-1", "year": city.year, "amount_fen": 66_666_666, "charged_on": city.on()}
    assert reasons(await city.manager(f"{fund}/fees", fee | {"amount_fen": 66_666_667}, 409)) == ["above_fee"]
    await city.manager(f"{fund}/fees", fee)
    sold = {
        "reference": "TC-1", "way": "sale", "cost_fen": 2_000_000_001, "proceeds_fen": 5_000_000_000,
        "exited_on": city.on(), "note": "协议转让",
    }  # fmt: skip
    exits = f"/investments/{invested['id']}/exits"
    assert reasons(await city.manager(exits, sold, 409)) == ["above_holding"]
    both = {"cost_fen": 1_500_000_000, "proceeds_fen": 4_500_000_000}

    async def sell(reference: str) -> Any:
        body = sold | both | {"reference": reference}
        return await city.call("fund_manager-1", "POST", f"{ROOT}{exits}", body, organisation=str(MANAGER))

    assert await city.both(lambda: sell("TC-2"), lambda: sell("TC-3")) == [201, 409]
    exited = paid | {
        "备查 · 在投成本 · 株洲智能装备公司": "5,000,000.00", "备查 · 管理费": "666,666.66",
        "备查 · 退出损益": "贷 30,000,000.00", "备查 · 子基金资金": "57,666,666.67",
    }  # fmt: skip
    assert await city.trial_balance() == exited
    statement = await city.reads(f"{fund}/statement")
    assert {key: statement[key] for key in ("paid_in_fen", "cash_fen", "fair_value_fen", "nav_fen", "tvpi_bp")} == {
        "paid_in_fen": 3_333_333_333, "cash_fen": 5_766_666_667, "fair_value_fen": 500_000_000,
        "nav_fen": 6_266_666_667, "tvpi_bp": 18_800,
    }  # fmt: skip

    # 53,333,333.33 is distributed: principal first, then 20,000,000 gain; half of the city's 8,000,000 is given up.
    shared = {"reference": "FP-1", "amount_fen": 5_333_333_333, "on": city.on(), "note": "首期分配"}
    assert reasons(await city.manager(f"{fund}/distributions", shared | {"amount_fen": 5_766_666_668}, 409)) == [
        "above_cash"
    ]
    gone = await city.manager(f"{fund}/distributions", shared)
    assert (gone["capital_fen"], gone["gain_fen"], gone["conceded_fen"], gone["cash_fen"]) == (
        1_333_333_333, 800_000_000, 400_000_000, 1_733_333_333,
    )  # fmt: skip
    assert sum(part["capital_fen"] + part["gain_fen"] for part in gone["parts"]) == 5_333_333_333
    arrival = {"received_on": city.on()}
    statuses = await city.both(
        lambda: city.call("finance-1", "POST", f"{ROOT}/returns/{gone['id']}/receipt", arrival),
        lambda: city.call("finance-2", "POST", f"{ROOT}/returns/{gone['id']}/receipt", arrival),
    )
    assert statuses == [200, 409]
    returned = {name: balance for name, balance in exited.items() if name not in {"股权投资", "已支出指标"}} | {
        "已下达可用指标": "贷 73,333,333.33", "国库可用额度": "100,000,000.00",
        "投资收益": "贷 8,000,000.00", "让利支出": "4,000,000.00", "收益上缴国库": "4,000,000.00",
        "备查 · 已分配": "53,333,333.33", "备查 · 子基金资金": "4,333,333.34",
    }  # fmt: skip
    assert await city.trial_balance() == returned
    assert (await city.reads(f"{fund}/statement"))["dpi_bp"] == 16_000

    # The city sells its stake: its cost is back already, all of the value is gain, half of it given up.
    leaving = {"reference": "GQ-1", "buyer": "产投集团", "value_fen": 100_000_000, "on": city.on(), "note": "评估报告"}
    promise = await city.staff("officer-1", f"{fund}/stake-exit", leaving | {"note": "差额补足"}, 409)
    assert reasons(promise) == ["return_promised"]
    left = await city.staff("officer-1", f"{fund}/stake-exit", leaving, 201)
    await city.staff("finance-1", f"/returns/{left['id']}/receipt", arrival)
    final = returned | {
        "已下达可用指标": "贷 100,000,000.00", "投资收益": "贷 9,000,000.00", "让利支出": "4,500,000.00",
        "收益上缴国库": "4,500,000.00",
    }  # fmt: skip
    del final["已承诺出资"]
    assert await city.trial_balance() == final
    over = await city.manager(f"{fund}/drawdowns", asked | {"reference": "JK-9"}, 409)
    assert over["code"] == "sub_fund_over"
    await city.assert_sound()
    told = [len(await city.events(f"sub_fund.{kind}")) for kind in ("established", "called", "paid_in", "returned")]
    assert told == [1, 1, 1, 2]


