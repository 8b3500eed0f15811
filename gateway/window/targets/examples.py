"""Answers as the running services gave them, with times and cities made plain."""

from typing import Any

TARGETS: dict[str, Any] = {
    "city_code": "330400", "as_of": "2026-11-26",
    "items": [
        {
            "id": "cluster_coverage", "zh": "众创集聚区县(市)、区全覆盖",
            "en": "a cluster in every county and district", "operator": "coverage", "value": None, "unit": "个",
            "kind": "coverage", "due_on": "2020-12-31", "over": "各县(市)、区", "counter": "carriers_per_division",
            "counted_by": "至少有一个在册集聚区的县(市)、区占全部", "clauses": ["XZ-07"], "open_parameters": [],
            "source": "counted", "standing": {"counted": 1, "difference": -11, "reached": False},
            "coverage": {
                "covered": [{"code": "320312", "zh": "铜山区", "en": "Tongshan District"}],
                "missing": [{"code": "320302", "zh": "鼓楼区", "en": "Gulou District"}],
                "uncountable": [
                    {
                        "code": None, "zh": "徐州经济技术开发区",
                        "en": "Xuzhou Economic and Technological Development Zone",
                    },
                ],
            },
        },
    ],
}  # fmt: skip
