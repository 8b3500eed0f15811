"""Each kind of fact in one Chinese and one English sentence, as timelines and feeds show it."""

from collections.abc import Mapping
from typing import Any

WORDS: dict[str, tuple[str, str]] = {
    "case.opened": ("申请已提交,取得办件编号", "The application was received and numbered"),
    "case.correction_requested": ("一次性告知补正", "The one correction notice was issued"),
    "case.resubmitted": ("补正材料已提交", "The corrected application was received"),
    "case.accepted": ("已受理", "The application was accepted for processing"),
    "case.closed": ("办件已办结", "The case was closed"),
    "case.delivered": ("结果已送达", "The result was delivered"),
    "recognition.reviewed": ("审核完成", "The review is complete"),
    "recognition.notice_published": ("开始公示", "Public notice has begun"),
    "recognition.notice_closed": ("公示结束", "Public notice has ended"),
    "recognition.refused": ("不予认定", "Recognition was refused"),
    "carrier.recognised": ("已认定", "The carrier was recognised"),
    "carrier.operator_changed": ("载体运营单位已变更", "The carrier has another operator"),
    "carrier.warned": ("载体有待核查事项", "The carrier has something to be looked at"),
    "tenancy.begun": ("入驻已登记", "A tenant moved in"),
    "tenancy.ended": ("已退出载体", "A tenant left"),
    "tenancy.imported": ("入驻名单已导入", "A list of tenants was imported"),
    "project.admitted": ("项目已入驻载体", "The project was admitted to a carrier"),
    "project.transferred": ("项目已移苗至另一载体", "The project moved to another carrier"),
    "project.graduated": ("项目已毕业", "The project graduated"),
    "project.left": ("项目已退出孵化", "The project left without graduation"),
    "address.registered": ("住所已登记", "The address was registered"),
    "address_host.leaving": ("托管机构拟退出,托管企业须按期迁出", "A host is leaving; its firms are to move in time"),
    "address_host.left": ("托管机构已退出", "A host has left"),
    "carrier.evaluated": ("载体评价结果已最终认定", "The carrier's evaluation is final"),
    "carrier.evaluation_failed_twice": (
        "载体评价连续不合格,已建议取消认定",
        "The carrier failed its evaluation in a row; ending its recognition is recommended",
    ),
    "evaluation.round_opened": ("年度评价已开始,请按期自评", "The year's evaluation has begun; reports are due"),
    "evaluation.results_published": ("评价结果开始公示", "The results of the evaluation are on public notice"),
    "evaluation.appealed": ("已提出评价申诉", "An appeal against a grade was filed"),
    "evaluation.appeal_answered": ("评价申诉已处理", "The appeal against the grade was answered"),
    "carrier.recognition_ended": ("认定已终止", "The recognition has ended"),
    "carrier.recognition_renewed": ("认定已续期", "The recognition was renewed"),
    "carrier.recognition_changed": (
        "认定事项已变更,证书已换发",
        "The recognition was changed and a new certificate issued",
    ),
    "carrier.cure_ordered": ("已责令限期整改", "A fault has to be cured in time"),
    "carrier.cancellation_settled": ("取消程序已办结", "The cancellation was settled"),
    "organisation.registered": ("单位已登记", "The organisation was registered"),
    "organisation.renamed": ("单位名称已变更", "The organisation has a new name"),
    "organisation.incorporated": ("团队已转为企业", "The team has become a firm"),
    "organisation.deregistered": ("单位已注销", "The organisation was deregistered"),
    "organisation.merged": ("单位已合并", "The organisation was merged into another"),
    "statistics.round_opened": ("统计报表开始报送", "A period is open for statistical reports"),
    "statistics.report_due": ("统计报表即将到期", "A statistical report is due soon"),
    "statistics.report_submitted": ("统计报表已报送", "A statistical report was handed in"),
    "statistics.report_returned": ("统计报表已退回更正", "A statistical report was returned for correction"),
    "statistics.report_accepted": ("统计报表已通过审核", "A statistical report was accepted"),
    "statistics.report_missed": ("统计报表逾期未报", "A statistical report was not handed in"),
    "entitlement.determined": ("奖补资格已核定", "The award was determined"),
    "entitlement.approved": ("奖补已审批", "The award was approved"),
    "entitlement.paid": ("奖补已拨付", "The award was paid"),
    "application.determined": ("补助申请已核定", "The application was ruled on"),
    "application.refused": ("补助申请不予批准", "The application was refused"),
    "application.approved": ("补助申请已审批", "The application was approved"),
    "application.paid": ("补助已拨付", "The subsidy was paid"),
    "loan.registered": ("贷款已登记", "The loan was registered"),
    "claim.lodged": ("银行已提出补偿申请", "The bank lodged a claim"),
    "claim.reviewed": ("补偿申请已审核,等待决定", "The claim was reviewed; another person decides"),
    "claim.decided": ("补偿申请已审定", "The claim was decided"),
    "claim.paid": ("补偿款已拨付", "The claim was paid"),
    "recovery.shared": ("追回款已分配", "A recovery was shared back"),
    "journal.rooted": ("当日账簿指纹已公布", "The day's fingerprint of the books was published"),
    "period.changed": ("账期已结账或重新开启", "A period of the books was closed or opened again"),
    "tranche.allotted": ("创新券额度已下达", "Money was allotted to a voucher tranche"),
    "redemption.booked": ("创新券兑付已入账", "A redemption was booked"),
    "voucher.issued": ("创新券已发放", "A voucher was issued"),
    "voucher.redeemed": ("创新券已兑付", "A voucher was redeemed"),
    "voucher.expired": ("创新券已到期", "A voucher expired"),
    "calendar_event.cancelled": ("活动已取消", "An event was cancelled"),
    "calendar_event.published": ("活动已发布", "An event was published"),
    "policy.snapshot_published": ("政策参数已更新", "The policy has a new version"),
    "city.opened": ("城市已开通", "The city was opened"),
    "city.clock_moved": ("沙盒时钟已调整", "The sandbox clock was moved"),
}
# A fact that says of itself how it ended is worded by that: who waits for money must not read that it was granted.
BY_OUTCOME: dict[tuple[str, str], tuple[str, str]] = {
    ("entitlement.determined", "refused_open"): (
        "奖补待定:相关政策参数尚未确定",
        "The award waits for parameters the policy leaves open",
    ),
    ("entitlement.determined", "not_eligible"): ("经核定不符合奖补条件", "The award was determined: not eligible"),
    ("entitlement.determined", "undetermined"): ("奖补待定:缺少必要事实", "The award waits for facts that are missing"),
    ("application.determined", "refused_open"): (
        "补助待定:相关政策参数尚未确定",
        "The application waits for parameters the policy leaves open",
    ),
    ("application.determined", "undetermined"): ("补助待定:缺少必要事实", "The application waits for facts"),
    ("recognition.reviewed", "not_eligible"): ("审核完成:未达到条件", "The review is complete: criteria are not met"),
    ("claim.decided", "refused"): ("补偿申请经审定不予补偿", "The claim was decided: refused"),
}
UNNAMED = ("办件有新进展", "There is news")


def words_of(event_type: str, facts: Mapping[str, Any] | None = None) -> tuple[str, str]:
    """Chinese and English for a fact, by its kind and outcome; a general sentence for a kind that has no words yet."""
    ended = [str((facts or {}).get(name)) for name in ("outcome", "case_outcome")]
    worded = (BY_OUTCOME.get((event_type, outcome)) for outcome in ended)
    return next((words for words in worded if words), WORDS.get(event_type, UNNAMED))
