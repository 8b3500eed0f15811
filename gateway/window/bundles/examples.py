"""What a bundle looks like, for the documentation."""

from typing import Any

_APPLICANT = "org_01k30dw0000e000g0000000001"
_FILING, _KEY, _SUBSIDY = "file-makerspace", "recognise-key-makerspace", "apply-operation-subsidy"
_OPENED_AT = "2026-11-26T12:31:11.836534Z"
NUMBER = "2026320300BN000001F"

JOINT_APPLICATION: dict[str, Any] = {
    "bundle": "key-makerspace",
    "applicant_id": _APPLICANT,
    "form": {
        "carrier_name": "云龙湖众创空间", "carrier_kind": "makerspace", "level": "municipal",
        "floor_area": 2200, "tenants": 25, "operating_months": 18,
    },
    "forms": {
        _KEY: {"full_time_staff": 6, "mentors": 8},
        _SUBSIDY: {"statement": "申请本年度房租和宽带网络运行补贴"},
    },
    "documents": [{"kind": "application_form", "reference": "files/2026/000123.pdf", "sha256": None}],
}  # fmt: skip


def _part(case_id: str, number: str, item: str, service: str, names: tuple[str, str], **stands: Any) -> dict[str, Any]:
    return {
        "id": case_id, "number": number, "item": item, "service": service, "applicant_id": _APPLICANT,
        "status": "submitted", "submitted_at": _OPENED_AT, "status_since": _OPENED_AT, "accepted_on": None,
        "outcome": None, "version": 1, "item_zh": names[0], "item_en": names[1],
    } | stands  # fmt: skip


_WITHDRAWN = {
    "status": "withdrawn", "status_since": "2026-11-27T02:05:40.120334Z", "outcome": "withdrawn", "version": 2,
}  # fmt: skip
_PARTS = [
    _part("case_01m8bxd8h4e14r2xgm87g2yaq0", "2026320300RG000001Z", _FILING, "registry",
          ("众创空间备案认定", "Filing of a makerspace")),
    _part("case_01m8bxd8hke5k9nrfa4dxf48rg", "2026320300RG000002X", _KEY, "registry",
          ("市重点众创空间认定", "Recognition of a municipal key makerspace")),
    _part("case_01m8bxd8j2e8s94xfqcb6xfkd2", "2026320300FN000001A", _SUBSIDY, "funds",
          ("众创空间运行补贴申请", "Application for the operating subsidy"), **_WITHDRAWN),
]  # fmt: skip
PART: dict[str, Any] = _PARTS[0]
BUNDLE: dict[str, Any] = {
    "id": "bdl_01m8bxd8g5e739rzqj903xqjre", "number": NUMBER, "bundle": "key-makerspace",
    "zh": "市重点众创空间一件事", "en": "A key makerspace", "applicant_id": _APPLICANT, "submitted_at": _OPENED_AT,
    "status": "in_progress", "parts": _PARTS,
}  # fmt: skip
TIMELINE_LINE: dict[str, Any] = {
    "id": "01a217d6-a226-75ce-b024-c98230fd3735", "type": "case.opened", "occurred_at": "2026-11-26T12:31:11.910435Z",
    "actor": "partner", "zh": "申请已提交,取得办件编号", "en": "The application was received and numbered",
    "data": {"item": _FILING, "number": PART["number"], "case_id": PART["id"], "applicant_id": _APPLICANT},
    "case_id": PART["id"], "number": PART["number"], "item": _FILING,
}  # fmt: skip

_FORM_PAPER = {"id": "application_form", "zh": "申请表", "en": "application form"}
_RECEIPTS = {"id": "payment_proof", "zh": "付款凭证", "en": "proof of payment"}


def _item(item: str, names: tuple[str, str], service: str, programme: str, **asks: Any) -> dict[str, Any]:
    return {
        "id": item, "zh": names[0], "en": names[1], "service": service, "apply_at": "/v1/window/cases",
        "audience": ["carrier_operator"], "programme": programme,
        "correction": {"parameter": "window.correction_working_days", "status": "open", "working_days": None},
        "promised": {"parameter": f"{programme}.promised_working_days", "status": "open", "working_days": None},
        "open_parameters": [f"{programme}.documents", "window.correction_working_days"],
        "policy_version": 1, "as_of": "2026-11-26",
    } | asks  # fmt: skip


def _documents(programme: str, *known: dict[str, str]) -> dict[str, Any]:
    return {
        "parameter": f"{programme}.documents", "status": "open", "required": None, "known": list(known),
        "minor_parameter": f"{programme}.minor_documents", "minor": [],
    }  # fmt: skip


OFFERS: dict[str, Any] = {
    "city_code": "320300",
    "policy_version": 1,
    "bundles": [
        {
            "id": "open-makerspace", "zh": "新建众创空间一件事", "en": "A new makerspace",
            "clauses": ["XZ-35", "XZ-18", "XZ-22"],
            "fields": [],
            "documents": [
                {**_FORM_PAPER, "known_to": [_FILING, _SUBSIDY], "required_by": []},
                {**_RECEIPTS, "known_to": [_SUBSIDY], "required_by": []},
            ],
            "items": [
                _item(
                    _FILING, ("众创空间备案认定", "Filing of a makerspace"), "registry", "recognition.filed_makerspace",
                    department_zh="市科技局", department_en="Municipal Science and Technology Bureau",
                    clauses=["XZ-18", "XZ-06"],
                    fields=[
                        {"id": "carrier_name", "type": "text", "zh": "载体名称", "en": "Name of the carrier",
                         "required": True, "choices": []},
                    ],
                    documents=_documents("recognition.filed_makerspace", _FORM_PAPER),
                ),
                _item(
                    _SUBSIDY, ("众创空间运行补贴申请", "Application for the operating subsidy"), "funds",
                    "operation.subsidy", department_zh="徐州市财政局", department_en="Xuzhou Finance Bureau",
                    clauses=["XZ-22"],
                    fields=[
                        {"id": "statement", "type": "passage", "zh": "申请事项说明", "en": "What is applied for",
                         "required": True, "choices": []},
                    ],
                    documents=_documents("operation.subsidy", _FORM_PAPER, _RECEIPTS),
                ),
            ],
        },
    ],
}  # fmt: skip
