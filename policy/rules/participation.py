"""Public money in a sub-fund: how much may go in, and what of its gain is given up when it comes back."""

from kernel.money import share_of
from policy.rules.matter import Fact, Matter
from policy.terms_of_participation import ParticipationTerms

PARTICIPATE_FACTS = {
    "decided_amount_fen": Fact("fen", "集体决策确定的金额", "amount decided on the case"),
    "experts": Fact("count", "有效投票的专家人数", "experts whose vote counts"),
    "votes_for_bp": Fact("count", "同意票占有效票(万分比)", "share of the valid votes in favour in basis points"),
    "documents": Fact("codes", "已提交材料", "documents handed in"),
}
CONCEDE_FACTS = {
    "gain_fen": Fact("fen", "财政出资的收益", "gain of the public money"),
    "gain_given_up_bp": Fact("count", "约定让渡收益(万分比)", "agreed share of the gain given up in basis points"),
    "year_of_holding": Fact("count", "自首次出资起的第几年", "year since the first payment, the first is 1"),
    "reinvestment_met": Fact("flag", "返投是否达到约定", "whether enough was invested in local firms"),
}


def participate(terms: ParticipationTerms, matter: Matter) -> None:
    """What was decided, within the cap, for a complete proposal that the experts carried."""
    _documents(terms, matter)
    _votes(terms, matter)
    amount, cap = matter.fact("decided_amount_fen"), matter.parameter(terms.cap)
    if amount is None:
        return
    if amount > cap:
        matter.refuse("above_cap", cap_fen=cap, decided_fen=amount)
    matter.pay("support", amount)


def _documents(terms: ParticipationTerms, matter: Matter) -> None:
    handed_in = matter.fact("documents")
    for document in matter.parameter(terms.documents) if handed_in is not None else ():
        if document not in handed_in:
            matter.refuse("document_missing", name=matter.choice(terms.documents, document), document=document)


def _votes(terms: ParticipationTerms, matter: Matter) -> None:
    experts, share = matter.fact("experts"), matter.fact("votes_for_bp")
    least, carried = matter.parameter(terms.experts_min), matter.parameter(terms.approval_share)
    if experts is not None and experts < least:
        matter.refuse("too_few_experts", experts=experts, required=least)
    if share is not None and share < carried:
        matter.refuse("not_carried_by_experts", votes_for_bp=share, required_bp=carried)


def concede(terms: ParticipationTerms, matter: Matter) -> None:
    """The agreed part of a gain inside the years, if local firms got what was agreed; never of principal."""
    gain, agreed = matter.fact("gain_fen"), matter.fact("gain_given_up_bp")
    year, met = matter.fact("year_of_holding"), matter.fact("reinvestment_met")
    if None in (gain, agreed, year, met):
        return
    inside = year <= matter.parameter(terms.concession_years) and met
    share = min(agreed, matter.parameter(terms.gain_given_up)) if inside else 0
    conceded = share_of(gain, share)
    matter.pay("conceded", conceded)
    matter.pay("public_gain", gain - conceded)
