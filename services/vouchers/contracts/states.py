"""Where a reservation stands, and what can happen to it there."""

from enum import StrEnum

from kernel.moves import Move, move


class Status(StrEnum):
    RESERVED = "reserved"
    SERVED = "served"
    REDEEMED = "redeemed"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


class Fact(StrEnum):
    """What happened to a contract."""

    SERVED = "served"
    CLAIMED = "claimed"
    REDEEMED = "redeemed"
    HOLDER_WITHDREW = "holder_withdrew"
    PROVIDER_ENDED = "provider_ended"
    LAPSED = "lapsed"
    VOUCHER_VOIDED = "voucher_voided"


OPEN = (Status.RESERVED, Status.SERVED)
# Once the service is done the holder cannot take the provider's money away.
MOVES: dict[Fact, Move[Status]] = {
    Fact.SERVED: move(Status.RESERVED, to=Status.SERVED),
    Fact.CLAIMED: move(*OPEN, to=Status.SERVED),
    Fact.REDEEMED: move(*OPEN, to=Status.REDEEMED),
    Fact.HOLDER_WITHDREW: move(Status.RESERVED, to=Status.CANCELLED),
    Fact.PROVIDER_ENDED: move(*OPEN, to=Status.CANCELLED),
    Fact.LAPSED: move(*OPEN, to=Status.LAPSED),
    Fact.VOUCHER_VOIDED: move(*OPEN, to=Status.CANCELLED),
}
