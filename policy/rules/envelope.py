"""A fund of a stated size: how much may be appropriated, every year or once."""

from policy.rules.matter import Fact, Matter
from policy.terms import EnvelopeTerms

FACTS = {
    "requested_fen": Fact("fen", "本次安排金额", "amount to appropriate now"),
    "appropriated_this_year_fen": Fact("fen", "本年度已安排金额", "appropriated this year"),
    "appropriated_ever_fen": Fact("fen", "历年累计安排金额", "appropriated ever"),
}


def appropriate(terms: EnvelopeTerms, matter: Matter) -> None:
    """What is appropriated in the period never passes the size of the fund."""
    requested = matter.fact("requested_fen")
    size, period = matter.parameter(terms.amount), matter.parameter(terms.period)
    so_far = matter.fact("appropriated_this_year_fen" if period == "annual" else "appropriated_ever_fen")
    if requested is None or so_far is None:
        return
    if so_far + requested > size:
        matter.refuse("envelope_exceeded", size_fen=size, would_be_fen=so_far + requested)
    matter.pay("appropriated", requested)
    matter.pay("left", size - so_far - requested)
