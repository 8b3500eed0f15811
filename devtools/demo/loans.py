"""Act four: a bank's loan in the risk fund, its loss, paid once, and a recovery shared back."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from devtools.demo.awards import give_the_fund_its_money, pay_order
from devtools.demo.cast import Actor, client_with_key, new_key, wait_for
from devtools.demo.recognition import ACCOUNT
from devtools.demo.stage import Stage, refused_while_open, tell
from devtools.demo.words import said, share_in_words
from kernel.money import in_yuan

POOL = "/v1/funds/loan-pool"


def share_a_loan_loss(stage: Stage) -> str:
    """Answers the payment order of the claim."""
    told = stage.script.loan
    tell(f"第四幕 合作银行的一笔贷款与一次代偿 ({', '.join(told.clauses)})", indent=0)
    bank = _bank(stage)
    year = give_the_fund_its_money(stage, told)
    loan = _loan(stage, bank)
    stage.move_clock_by(told.term_days + told.late_days, f"贷款逾期 {told.late_days} 天")
    claim = _claim(stage, bank, loan)
    order_id = _decide_and_pay(stage, claim, year)
    _recover(stage, bank, claim)
    return order_id


def _bank(stage: Stage) -> Actor:
    name = stage.script.loan.bank.name
    body = {
        "kind": "bank",
        "name": name,
        "credit_code": stage.script.loan.bank.credit_code,
        "identifier_override": None,
        "payee_account": ACCOUNT | {"payee_name": name},
    }
    organisation_id = stage.operator.post("/v1/registry/organisations", body)["id"]
    key, jwks = new_key()
    client = {"kind": "bank", "name": name, "organisation_id": organisation_id, "jwks": jwks}
    client_id = stage.operator.post("/v1/window/clients", client)["client_id"]
    admitted = {"bank_id": organisation_id, "product": stage.script.loan.product, "agreement": "合作协议 2026-03"}
    stage.operator.post(f"{POOL}/banks", admitted)
    tell(f"{name} 获准合作;以 private_key_jwt 登录,客户端 {client_id}")
    return client_with_key(stage.http, "bank", client_id, key, str(stage.http.base_url).rstrip("/"))


def _loan(stage: Stage, bank: Actor) -> Any:
    told = stage.script.loan
    body = {
        "bank_reference": "HT-2026-000123",
        "borrower_credit_code": told.borrower.credit_code,
        "borrower_name": told.borrower.name,
        "principal_fen": told.principal_fen,
        "disbursed_on": stage.today.isoformat(),
        "due_on": (stage.today + timedelta(days=told.term_days)).isoformat(),
    }
    loan = refused_while_open(stage, lambda: bank.post(f"{POOL}/loans", body), what="登记贷款")
    tell(f"贷款登记 {loan['bank_reference']} 本金 {in_yuan(loan['principal_fen'])} 元,{loan['due_on']} 到期")
    return loan


def _claim(stage: Stage, bank: Actor, loan: Any) -> Any:
    told = stage.script.loan
    loss = {
        "loan_id": loan["id"],
        "outstanding_principal_fen": told.outstanding_principal_fen,
        "outstanding_interest_fen": told.outstanding_interest_fen,
        "recovered_fen": 0,
        "documents": list(told.documents),
    }
    dry = bank.post(f"{POOL}/claims/dry-run", loss)
    figures = f"损失 {in_yuan(dry['asked_fen'])} 元,可补偿 {in_yuan(dry['eligible_fen'])} 元"
    tell(f"银行试算:{said(dry['outcome'])},{figures}")
    for cause in dry["reductions"]:
        tell(f"少 {in_yuan(cause['amount_fen'])} 元:{cause['text']}({', '.join(cause['clauses'])})", indent=3)
    for layer in dry["layers"]:
        mark = "←本资金支付" if layer["pays"] else ""
        share, amount = share_in_words(layer["share_bp"]), in_yuan(layer["amount_fen"])
        tell(f"{said(layer['layer'])} {share:>5} {amount:>14} 元 {mark}".rstrip(), indent=3)
    key, body = uuid4().hex, loss | {"bank_reference": "DC-2027-000045"}
    answers = [bank.post(f"{POOL}/claims", body, key=key) for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]  # noqa: S101 - the story's own claim
    tell(f"银行三次送达同一申请 {body['bank_reference']},只有一件")
    return answers[0]


def _decide_and_pay(stage: Stage, claim: Any, year: int) -> str:
    where = f"{POOL}/claims/{claim['id']}"
    stage.officer_1.post(f"{where}/review", {"opinion": "逾期属实,材料齐全,建议补偿"})
    decided = refused_while_open(
        stage, lambda: stage.finance_1.post(f"{where}/decision", {"policy_year": year}), what="代偿决定"
    )
    tell(f"officer-1 审核,finance-1 决定代偿 {in_yuan(decided['approved_fen'])} 元")
    pay_order(stage, decided["payment_order_id"], decided["approved_fen"])
    paid = wait_for("the claim to be paid and its case numbered", lambda: _paid_and_numbered(stage, where))
    tell(f"✓ 代偿到账 {in_yuan(paid['paid_fen'])} 元,案件编号 {paid['case_number']}")
    return str(decided["payment_order_id"])


def _paid_and_numbered(stage: Stage, where: str) -> Any:
    claim = stage.finance_1.get(where)
    return claim if claim["status"] == "paid" and claim["case_number"] else None


def _recover(stage: Stage, bank: Actor, claim: Any) -> None:
    stage.move_clock_by(120, "银行追回部分款项")
    recovered_fen = stage.script.loan.recovered_fen
    body = {
        "bank_reference": "ZS-2027-000009",
        "recovered_fen": recovered_fen,
        "costs_fen": stage.script.loan.recovery_costs_fen,
        "recovered_on": stage.today.isoformat(),
    }
    recovery = bank.post(f"{POOL}/claims/{claim['id']}/recoveries", body)
    where = f"{POOL}/recoveries/{recovery['id']}/receipt"
    stage.finance_1.post(where, {"received_on": stage.today.isoformat()})
    shares = ",".join(f"{said(layer)} {in_yuan(fen)} 元" for layer, fen in recovery["layers_fen"].items())
    tell(f"✓ 追回 {in_yuan(recovered_fen)} 元,扣除费用后按原比例返还:{shares}")
