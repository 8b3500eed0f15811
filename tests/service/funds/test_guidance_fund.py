"""The guidance fund, from the call to the last fen that comes back, with the whole trial balance after each step."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Update, update

from kernel import clock
from kernel.ids import decode_id, encode_id
from policy.calendar import workdays
from services.funds.guidance_fund.reports import expecting
from services.funds.guidance_fund.reports.rules import period_of
from services.funds.guidance_fund.reports.states import Kind
from services.funds.guidance_fund.returns.models import SubFundReturn
from services.funds.guidance_fund.selection import service as selection
from services.funds.guidance_fund.sub_funds.models import Commitment, DrawdownShare
from services.funds.recounting import service as recounting
from tests.builders.processes import Process
from tests.service.funds.city import calendars, count_by
from tests.service.funds.guidance import (
    LOCAL_FIRM,
    MANAGER,
    ROOT,
    TERMS,
    GuidanceCity,
    documents_of,
    open_guidance_city,
    reasons,
    without,
)

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
CALLED = COMMITTED | {
    "备查 · 认缴未缴 · 市级财政": "26,666,666.67", "备查 · 已催缴未到 · 市级财政": "13,333,333.33",
    "备查 · 认缴未缴 · 天元区财政": "6,666,666.67", "备查 · 已催缴未到 · 天元区财政": "3,333,333.33",
    "备查 · 认缴未缴 · 产投集团": "33,333,333.33", "备查 · 已催缴未到 · 产投集团": "16,666,666.67",
}  # fmt: skip
OTHERS_IN = without(CALLED, "备查 · 已催缴未到 · 天元区财政", "备查 · 已催缴未到 · 产投集团") | {
    "备查 · 子基金资金": "20,000,000.00",
}  # fmt: skip
ORDERED = OTHERS_IN | {
    "已承诺出资": "贷 26,666,666.67", "已冻结指标": "贷 13,333,333.33",
    "股权投资": "13,333,333.33", "应付补助款 · 株洲智造基金": "贷 13,333,333.33",
}  # fmt: skip
PAID = without(ORDERED, "已冻结指标", "应付补助款 · 株洲智造基金", "备查 · 已催缴未到 · 市级财政") | {
    "已支出指标": "贷 13,333,333.33", "国库可用额度": "86,666,666.67", "备查 · 子基金资金": "33,333,333.33",
}  # fmt: skip
EXITED = PAID | {
    "备查 · 在投成本 · 株洲智能装备公司": "5,000,000.00", "备查 · 管理费": "666,666.66",
    "备查 · 退出损益": "贷 30,000,000.00", "备查 · 子基金资金": "57,666,666.67",
}  # fmt: skip
RETURNED = without(EXITED, "股权投资", "已支出指标") | {
    "已下达可用指标": "贷 73,333,333.33", "国库可用额度": "100,000,000.00",
    "投资收益": "贷 8,000,000.00", "让利支出": "4,000,000.00", "收益上缴国库": "4,000,000.00",
    "备查 · 已分配": "53,333,333.33", "备查 · 子基金资金": "4,333,333.34",
}  # fmt: skip
LEFT = without(RETURNED, "已承诺出资") | {
    "已下达可用指标": "贷 100,000,000.00", "投资收益": "贷 9,000,000.00", "让利支出": "4,500,000.00",
    "收益上缴国库": "4,500,000.00",
}  # fmt: skip


async def test_from_the_call_to_the_last_fen(funds: Process) -> None:
    """ZZ-23, ZZ-29: chosen, founded, called pro rata, paid, invested, distributed with 让利, and left."""
    city = await open_guidance_city(funds)
    await city.budget(10_000_000_000, fund="fund.guidance")
    assert await city.trial_balance() == BUDGETED
    founding = city.founding(await city.approved())
    founded = await city.staff("officer-1", "/sub-funds", founding, 201)
    assert await city.trial_balance() == COMMITTED
    again = await city.staff("officer-1", "/sub-funds", founding, 409)
    assert again["code"] == "move_not_allowed"
    fund = f"/sub-funds/{founded['id']}"
    drawdown = await drawn_down(city, fund)
    await paid_in(city, fund, drawdown, founded["commitments"])
    await invested_and_sold(city, fund)
    await distributed(city, fund)
    await left(city, fund)
    told = [len(await city.events(f"sub_fund.{kind}")) for kind in ("established", "called", "paid_in", "returned")]
    assert told == [1, 1, 1, 2]


async def drawn_down(city: GuidanceCity, fund: str) -> str:
    """33,333,333.33 by 40, 10 and 50 %, the odd fen to the largest remainder; once, and never above the commitments."""
    asked = {"reference": "JK-1", "amount_fen": 3_333_333_333, "purpose": "首期出资", "due_on": city.on(30)}
    drawdown = await city.manager(f"{fund}/drawdowns", asked, key="one-key")
    assert (await city.manager(f"{fund}/drawdowns", asked, key="one-key"))["id"] == drawdown["id"]
    assert (await city.manager(f"{fund}/drawdowns", asked, 409))["code"] == "drawdown_asked_before"
    above = asked | {"reference": "JK-2", "amount_fen": 6_666_666_668}
    assert (await city.manager(f"{fund}/drawdowns", above, 409))["reasons"][0]["facts"] == {"left_fen": 6_666_666_667}
    path = f"/drawdowns/{drawdown['id']}"
    assert await city.sent_by("finance-1", "finance-2", f"{path}/call") == [200, 409]
    assert await city.trial_balance() == CALLED
    return path


async def paid_in(city: GuidanceCity, fund: str, path: str, commitments: list[dict[str, Any]]) -> None:
    """Social capital first, then the city's share by an order that a second person releases."""
    early = await city.staff("finance-1", f"{path}/payment", {}, 409)
    assert (reasons(early), early["reasons"][0]["facts"]) == (
        ["social_capital_outstanding"],
        {"outstanding_fen": 2_000_000_000},
    )
    citys, *others = ({"commitment_id": one["id"], "received_on": city.on()} for one in commitments)
    for receipt in others:
        await city.manager(f"{path}/receipts", receipt, 200)
    assert await city.trial_balance() == OTHERS_IN
    assert (await city.manager(f"{path}/receipts", citys, 409))["code"] == "move_not_allowed"
    assert await city.sent_by("finance-1", "finance-1", f"{path}/payment") == [200, 409]
    assert await city.trial_balance() == ORDERED
    await city.assert_sound()
    (listed,) = (await city.reads(f"{fund}/drawdowns"))["items"]
    order = await city.pays(listed, "LS-1")
    await city.manager(f"{path}/receipts", citys, 200)
    # What has reached the sub-fund may be invested already.
    (late,) = await city.confirm(city.line(order, "LS-2") | {"outcome": "returned", "reason": "退汇"})
    assert late["outcome"] == "recovered_meanwhile"
    assert await city.trial_balance() == PAID
    await city.assert_sound()
    chain = await city.get(f"/v1/funds/payment-orders/{order['id']}/chain")
    assert {"ZZ-29", "ZZ-23"} <= {clause["id"] for clause in chain["clauses"]}


async def invested_and_sold(city: GuidanceCity, fund: str) -> None:
    """Deals out of what was paid in, the fee within 2 % of it, an exit never above what is held."""
    deal = {
        "reference": "TZ-1", "firm_id": encode_id("org", LOCAL_FIRM), "stage": "start_up", "asset_class": "equity",
        "agreement": "增资取得10%股权,按股权比例共担损益。", "amount_fen": 2_000_000_000, "invested_on": city.on(),
    }  # fmt: skip
    wrong = deal | {"asset_class": "real_estate", "agreement": "承诺回购并保本", "amount_fen": 3_333_333_334}
    refused = await city.manager(f"{fund}/investments", wrong, 409)
    assert reasons(refused) == ["deal_forbidden", "return_promised", "above_cash"]
    assert {reason["facts"].get("document") for reason in refused["reasons"][:2]} == {"财预〔2015〕210号"}
    invested = await city.manager(f"{fund}/investments", deal)
    again = await city.manager(f"{fund}/investments", deal | {"amount_fen": 1}, 409)
    assert again["code"] == "investment_entered_before"
    fee = {"reference": "GLF-1", "year": city.year, "amount_fen": 66_666_666, "charged_on": city.on()}
    assert reasons(await city.manager(f"{fund}/fees", fee | {"amount_fen": 66_666_667}, 409)) == ["above_fee"]
    await city.manager(f"{fund}/fees", fee)
    sold = {
        "way": "sale", "cost_fen": 1_500_000_000, "proceeds_fen": 4_500_000_000, "exited_on": city.on(),
        "note": "协议转让", "reference": "TC-1",
    }  # fmt: skip
    exits = f"/investments/{invested['id']}/exits"
    assert reasons(await city.manager(exits, sold | {"cost_fen": 2_000_000_001}, 409)) == ["above_holding"]

    async def sell(reference: str) -> Any:
        body = sold | {"reference": reference}
        return await city.call("fund_manager-1", "POST", f"{ROOT}{exits}", body, organisation=str(MANAGER))

    assert await city.both(lambda: sell("TC-2"), lambda: sell("TC-3")) == [201, 409]
    assert await city.trial_balance() == EXITED
    statement = await city.reads(f"{fund}/statement")
    assert {key: statement[key] for key in ("paid_in_fen", "cash_fen", "fair_value_fen", "nav_fen", "tvpi_bp")} == {
        "paid_in_fen": 3_333_333_333, "cash_fen": 5_766_666_667, "fair_value_fen": 500_000_000,
        "nav_fen": 6_266_666_667, "tvpi_bp": 18_800,
    }  # fmt: skip


async def distributed(city: GuidanceCity, fund: str) -> None:
    """53,333,333.33: principal first, then 20,000,000 of gain; half of the city's 8,000,000 of it is given up."""
    shared = {"reference": "FP-1", "amount_fen": 5_333_333_333, "on": city.on(), "note": "首期分配"}
    above = await city.manager(f"{fund}/distributions", shared | {"amount_fen": 5_766_666_668}, 409)
    assert reasons(above) == ["above_cash"]
    gone = await city.manager(f"{fund}/distributions", shared)
    assert (gone["capital_fen"], gone["gain_fen"], gone["conceded_fen"], gone["cash_fen"]) == (
        1_333_333_333, 800_000_000, 400_000_000, 1_733_333_333,
    )  # fmt: skip
    assert sum(part["capital_fen"] + part["gain_fen"] for part in gone["parts"]) == 5_333_333_333
    receipt = f"/returns/{gone['id']}/receipt"
    assert await city.sent_by("finance-1", "finance-2", receipt, {"received_on": city.on()}) == [200, 409]
    assert await city.trial_balance() == RETURNED
    assert (await city.reads(f"{fund}/statement"))["dpi_bp"] == 16_000


async def left(city: GuidanceCity, fund: str) -> None:
    """The city sells its stake: its cost is back already, so all of the value is gain, half of it given up."""
    leaving = {"reference": "GQ-1", "buyer": "产投集团", "value_fen": 100_000_000, "on": city.on(), "note": "评估报告"}
    promise = await city.staff("officer-1", f"{fund}/stake-exit", leaving | {"note": "差额补足"}, 409)
    assert reasons(promise) == ["return_promised"]
    sold = await city.staff("officer-1", f"{fund}/stake-exit", leaving, 201)
    await city.staff("finance-1", f"/returns/{sold['id']}/receipt", {"received_on": city.on()})
    assert await city.trial_balance() == LEFT
    asked = {"reference": "JK-9", "amount_fen": 1, "purpose": "再次出资", "due_on": city.on(30)}
    assert (await city.manager(f"{fund}/drawdowns", asked, 409))["code"] == "sub_fund_over"
    await city.assert_sound()
    for kind in ("invested", "exited", "distributed", "returned"):
        assert {one["manager_id"] for one in await city.events(f"sub_fund.{kind}")} == {str(MANAGER)}, kind


async def test_a_proposal_is_examined_voted_on_noticed_and_decided_by_a_second_person(funds: Process) -> None:
    """ZZ-23: every figure set first; all reasons at once; two officers decide once; nobody sees another's."""
    bare = await open_guidance_city(funds, "liuzhou")
    city = await open_guidance_city(funds)  # the registry answers for the city that was opened last
    call = await city.call_for_proposals()
    promising = city.proposal(call, name="保 本 基金", plan="向社会资本承诺最低收益,并由管理人差额补足;不保证本金。")
    refused = await city.manager("/proposals", promising, 409)
    assert [(one["code"], one["facts"]["field"], one["facts"]["words"]) for one in refused["reasons"]] == [
        ("return_promised", "name", ["保本"]), ("return_promised", "plan", ["最低收益", "差额补足"]),
    ]  # fmt: skip
    assert "财预〔2015〕210号" in refused["reasons"][0]["text"]
    # There is no member a minimum return could be entered in.
    await city.manager("/proposals", city.proposal(call, terms=TERMS | {"minimum_return_bp": 800}), 422)
    await city.manager("/proposals", city.proposal(call, asked_fen=10_000_000_001), 422)
    lodged = await city.manager("/proposals", city.proposal(call, plan="本基金不承诺保本,风险自担。"))
    assert (await city.manager("/proposals", city.proposal(call), 409))["code"] == "already_proposed"
    closed = await city.call_for_proposals(opens_on=city.on(1))
    assert reasons(await city.manager("/proposals", city.proposal(closed), 409)) == ["call_not_open"]
    path = f"/proposals/{lodged['id']}"
    other = await city.call("fund_manager-2", "GET", ROOT + path, organisation=str(LOCAL_FIRM))
    elsewhere = await bare.call("officer-1", "GET", ROOT + path)
    assert (other.status_code, elsewhere.status_code) == (404, 404)

    early = {"outcome": "approved", "amount_fen": 4_000_000_000, "reason": "同意。"}
    assert (await city.staff("officer-2", f"{path}/decision", early, 409))["code"] == "move_not_allowed"
    unfit = {"findings": "已核实。", "facts": {"public_stake_bp": 1, "no_such_fact": True}}
    assert reasons(await city.staff("officer-1", f"{path}/examination", unfit, 409)) == ["fact_unfit", "fact_unfit"]
    await city.brings_to_notice(lodged["id"], against=2)
    noticed = await city.reads(path)
    assert (noticed["notice_from"], noticed["notice_until"]) == (
        city.on(),
        workdays().add(clock.today(city.code), 5).on.isoformat(),
    )
    assert reasons(await city.staff("officer-2", f"{path}/decision", early | {"amount_fen": 4_000_000_001}, 409)) == [
        "above_asked", "notice_not_over",
    ]  # fmt: skip
    await city.moves(20)
    # Three of five votes are not two thirds.
    assert reasons(await city.staff("officer-2", f"{path}/decision", early, 409)) == ["not_carried_by_experts"]
    await city.manager("/sub-funds", city.founding(lodged["id"]), 403)
    refusal = {"outcome": "refused", "reason": "专家评审未通过。"}
    assert reasons(await city.staff("officer-1", f"{path}/decision", refusal, 409)) == ["prepared_by_same_person"]
    statuses = await city.both(
        lambda: city.call("officer-2", "POST", f"{ROOT}{path}/decision", refusal),
        lambda: city.call("finance-1", "POST", f"{ROOT}{path}/decision", refusal),
    )
    assert statuses == [200, 409]
    assert [len(await city.events(f"sub_fund.{kind}")) for kind in ("proposed", "refused", "approved")] == [1, 1, 0]


async def test_a_notice_of_a_proposal_runs_by_the_calendar_that_came_later(
    funds: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = await open_guidance_city(funds)
    before, after = calendars(clock.today(city.code))
    lodged = await city.manager("/proposals", city.proposal(await city.call_for_proposals()))
    path = f"/proposals/{lodged['id']}"
    count_by(monkeypatch, before, recounting, selection)
    await city.brings_to_notice(lodged["id"])
    told = await city.reads(path)
    assert told["notice_provisional"]
    count_by(monkeypatch, after, selection)
    await city.moves_to(date.fromisoformat(told["notice_until"]) + timedelta(days=1))
    agreed = {"outcome": "approved", "amount_fen": 4_000_000_000, "reason": "同意。"}
    assert reasons(await city.staff("officer-2", f"{path}/decision", agreed, 409)) == ["notice_not_over"]
    moved = after.add(date.fromisoformat(told["notice_from"]), 5).on
    await city.moves_to(moved + timedelta(days=1))
    decided = await city.staff("officer-2", f"{path}/decision", agreed)
    assert (decided["notice_until"], decided["notice_provisional"]) == (moved.isoformat(), False)
    assert [one["until"] for one in await city.events("sub_fund.notice_published")] == [
        told["notice_until"], moved.isoformat(),
    ]  # fmt: skip


async def test_a_report_of_a_sub_fund_is_not_overdue_before_the_day_of_the_calendar_that_came_later(
    funds: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = await open_guidance_city(funds)
    await city.budget(10_000_000_000, fund="fund.guidance")
    founded = await city.staff("officer-1", "/sub-funds", city.founding(await city.approved()), 201)
    quarter = period_of(Kind.QUARTER, clock.today(city.code))
    before, after = calendars(quarter.last_on)
    count_by(monkeypatch, before, recounting, expecting)
    await city.moves_to(quarter.last_on + timedelta(days=1))
    listed = f"/reports?sub_fund_id={founded['id']}"

    def of_quarter(found: Any) -> list[Any]:
        return [(one["due_on"], one["provisional"]) for one in found["items"] if one["period"] == quarter.name]

    told, moved = before.add(quarter.last_on, 15).on, after.add(quarter.last_on, 15).on
    await city.eventually(listed, lambda found: of_quarter(found) == [(told.isoformat(), True)])
    count_by(monkeypatch, after, expecting)
    await city.moves_to(told + timedelta(days=1))
    await city.eventually(listed, lambda found: of_quarter(found) == [(moved.isoformat(), False)])
    assert (await city.reads(f"{listed}&status=overdue"))["items"] == []
    await city.moves_to(moved + timedelta(days=1))
    await city.eventually(f"{listed}&status=overdue", lambda found: of_quarter(found) != [])


async def test_what_the_terms_may_be_is_the_policys_word(funds: Process) -> None:
    """ZZ-23, ZZ-28: share, exit, concession, fee, term and reinvestment above their bounds, each named; open ones stop
    the very call."""
    city = await open_guidance_city(funds)
    wild = TERMS | {
        "agreed_exit_years": 6, "gain_given_up_bp": 5001, "fund_term_years": 9, "management_fee_bp": 201,
        "reinvestment_bp": 9_999,
    }  # fmt: skip
    body = city.proposal(
        await city.call_for_proposals(), terms=wild, asked_fen=4_000_000_001, documents=["application_form"]
    )
    lodged = await city.manager("/proposals", body)
    await city.brings_to_notice(lodged["id"])
    await city.moves(20)
    decision = {"outcome": "approved", "amount_fen": 4_000_000_001, "reason": "同意。"}
    refused = await city.staff("officer-2", f"/proposals/{lodged['id']}/decision", decision, 409)
    assert reasons(refused) == [
        *["criterion_not_met"] * 6, "document_missing", "document_missing", "above_cap",
    ]  # fmt: skip
    bare = await open_guidance_city(funds, "liuzhou")
    open_one = await open_guidance_city(funds, without=("guidance.", "sub_fund."))
    stopped = await open_one.staff(
        "officer-1",
        "/calls",
        {
            "programme": "guidance.participation", "title": "征集", "text": "征集",
            "opens_on": open_one.on(), "closes_on": open_one.on(),
        },
        409,
    )  # fmt: skip
    assert stopped["code"] == "policy_open"
    named = {reason["facts"]["parameter"]: reason["clauses"] for reason in stopped["reasons"]}
    assert named["guidance.share_max"] == ["ZZ-23"]
    assert named["sub_fund.notice_working_days"][0] == "ZZ-29"
    unknown = {"programme": "guidance.participation", "title": "征集", "text": "征集"}
    days = {"opens_on": bare.on(), "closes_on": bare.on()}
    assert (await bare.staff("officer-1", "/calls", unknown | days, 404))["code"] == "no_such_participation"
    await bare.staff("officer-1", "/calls", unknown | days | {"opens_on": bare.on(1)}, 422)


STAKES = [
    ("zhuzhou", "venture.staged_equity", {"targets_early_tech_firms": True}, "institution", 2_500, "fund.sme_upper"),
    ("wuhan", "guidance.participation", {}, "fund", 4_000, "fund.guidance"),
    ("wuhan", "qingtong.investment", {}, "firm", 3_000, "fund.qingtong"),
    ("liuzhou", "venture.participation", {}, "fund", 4_000, "fund.venture"),
    ("liuzhou", "equity.staged", {"firm_stage": "seed", "firm_kind": "tech_small"}, "firm", 3_000, "equity.staged"),
]


@pytest.mark.parametrize(("pack", "programme", "facts", "vehicle", "stake_bp", "fund"), STAKES)
async def test_every_citys_stake_is_paid_and_left_and_a_loss_is_the_citys_own(
    funds: Process, pack: str, programme: str, facts: dict[str, Any], vehicle: str, stake_bp: int, fund: str
) -> None:
    """ZZ-28, WH-23, WH-25, LZ-26, LZ-48: paid out of its own fund; sold below cost nobody makes the city whole."""
    city = await open_guidance_city(funds, pack)
    await city.budget(100_000_000, fund=fund)
    call = await city.call_for_proposals(programme)
    terms = TERMS if vehicle == "fund" else {"agreed_exit_years": 5, "gain_given_up_bp": 5000}
    asked = city.proposal(
        call, size_fen=200_000_000, asked_fen=200_000_000 * stake_bp // 10_000, terms=terms, vehicle=vehicle,
        documents=documents_of(pack, programme),
    )  # fmt: skip
    lodged = await city.manager("/proposals", asked)
    await city.brings_to_notice(lodged["id"], facts=facts)
    await city.moves(20)
    decision = {"outcome": "approved", "amount_fen": asked["asked_fen"], "reason": "同意。"}
    await city.staff("officer-2", f"/proposals/{lodged['id']}/decision", decision)
    others = [{"level": "social", "investor": "创始人", "amount_fen": 200_000_000 - asked["asked_fen"]}]
    small = [others[0] | {"amount_fen": others[0]["amount_fen"] - 1}]
    diluted = await city.staff("officer-1", "/sub-funds", city.founding(lodged["id"], investors=small), 409)
    assert reasons(diluted) == ["committed_below_size"]
    founded = await city.staff("officer-1", "/sub-funds", city.founding(lodged["id"], investors=others), 201)
    assert (founded["fund"], founded["programme"]) == (fund, programme)
    body = {"reference": "JK-1", "amount_fen": 100_000_000, "purpose": "首期", "due_on": city.on(9)}
    drawdown = await city.manager(f"/sub-funds/{founded['id']}/drawdowns", body)
    path = f"/drawdowns/{drawdown['id']}"
    called = await city.staff("finance-1", f"{path}/call")
    assert [share["amount_fen"] for share in called["shares"]] == [
        asked["asked_fen"] // 2, 100_000_000 - asked["asked_fen"] // 2,
    ]  # fmt: skip
    await city.manager(
        f"{path}/receipts", {"commitment_id": founded["commitments"][1]["id"], "received_on": city.on()}, 200
    )
    await city.pays(await city.staff("finance-1", f"{path}/payment"), "LS-1")
    citys = {"commitment_id": founded["commitments"][0]["id"], "received_on": city.on()}
    assert (await city.manager(f"{path}/receipts", citys, 200))["status"] == "paid_in"
    worth = asked["asked_fen"] // 2 - 5_000_000
    leaving = {"reference": "GQ-1", "buyer": "创始人", "value_fen": worth, "on": city.on(), "note": "评估报告。"}
    left = await city.staff("officer-1", f"/sub-funds/{founded['id']}/stake-exit", leaving, 201)
    assert (left["cash_fen"], left["loss_fen"], left["conceded_fen"]) == (worth, 5_000_000, 0)
    await city.staff("finance-1", f"/returns/{left['id']}/receipt", {"received_on": city.on()})
    books = {name: balance for name, balance in (await city.trial_balance()).items() if "备查" not in name}
    assert books == {
        "预算指标来源": "1,000,000.00", "已下达可用指标": "贷 950,000.00", "已支出指标": "贷 50,000.00",
        "国库可用额度": "950,000.00", "财政拨款": "贷 1,000,000.00", "投资损失": "50,000.00",
    }  # fmt: skip
    await city.assert_sound()


async def test_while_the_stake_is_being_sold_nothing_changes_it_and_the_sale_can_be_withdrawn(funds: Process) -> None:
    """ZZ-28: no distribution and no drawdown between the sale and its price; a sale that fails blocks nothing."""
    city = await open_guidance_city(funds)
    await city.budget(10_000_000_000, fund="fund.guidance")
    founded = await city.staff("officer-1", "/sub-funds", city.founding(await city.approved()), 201)
    fund, (citys, *others) = f"/sub-funds/{founded['id']}", (one["id"] for one in founded["commitments"])
    body = {"reference": "JK-1", "amount_fen": 1_000_000_000, "purpose": "首期", "due_on": city.on(9)}
    path = f"/drawdowns/{(await city.manager(f'{fund}/drawdowns', body))['id']}"
    await city.staff("finance-1", f"{path}/call")
    for other in others:
        await city.manager(f"{path}/receipts", {"commitment_id": other, "received_on": city.on()}, 200)
    await city.pays(await city.staff("finance-1", f"{path}/payment"), "LS-1")
    await city.manager(f"{path}/receipts", {"commitment_id": citys, "received_on": city.on()}, 200)
    leaving = {"reference": "GQ-1", "buyer": "产投集团", "value_fen": 300_000_000, "on": city.on(), "note": "评估报告"}
    sold = await city.staff("officer-1", f"{fund}/stake-exit", leaving, 201)
    assert (sold["capital_fen"], sold["loss_fen"]) == (300_000_000, 100_000_000)
    sale, arrived = f"/returns/{sold['id']}", {"received_on": city.on()}

    shared = {"reference": "FP-1", "amount_fen": 500_000_000, "on": city.on(), "note": "分配"}
    assert (await city.manager(f"{fund}/distributions", shared, 409))["code"] == "stake_exit_declared"
    second = body | {"reference": "JK-2"}
    assert (await city.manager(f"{fund}/drawdowns", second, 409))["code"] == "stake_exit_declared"
    await changed(city, update(Commitment).where(Commitment.id == decode_id("cmt", citys)).values(returned_fen=1))
    refused = await city.staff("finance-1", f"{sale}/receipt", arrived, 409)
    assert [(one["code"], one["facts"]) for one in refused["reasons"]] == [
        ("stake_changed", {"sold_fen": 400_000_000, "outstanding_fen": 399_999_999})
    ]
    await changed(city, update(Commitment).where(Commitment.id == decode_id("cmt", citys)).values(returned_fen=0))

    await city.manager(f"{sale}/withdrawal", {}, 403)
    assert await city.sent_by("officer-1", "officer-2", f"{sale}/withdrawal") == [200, 409]
    assert (await city.staff("finance-1", f"{sale}/receipt", arrived, 409))["code"] == "move_not_allowed"
    path = f"/drawdowns/{(await city.manager(f'{fund}/drawdowns', second))['id']}"
    await city.staff("finance-1", f"{path}/call")
    third = f"/drawdowns/{(await city.manager(f'{fund}/drawdowns', body | {'reference': 'JK-3'}))['id']}"
    # As it could be before a declared sale stopped drawdowns.
    row = SubFundReturn.id == decode_id("gfr", sold["id"])
    await changed(city, update(SubFundReturn).where(row).values(status="declared"))
    for step in (f"{path}/payment", f"{third}/call"):
        assert (await city.staff("finance-1", step, {}, 409))["code"] == "stake_exit_declared"
    assert reasons(await city.staff("finance-1", f"{sale}/receipt", arrived, 409)) == ["drawdown_under_way"]
    assert (await city.staff("officer-1", f"{sale}/withdrawal"))["status"] == "withdrawn"
    await city.staff("finance-1", f"{third}/call")
    paid_out = await city.manager(f"{fund}/distributions", shared)
    stands = await city.staff("officer-1", f"/returns/{paid_out['id']}/withdrawal", {}, 409)
    assert stands["code"] == "distribution_stands"
    await city.staff("finance-1", f"/returns/{paid_out['id']}/receipt", arrived)
    await city.assert_sound()


async def test_an_investor_that_never_pays_holds_up_nothing_for_ever(funds: Process) -> None:
    city = await open_guidance_city(funds)
    await city.budget(10_000_000_000, fund="fund.guidance")
    founded = await city.staff("officer-1", "/sub-funds", city.founding(await city.approved()), 201)
    fund, (_, district, _) = f"/sub-funds/{founded['id']}", (one["id"] for one in founded["commitments"])
    body = {"reference": "JK-1", "amount_fen": 1_000_000_000, "purpose": "首期", "due_on": city.on()}
    path = f"/drawdowns/{(await city.manager(f'{fund}/drawdowns', body))['id']}"
    assert (await city.staff("finance-2", f"{path}/closing", {}, 409))["code"] == "move_not_allowed"
    await city.staff("finance-1", f"{path}/call")
    await city.manager(f"{path}/receipts", {"commitment_id": district, "received_on": city.on()}, 200)
    ending = {"ended_on": city.on()}
    assert "drawdown_under_way" in reasons(await city.staff("finance-1", f"{fund}/winding-up", ending, 409))
    early = await city.staff("finance-2", f"{path}/closing", {}, 409)
    assert (early["code"], early["due_on"]) == ("drawdown_not_due", body["due_on"])
    await city.moves_to(clock.today(city.code) + timedelta(days=1))
    own = await city.staff("finance-1", f"{path}/closing", {}, 409)
    assert reasons(own) == ["prepared_by_same_person"]
    closed = await city.staff("finance-2", f"{path}/closing")
    assert closed["status"] == "paid_in"
    assert [share["status"] for share in closed["shares"]] == ["lapsed", "received", "lapsed"]
    assert [told["amount_fen"] for told in await city.events("sub_fund.call_lapsed")] == [900_000_000]
    late = {"commitment_id": founded["commitments"][2]["id"], "received_on": city.on()}
    assert (await city.manager(f"{path}/receipts", late, 409))["code"] == "move_not_allowed"
    await city.assert_sound()
    again = await city.manager(f"{fund}/drawdowns", body | {"reference": "JK-2", "amount_fen": 9_900_000_000})
    assert (await city.staff("finance-1", f"/drawdowns/{again['id']}/call"))["status"] == "called"
    assert (await city.staff("finance-2", f"/drawdowns/{again['id']}/closing"))["status"] == "withdrawn"
    await city.assert_sound()


async def test_a_share_the_bank_is_bringing_back_is_not_received(funds: Process) -> None:
    city = await open_guidance_city(funds)
    await city.budget(10_000_000_000, fund="fund.guidance")
    founded = await city.staff("officer-1", "/sub-funds", city.founding(await city.approved()), 201)
    fund, (citys, *others) = f"/sub-funds/{founded['id']}", (one["id"] for one in founded["commitments"])
    body = {"reference": "JK-1", "amount_fen": 1_000_000_000, "purpose": "首期", "due_on": city.on(9)}
    path = f"/drawdowns/{(await city.manager(f'{fund}/drawdowns', body))['id']}"
    await city.staff("finance-1", f"{path}/call")
    for other in others:
        await city.manager(f"{path}/receipts", {"commitment_id": other, "received_on": city.on()}, 200)
    await city.pays(await city.staff("finance-1", f"{path}/payment"), "LS-1")
    arrived = {"commitment_id": citys, "received_on": city.on()}
    async with city.process.app.state.sessions() as session, session.begin():
        share = DrawdownShare.commitment_id == decode_id("cmt", citys)
        await session.execute(update(DrawdownShare).where(share).values(status="ordered", settled_on=None))
        receiving = asyncio.create_task(city.manager(f"{path}/receipts", arrived, 409))
        await asyncio.sleep(0.3)
    assert (await receiving)["code"] == "move_not_allowed"


async def changed(city: GuidanceCity, statement: Update) -> None:
    """A row is as no call of today would leave it."""
    async with city.process.app.state.sessions() as session, session.begin():
        await session.execute(statement)


async def test_reports_fall_due_by_working_days_and_a_lost_fund_is_wound_up(funds: Process) -> None:
    """ZZ-29: quarterly in 15 working days, overdue marked; fair values make the NAV; what is lost is written off."""
    city = await open_guidance_city(funds)
    await city.budget(10_000_000_000, fund="fund.guidance")
    founded = await city.staff("officer-1", "/sub-funds", city.founding(await city.approved()), 201)
    fund = f"/sub-funds/{founded['id']}"
    body = {"reference": "JK-1", "amount_fen": 1_000_000_000, "purpose": "首期", "due_on": city.on(9)}
    drawdown = await city.manager(f"{fund}/drawdowns", body)
    path = f"/drawdowns/{drawdown['id']}"
    await city.staff("finance-1", f"{path}/call")
    for commitment in founded["commitments"][1:]:
        await city.manager(f"{path}/receipts", {"commitment_id": commitment["id"], "received_on": city.on()}, 200)
    await city.pays(await city.staff("finance-1", f"{path}/payment"), "LS-1")
    citys = {"commitment_id": founded["commitments"][0]["id"], "received_on": city.on()}
    await city.manager(f"{path}/receipts", citys, 200)
    deal = {
        "reference": "TZ-1", "firm": "外地新材料公司", "stage": "seed", "asset_class": "convertible",
        "agreement": "按股权比例共担损益。", "amount_fen": 1_000_000_000, "invested_on": city.on(),
    }  # fmt: skip
    invested = await city.manager(f"{fund}/investments", deal)
    quarter = period_of(Kind.QUARTER, clock.today(city.code))
    report = {
        "period": quarter.name, "narrative": "经营正常。",
        "valuations": [{"investment_id": invested["id"], "value_fen": 1_200_000_000}],
    }  # fmt: skip
    assert (await city.manager(f"{fund}/reports", report, 404))["code"] == "not_found"
    due_on = workdays().add(quarter.last_on, 15).on
    await city.moves_to(quarter.last_on + timedelta(days=1))
    listed = f"/reports?sub_fund_id={founded['id']}"
    expected = await city.eventually(listed, lambda found: quarter.name in {one["period"] for one in found["items"]})
    (own,) = [one for one in expected["items"] if one["period"] == quarter.name]
    assert (own["status"], own["due_on"]) == ("expected", due_on.isoformat())
    missing = await city.manager(f"{fund}/reports", report | {"valuations": []}, 409)
    assert reasons(missing) == ["valuations_unfit"]
    await city.moves_to(due_on + timedelta(days=1))
    overdue = await city.eventually(f"{listed}&status=overdue", lambda found: len(found["items"]) == 1)
    assert overdue["items"][0]["period"] == quarter.name
    handed_in = await city.manager(f"{fund}/reports", report)
    assert (handed_in["status"], handed_in["was_overdue"]) == ("submitted", True)
    assert (await city.manager(f"{fund}/reports", report, 409))["code"] == "move_not_allowed"
    statement = await city.reads(f"{fund}/statement")
    assert (statement["nav_fen"], statement["tvpi_bp"], statement["dpi_bp"]) == (1_200_000_000, 12_000, 0)
    assert (statement["local_investment_fen"], statement["local_investment_due_fen"]) == (0, 400_000_000)

    ending = {"ended_on": city.on()}
    assert reasons(await city.staff("finance-1", f"{fund}/winding-up", ending, 409)) == ["still_holds"]
    lost = {
        "reference": "HX-1", "way": "written_off", "cost_fen": 1_000_000_000, "proceeds_fen": 0,
        "exited_on": city.on(), "note": "企业破产。",
    }  # fmt: skip
    await city.manager(f"/investments/{invested['id']}/exits", lost | {"proceeds_fen": 1}, 422)
    await city.manager(f"/investments/{invested['id']}/exits", lost)
    assert (await city.staff("finance-1", f"{fund}/winding-up", ending))["status"] == "wound_up"
    books = {name: balance for name, balance in (await city.trial_balance()).items() if "备查" not in name}
    assert books == {
        "预算指标来源": "100,000,000.00", "已下达可用指标": "贷 96,000,000.00", "已支出指标": "贷 4,000,000.00",
        "国库可用额度": "96,000,000.00", "财政拨款": "贷 100,000,000.00", "投资损失": "4,000,000.00",
    }  # fmt: skip
    await city.assert_sound()


async def test_the_years_of_concession_count_from_the_first_share_the_bank_did_not_bring_back(funds: Process) -> None:
    city = await open_guidance_city(funds)
    await city.budget(10_000_000_000, fund="fund.guidance")
    founded = await city.staff("officer-1", "/sub-funds", city.founding(await city.approved()), 201)
    fund = f"/sub-funds/{founded['id']}"

    async def paid(number: int) -> dict[str, Any]:
        body = {
            "reference": f"JK-{number}", "amount_fen": 1_000_000_000, "purpose": "出资", "due_on": city.on(9),
        }  # fmt: skip
        path = f"/drawdowns/{(await city.manager(f'{fund}/drawdowns', body))['id']}"
        await city.staff("finance-1", f"{path}/call")
        for one in founded["commitments"][1:]:
            receipt = {"commitment_id": one["id"], "received_on": city.on()}
            await city.manager(f"{path}/receipts", receipt, 200)
        return await city.pays(await city.staff("finance-1", f"{path}/payment"), f"LS-{number}")

    async def first_paid_on() -> Any:
        return (await city.reads(fund))["first_paid_on"]

    first, began_on = await paid(1), city.on()
    await city.moves(30)
    second, later_on = await paid(2), city.on()
    assert await first_paid_on() == began_on
    for order, left in ((first, later_on), (second, None)):
        (back,) = await city.confirm(city.line(order, f"LS-{order['id']}") | {"outcome": "returned", "reason": "退汇"})
        assert (back["outcome"], await first_paid_on()) == ("returned", left)
    await city.assert_sound()
