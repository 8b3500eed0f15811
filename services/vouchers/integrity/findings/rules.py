"""How much of a redemption can be reversed. Pure."""

from uuid import UUID

from kernel.findings import Finding, findings
from kernel.ids import encode_id


def reversal_findings(
    *, amount_fen: int, redeemed_fen: int, reversed_before_fen: int, is_booked: bool, settlement_id: UUID | None
) -> list[Finding]:
    """Never more than was redeemed, over all findings; only what funds has booked and no confirmed statement pays for.

    What is let be paid is demanded back in funds: with a hearing, and set off where the provider is owed more.
    """
    left = redeemed_fen - reversed_before_fen
    facts = {"redeemed_fen": redeemed_fen, "reversed_before_fen": reversed_before_fen, "amount_fen": amount_fen}
    return findings(
        (
            amount_fen > left,
            Finding(
                "above_redeemed",
                (),
                "冲回金额超过已兑付且未冲回的金额。",
                "More would be reversed than was redeemed and not reversed before.",
                facts,
            ),
        ),
        (
            not is_booked,
            Finding(
                "redemption_in_transit",
                (),
                "该兑付尚在途,资金服务入账后方可冲回。",
                "The redemption is still in transit: it is reversed once funds has booked it.",
            ),
        ),
        (
            settlement_id is not None,
            Finding(
                "redemption_settled",
                (),
                "该兑付已在确认的结算单中:未支付的先作废结算付款,已支付的办理追回。",
                "A confirmed statement lets it be paid: have that annulled in funds, or demand back what was paid.",
                {"settlement_id": encode_id("stm", settlement_id) if settlement_id else None},
            ),
        ),
    )
