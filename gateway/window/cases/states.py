"""The states of a case and the facts that move it."""

from enum import Enum

from kernel.moves import Move, move


class Status(Enum):
    """Where a case stands. From `accepted` on, the owning service works on it and the window follows; what the window
    decides itself goes from `accepted` to `decided`.
    """

    SUBMITTED = "submitted"
    CORRECTION_REQUESTED = "correction_requested"
    RESUBMITTED = "resubmitted"
    ACCEPTED = "accepted"
    IN_REVIEW = "in_review"
    DECIDED = "decided"
    DELIVERED = "delivered"
    REJECTED = "rejected"
    NOT_IN_SCOPE = "not_in_scope"
    WITHDRAWN = "withdrawn"


class Fact(Enum):
    """What can happen to a case."""

    CORRECTION_REQUESTED = "correction_requested"
    RESUBMITTED = "resubmitted"
    CORRECTION_LAPSED = "correction_lapsed"
    ACCEPTED = "accepted"
    REVIEW_BEGUN = "review_begun"
    DECIDED = "decided"
    DELIVERED = "delivered"
    REJECTED = "rejected"
    SENT_ELSEWHERE = "sent_elsewhere"
    WITHDRAWN = "withdrawn"
    TAKEN_BACK = "taken_back"
    SUPPLEMENT_LAPSED = "supplement_lapsed"


_S = Status
_AT_THE_WINDOW = (_S.SUBMITTED, _S.RESUBMITTED)

# The correction notice is given once: no arrow leads back to it (行政许可法 art. 32).
# Withdrawal ends with acceptance: from there whoever decides has the file, and says when it was taken back there.
MOVES: dict[Fact, Move[Status]] = {
    Fact.CORRECTION_REQUESTED: move(_S.SUBMITTED, to=_S.CORRECTION_REQUESTED),
    Fact.RESUBMITTED: move(_S.CORRECTION_REQUESTED, to=_S.RESUBMITTED),
    Fact.CORRECTION_LAPSED: move(_S.CORRECTION_REQUESTED, to=_S.WITHDRAWN),
    Fact.ACCEPTED: move(*_AT_THE_WINDOW, to=_S.ACCEPTED),
    Fact.REVIEW_BEGUN: move(_S.ACCEPTED, to=_S.IN_REVIEW),
    Fact.DECIDED: move(_S.ACCEPTED, _S.IN_REVIEW, to=_S.DECIDED),
    Fact.DELIVERED: move(_S.DECIDED, to=_S.DELIVERED),
    Fact.REJECTED: move(*_AT_THE_WINDOW, to=_S.REJECTED),
    Fact.SENT_ELSEWHERE: move(*_AT_THE_WINDOW, to=_S.NOT_IN_SCOPE),
    Fact.WITHDRAWN: move(*_AT_THE_WINDOW, _S.CORRECTION_REQUESTED, to=_S.WITHDRAWN),
    Fact.TAKEN_BACK: move(_S.IN_REVIEW, to=_S.WITHDRAWN),
    Fact.SUPPLEMENT_LAPSED: move(_S.ACCEPTED, _S.IN_REVIEW, to=_S.WITHDRAWN),
}
ENDED = frozenset({_S.DELIVERED, _S.REJECTED, _S.NOT_IN_SCOPE, _S.WITHDRAWN})
