"""An investor's audited loss on one investment: shared by the stage of the project, capped, and given back pro rata."""

from kernel.money import WHOLE, allocate, share_of
from policy.rules.loss_share import give_back, need_documents
from policy.rules.matter import Fact, Matter
from policy.terms_of_angel import InvestmentLossTerms, StageShare

COMPENSATE_FACTS = {
    "stage": Fact("code", "投资时项目所处阶段", "stage of the project when it was invested in"),
    "loss_fen": Fact("fen", "经审计的投资损失", "audited loss of the investment"),
    "other_public_money_fen": Fact("fen", "同一损失已获其他财政资金", "other public money for the same loss"),
    "paid_this_year_fen": Fact("fen", "该投资机构本年度该阶段已补偿", "paid to the investor at the stage this year"),
    "paid_for_project_fen": Fact("fen", "该项目历年已补偿", "paid for the project ever"),
    "documents": Fact("codes", "已提交材料", "documents handed in"),
}


def compensate(terms: InvestmentLossTerms, matter: Matter) -> None:
    """The stage's share of what no other public money bore, cut by each cap; the investor bears the rest."""
    need_documents(terms.claim_documents, matter)
    stage, loss, other = matter.fact("stage"), matter.fact("loss_fen"), matter.fact("other_public_money_fen")
    paid = {"project": matter.fact("paid_for_project_fen"), "year": matter.fact("paid_this_year_fen")}
    entry = next((one for one in terms.stages if one.stage == stage), None)
    if stage is not None and entry is None:
        matter.refuse("stage_out_of_scope", actual=stage)
    if entry is None or None in (loss, other, *paid.values()):
        return
    left = max(0, loss - other)
    share = share_of(left, matter.parameter(entry.share))
    if share == 0:
        matter.refuse("nothing_to_compensate", loss_fen=left)
        return
    matter.pay("loss", loss)
    matter.pay("share_fen", share)
    city = share - _cut(terms, entry, matter, share, paid)
    parts = {terms.paying_layer: city, "other_public": loss - left, "investor": left - city}
    for layer, part in parts.items():
        matter.pay(layer, part)
    matter.pay("payable", city)
    matter.terms["split_bp"] = dict(zip(parts, allocate(WHOLE, list(parts.values())), strict=True))
    matter.terms["review_working_days"] = matter.parameter(terms.review_working_days)
    matter.terms["recovery_sharing"] = matter.parameter(terms.recovery_sharing)


def _cut(terms: InvestmentLossTerms, entry: StageShare, matter: Matter, share: int, paid: dict[str, int]) -> int:
    """What the caps take from the share, each cap what the one before it has left."""
    caps = (
        ("over_project_cap", matter.parameter(terms.project_cap) - paid["project"], ("单个项目", "one project")),
        ("over_yearly_cap", matter.parameter(entry.yearly_cap) - paid["year"], ("单个机构年度", "one investor a year")),
    )
    still = share
    for result, left, name in caps:
        if left <= 0:
            matter.refuse("cap_exhausted", name=name, left_fen=left)
        cut = max(0, still - max(0, left))
        matter.pay(result, cut)
        still -= cut
    return share - still


def share_recovery(terms: InvestmentLossTerms, matter: Matter) -> None:
    """What comes in later goes back by the split stored with the claim, to no layer above what it bears."""
    give_back(matter, sharing=terms.recovery_sharing, paying=terms.paying_layer, rest="investor")
