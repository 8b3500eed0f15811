"""Act two and the rest of three: an award leaves the fund, and on the rise what the upgrade treatment leaves."""

from typing import Any

from devtools.demo.cast import wait_for
from devtools.demo.script import Budget
from devtools.demo.stage import Stage, refused_while_open, tell
from devtools.demo.words import said
from kernel.money import in_yuan


def give_the_fund_its_money(stage: Stage, budget: Budget) -> int:
    """Appropriate and allot the whole fund. Answers the policy year of its budget line."""
    year, name = stage.today.year, stage.funds[budget.fund]
    where = f"/v1/funds/budgets/{budget.fund}/{year}"
    body = {"amount_fen": budget.amount_fen, "document": budget.document}
    refused_while_open(stage, lambda: stage.finance_1.post(f"{where}/appropriations", body), what=f"安排{name}")
    stage.finance_1.post(f"{where}/allotments", body)
    tell(f"财政安排并下达{name} {year} 年度 {in_yuan(budget.amount_fen)} 元")
    return year


def pay_award(stage: Stage, case_id: str, *, expected_fen: int, year: int) -> str:
    """From the entitlement that a recognition opened to the bank's confirmation. Answers the payment order."""
    award = _entitlement_of(stage, case_id)
    tell(f"免申即享:认定事实触发奖励({said(award['level'])}),状态:{said(award['status'])}")
    award = _made_payable(stage, award)
    assert award["amount_fen"] == expected_fen, award  # noqa: S101 - the story's own claim
    tell(f"核定 {in_yuan(award['amount_fen'])} 元(未付先核)")
    where = f"/v1/funds/entitlements/{award['id']}/approval"
    approved = stage.finance_1.post(where, {"policy_year": year})
    number = stage.finance_1.get(f"/v1/funds/payment-orders/{approved['payment_order_id']}")["number"]
    tell(f"finance-1 审批,指标冻结,支付指令 {number}")
    pay_order(stage, approved["payment_order_id"], award["amount_fen"])
    paid = wait_for("the award to be paid", lambda: _paid(stage, award["id"]))
    tell(f"✓ 奖励到账 {in_yuan(paid['amount_fen'])} 元,{paid['paid_on']}")
    return str(approved["payment_order_id"])


def pay_order(stage: Stage, order_id: str, amount_fen: int) -> None:
    """Released by another person, sent to the bank as a file, confirmed by the bank."""
    version = stage.finance_2.get(f"/v1/funds/payment-orders/{order_id}")["version"]
    stage.finance_2.post(f"/v1/funds/payment-orders/{order_id}/release", **{"If-Match": f'"v{version}"'})
    batch = stage.finance_2.post("/v1/funds/payment-batches", {"order_ids": [order_id]})
    content = stage.finance_2.download(f"/v1/funds/payment-batches/{batch['id']}/file")
    tell(
        f"finance-2 复核放行;银行文件第 {batch['sequence']} 号"
        f"({len(content)} 字节,合计 {in_yuan(batch['total_fen'])} 元)"
    )
    line = {
        "order_id": order_id,
        "outcome": "settled",
        "amount_fen": amount_fen,
        "settled_on": stage.today.isoformat(),
        "bank_reference": f"LS{order_id[-12:]}",
    }
    told = stage.finance_2.post("/v1/funds/confirmations", {"lines": [line]})
    again = stage.finance_2.post("/v1/funds/confirmations", {"lines": [line]})
    assert again["lines"][0]["repeated"]  # noqa: S101 - the story's own claim
    first = told["lines"][0]
    tell(f"银行回单:{said(first['outcome'])},凭证 {first['document']};回单重复送达,未重复记账")


def _entitlement_of(stage: Stage, case_id: str) -> Any:
    def look() -> Any:
        found = stage.finance_1.get("/v1/funds/entitlements", limit=100)["items"]
        settled = [one for one in found if one["case_id"] == case_id and one["status"] != "opened"]
        return settled[0] if settled else None

    return wait_for("the recognition to open an entitlement", look)


def _made_payable(stage: Stage, award: Any) -> Any:
    where = f"/v1/funds/entitlements/{award['id']}"
    for _ in range(3):
        award = stage.finance_1.get(where)
        if award["status"] != "waiting_policy":
            return award
        tell(f"奖励先被拒绝,{len(award['reasons'])} 项理由")
        for reason in award["reasons"]:
            stage.tell_open(reason["facts"])
        stage.set_parameters([reason["facts"]["parameter"] for reason in award["reasons"]])
        wait_for("the award to be determined again", lambda: stage.finance_1.get(where)["status"] == "payable")
    return award


def _paid(stage: Stage, award_id: str) -> Any:
    award = stage.finance_1.get(f"/v1/funds/entitlements/{award_id}")
    return award if award["status"] == "paid" else None
