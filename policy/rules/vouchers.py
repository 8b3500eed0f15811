"""An innovation voucher: what a holder may be issued, a contract may reserve, and one redemption earns."""

from kernel.money import share_of
from kernel.months import months_later
from policy.rules.matter import Fact, Matter
from policy.terms import VoucherTerms

ISSUE_FACTS = {
    "issued_on": Fact("date", "发放日", "day of issue"),
    "issued_this_year_fen": Fact("fen", "本年度已领额度", "issued to the holder this year"),
    "issued_to_controller_this_year_fen": Fact(
        "fen", "同一实际控制人本年度已领额度", "issued this year to all firms under the holder's controller"
    ),
    "holder_kind": Fact("code", "申领人类别", "kind of holder"),
}
# What the register calls them says nothing of their size; what else it knows is a kind of holder by itself.
SIZED_KINDS = frozenset({"firm", "individual_business", "provider"})
CONTRACT_FACTS = {
    "service_kind": Fact("code", "服务类别", "kind of service"),
    "provider_division": Fact("code", "服务机构所在地代码", "division code of the provider"),
    "contract_net_fen": Fact("fen", "合同净额", "net amount of the contract"),
    "contract_on": Fact("date", "合同签订日", "day the contract was signed"),
    "issued_on": Fact("date", "发放日", "day of issue"),
    "expires_on": Fact("date", "最后有效日", "last day of validity"),
}
RESERVE_FACTS = CONTRACT_FACTS | {
    "reserved_on": Fact("date", "合同登记日", "day the contract is registered"),
    "asked_fen": Fact("fen", "申请由创新券承担的金额", "amount the voucher is to bear"),
    "unreserved_fen": Fact("fen", "未被预留的券面余额", "what is left on the voucher and not reserved"),
}
REDEEM_FACTS = CONTRACT_FACTS | {
    "redeemed_on": Fact("date", "兑付申请日", "day of the claim"),
    "remaining_fen": Fact("fen", "券面余额", "what remains on the voucher"),
}


def issue(terms: VoucherTerms, matter: Matter) -> None:
    """One voucher of the face value, while the holder's quota of the year allows it."""
    issued_on, earlier = matter.day("issued_on"), matter.fact("issued_this_year_fen")
    face, quota = matter.parameter(terms.face_value), matter.parameter(terms.holder_yearly_quota)
    if earlier is not None and earlier + face > quota:
        matter.refuse("holder_quota_exceeded", quota_fen=quota, would_be_fen=earlier + face)
    _controller_quota(terms, matter, face)
    _holder(terms, matter)
    matter.pay("face", face)
    if issued_on:
        matter.terms["expires_on"] = months_later(issued_on, matter.parameter(terms.validity_months)).isoformat()


def _controller_quota(terms: VoucherTerms, matter: Matter, face: int) -> None:
    if terms.controller_yearly_quota is None:
        return
    earlier, quota = matter.fact("issued_to_controller_this_year_fen"), matter.parameter(terms.controller_yearly_quota)
    if earlier is not None and earlier + face > quota:
        matter.refuse("controller_quota_exceeded", quota_fen=quota, would_be_fen=earlier + face)


def _holder(terms: VoucherTerms, matter: Matter) -> None:
    if terms.holder_kinds is None:
        return
    kind, kinds = matter.fact("holder_kind"), matter.parameter(terms.holder_kinds)
    if kind is not None and kind not in kinds:
        matter.refuse("holder_kind_out_of_scope", actual=kind)


def holder_kind(registered_as: str, *, firm_kind: str | None) -> str | None:
    """The fact `holder_kind` of an organisation: a firm's as it was looked at, anybody else's as the register has it.

    None while nobody has looked at a firm.
    """
    return firm_kind if registered_as in SIZED_KINDS else registered_as


def reserve(terms: VoucherTerms, matter: Matter) -> None:
    """What a contract asks for is set aside until it is claimed: within the share, and within what is left."""
    _service_and_provider(terms, matter)
    _dates(matter, "reserved_on")
    net, asked, left = matter.fact("contract_net_fen"), matter.fact("asked_fen"), matter.fact("unreserved_fen")
    if net is not None and asked is not None and left is not None:
        _reserved(terms, matter, net, asked, left)
    expires = matter.day("expires_on")
    if expires:
        months = matter.parameter(terms.claim_months) if terms.claim_months else 0
        matter.terms["claim_by"] = months_later(expires, months).isoformat()


def _reserved(terms: VoucherTerms, matter: Matter, net: int, asked: int, left: int) -> None:
    share = share_of(net, matter.parameter(terms.share))
    matter.result("share_fen", share)
    if asked > share:
        matter.refuse("reserve_above_share", asked_fen=asked, share_fen=share)
    if asked > left:
        matter.refuse("not_enough_value", asked_fen=asked, unreserved_fen=left)
    if 0 < asked <= min(share, left):
        matter.pay("reserved", asked)


def redeem(terms: VoucherTerms, matter: Matter) -> None:
    """The share of the net contract, at most what remains on the voucher."""
    _service_and_provider(terms, matter)
    _dates(matter, "redeemed_on")
    net, remaining = matter.fact("contract_net_fen"), matter.fact("remaining_fen")
    if net is None or remaining is None:
        return
    share = share_of(net, matter.parameter(terms.share))
    matter.result("share_fen", share)
    if min(share, remaining) <= 0:
        matter.refuse("nothing_to_redeem", remaining_fen=remaining)
    else:
        matter.pay("redeemed", min(share, remaining))


def _service_and_provider(terms: VoucherTerms, matter: Matter) -> None:
    kinds = matter.parameter(terms.service_scope) if terms.service_scope else terms.service_kinds
    service, prefix = matter.fact("service_kind"), terms.provider_division_prefix
    if service is not None and service not in kinds:
        matter.refuse("service_kind_out_of_scope", actual=service)
    division = matter.fact("provider_division") if prefix else None
    if prefix and division is not None and not division.startswith(prefix):
        matter.refuse("provider_outside_area", actual=division)


def _dates(matter: Matter, used_on: str) -> None:
    signed, issued = matter.day("contract_on"), matter.day("issued_on")
    used, expires = matter.day(used_on), matter.day("expires_on")
    if signed and issued and signed < issued:
        matter.refuse("contract_before_issue")
    if used and expires and used > expires:
        matter.refuse("voucher_expired", expires_on=expires.isoformat())
