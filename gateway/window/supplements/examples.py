"""What a promise looks like, for the documentation."""

from typing import Any

PROMISE: dict[str, Any] = {"documents": ["tenant_list"], "reference": "files/2026/000125.pdf", "sha256": None}
ACCEPTANCE: dict[str, Any] = {
    "working_days": 5,
    "credit": {"has_unrepaired_record": False, "source": "信用中国(江苏徐州),2026年11月23日查询,无失信记录"},
}
SUPPLEMENT: dict[str, Any] = {
    "documents": [{"kind": "tenant_list", "reference": "files/2026/000126.pdf", "sha256": None}]
}
