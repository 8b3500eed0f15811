"""An innovation voucher: how much a holder may be issued, and what one redemption earns."""

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
}
REDEEM_FACTS = {
    "service_kind": Fact("code", "服务类别", "kind of service"),
    "provider_division": Fact("code", "服务机构所在地代码", "division code of the provider"),
    "contract_net_fen": Fact("fen", "合同净额", "net amount of the contract"),
    "contract_on": Fact("date", "合同签订日", "day the contract was signed"),
    "issued_on": Fact("date", "发放日", "day of issue"),
    "expires_on": Fact("date", "最后有效日", "last day of validity"),
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
    matter.pay("face", face)
    if issued_on:
        matter.terms["expires_on"] = months_later(issued_on, matter.parameter(terms.validity_months)).isoformat()


def _controller_quota(terms: VoucherTerms, matter: Matter, face: int) -> None:
    if terms.controller_yearly_quota is None:
        return
    earlier, quota = matter.fact("issued_to_controller_this_year_fen"), matter.parameter(terms.controller_yearly_quota)
    if earlier is not None and earlier + face > quota:
        matter.refuse("controller_quota_exceeded", quota_fen=quota, would_be_fen=earlier + face)


def redeem(terms: VoucherTerms, matter: Matter) -> None:
    """The share of the net contract, at most what remains on the voucher."""
    _service_and_provider(terms, matter)
    _dates(matter)
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


def _dates(matter: Matter) -> None:
    signed, issued = matter.day("contract_on"), matter.day("issued_on")
    claimed, expires = matter.day("redeemed_on"), matter.day("expires_on")
    if signed and issued and signed < issued:
        matter.refuse("contract_before_issue")
    if claimed and expires and claimed > expires:
        matter.refuse("voucher_expired", expires_on=expires.isoformat())
