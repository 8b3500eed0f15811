"""Act one and three: a carrier is recognised by the city, and later by a level above it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from devtools.demo.cast import wait_for
from devtools.demo.script import Application
from devtools.demo.stage import Stage, refused_while_open, tell
from devtools.demo.words import said

ACCOUNT = {"account_number": "1106020109000123456", "bank_name": "某银行营业部", "cnaps_code": None}


@dataclass
class Carrier:
    """What the later acts need to know."""

    organisation_id: str
    carrier_id: str
    case_id: str
    recognition_id: str


def register_firm(stage: Stage, name: str, credit_code: str) -> str:
    """A firm with a payee account, registered by the portal."""
    body = {
        "kind": "firm",
        "name": name,
        "credit_code": credit_code,
        "identifier_override": None,
        "payee_account": ACCOUNT | {"payee_name": name},
    }
    return str(stage.portal.post("/v1/registry/organisations", body)["id"])


def recognise_carrier(stage: Stage) -> Carrier:
    """From the portal's application to the certificate."""
    asked = stage.script.recognition
    tell(f"第一幕 {asked.title} ({', '.join(asked.clauses)})", indent=0)
    firm = register_firm(stage, stage.script.firm.name, stage.script.firm.credit_code)
    case = _open_case(stage, asked, firm, form=asked.form)
    recognition = _recognition_of(stage, case["id"])
    review = {
        "is_verified": True,
        "facts": {},
        "evidence": [{"title": "现场核查记录", "reference": "2026-核-031"}],
        "issuing_authority": None,
        "opinion": "材料与现场一致",
    }
    where = f"/v1/registry/recognitions/{recognition['id']}"
    reviewed = refused_while_open(stage, lambda: stage.officer_2.post(f"{where}/review", review), what="审核")
    closes_on = date.fromisoformat(reviewed["notice"]["closes_on"])
    tell(f"officer-2 审核通过,公示至 {closes_on} 日终(法定工作日)")
    stage.move_clock(date.fromordinal(closes_on.toordinal() + 1), "公示期满")
    wait_for("the notice to close", lambda: stage.officer_1.get(where)["status"] == "awaiting_decision")
    decided = stage.officer_3.post(f"{where}/decision", {"outcome": "recognise", "reason": "公示无异议"})
    tell(f"officer-3 决定认定,证书 {decided['certificate_number']}")
    proof = stage.officer_1.get(f"/v1/registry/carriers/{decided['carrier_id']}/proof", on=stage.today.isoformat())
    held = said(proof["level"]) + ("重点" if proof["is_key"] else "")
    tell(f"证明:{stage.today} 当日{'已认定,' + held if proof['recognised'] else '未认定'}")
    _case_is_decided(stage, case["id"])
    return Carrier(firm, decided["carrier_id"], case["id"], decided["id"])


def record_rise(stage: Stage, carrier: Carrier) -> str:
    """A level above has recognised it; the city records that with evidence. Answers the case's id."""
    asked = stage.script.rise
    tell(f"第三幕 {asked.title} ({', '.join(asked.clauses)})", indent=0)
    decision = {asked.number_field: asked.number, asked.decided_on_field: stage.today.isoformat()}
    form = {**asked.form, **decision, "carrier_id": carrier.carrier_id}
    case = _open_case(stage, asked, carrier.organisation_id, form=form)
    recognition = _recognition_of(stage, case["id"])
    review = {
        "is_verified": True,
        "facts": {},
        "evidence": [{"title": "上级认定文件", "reference": asked.number}],
        "issuing_authority": asked.authority,
        "opinion": "已核对上级文件",
    }
    where = f"/v1/registry/recognitions/{recognition['id']}/review"
    recorded = refused_while_open(stage, lambda: stage.officer_2.post(where, review), what="登记上级认定")
    tell(f"上级认定已登记,证书 {recorded['certificate_number']}")
    _case_is_decided(stage, case["id"])
    return str(case["id"])


def _open_case(stage: Stage, asked: Application, applicant: str, *, form: dict[str, Any]) -> Any:
    papers = [{"kind": kind, "reference": f"files/{kind}.pdf"} for kind in asked.documents]
    body = {"item": asked.item, "applicant_id": applicant, "form": form, "documents": papers}
    case = stage.portal.post("/v1/window/cases", body)
    tell(f"门户收到受理编号 {case['number']}")
    where = f"/v1/window/cases/{case['id']}/acceptance"
    accepted = refused_while_open(stage, lambda: stage.officer_1.post(where), what="受理")
    tell(f"officer-1 受理,状态:{said(accepted['status'])}")
    return accepted


def _recognition_of(stage: Stage, case_id: str) -> Any:
    def look() -> Any:
        return next(iter(stage.officer_2.get("/v1/registry/recognitions", case_id=case_id)["items"]), None)

    return wait_for("the registry to take the case", look)


def _case_is_decided(stage: Stage, case_id: str) -> None:
    def look() -> Any:
        case = stage.portal.get(f"/v1/window/cases/{case_id}")
        return case if case["outcome"] else None

    case = wait_for("the case to be decided", look)
    timeline = stage.portal.get(f"/v1/window/cases/{case_id}/timeline", limit=100)["items"]
    tell(
        f"门户看到办结:{said(case['outcome'])};时间线 {len(timeline)} 条:" + " → ".join(line["zh"] for line in timeline)
    )
