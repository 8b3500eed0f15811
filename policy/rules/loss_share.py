"""A bank's loan loss shared in layers: registering the loan, paying the claim, giving recoveries back."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from kernel.money import WHOLE, allocate, share_of
from policy.rules.criteria import COMPARE
from policy.rules.matter import Fact, Matter
from policy.terms import LossShareTerms

# A stored split has lost its order as JSON; the odd fen of an allocation must fall to the same layer every time,
# and people read the layers in the order in which they bear the loss.
LAYER_ORDER = ("city", "district", "province", "other_public", "guarantor", "bank", "investor")
PUBLIC_LAYERS = {"city", "district", "province"}
REGISTER_FACTS = {
    "principal_fen": Fact("fen", "贷款本金", "principal of the loan"),
    "bank_exposure_fen": Fact("fen", "该行已登记贷款余额", "what the bank has registered already"),
    "pool_exposure_fen": Fact("fen", "全部银行已登记贷款余额", "what all banks have registered already"),
}
CLAIM_FACTS = {
    "registered_principal_fen": Fact("fen", "登记的贷款本金", "principal as registered"),
    "outstanding_principal_fen": Fact("fen", "未偿本金", "principal outstanding"),
    "outstanding_interest_fen": Fact("fen", "未偿利息", "interest outstanding"),
    "recovered_fen": Fact("fen", "已追回及处置押品所得", "recoveries and collateral proceeds so far"),
    "registered_on": Fact("date", "贷款登记日", "day the loan was registered"),
    "due_on": Fact("date", "到期日", "day the loan fell due"),
    "lodged_on": Fact("date", "申请补偿日", "day the claim was lodged"),
    "documents": Fact("codes", "已提交材料", "documents handed in"),
    "paid_to_borrower_fen": Fact("fen", "该借款人历年已补偿金额", "paid for the borrower ever"),
    "paid_to_bank_this_year_fen": Fact("fen", "该行本年度已补偿金额", "paid to the bank this year"),
    "paid_this_year_fen": Fact("fen", "资金池本年度已补偿金额", "paid from the pool this year"),
    "negligence_bp": Fact("count", "审核认定银行未尽职的扣减比例(万分)", "reduction for the bank's negligence, in bp"),
    "other_public_paid_fen": Fact("fen", "其他层级财政已补偿金额", "paid for the loss by public layers elsewhere"),
}
GUARD_FACTS = {
    "of_whole_pool": Fact("flag", "是否就整个资金池判断", "whether it is about the whole pool"),
    "is_suspended": Fact("flag", "是否已暂停新增登记", "whether new loans are stopped now"),
    "overdue_balance_fen": Fact("fen", "逾期超过规定天数的贷款余额", "balance overdue beyond the days set"),
    "paid_fen": Fact("fen", "累计已补偿金额", "paid in compensation ever"),
    "outstanding_fen": Fact("fen", "贷款余额", "balance outstanding"),
    "registered_fen": Fact("fen", "累计登记贷款本金", "principal registered ever"),
}
RECOVERY_FACTS = {
    "recovered_fen": Fact("fen", "追回金额", "amount recovered"),
    "costs_fen": Fact("fen", "追偿费用", "costs of recovery"),
    "split_bp": Fact("shares", "赔付时存档的分担比例", "the split stored when the claim was paid"),
    "paid_fen": Fact("fen", "财政已补偿金额", "what the public layer paid"),
    "returned_fen": Fact("fen", "此前已返还金额", "what was returned to it before"),
    "bears_fen": Fact("shares", "各层目前仍承担的金额", "what each layer bears still"),
}


def ordered(layers: Iterable[str]) -> list[str]:
    """The layers in the order in which they bear a loss."""
    return sorted(layers, key=LAYER_ORDER.index)


def register_loan(terms: LossShareTerms, matter: Matter) -> None:
    """A loan enters the pool while the bank's registered loans stay within its multiple of the fund."""
    principal, exposure = matter.fact("principal_fen"), matter.fact("bank_exposure_fen")
    split = _split(terms, matter)
    if principal is None or exposure is None:
        return
    limit = matter.parameter(terms.fund) * matter.parameter(terms.bank_leverage) // WHOLE
    matter.result("bank_limit_fen", limit)
    if exposure + principal > limit:
        matter.refuse("bank_leverage_exceeded", limit_fen=limit, would_be_fen=exposure + principal)
    _within_pool_leverage(terms, matter, principal)
    matter.pay("covered", min(principal, matter.parameter(terms.per_loan_cap)))
    matter.terms["split_bp"] = split


def _within_pool_leverage(terms: LossShareTerms, matter: Matter, principal: int) -> None:
    """All banks together, once the city has said how far its fund may be stretched."""
    multiple = matter.parameter_if_set(terms.guard.pool_leverage) if terms.guard else None
    exposure = matter.fact("pool_exposure_fen") if multiple is not None else None
    if exposure is None:
        return
    limit = matter.parameter(terms.fund) * multiple // WHOLE
    matter.result("pool_limit_fen", limit)
    if exposure + principal > limit:
        matter.refuse("pool_leverage_exceeded", limit_fen=limit, would_be_fen=exposure + principal)


def guard_pool(terms: LossShareTerms, matter: Matter) -> None:
    """New loans stop at the line and go on at the resumption line; between the two it stays as it is."""
    guard = terms.guard
    if guard is None:
        matter.terms["suspended"] = matter.fact("is_suspended")
        return
    facts = {"overdue_balance": "overdue_balance_fen", "compensation_paid": "paid_fen"}
    wholes = {"outstanding_balance": "outstanding_fen", "cumulative_registered": "registered_fen"}
    part = matter.fact(facts[matter.parameter(guard.numerator)])
    whole = matter.fact(wholes[matter.parameter(guard.denominator)])
    of_pool, suspended = matter.fact("of_whole_pool"), matter.fact("is_suspended")
    if None in (part, whole, of_pool, suspended):
        return
    line, resume = (guard.pool_line, guard.pool_resume) if of_pool else (guard.bank_line, guard.bank_resume)
    matter.result("ratio_bp", part * WHOLE // whole if whole else 0)
    matter.terms["suspended"] = (
        not _meets(matter, resume, part, whole) if suspended else _meets(matter, line, part, whole)
    )
    matter.terms["line_bp"], matter.terms["resume_bp"] = matter.parameter(line), matter.parameter(resume)
    matter.terms["ratio_bp"] = part * WHOLE // whole if whole else 0


def _meets(matter: Matter, key: str, part: int, whole: int) -> bool:
    """Compared without rounding. Where nothing is lent, nothing is bad."""
    if not whole and not part:
        return matter.operator(key) in {"≤", "<"}
    return COMPARE[matter.operator(key)](part * WHOLE, matter.parameter(key) * whole)


def pay_claim(terms: LossShareTerms, matter: Matter) -> None:
    """The compensable base, capped per loan, is split by the shares; the layers always sum to the base."""
    _claimable(terms, matter)
    base = _base(terms, matter)
    if base is None:
        return
    nominal = _split(terms, matter)
    parts = dict(zip(nominal, allocate(base, list(nominal.values())), strict=True))
    _for_negligence(terms, matter, parts)
    _within_caps(terms, matter, parts)
    for layer, part in parts.items():
        matter.pay(layer, part)
    matter.pay("payable", parts[terms.paying_layer])
    # A recovery goes back as the loss was borne, which a cap may have shifted.
    matter.terms["split_bp"] = dict(zip(parts, allocate(WHOLE, list(parts.values())), strict=True))
    matter.terms["review_working_days"] = matter.parameter(terms.review_working_days)
    matter.terms["recovery_sharing"] = matter.parameter(terms.recovery_sharing)


def _for_negligence(terms: LossShareTerms, matter: Matter, parts: dict[str, int]) -> None:
    """What the bank lost by its own fault it bears itself. Nothing was found against most."""
    reduction = matter.peek("negligence_bp")
    if not reduction:
        return
    cut = share_of(parts[terms.paying_layer], min(WHOLE, reduction))
    matter.result("negligence_fen", cut)
    _shift_to_bank(parts, terms.paying_layer, cut)
    if parts[terms.paying_layer] == 0:
        matter.refuse("negligence_forfeits")


def _within_caps(terms: LossShareTerms, matter: Matter, parts: dict[str, int]) -> None:
    """What a cap cuts from the paying layer, or from the public layers together, the bank bears: the sum stays."""
    for name, left in _left_under_caps(terms, matter):
        if left <= 0:
            matter.refuse("cap_exhausted", name=name, left_fen=left)
        _shift_to_bank(parts, terms.paying_layer, parts[terms.paying_layer] - max(0, left))
    other = matter.fact("other_public_paid_fen") if terms.public_cap else None
    if terms.public_cap and other is not None:
        public = sum(part for layer, part in parts.items() if layer in PUBLIC_LAYERS)
        allowed = share_of(sum(parts.values()), matter.parameter(terms.public_cap)) - other
        left = parts[terms.paying_layer]
        _shift_to_bank(parts, terms.paying_layer, public - max(0, allowed))
        # What another cap already took is that cap's reason, not this one's.
        if left and parts[terms.paying_layer] == 0:
            matter.refuse("cap_exhausted", name=("各级财政合计", "all public layers"), left_fen=allowed)


def _left_under_caps(terms: LossShareTerms, matter: Matter) -> Iterator[tuple[tuple[str, str], int]]:
    caps = (
        (terms.per_borrower_cap, "paid_to_borrower_fen", ("单个借款人", "one borrower")),
        (terms.per_bank_yearly_cap, "paid_to_bank_this_year_fen", ("单家银行年度", "one bank in a year")),
        (terms.yearly_cap, "paid_this_year_fen", ("资金池年度", "the pool in a year")),
    )
    for key, fact, name in caps:
        paid = matter.fact(fact) if key else None
        if key and paid is not None:
            yield name, matter.parameter(key) - paid


def _shift_to_bank(parts: dict[str, int], layer: str, excess: int) -> None:
    moved = min(max(0, excess), parts[layer])
    parts[layer] -= moved
    parts["bank"] = parts.get("bank", 0) + moved


def share_recovery(terms: LossShareTerms, matter: Matter) -> None:
    """What is recovered goes back by the split stored with the claim, to no layer above what it bears."""
    give_back(matter, sharing=terms.recovery_sharing, paying=terms.paying_layer, rest="bank")


def give_back(matter: Matter, *, sharing: str, paying: str, rest: str) -> None:
    """A recovery by the stored split; what lies above what a layer bears is the `rest` layer's own.

    The `paying` layer bears what it paid and has not got back; the others what `bears_fen` says, where it is told.
    """
    recovered, split = matter.fact("recovered_fen"), matter.fact("split_bp")
    paid, returned = matter.fact("paid_fen"), matter.fact("returned_fen")
    after_costs = matter.parameter(sharing) == "pro_rata_after_costs"
    costs = matter.fact("costs_fen") if after_costs else 0
    if None in (recovered, split, paid, returned, costs):
        return
    net = recovered - costs
    if net <= 0:
        matter.refuse("nothing_to_share", net_fen=net)
        return
    matter.pay("net", net)
    back = dict(zip(ordered(split), allocate(net, _weights(split)), strict=True))
    _within_borne(back, {**(matter.peek("bears_fen") or {}), paying: paid - returned}, rest=rest)
    for layer, part in back.items():
        matter.pay(layer, part)


def _within_borne(back: dict[str, int], bears: Mapping[str, int], *, rest: str) -> None:
    """Beyond what was shared a recovery is the claimant's: its interest and costs stand behind the base."""
    for layer in back.keys() & bears.keys() - {rest}:
        excess = max(0, back[layer] - max(0, bears[layer]))
        back[layer] -= excess
        back[rest] = back.get(rest, 0) + excess


def _weights(split: Mapping[str, int]) -> list[int]:
    return [split[layer] for layer in ordered(split)]


def _split(terms: LossShareTerms, matter: Matter) -> dict[str, int]:
    shares: dict[str, int] = {layer.layer: matter.parameter(layer.share) for layer in terms.layers}
    return {layer: shares[layer] for layer in ordered(shares)}


def _claimable(terms: LossShareTerms, matter: Matter) -> None:
    lodged, due, registered = matter.day("lodged_on"), matter.day("due_on"), matter.day("registered_on")
    required = matter.parameter(terms.overdue_days)
    if lodged and due:
        # Calendar days; the reviewers' working days are another clock (锡政办发〔2019〕63号 keeps the same two).
        overdue = (lodged - due).days
        matter.result("overdue_days", overdue)
        if not COMPARE[matter.operator(terms.overdue_days)](overdue, required):
            _refuse_as_early(matter, due, overdue, required)
    if due and registered and registered > due:
        matter.refuse("registered_after_due")
    need_documents(terms.claim_documents, matter)


def _refuse_as_early(matter: Matter, due: date, overdue: int, required: int) -> None:
    if overdue < 0:
        matter.refuse("loan_not_due", due_on=due.isoformat(), required_days=required)
    else:
        matter.refuse("not_overdue_long_enough", overdue_days=overdue, required_days=required)


def need_documents(key: str, matter: Matter) -> None:
    """One reason for each document of the list that was not handed in."""
    handed_in = matter.fact("documents")
    for document in matter.parameter(key) if handed_in is not None else ():
        if document not in handed_in:
            named = matter.choice(key, document)
            matter.refuse("document_missing", name=named, document=document)


def _base(terms: LossShareTerms, matter: Matter) -> int | None:
    registered, principal = matter.fact("registered_principal_fen"), matter.fact("outstanding_principal_fen")
    interest = 0 if matter.parameter(terms.principal_only) else matter.fact("outstanding_interest_fen")
    recovered = matter.fact("recovered_fen")
    if None in (registered, principal, interest, recovered):
        return None
    # What was lent beyond the registered principal was never in the pool.
    loss = min(principal, registered) + interest - recovered
    if loss <= 0:
        matter.refuse("nothing_to_compensate", loss_fen=loss)
        return None
    base: int = min(loss, matter.parameter(terms.per_loan_cap))
    matter.pay("loss", loss)
    matter.pay("base", base)
    matter.pay("uncovered", loss - base)
    return base
