"""Act one and three: a makerspace becomes a municipal key carrier, and later a provincial one."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from devtools.demo.cast import wait_for
from devtools.demo.stage import Stage, refused_while_open, tell

ACCOUNT = {"account_number": "1106020109000123456", "bank_name": "徐州某银行营业部", "cnaps_code": None}
FIRM_CODE = "91320300MA1MABC18R"


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


def recognise_key_makerspace(stage: Stage) -> Carrier:
    """XZ-18, XZ-39: from the portal's application to the certificate."""
    tell("第一幕 徐州一家众创空间申请认定为市级重点众创空间 (XZ-18, XZ-39)", indent=0)
    firm = register_firm(stage, "徐州云龙众创空间有限公司", FIRM_CODE)
    case = _open_case(
        stage,
        "recognise-key-makerspace",
        firm,
        form={
            "carrier_name": "云龙湖众创空间",
            "carrier_kind": "makerspace",
            "level": "municipal",
            "floor_area": 1200,
            "seats": 80,
            "tenants": 26,
            "operating_months": 30,
            "full_time_staff": 5,
            "mentors": 6,
        },
        documents=["application_form", "premises_proof"],
    )
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
    decided = stage.officer_1.post(f"{where}/decision", {"outcome": "recognise", "reason": "公示无异议"})
    tell(f"officer-1 决定认定,证书 {decided['certificate_number']}")
    proof = stage.officer_1.get(f"/v1/registry/carriers/{decided['carrier_id']}/proof", on=stage.today.isoformat())
    tell(f"证明:{stage.today} 当日 recognised={proof['recognised']} level={proof['level']} is_key={proof['is_key']}")
    _case_is_decided(stage, case["id"])
    return Carrier(firm, decided["carrier_id"], case["id"], decided["id"])


def record_provincial_level(stage: Stage, carrier: Carrier) -> str:
    """XZ-20: the province has recognised it; the city records that with evidence. Answers the case's id."""
    tell("第三幕 该空间升为省级重点 (XZ-20, XZ-23)", indent=0)
    decided_on = stage.today.isoformat()
    case = _open_case(
        stage,
        "record-upper-recognition",
        carrier.organisation_id,
        form={
            "carrier_name": "云龙湖众创空间",
            "carrier_kind": "makerspace",
            "carrier_id": carrier.carrier_id,
            "level": "provincial",
            "upper_decision_number": "苏科区发-2026-118",
            "upper_decision_on": decided_on,
        },
        documents=["upper_decision"],
    )
    recognition = _recognition_of(stage, case["id"])
    review = {
        "is_verified": True,
        "facts": {},
        "evidence": [{"title": "省级认定文件", "reference": "苏科区发-2026-118"}],
        "issuing_authority": "江苏省科学技术厅",
        "opinion": "已核对省厅文件",
    }
    where = f"/v1/registry/recognitions/{recognition['id']}/review"
    recorded = refused_while_open(stage, lambda: stage.officer_2.post(where, review), what="登记上级认定")
    tell(f"省级重点已登记,证书 {recorded['certificate_number']}")
    _case_is_decided(stage, case["id"])
    return str(case["id"])


def _open_case(stage: Stage, item: str, applicant: str, *, form: dict[str, Any], documents: list[str]) -> Any:
    papers = [{"kind": kind, "reference": f"files/{kind}.pdf"} for kind in documents]
    body = {"item": item, "applicant_id": applicant, "form": form, "documents": papers}
    case = stage.portal.post("/v1/window/cases", body)
    tell(f"门户收到受理编号 {case['number']}")
    where = f"/v1/window/cases/{case['id']}/acceptance"
    accepted = refused_while_open(stage, lambda: stage.officer_1.post(where), what="受理")
    tell(f"officer-1 受理,状态 {accepted['status']}")
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
    tell(f"门户看到办结:{case['outcome']};时间线 {len(timeline)} 条:" + " → ".join(line["zh"] for line in timeline))
