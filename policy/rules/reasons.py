"""Every coded reason a rule may give against, in Chinese and English. Braces take its facts or words for them."""

REASONS: dict[str, tuple[str, str]] = {
    # scope
    "carrier_kind_out_of_scope": ("该类载体不在本项目范围内。", "This kind of carrier is outside the programme."),
    "level_out_of_scope": ("该级别不在本项目范围内。", "This level is outside the programme."),
    "designation_out_of_scope": (
        "该认定类别(重点或备案)不在本项目范围内。",
        "This designation (key or filed) is outside the programme.",
    ),
    "head_out_of_scope": ("该费用科目不在补贴范围内。", "This head of cost is not subsidised."),
    "grade_not_awarded": ("该等次不在奖补范围内。", "This grade earns nothing."),
    "service_kind_out_of_scope": ("该类服务不在创新券支持范围内。", "The voucher does not pay this kind of service."),
    "holder_kind_out_of_scope": ("该类申领人不在创新券发放范围内。", "No voucher is issued to this kind of holder."),
    "provider_outside_area": ("服务机构不在规定地区。", "The provider is outside the stated area."),
    # evaluation
    "indicators_unverified": (
        "指标尚未核实:{names}。",
        "Not verified yet: {names}.",
    ),
    "dimension_weight_disagrees": (
        "“{dimension}”各指标权重合计 {actual},与已定权重 {required} 不符。",
        "The indicators of {dimension} weigh {actual} together, not {required} as was set.",
    ),
    # criteria
    "criterion_not_met": (
        "未达到条件:{name}(现为 {actual},要求 {required})。",
        "Not met: {name} (is {actual}, must be {required}).",
    ),
    # once only
    "already_awarded": ("同一对象已领取过,不得重复享受。", "It was paid before and is paid only once."),
    "lower_award_taken": (
        "已按较低级别领取奖补,升级后不再发放。",
        "A lower award was taken; the rise earns nothing more.",
    ),
    "nothing_left_to_pay": (
        "此前支付已达标准,无可支付金额。",
        "Earlier payments already reach the amount; nothing is left.",
    ),
    # recurring support, decisions on the case, contests
    "cost_has_another_payee": (
        "同一费用已补助给另一类对象({paid_to}),一项费用只补一方。",
        "The same cost was subsidised to another ({paid_to}); one cost has one payee.",
    ),
    "years_used_up": (
        "已享受 {years_paid} 年,达到规定的 {years_max} 年。",
        "It was paid for {years_paid} years already, of {years_max} granted.",
    ),
    "stage_over": (
        "贷款第 {loan_year} 年,补贴只到第 {stages} 年。",
        "This is year {loan_year} of the loan; the subsidy ends with year {stages}.",
    ),
    "loan_not_served": ("未按期还本付息,不予补贴。", "The loan is not served on time; nothing is subsidised."),
    "not_confirmed": ("尚未经{name}确认。", "The {name} has not confirmed it."),
    "below_floor": ("低于文件规定的下限。", "The amount is below the floor of the document."),
    "prize_too_low": (
        "获第 {prize_grade} 等次,只支持前 {top_grades} 等次。",
        "The prize is of grade {prize_grade}; the first {top_grades} count.",
    ),
    # tax, growth
    "outside_period": (
        "所属期 {on} 不在政策执行期 {from_on} 至 {until_on} 内。",
        "{on} is outside the period {from_on} to {until_on}.",
    ),
    "income_out_of_bounds": (
        "年应纳税所得额不满足要求({operator} 规定数额)。",
        "The taxable income is not {operator} the bound.",
    ),
    "not_grown": ("本年度经费未达到增长要求。", "The budget of the year has not grown as it must."),
    "above_cap": ("超过单项上限。", "The amount is above the cap."),
    "too_few_experts": (
        "有效投票专家{experts}人,少于规定的{required}人。",
        "Only {experts} experts cast a vote that counts, {required} are required.",
    ),
    "not_carried_by_experts": ("专家评审同意票未达到规定比例。", "Too few of the experts voted for it."),
    "envelope_exceeded": ("超过资金规模。", "This is more than the size of the fund."),
    # angel investment
    "stage_out_of_scope": ("该阶段的投资不在补偿范围内。", "Losses at this stage are not shared."),
    # loan pool
    "negligence_forfeits": (
        "经审核认定银行未尽职,不予补偿。",
        "For the bank's negligence nothing is paid.",
    ),
    "bank_leverage_exceeded": (
        "登记后该行贷款余额将超过资金规模的放大倍数上限。",
        "With this loan the bank would pass its multiple of the fund.",
    ),
    "pool_leverage_exceeded": (
        "登记后全部银行贷款余额将超过资金规模的放大倍数上限。",
        "With this loan all banks together would pass the multiple of the fund.",
    ),
    "not_overdue_long_enough": (
        "逾期 {overdue_days} 天,未达到申请补偿规定的逾期 {required_days} 天。",
        "{overdue_days} days past due, short of the {required_days} days a claim needs.",
    ),
    "loan_not_due": (
        "贷款尚未到期,到期日 {due_on};申请补偿须逾期 {required_days} 天。",
        "The loan is not due before {due_on}; a claim needs {required_days} days past due.",
    ),
    "registered_after_due": ("贷款到期后才登记,不予补偿。", "The loan was registered only after it fell due."),
    "cap_exhausted": (
        "{name}上限已用完,财政不再分担。",
        "The cap on {name} is used up; the public layers bear nothing more.",
    ),
    "document_missing": ("缺少规定的材料:{name}。", "A required document is missing: {name}."),
    "nothing_to_compensate": ("扣除追回后无损失。", "After recoveries there is no loss."),
    "nothing_to_share": ("追回金额不足以覆盖追偿费用。", "The recovery does not exceed its costs."),
    # vouchers
    "holder_quota_exceeded": ("超过该申领人本年度额度。", "The holder's quota of the year is exceeded."),
    "controller_quota_exceeded": (
        "超过同一实际控制人本年度额度。",
        "The yearly quota of all firms under one controller is exceeded.",
    ),
    "contract_before_issue": ("合同签订早于发券。", "The contract was signed before the voucher was issued."),
    "voucher_expired": ("创新券已过有效期。", "The voucher has expired."),
    "reserve_above_share": (
        "申请由创新券承担的金额超过规定比例。",
        "The voucher would bear more than the stated share of the contract.",
    ),
    "not_enough_value": ("券面可用余额不足。", "Not enough of the voucher's value is left."),
    "nothing_to_redeem": ("无可兑付金额。", "There is nothing to redeem."),
}

# What an earlier engine said in other words, with its facts as they are: what it decided is replayed to the same bytes.
EARLIER: dict[str, dict[str, tuple[str, str]]] = {
    "2": {
        "criterion_not_met": (
            "未达到条件:{name}(现为 {actual},要求 {operator} {required})。",
            "Not met: {name} (is {actual}, must be {operator} {required}).",
        ),
    },
}
