"""What a registered organisation looks like, for the documentation."""

from typing import Any

LINE: dict[str, Any] = {
    "id": "org_01m89wy0bje669n3am2t9jft9a",
    "city_code": "320300-a1b2c3d4",
    "kind": "firm",
    "name": "徐州淮海传感科技有限公司",
    "credit_code": "123203004665600691",
    "identifier_warnings": [],
    "identifier_override": None,
    "status": "active",
    "deregistered_on": None,
    "incorporated_on": None,
    "merged_on": None,
    "merged_into_id": None,
    "pending_ending_id": None,
    "payee_account": {"payee_name": "徐州淮海传感科技有限公司", "bank_name": "某银行营业部", "last4": "3456"},
    "registered_at": "2026-12-04T04:00:01Z",
}
ORGANISATION: dict[str, Any] = LINE | {
    "names": [{"name": "徐州淮海传感科技有限公司", "effective_on": "2026-12-04"}],
}
