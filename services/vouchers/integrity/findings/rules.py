"""How much of a redemption can be reversed. Pure."""

from kernel.findings import Finding, findings


def reversal_findings(
    *, amount_fen: int, redeemed_fen: int, reversed_before_fen: int, is_booked: bool
) -> list[Finding]:
    """Never more than was redeemed, over all findings, and only what funds has in its books."""
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
    )
