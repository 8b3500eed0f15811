"""What is paid year after year: running costs of one payee, interest and premiums by stage, a match of upper money."""

from kernel.money import share_of
from policy.rules.matter import Fact, Matter
from policy.terms_of_support import MatchTerms, RecurringSubsidyTerms, StagedSubsidyTerms, YearlyHead

NOBODY = "nobody"
RECURRING_FACTS = {
    "head": Fact("code", "费用科目", "head of cost"),
    "cost_fen": Fact("fen", "经审核的费用", "audited cost"),
    "paid_this_year_fen": Fact("fen", "本年度该科目已补金额", "paid under the head this year"),
    "paid_all_heads_this_year_fen": Fact("fen", "本年度各科目已补合计", "paid under all heads this year"),
    "years_paid": Fact("count", "此前已享受年数", "years paid for before this one"),
    "cost_subsidised_to": Fact(
        "code", "同一费用已补助给谁(nobody 为无)", "to whom the same cost was subsidised, or nobody"
    ),
    "other_public_money_fen": Fact("fen", "同一费用已获其他财政资金", "other public money for the same cost"),
}
STAGED_FACTS = {
    "loan_year": Fact("count", "贷款第几年", "which year of the loan, from 1"),
    "principal_fen": Fact("fen", "贷款本金", "principal of the loan"),
    "cost_fen": Fact("fen", "本期实付利息或保费", "interest or premium actually paid"),
    "is_repaid_on_time": Fact("flag", "是否按期还本付息", "whether the loan is served on time"),
    "paid_this_year_fen": Fact("fen", "本年度已补金额", "paid this year"),
    "other_public_money_fen": Fact("fen", "同一费用已获其他财政资金", "other public money for the same cost"),
}
MATCH_FACTS = {
    "upper_level": Fact("code", "上级奖励的级别", "level of the upper award"),
    "upper_received_fen": Fact("fen", "上级奖励实际到账金额", "upper-level award actually received"),
    "matched_before_fen": Fact("fen", "对该奖励此前已配套金额", "matched for the same award before"),
}


def pay_yearly(terms: RecurringSubsidyTerms, matter: Matter) -> None:
    """The share of one payee's cost, within the caps of the head and the year, for as many years as are granted."""
    _one_payee(terms, matter)
    _years_left(terms, matter)
    head = _head(terms, matter)
    cost, other = matter.fact("cost_fen"), matter.fact("other_public_money_fen")
    limits = _limits(terms, head, matter)
    if head is None or cost is None or other is None or limits is None:
        return
    # One cost is paid once over all layers; the caps come after the share.
    share = share_of(max(0, cost - other), matter.parameter(head.share))
    matter.result("share_fen", share)
    _pay_within("subsidy", min([share, *limits]), matter)
    matter.terms["paid_by"] = terms.paid_by


def pay_stage(terms: StagedSubsidyTerms, matter: Matter) -> None:
    """The stage's share of the interest or premium on the part of the loan within the cap (practice.md b.3)."""
    year, principal, cost = matter.fact("loan_year"), matter.fact("principal_fen"), matter.fact("cost_fen")
    paid, other = matter.fact("paid_this_year_fen"), matter.fact("other_public_money_fen")
    if matter.fact("is_repaid_on_time") is False:
        matter.refuse("loan_not_served")
    in_stages = year is not None and 1 <= year <= len(terms.stages)
    if year is not None and not in_stages:
        matter.refuse("stage_over", loan_year=year, stages=len(terms.stages))
    if not in_stages or None in (principal, cost, paid, other):
        return
    # Rounded down to the payer's favour, as every share is.
    within = min(principal, matter.parameter(terms.principal_cap))
    subsidised = max(0, cost - other) * within // principal if principal else 0
    share = share_of(subsidised, matter.parameter(terms.stages[year - 1]))
    matter.result("share_fen", share)
    left = matter.parameter(terms.yearly_cap) - paid if terms.yearly_cap else share
    _pay_within("subsidy", min(share, left), matter)


def match_upper(terms: MatchTerms, matter: Matter) -> None:
    """Beside what the upper level actually paid, at the rate, less what was matched before."""
    level, received = matter.fact("upper_level"), matter.fact("upper_received_fen")
    before = matter.fact("matched_before_fen")
    if level is not None and level not in terms.levels:
        matter.refuse("level_out_of_scope", actual=level)
    if received is None or before is None:
        return
    full = share_of(received, matter.parameter(terms.rate))
    if terms.cap:
        full = min(full, matter.parameter(terms.cap))
    matter.result("full_match_fen", full)
    _pay_within("match", full - before, matter)
    if terms.for_use:
        matter.terms["for_use"] = terms.for_use


def _pay_within(name: str, amount: int, matter: Matter) -> None:
    if amount <= 0:
        matter.refuse("nothing_left_to_pay", left_fen=max(0, amount))
    else:
        matter.pay(name, amount)


def _one_payee(terms: RecurringSubsidyTerms, matter: Matter) -> None:
    paid_to = matter.fact("cost_subsidised_to")
    if paid_to is not None and paid_to not in (NOBODY, terms.payee):
        matter.refuse("cost_has_another_payee", paid_to=paid_to, payee=terms.payee)


def _years_left(terms: RecurringSubsidyTerms, matter: Matter) -> None:
    if terms.years_max is None:
        return
    paid, granted = matter.fact("years_paid"), matter.parameter(terms.years_max)
    if paid is not None and paid >= granted:
        matter.refuse("years_used_up", years_paid=paid, years_max=granted)


def _head(terms: RecurringSubsidyTerms, matter: Matter) -> YearlyHead | None:
    head = matter.fact("head")
    entry = next((entry for entry in terms.heads if entry.head == head), None)
    if head is not None and entry is None:
        matter.refuse("head_out_of_scope", actual=head)
    return entry


def _limits(terms: RecurringSubsidyTerms, head: YearlyHead | None, matter: Matter) -> list[int] | None:
    """What the caps leave, one for each cap there is; None while a fact is missing."""
    capped = [(head.yearly_cap, "paid_this_year_fen")] if head and head.yearly_cap else []
    capped += [(terms.yearly_cap, "paid_all_heads_this_year_fen")] if terms.yearly_cap else []
    paid = [(key, matter.fact(fact)) for key, fact in capped]
    if any(so_far is None for _, so_far in paid):
        return None
    return [matter.parameter(key) - so_far for key, so_far in paid]
