"""What is told or checked and never paid here: tax reliefs, budgets that must rise, rights and minimum standards."""

from kernel.money import WHOLE, share_of
from policy.rules.criteria import COMPARE, judge
from policy.rules.matter import Fact, Matter
from policy.terms_of_support import StandardTerms, TaxInformationTerms, YearlyGrowthTerms

TAX_FACTS = {
    "income_fen": Fact("fen", "年应纳税所得额", "taxable income of the year"),
    "taxed_on": Fact("date", "所属期", "day the tax falls in"),
}
GROWTH_FACTS = {
    "last_year_fen": Fact("fen", "上年度经费", "budget of the year before"),
    "this_year_fen": Fact("fen", "本年度经费", "budget of the year"),
}


def inform_of_tax(terms: TaxInformationTerms, matter: Matter) -> None:
    """Whether a relief applies and what it makes of the income. The tax authority decides; nothing is paid here."""
    for condition in terms.conditions:
        judge(condition, matter)
    _in_period(terms, matter)
    bounds = [key for key in (terms.income_over, terms.income_up_to) if key]
    income = matter.fact("income_fen") if bounds or terms.taxable_share else None
    for key in bounds:
        bound = matter.parameter(key)
        if income is not None and not COMPARE[matter.operator(key)](income, bound):
            matter.refuse("income_out_of_bounds", income_fen=income, operator=matter.operator(key), bound_fen=bound)
    matter.terms["tax"] = terms.tax
    if income is not None and terms.taxable_share and terms.rate:
        taxable = share_of(income, matter.parameter(terms.taxable_share))
        matter.result("taxable_fen", taxable)
        matter.terms |= {"taxable_fen": taxable, "tax_fen": share_of(taxable, matter.parameter(terms.rate))}


def _in_period(terms: TaxInformationTerms, matter: Matter) -> None:
    if terms.from_on is None and terms.until_on is None:
        return
    on = matter.fact("taxed_on")
    # ISO dates compare as text does.
    first = matter.parameter(terms.from_on) if terms.from_on else on
    last = matter.parameter(terms.until_on) if terms.until_on else on
    if on is not None and not first <= on <= last:
        matter.refuse("outside_period", on=on, from_on=first, until_on=last)


def assess_growth(terms: YearlyGrowthTerms, matter: Matter) -> None:
    """This year's budget is above the last one's, by the least growth where one is set."""
    last, this = matter.fact("last_year_fen"), matter.fact("this_year_fen")
    wanted = (matter.parameter_if_set(terms.minimum_growth) if terms.minimum_growth else None) or 0
    if last is None or this is None:
        return
    matter.result("growth_fen", this - last)
    # Rising is more than equal; with a rate, reaching it is enough. Compared crosswise: nothing is rounded.
    if this <= last or this * WHOLE < last * (WHOLE + wanted):
        matter.refuse("not_grown", last_fen=last, this_fen=this, growth_bp=wanted)


def check_standard(terms: StandardTerms, matter: Matter) -> None:
    """Every criterion holds, or each that does not is named."""
    for criterion in terms.criteria:
        judge(criterion, matter)
