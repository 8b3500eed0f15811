"""What policy looks like, for the documentation."""

from typing import Any

CHANGE_IN: dict[str, Any] = {
    "values": [
        {"parameter": "loan_pool.share.city", "value": 4000, "applies_to_pending": True},
        {"parameter": "loan_pool.share.province", "value": 4000, "applies_to_pending": True},
        {"parameter": "loan_pool.share.bank", "value": 2000, "applies_to_pending": True},
    ],
    "reason": "与合作银行协商一致,损失分担比例为 40∶40∶20",
    "precedent": "R30w",
}
CHANGE: dict[str, Any] = {
    "id": "chg_01m80fjh9pe30sez9hvymgfgy9",
    "city_code": "320300",
    "status": "approved",
    "values": [entry | {"effective_on": None, "precedent": None} for entry in CHANGE_IN["values"]],
    "reason": CHANGE_IN["reason"],
    "precedent": "R30w",
    "proposed_by": "person:operator-1",
    "proposed_at": "2026-11-22T01:57:45Z",
    "decided_by": "person:officer-2",
    "decided_at": "2026-11-22T03:12:10Z",
    "decision_note": "经核对同意",
    "snapshot_version": 2,
}
POLICY: dict[str, Any] = {
    "city_code": "320300",
    "version": 2,
    "hash": "b4802cd3b26529b74c84e10748b9705d2bd73c87ce87c5ab1a165015204782b1",
    "pack_id": "xuzhou",
    "coverage": "complete",
    "documents": [
        {
            "id": "xz-2016-12",
            "number": "徐政发〔2016〕12号",
            "zh": "市政府关于发展众创空间推进大众创新创业的实施意见",
            "en": "Opinions of the municipal government on developing makerspaces",
            "issuer": "徐州市人民政府",
            "issued_on": "2016-02-18",
            "horizon_on": "2020-12-31",
        }
    ],
    "programmes": [
        {
            "id": "angel.compensation",
            "zh": "天使投资风险补偿",
            "en": "compensation of angel investment losses",
            "kind": "investment_loss_share",
            "service": "funds",
            "clauses": ["XZ-32"],
            "open_parameters": ["angel.seed.share", "angel.seed.yearly_cap"],
        }
    ],
    "parameters_open": 93,
    "as_of": "2026-11-22",
}
CLAUSE_REF: dict[str, Any] = {
    "id": "XZ-33",
    "locator": "五(三)",
    "quote": "风险补偿专项资金(原有1000万元)增加到2000万元",
}
PARAMETER: dict[str, Any] = {
    "id": "loan_pool.share.city",
    "zh": "市级承担比例",
    "en": "the city's share of a loss",
    "unit": "bp",
    "operator": "=",
    "status": "open",
    "value": None,
    "effective_on": None,
    "clauses": ["XZ-33"],
    "left_open_by": CLAUSE_REF,
    "owner_role": "finance_bureau",
    "owner_zh": "徐州市财政局",
    "owner_en": "Xuzhou Finance Bureau",
    "choices": [],
    "minimum": None,
    "maximum": None,
    "precedents": [
        {"value": 3000, "zh": "江苏早期做法:市县约承担本金损失的30%", "en": "early Jiangsu regime", "mark": "R30w"}
    ],
    "set_together_with": ["loan_pool.share.province", "loan_pool.share.bank"],
}
HISTORY: dict[str, Any] = {
    "parameter": "loan_pool.share.city",
    "on": "2026-11-22",
    "known_at": "2026-11-22T04:00:00Z",
    "counts": 4000,
    "counts_version": 1,
    "stated": [],
    "settings": [
        {
            "value": 4000,
            "effective_on": "2026-11-22",
            "recorded_at": "2026-11-22T03:12:10Z",
            "applies_to_pending": True,
            "reason": CHANGE_IN["reason"],
            "precedent": "R30w",
            "set_by": "person:operator-1",
            "approved_by": "person:officer-2",
        }
    ],
}
CLAUSE: dict[str, Any] = CLAUSE_REF | {
    "zh": "科技成果转化风险补偿专项资金由1000万元增加到2000万元,补偿合作银行的贷款损失。",
    "en": "The risk fund rises from CNY 10,000,000 to 20,000,000 and covers partner banks' loan losses.",
    "document": POLICY["documents"][0]["zh"],
    "document_number": "徐政发〔2016〕12号",
    "bound_to": ["programme:fund.loan_risk", "programme:loan_pool.transformation"],
    "no_software": None,
}
VERSION_LINE: dict[str, Any] = {
    "version": 1, "hash": "c931244af89f389a3283a39f52b4dced5a7dfa4b00b8764d614b902f4bacd205", "pack_id": "xuzhou",
    "recorded_at": "2026-11-26T06:00:40Z",
}  # fmt: skip
VERSION: dict[str, Any] = {
    "version": 1, "hash": "c931244af89f389a3283a39f52b4dced5a7dfa4b00b8764d614b902f4bacd205",
    "body": {"city_code": "320300", "version": 1, "pack": {"id": "xuzhou"}, "settings": []},
}  # fmt: skip
