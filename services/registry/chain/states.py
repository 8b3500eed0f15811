"""Where a project stands in the chain (XZ-09: 选苗、育苗、移苗入孵), and how an offered transfer ends."""

from enum import StrEnum

from kernel.moves import Move, move


class Stage(StrEnum):
    NURSERY = "nursery"
    INCUBATOR = "incubator"
    ACCELERATOR = "accelerator"


class Standing(StrEnum):
    """`outside`: never admitted, or left without graduation. Graduates may still be admitted to an accelerator."""

    OUTSIDE = "outside"
    NURSERY = "nursery"
    INCUBATOR = "incubator"
    ACCELERATOR = "accelerator"
    GRADUATED = "graduated"


class Fact(StrEnum):
    ADMITTED_NURSERY = "admitted_nursery"
    ADMITTED_INCUBATOR = "admitted_incubator"
    ADMITTED_ACCELERATOR = "admitted_accelerator"
    TRANSFERRED_NURSERY = "transferred_nursery"
    TRANSFERRED_INCUBATOR = "transferred_incubator"
    TRANSFERRED_ACCELERATOR = "transferred_accelerator"
    GRADUATED = "graduated"
    LEFT = "left"


MOVES: dict[Fact, Move[Standing]] = {
    Fact.ADMITTED_NURSERY: move(Standing.OUTSIDE, to=Standing.NURSERY),
    Fact.ADMITTED_INCUBATOR: move(Standing.OUTSIDE, to=Standing.INCUBATOR),
    Fact.ADMITTED_ACCELERATOR: move(Standing.OUTSIDE, Standing.GRADUATED, to=Standing.ACCELERATOR),
    # A transfer goes to another carrier of the same stage, or one stage on; never back, never past one.
    Fact.TRANSFERRED_NURSERY: move(Standing.NURSERY, to=Standing.NURSERY),
    Fact.TRANSFERRED_INCUBATOR: move(Standing.NURSERY, Standing.INCUBATOR, to=Standing.INCUBATOR),
    Fact.TRANSFERRED_ACCELERATOR: move(Standing.INCUBATOR, Standing.ACCELERATOR, to=Standing.ACCELERATOR),
    Fact.GRADUATED: move(Standing.INCUBATOR, Standing.ACCELERATOR, to=Standing.GRADUATED),
    Fact.LEFT: move(Standing.NURSERY, Standing.INCUBATOR, Standing.ACCELERATOR, to=Standing.OUTSIDE),
}
ADMITTED = {
    Stage.NURSERY: Fact.ADMITTED_NURSERY,
    Stage.INCUBATOR: Fact.ADMITTED_INCUBATOR,
    Stage.ACCELERATOR: Fact.ADMITTED_ACCELERATOR,
}
TRANSFERRED = {
    Stage.NURSERY: Fact.TRANSFERRED_NURSERY,
    Stage.INCUBATOR: Fact.TRANSFERRED_INCUBATOR,
    Stage.ACCELERATOR: Fact.TRANSFERRED_ACCELERATOR,
}


class Ending(StrEnum):
    """How a stay ended."""

    TRANSFERRED = "transferred"
    GRADUATED = "graduated"
    LEFT = "left"


class OfferStatus(StrEnum):
    OFFERED = "offered"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class OfferFact(StrEnum):
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


OFFER_MOVES: dict[OfferFact, Move[OfferStatus]] = {
    OfferFact.ACCEPTED: move(OfferStatus.OFFERED, to=OfferStatus.ACCEPTED),
    OfferFact.REFUSED: move(OfferStatus.OFFERED, to=OfferStatus.REFUSED),
    OfferFact.WITHDRAWN: move(OfferStatus.OFFERED, to=OfferStatus.WITHDRAWN),
    OfferFact.EXPIRED: move(OfferStatus.OFFERED, to=OfferStatus.EXPIRED),
}
