"""A result stands on public notice, waits for the second officer, and is published."""

from enum import StrEnum

from kernel.moves import Move, move


class Status(StrEnum):
    ON_NOTICE = "on_notice"
    AWAITING_PUBLICATION = "awaiting_publication"
    PUBLISHED = "published"


class Fact(StrEnum):
    NOTICE_RENEWED = "notice_renewed"
    NOTICE_CLOSED = "notice_closed"
    PUBLISHED = "published"


MOVES: dict[Fact, Move[Status]] = {
    Fact.NOTICE_RENEWED: move(Status.ON_NOTICE, Status.AWAITING_PUBLICATION, to=Status.ON_NOTICE),
    Fact.NOTICE_CLOSED: move(Status.ON_NOTICE, to=Status.AWAITING_PUBLICATION),
    Fact.PUBLISHED: move(Status.AWAITING_PUBLICATION, to=Status.PUBLISHED),
}
