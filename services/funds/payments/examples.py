"""What a payment and everything it rests on look like, for the documentation."""

from typing import Any

ORDER: dict[str, Any] = {
    "id": "pay_01m89wxz55evh9jvwt4hf6e61s",
    "number": "PO-2026-000001",
    "subject_kind": "entitlement",
    "subject": "ent_01m89wxyk9e9tb1ferwha704mr",
    "programme": "award.recognition",
    "fund": "fund.award_subsidy",
    "policy_year": 2026,
    "payer_level": "city",
    "case_id": "case_01m89wxxw0e4za23brjga64vj7",
    "determination_id": "det_01m89wxyzfepp99dbe28es9sq0",
    "clauses": ["XZ-23", "XZ-21"],
    "amount_fen": 30000000,
    "offset_fen": 0,
    "purpose": "重点载体认定一次性奖补",
    "payee": {
        "organisation_id": "org_01m89wxxrfe14rrhf4g4q47rst",
        "successor_id": None,
        "name": "徐州云龙众创空间有限公司",
        "account_name": "徐州云龙众创空间有限公司",
        "account_number": "****3456",
        "bank_name": "某银行营业部",
    },
    "status": "settled",
    "attempt": 1,
    "prepared_by": "person:finance-1@320300-a1b2c3d4",
    "payee_adopted_by": None,
    "released_by": "person:finance-2@320300-a1b2c3d4",
    "released_at": "2026-12-04T04:00:00Z",
    "batch_id": "bat_01m89wxz8jem7tcqjjky7fdv6b",
    "batch_line": 1,
    "settled_on": "2026-12-04",
    "not_before": None,
    "bank_reference": "LSjvwt4hf6e61s",
    "encumbrance_entry_id": "jrn_01m89wxz55evh9jvwt4n25nvk2",
    "payment_entry_id": "jrn_01m89wxz95es9b0s1rve3g9xd5",
    "version": 5,
}

BATCH: dict[str, Any] = {
    "id": "bat_01m89wy0x8e5s874t1q7hczr0a",
    "sequence": 3,
    "orders": 1,
    "total_fen": 48000000,
    "sha256": "09ed9b5cf59ed0811704a7540b18b0567e9fb980a3eb57e849e0a01546dbb8b4",
    "made_by": "person:finance-2@320300-a1b2c3d4",
    "made_at": "2027-05-18T03:59:59Z",
}

CONFIRMATION: dict[str, Any] = {
    "lines": [
        {
            "order_id": "pay_01m89wy0vye9tsrschmaz4s339",
            "bank_reference": "LSrschmaz4s339",
            "outcome": "settled",
            "text": "已入账",
            "repeated": False,
            "entry_id": "jrn_01m89wy0xqem7sppy0w4d75qt8",
            "document": "funds-2027-05-000002",
        }
    ]
}

CHAIN: dict[str, Any] = {
    "clauses": [
        {
            "id": "XZ-23",
            "document": "市政府关于发展众创空间推进大众创新创业的实施意见",
            "number": "徐政发〔2016〕12号",
            "locator": "五(一)",
            "quote": "一次性奖励补助50万元、40万元、30万元",
        }
    ],
    "parameters": [
        {
            "parameter": "award.recognition.municipal",
            "value": 30000000,
            "version": 1,
            "source": "text",
            "effective_on": "2016-02-18",
            "clauses": ["XZ-23"],
            "setting": None,
        },
        {
            "parameter": "fund.award_subsidy.period",
            "value": "annual",
            "version": 1,
            "source": "operator",
            "effective_on": "2026-12-04",
            "clauses": ["XZ-21"],
            "setting": {
                "set_by": "person:operator-1@320300-a1b2c3d4",
                "approved_by": "person:officer-2@320300-a1b2c3d4",
                "reason": "演示:参照各地通行做法设定,适用于在办事项",
                "precedent": "年度预算安排的通行做法",
                "recorded_at": "2026-12-04T03:59:59Z",
                "applies_to_pending": True,
            },
        },
    ],
    "determination": {
        "id": "det_01m89wxyzfepp99dbe28es9sq0",
        "programme": "award.recognition",
        "act": "award",
        "outcome": "eligible",
        "policy_version": 3,
        "policy_hash": "dba7eb8d278eb3f6bcbefb11bf8de32316d32c3f60d15be151991cfe3048b64c",
        "sha256": "7ba2bcc58529a4b9a53058e47ad8d7896c2227e990670fa726e180b3b98c7b90",
        "inputs": {"carrier_kind": "makerspace", "designation": "key", "earlier_awards": [], "level": "municipal"},
        "amounts": {"award": 30000000},
    },
    "case_id": "case_01m89wxxw0e4za23brjga64vj7",
    "redemptions": [],
    "approvals": [
        {
            "id": "apr_01m89wxz53ea183kmzfv58vfa7",
            "step": "approval",
            "approved_by": "person:finance-1@320300-a1b2c3d4",
            "prepared_by": "workload:funds",
            "approved_at": "2026-12-04T03:59:59Z",
        }
    ],
    "clawbacks": [],
    "entries": [
        {
            "id": "jrn_01m89wxz55evh9jvwt4n25nvk2",
            "document": "funds-2026-12-000003",
            "fact": "payment.committed",
            "effective_on": "2026-12-04",
            "recorded_at": "2026-12-04T03:59:59Z",
            "hash": "e8810c863b0ff24de0f4d39451df40494bcaf33a18fc34662fe6d1369942a196",
            "reverses": None,
            "legs": [
                {"account": "fund.award_subsidy/2026/city/allotted", "side": "debit", "amount_fen": 30000000},
                {"account": "fund.award_subsidy/2026/city/encumbered", "side": "credit", "amount_fen": 30000000},
            ],
        }
    ],
    "payment": {
        "order": ORDER,
        "batch_sequence": 1,
        "batch_sha256": "21036d2456a8cfc704a8b6f792c0fcc8f92ae31e7244dd7d65aae6fb1b46f28f",
        "advice": [{"outcome": "settled", "on": "2026-12-04", "bank_reference": "LSjvwt4hf6e61s", "reason": None}],
    },
}
