"""What an award looks like once it is paid, for the documentation."""

from typing import Any

ENTITLEMENT: dict[str, Any] = {
    "id": "ent_01m89wxyk9e9tb1ferwha704mr",
    "programme": "award.recognition",
    "fund": "fund.award_subsidy",
    "carrier_id": "car_01m89wxxz5ehfrqcbh0xwd5yfh",
    "recognition_id": "rec_01m89wxxzmeg8bykgczn967mf5",
    "evaluation_id": None,
    "evaluation_year": None,
    "grade": None,
    "organisation_id": "org_01m89wxxrfe14rrhf4g4q47rst",
    "case_id": "case_01m89wxxw0e4za23brjga64vj7",
    "carrier_kind": "makerspace",
    "level": "municipal",
    "designation": "key",
    "recognised_on": "2026-12-04",
    "accepted_on": "2026-11-26",
    "status": "paid",
    "determination_id": "det_01m89wxyzfepp99dbe28es9sq0",
    "policy_version": 3,
    "reasons": [],
    "amount_fen": 30000000,
    "prepared_by": "workload:funds",
    "approved_by": "person:finance-1@320300-a1b2c3d4",
    "approved_at": "2026-12-04T03:59:59Z",
    "policy_year": 2026,
    "payment_order_id": "pay_01m89wxz55evh9jvwt4hf6e61s",
    "encumbrance_entry_id": "jrn_01m89wxz55evh9jvwt4n25nvk2",
    "paid_on": "2026-12-04",
    "confirmed_at": None,
    "list_id": None,
    "recognition_ended_on": None,
}
PUBLICITY_LIST: dict[str, Any] = {
    "id": "pub_01m89wxyk9e9tb1ferwha704mr",
    "programme": "evaluation.award",
    "published_on": "2026-12-04",
    "until_on": "2026-12-11",
    "provisional": False,
    "entries": 1,
    "total_fen": 20000000,
    "made_by": "person:finance-1@320300-a1b2c3d4",
}
ENTRY: dict[str, Any] = {
    "entitlement_id": "ent_01m89wxyk9e9tb1ferwha704mr",
    "organisation_id": "org_01m89wxxrfe14rrhf4g4q47rst",
    "carrier_id": "car_01m89wxxz5ehfrqcbh0xwd5yfh",
    "evaluation_year": 2026,
    "grade": "excellent",
    "amount_fen": 20000000,
}
