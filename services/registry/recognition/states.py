"""The lives of a recognition: assessed here against criteria, or recorded after an upper level has recognised."""

from enum import StrEnum

from kernel.moves import Move, move


class Way(StrEnum):
    """`assessed`: review, public notice, decision. `recorded`: another level decided, a second officer verifies."""

    ASSESSED = "assessed"
    RECORDED = "recorded"


class Status(StrEnum):
    UNDER_REVIEW = "under_review"
    ON_NOTICE = "on_notice"
    AWAITING_DECISION = "awaiting_decision"
    AWAITING_REFUSAL = "awaiting_refusal"
    RECOGNISED = "recognised"
    REFUSED = "refused"
    LAPSED = "lapsed"
    """What its applicant promised did not come in time."""


ENDED = (Status.RECOGNISED, Status.REFUSED, Status.LAPSED)


class Fact(StrEnum):
    REVIEW_FAILED = "review_failed"
    REVIEW_PASSED = "review_passed"
    NOTICE_PUBLISHED = "notice_published"
    NOTICE_CLOSED = "notice_closed"
    RECOGNISED = "recognised"
    REFUSED = "refused"
    SUPPLEMENT_LAPSED = "supplement_lapsed"


_LAPSED = move(*(status for status in Status if status not in ENDED), to=Status.LAPSED)
MOVES: dict[Way, dict[Fact, Move[Status]]] = {
    Way.ASSESSED: {
        Fact.REVIEW_FAILED: move(Status.UNDER_REVIEW, to=Status.AWAITING_REFUSAL),
        Fact.REVIEW_PASSED: move(Status.UNDER_REVIEW, to=Status.AWAITING_DECISION),
        Fact.NOTICE_PUBLISHED: move(Status.UNDER_REVIEW, to=Status.ON_NOTICE),
        Fact.NOTICE_CLOSED: move(Status.ON_NOTICE, to=Status.AWAITING_DECISION),
        Fact.RECOGNISED: move(Status.AWAITING_DECISION, to=Status.RECOGNISED),
        Fact.REFUSED: move(Status.AWAITING_DECISION, Status.AWAITING_REFUSAL, to=Status.REFUSED),
        Fact.SUPPLEMENT_LAPSED: _LAPSED,
    },
    Way.RECORDED: {
        Fact.REVIEW_FAILED: move(Status.UNDER_REVIEW, to=Status.REFUSED),
        Fact.RECOGNISED: move(Status.UNDER_REVIEW, to=Status.RECOGNISED),
        Fact.SUPPLEMENT_LAPSED: _LAPSED,
    },
}
