"""The end: the journal verifies, every account is printed, and each paid line shows what it rests on."""

from typing import Any

from devtools.demo.stage import Stage, tell
from devtools.demo.words import said, who
from kernel.money import in_yuan
from policy.quotes import quoted

CLAIMS = "/v1/funds/loan-pool/claims"


def show_the_books(stage: Stage, orders: list[str]) -> None:
    """Everything an auditor would ask for."""
    tell("尾声 账簿", indent=0)
    for order_id in orders:
        _print_chain(stage, stage.auditor.get(f"/v1/funds/payment-orders/{order_id}/chain"))
    balance = stage.auditor.get("/v1/funds/books/trial-balance")
    tell("试算平衡表(元)")
    tell(f"{'借方':>16} {'贷方':>16}  科目", indent=2)
    for line in balance["lines"]:
        debit, credit = (in_yuan(line[side]) if line[side] else "" for side in ("debit_fen", "credit_fen"))
        tell(f"{debit:>18} {credit:>18}  {line['name_zh']}  {line['code']}", indent=2)
    tell(f"{in_yuan(balance['debit_fen']):>18} {in_yuan(balance['credit_fen']):>18}  合计", indent=2)
    verified = stage.auditor.get("/v1/funds/books/verification")
    audit = stage.auditor.get("/v1/funds/assurance")
    tell("账簿核验 ✓ 逐笔连续,链未断" if verified["sound"] else f"账簿核验 ✗ {verified['flaws']}", indent=1)
    for check in audit["checks"]:
        tell(f"{'✓' if check['green'] else '✗'} {check['name_zh']}", indent=2)
    assert balance["balanced"] and audit["green"], (balance, audit)  # noqa: PT018, S101 - the story's own claim
    _replay(stage)


def _replay(stage: Stage) -> None:
    """Every determination of the story, in both services that made any: decided again, the same bytes."""
    recognitions = stage.officer_1.get("/v1/registry/recognitions", limit=100)["items"]
    made = {"registry": {one["determination_id"] for one in recognitions}}
    lists = ("/v1/funds/books/journal", "/v1/funds/entitlements", "/v1/funds/loan-pool/loans", CLAIMS)
    found = [one for path in lists for one in stage.auditor.get(path, limit=100)["items"]]
    claims = stage.auditor.get(CLAIMS, limit=100)["items"]
    found += [one for claim in claims for one in stage.auditor.get(f"{CLAIMS}/{claim['id']}/recoveries")["items"]]
    made["funds"] = {one["determination_id"] for one in found}
    count = 0
    for service, ids in made.items():
        for determination in ids - {None}:
            replayed = stage.auditor.get(f"/v1/{service}/determinations/{determination}/replay")
            assert replayed["is_same"], replayed  # noqa: S101 - the story's own claim
            count += 1
    tell(f"✓ 全部 {count} 份裁定重放,字节相同")


def _origin(parameter: Any) -> str:
    setting = parameter["setting"]
    if setting is None:
        return "政策原文"
    pending = ",适用于在办事项" if setting["applies_to_pending"] else ""
    people = f"{who(setting['set_by'])} 设定、{who(setting['approved_by'])} 批准"
    return f"第 {parameter['version']} 版,{people},先例:{setting['precedent']}{pending}"


def _print_chain(stage: Stage, chain: Any) -> None:
    payment = chain["payment"]["order"]
    tell(f"支付 {payment['number']} {in_yuan(payment['amount_fen'])} 元 → {payment['payee']['name']}")
    for clause in chain["clauses"]:
        tell(f"条款   {clause['id']} {clause['number']} {clause['locator']}{quoted(clause['quote'])}", indent=3)
    for parameter in chain["parameters"]:
        value = stage.in_words(parameter["parameter"], parameter["value"])
        tell(f"参数   {value}({_origin(parameter)})", indent=3)
    determination = chain["determination"]
    tell(f"裁定   {said(determination['outcome'])} sha256 {determination['sha256'][:16]}…", indent=3)
    case = stage.auditor.get(f"/v1/window/cases/{chain['case_id']}")
    tell(f"案件   {case['number']}", indent=3)
    for step in chain["approvals"]:
        tell(f"审批   {said(step['step'])} {who(step['approved_by'])}", indent=3)
    for entry in chain["entries"]:
        tell(f"凭证   {entry['document']} {said(entry['fact'])} {entry['hash'][:16]}…", indent=3)
    for advice in chain["payment"]["advice"]:
        tell(f"回单   {said(advice['outcome'])} {advice['on']} {advice['bank_reference']}", indent=3)
