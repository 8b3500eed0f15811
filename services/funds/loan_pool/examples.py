"""What a bank reads of its loans and claims, for the documentation: one story, from `make demo`."""

from typing import Any

BANK: dict[str, Any] = {
    "bank_id": "org_01m89wy09ge7dt9ww4xaxs9v4m",
    "name": "彭城银行股份有限公司",
    "product": "成果转化贷",
    "agreement": "合作协议 2026-03",
    "quota_fen": 10000000000,
    "agreed_on": "2026-12-04",
    "admitted_on": "2026-12-04",
    "reported_month": "2027-03",
}

AGREEMENT: dict[str, Any] = {
    "product": "成果转化贷",
    "agreement": "合作协议 2027-01",
    "quota_fen": 20000000000,
    "agreed_on": "2027-01-04",
    "agreed_by": "person:operator-1",
}

LOAN: dict[str, Any] = {
    "id": "loan_01m89wy0hmeamb1cq4fb0g1pc9",
    "bank_id": "org_01m89wy09ge7dt9ww4xaxs9v4m",
    "bank_reference": "HT-2026-000123",
    "borrower_id": "org_01m89wy0bje669n3am2t9jft9a",
    "borrower_name": "徐州淮海传感科技有限公司",
    "principal_fen": 200000000,
    "covered_fen": 200000000,
    "disbursed_on": "2026-12-04",
    "due_on": "2027-03-04",
    "registered_on": "2026-12-04",
    "status": "disbursed",
    "refinances": False,
    "outside_library": False,
    "paid_out_on": None,
    "paid_out_fen": None,
    "extension_to": None,
    "extension_refused_because": None,
    "extended_to": None,
    "repaid_on": None,
    "moved_out_on": None,
    "determination_id": "det_01m89wy0hsep4957941vqa7apd",
    "recorded_at": "2026-11-25T17:44:23Z",
}

DRY_RUN: dict[str, Any] = {
    "outcome": "eligible",
    "asked_fen": 164000001,
    "eligible_fen": 160000001,
    "payable_fen": 48000000,
    "layers": [
        {"layer": "city", "share_bp": 3000, "amount_fen": 48000000, "pays": True},
        {"layer": "province", "share_bp": 7000, "amount_fen": 112000001, "pays": False},
        {"layer": "bank", "share_bp": 0, "amount_fen": 0, "pays": False},
    ],
    "reductions": [
        {
            "code": "interest_not_shared",
            "text": "按规定只补偿本金,利息由银行承担",
            "amount_fen": 4000000,
            "clauses": ["XZ-33"],
        }
    ],
    "reasons": [],
    "steps": [
        {
            "step": "parameter",
            "name": "loan_pool.share.city",
            "label": "市级承担比例",
            "value": 3000,
            "clauses": ["XZ-33"],
        },
        {
            "step": "parameter",
            "name": "loan_pool.principal_only",
            "label": "是否只补偿本金",
            "value": True,
            "clauses": ["XZ-33"],
        },
        {"step": "fact", "name": "outstanding_principal_fen", "label": "未偿本金", "value": 160000001, "clauses": []},
        {"step": "result", "name": "payable", "label": "本资金应付", "value": 48000000, "clauses": ["XZ-33"]},
    ],
    "policy_version": 6,
}

CLAIM: dict[str, Any] = {
    "id": "clm_01m89wy0sde95azcqx4c1a2c2a",
    "bank_id": "org_01m89wy09ge7dt9ww4xaxs9v4m",
    "bank_reference": "DC-2027-000045",
    "loan_id": "loan_01m89wy0hmeamb1cq4fb0g1pc9",
    "case_id": "case_01m89wy0sde95azcqx4hnpnc0q",
    "case_number": "2027320300FNA1B2C3D40000015",
    "status": "paid",
    "asked_fen": 164000001,
    "eligible_fen": 160000001,
    "approved_fen": 48000000,
    "paid_fen": 48000000,
    "layers_fen": {"city": 48000000, "province": 112000001, "bank": 0},
    "split_bp": {"city": 3000, "province": 7000, "bank": 0},
    "reasons": [],
    "negligence": [],
    "determination_id": "det_01m89wy0vxevfr8dspa8bn9vh4",
    "payment_order_id": "pay_01m89wy0vye9tsrschmaz4s339",
    "lodged_on": "2027-05-18",
    "review_due_on": "2027-06-01",
    "decided_at": "2027-05-18T03:59:59Z",
    "paid_on": "2027-05-18",
    "closed_on": None,
    "closed_because": None,
    "withdrawn_because": None,
    "recorded_at": "2026-11-25T17:44:23Z",
}

EXPLANATION: dict[str, Any] = {
    "claim_id": "clm_01m89wy0sde95azcqx4c1a2c2a",
    "determination_id": "det_01m89wy0vxevfr8dspa8bn9vh4",
    "policy_version": 6,
    "outcome": "eligible",
    "status": "paid",
    "decided_at": "2027-05-18T03:59:59Z",
    "reasons": [],
    "asked_fen": 164000001,
    "eligible_fen": 160000001,
    "approved_fen": 48000000,
    "layers": [
        {"layer": "city", "share_bp": 3000, "amount_fen": 48000000, "pays": True},
        {"layer": "province", "share_bp": 7000, "amount_fen": 112000001, "pays": False},
        {"layer": "bank", "share_bp": 0, "amount_fen": 0, "pays": False},
    ],
    "reductions": [
        {
            "code": "interest_not_shared",
            "text": "按规定只补偿本金,利息由银行承担",
            "amount_fen": 4000000,
            "clauses": ["XZ-33"],
        }
    ],
    "payment": {
        "order_id": "pay_01m89wy0vye9tsrschmaz4s339",
        "number": "PO-2027-000001",
        "status": "settled",
        "paid_fen": 48000000,
        "paid_on": "2027-05-18",
    },
    "recovered": {
        "count": 1,
        "recovered_fen": 50000000,
        "costs_fen": 1000000,
        "returned_fen": 14700000,
        "received_fen": 14700000,
    },
    "steps": [
        {
            "step": "parameter",
            "name": "loan_pool.share.city",
            "label": "市级承担比例",
            "value": 3000,
            "clauses": ["XZ-33"],
            "version": 1,
            "source": "operator",
            "effective_on": "2026-12-04",
        },
        {
            "step": "parameter",
            "name": "loan_pool.principal_only",
            "label": "是否只补偿本金",
            "value": True,
            "clauses": ["XZ-33"],
            "version": 1,
            "source": "operator",
            "effective_on": "2026-12-04",
        },
        {
            "step": "fact",
            "name": "outstanding_principal_fen",
            "label": "未偿本金",
            "value": 160000001,
            "clauses": [],
            "version": None,
            "source": None,
            "effective_on": None,
        },
        {
            "step": "result",
            "name": "payable",
            "label": "本资金应付",
            "value": 48000000,
            "clauses": ["XZ-33"],
            "version": None,
            "source": None,
            "effective_on": None,
        },
    ],
    "clauses": [
        {
            "id": "XZ-33",
            "document": "市政府关于发展众创空间推进大众创新创业的实施意见",
            "number": "徐政发〔2016〕12号",
            "locator": "五(三)",
            "quote": "风险补偿专项资金(原有1000万元)增加到2000万元",
        }
    ],
}

RECOVERY: dict[str, Any] = {
    "id": "rcv_01m89wy15xe9yayf7esqzz9jh3",
    "claim_id": "clm_01m89wy0sde95azcqx4c1a2c2a",
    "bank_reference": "ZS-2027-000009",
    "recovered_on": "2027-09-15",
    "recovered_fen": 50000000,
    "costs_fen": 1000000,
    "layers_fen": {"city": 14700000, "province": 34300000, "bank": 0},
    "returned_fen": 14700000,
    "after_closure": False,
    "status": "received",
    "received_on": "2027-09-15",
    "withdrawn_because": None,
    "determination_id": "det_01m89wy15yek88vnj1ft9vt010",
    "recorded_at": "2026-11-25T17:44:24Z",
}
