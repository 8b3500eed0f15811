"""Answers as the running services gave them, with times and cities made plain."""

from typing import Any

CATALOGUE: dict[str, Any] = {
    "city_code": "330400", "policy_version": 1,
    "items": [
        {
            "id": "admit-provider", "zh": "创新券服务机构准入", "en": "Admission of a voucher provider",
            "service": "vouchers", "apply_at": "/v1/window/cases", "department_zh": "市科技局",
            "department_en": "Municipal Science and Technology Bureau", "audience": ["provider"],
            "clauses": ["JX-31"], "programme": "voucher.innovation",
        },
    ],
}  # fmt: skip
