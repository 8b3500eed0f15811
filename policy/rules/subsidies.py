"""A fixed amount by grade, and a capped share of cost."""

from kernel.money import share_of
from policy.rules.matter import Fact, Matter
from policy.terms_of_support import CappedShareTerms, GradedAwardTerms

GRADED_FACTS = {
    "grade": Fact("code", "等次或类别", "grade or class"),
    "already_awarded": Fact("flag", "本期是否已领取", "whether it was paid for the same thing before"),
}
SHARE_FACTS = {
    "head": Fact("code", "费用科目", "head of cost"),
    "cost_fen": Fact("fen", "经审核的费用", "audited cost"),
    "paid_this_year_fen": Fact("fen", "本年度该科目已补金额", "paid under the head this year"),
    "other_public_money_fen": Fact("fen", "同一费用已获其他财政资金", "other public money for the same cost"),
}


def award_by_grade(terms: GradedAwardTerms, matter: Matter) -> None:
    """The grade's amount, once. An approximate figure of the text is traced beside the exact one that was set."""
    grade, already = matter.fact("grade"), matter.fact("already_awarded")
    if terms.about:
        matter.parameter(terms.about)
    if already:
        matter.refuse("already_awarded")
    amounts = {entry.grade: entry.amount for entry in terms.grades}
    if grade is not None and grade not in amounts:
        matter.refuse("grade_not_awarded", actual=grade)
    elif grade is not None:
        matter.pay("award", matter.parameter(amounts[grade]))


def pay_share(terms: CappedShareTerms, matter: Matter) -> None:
    """The share of the cost not borne by other public money; the yearly cap is applied after the share."""
    head, cost = matter.fact("head"), matter.fact("cost_fen")
    paid, other = matter.fact("paid_this_year_fen"), matter.fact("other_public_money_fen")
    entry = next((entry for entry in terms.heads if entry.head == head), None)
    if head is not None and entry is None:
        matter.refuse("head_out_of_scope", actual=head)
    if entry is None or None in (cost, paid, other):
        return
    # One cost is paid once over all layers; the cap comes after the share.
    share = share_of(max(0, cost - other), matter.parameter(entry.share))
    left = matter.parameter(entry.yearly_cap) - paid
    matter.result("share_fen", share)
    if min(share, left) <= 0:
        matter.refuse("nothing_left_to_pay", left_fen=max(0, left))
    else:
        matter.pay("subsidy", min(share, left))
