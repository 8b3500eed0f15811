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
    "organisation.registered": ("单位已登记", "The organisation was registered"),
    "entitlement.determined": ("奖补资格已核定", "The award was determined"),
    "entitlement.approved": ("奖补已审批", "The award was approved"),
    "entitlement.paid": ("奖补已拨付", "The award was paid"),
    "loan.registered": ("贷款已登记", "The loan was registered"),
    "claim.lodged": ("银行已提出补偿申请", "The bank lodged a claim"),
    "claim.reviewed": ("补偿申请已审核,等待决定", "The claim was reviewed; another person decides"),
    "claim.decided": ("补偿申请已审定", "The claim was decided"),
    "claim.paid": ("补偿款已拨付", "The claim was paid"),
    "recovery.shared": ("追回款已分配", "A recovery was shared back"),
    "pool.resumed": ("贷款登记已恢复", "New loans are registered again"),
    "pool.suspended": ("已暂停新增贷款登记(熔断)", "New loans are stopped for now"),
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
    ("recognition.reviewed", "not_eligible"): ("审核完成:未达到条件", "The review is complete: criteria are not met"),
    ("claim.decided", "refused"): ("补偿申请经审定不予补偿", "The claim was decided: refused"),
}
UNNAMED = ("办件有新进展", "There is news")


def words_of(event_type: str, facts: Mapping[str, Any] | None = None) -> tuple[str, str]:
    """Chinese and English for a fact, by its kind and outcome; a general sentence for a kind that has no words yet."""
    ended = [str((facts or {}).get(name)) for name in ("outcome", "case_outcome")]
    worded = (BY_OUTCOME.get((event_type, outcome)) for outcome in ended)
    return next((words for words in worded if words), WORDS.get(event_type, UNNAMED))
