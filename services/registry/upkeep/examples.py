"""Answers as the running services gave them, with times and cities made plain."""

from typing import Any

CHANGE: dict[str, Any] = {
    "id": "chg_01m8b6pkn9en5905nwb45axt2p", "recognition_id": "rec_01m8b6p9qteqavdm5ve5z1zc9b", "kind": "operator",
    "status": "granted", "wanted": {"operator_id": "org_01m8b6pdkbej8avg7cxj4qzv14"},
    "former": {"operator_id": "org_01m8b6p9dcemabnbft7hv7r267"}, "grounds": "运营权转让",
    "requested_by": "client:portal", "requested_at": "2026-09-08T16:01:09Z", "decided_by": "person:officer-3",
    "decided_at": "2026-09-08T16:01:11Z", "decision_reason": "同意",
    "certificate_number": "320300-00000093-2026-00003-Z",
}  # fmt: skip
RENEWAL: dict[str, Any] = {
    "id": "ren_01m8b6h4eqeyzb1crex2mn30ta", "recognition_id": "rec_01m8b6h3mwez5sg0qcfbsk9yp2", "status": "open",
    "evidence": {
        "facts": [{"fact": "carrier_kind", "value": "makerspace", "source": "registry"}],
        "papers": [{"title": "续期核查记录", "reference": "2029-1", "sha256": None}], "opinion": "仍符合",
        "registered": {"floor_area": 800, "seats": 60},
    },
    "determination_id": "det_01m8b6h4eje1gsbdwe7ct2h194", "reviewed_by": "person:officer-2",
    "reviewed_at": "2026-09-08T16:01:00Z", "valid_months": 36, "decided_by": None, "decided_at": None,
    "decision_reason": None, "valid_until": None, "certificate_number": None,
}  # fmt: skip
TAX: dict[str, Any] = {
    "programme": "tax.incubator", "clauses": ["XZ-18"], "from_month": "2026-10", "until_month": None,
    "text": "纳入孵化器管理体系后的税收优惠:认定次月(2026-10)起可向税务部门申报,由税务部门依国家规定办理。",
}  # fmt: skip
