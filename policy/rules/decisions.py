"""What an evaluation, a contest or a decision on the case leads to."""

from kernel.money import share_of
from policy.rules.criteria import judge
from policy.rules.matter import Fact, Matter
from policy.terms_of_support import (
    CaseDecisionTerms,
    ContestResultTerms,
    FloorDecisionTerms,
    PriorityTerms,
    UpliftTerms,
)

CASE_FACTS = {"decided_amount_fen": Fact("fen", "集体决策确定的金额", "amount decided on the case")}
FLOOR_FACTS = CASE_FACTS | {
    "is_confirmed": Fact("flag", "主管部门是否已确认", "whether the department in charge confirmed"),
}
UPLIFT_FACTS = {
    "grade": Fact("code", "评价等次", "grade of the evaluation"),
    "already_awarded": Fact("flag", "本期是否已领取", "whether it was paid for the same thing before"),
}
CONTEST_FACTS = {
    "contest_level": Fact("code", "赛事级别", "level of the contest"),
    "prize_grade": Fact("count", "获奖等次(1 为最高)", "grade of the prize, 1 the highest"),
    "already_awarded": Fact("flag", "同一项目是否已立项支持", "whether the entry was supported before"),
}


def decide_case(terms: CaseDecisionTerms, matter: Matter) -> None:
    """What the deciding role fixed for this case, within the cap."""
    _within_cap(terms.cap, matter)


def decide_above_floor(terms: FloorDecisionTerms, matter: Matter) -> None:
    """What was decided for a confirmed case: the floor or more, within the bound that was set."""
    if matter.fact("is_confirmed") is False:
        matter.refuse("not_confirmed", name=matter.role(terms.confirming_role))
    amount, floor = matter.fact("decided_amount_fen"), matter.parameter(terms.floor)
    if amount is not None and amount < floor:
        matter.refuse("below_floor", floor_fen=floor, decided_fen=amount)
    _within_cap(terms.cap, matter)


def _within_cap(cap_key: str, matter: Matter) -> None:
    amount, cap = matter.fact("decided_amount_fen"), matter.parameter(cap_key)
    if amount is None:
        return
    if amount > cap:
        matter.refuse("above_cap", cap_fen=cap, decided_fen=amount)
    matter.pay("support", amount)


def raise_base(terms: UpliftTerms, matter: Matter) -> None:
    """The base and what the grade adds to it, never more than the text's cap."""
    grade, already = matter.fact("grade"), matter.fact("already_awarded")
    if already:
        matter.refuse("already_awarded")
    uplifts = {entry.grade: entry.uplift for entry in terms.grades}
    if grade is not None and grade not in uplifts:
        matter.refuse("grade_not_awarded", actual=grade)
    elif grade is not None:
        base = matter.parameter(terms.base)
        raised = share_of(base, min(matter.parameter(uplifts[grade]), matter.parameter(terms.uplift_cap)))
        matter.result("uplift_fen", raised)
        matter.pay("award", base + raised)


def support_winner(terms: ContestResultTerms, matter: Matter) -> None:
    """A plan project of the contest's level for a prize among the grades that count, once for an entry."""
    level, grade = matter.fact("contest_level"), matter.fact("prize_grade")
    if matter.fact("already_awarded"):
        matter.refuse("already_awarded")
    counted = matter.parameter(terms.top_grades)
    if grade is not None and not 1 <= grade <= counted:
        matter.refuse("prize_too_low", prize_grade=grade, top_grades=counted)
    amounts = {rung.level: rung.amount for rung in terms.levels}
    if level is not None and level not in amounts:
        matter.refuse("level_out_of_scope", actual=level)
    elif level is not None:
        matter.pay("plan_project", matter.parameter(amounts[level]))
        matter.terms["treasury"] = matter.parameter(terms.treasury)


def give_priority(terms: PriorityTerms, matter: Matter) -> None:
    """Precedence when the condition holds; the other selection still decides."""
    judge(terms.condition, matter)
    matter.terms["in_favour_of"] = terms.in_favour_of
