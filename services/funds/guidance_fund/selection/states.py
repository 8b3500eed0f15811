"""Where a proposal stands on its way to public money."""

from enum import StrEnum

from kernel.moves import Move, move


class Status(StrEnum):
    LODGED = "lodged"
    EXAMINED = "examined"
    VOTED = "voted"
    IN_NOTICE = "in_notice"
    APPROVED = "approved"
    REFUSED = "refused"
    ESTABLISHED = "established"


class Fact(StrEnum):
    """Facts of a proposal's life, in the past tense."""

    EXAMINED = "examined"
    VOTED = "voted"
    NOTICE_PUBLISHED = "notice_published"
    APPROVED = "approved"
    REFUSED = "refused"
    ESTABLISHED = "established"


OPEN = (Status.LODGED, Status.EXAMINED, Status.VOTED, Status.IN_NOTICE)
MOVES: dict[Fact, Move[Status]] = {
    Fact.EXAMINED: move(Status.LODGED, to=Status.EXAMINED),
    Fact.VOTED: move(Status.EXAMINED, to=Status.VOTED),
    Fact.NOTICE_PUBLISHED: move(Status.VOTED, to=Status.IN_NOTICE),
    Fact.APPROVED: move(Status.IN_NOTICE, to=Status.APPROVED),
    Fact.REFUSED: move(*OPEN, to=Status.REFUSED),
    Fact.ESTABLISHED: move(Status.APPROVED, to=Status.ESTABLISHED),
}
