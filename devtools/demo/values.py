"""What the operator of the story sets where the documents leave a parameter open, and the practice it follows."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Value:
    """A value and its precedent, as an operator would write it down."""

    value: Any
    precedent: str


NATIONAL_FILING = "国科火字〔2017〕120号 国家备案众创空间条件"
LICENSING = "行政许可法期限的通行做法"
SUKEDAI = "苏科贷早期做法:本金损失省约七成、市县约三成,利息损失由银行承担"
WUXI = "锡政办发〔2019〕63号 锡科贷"

SETTINGS: dict[str, Value] = {
    "window.correction_working_days": Value(5, LICENSING),
    "recognition.key_makerspace.space_rule": Value("either", NATIONAL_FILING),
    "recognition.key_makerspace.floor_area": Value(500, NATIONAL_FILING),
    "recognition.key_makerspace.seats": Value(30, NATIONAL_FILING),
    "recognition.key_makerspace.tenants": Value(20, NATIONAL_FILING),
    "recognition.key_makerspace.operating_months": Value(18, NATIONAL_FILING),
    "recognition.key_makerspace.full_time_staff": Value(3, NATIONAL_FILING),
    "recognition.key_makerspace.mentors": Value(3, NATIONAL_FILING),
    "recognition.key_makerspace.notice_working_days": Value(5, "徐州 2023 年度公示五日"),
    "recognition.key_makerspace.documents": Value(["application_form", "premises_proof"], NATIONAL_FILING),
    "recognition.key_makerspace.promised_working_days": Value(20, LICENSING),
    "recognition.upper.documents": Value(["upper_decision"], "上级认定文件即为依据"),
    "recognition.upper.promised_working_days": Value(10, LICENSING),
    "fund.award_subsidy.period": Value("annual", "年度预算安排的通行做法"),
    "award.recognition.upgrade_treatment": Value("difference", "升级补差额的通行做法"),
    "award.recognition.documents": Value(["payee_account"], "支付所需"),
    "award.recognition.promised_working_days": Value(20, LICENSING),
    "fund.loan_risk.period": Value("one_off", "专项资金存量口径"),
    "loan_pool.share.city": Value(3000, SUKEDAI),
    "loan_pool.share.province": Value(7000, SUKEDAI),
    "loan_pool.share.bank": Value(0, SUKEDAI),
    "loan_pool.per_loan_cap": Value(300_000_000, "苏科贷:首贷不超过 300 万元"),
    "loan_pool.overdue_days": Value(60, WUXI),
    "loan_pool.principal_only": Value(value=True, precedent=SUKEDAI),
    "loan_pool.bank_leverage": Value(30_000, "银行放大约三倍"),
    "loan_pool.review_working_days": Value(10, WUXI),
    "loan_pool.recovery_sharing": Value("pro_rata_after_costs", WUXI),
    "loan_pool.claim_documents": Value(["claim_application", "loan_contract", "disbursement_voucher"], WUXI),
    "loan_pool.claim_promised_working_days": Value(20, LICENSING),
    "loan_pool.registration_documents": Value(["loan_contract"], WUXI),
    "loan_pool.registration_promised_working_days": Value(5, LICENSING),
    "loan_pool.admission_documents": Value(["cooperation_application"], WUXI),
    "loan_pool.admission_promised_working_days": Value(20, LICENSING),
}
