"""The life of an application for money: accepted at the window, reviewed, determined, approved, paid."""

from enum import StrEnum

from kernel.moves import Move, move


class Status(StrEnum):
    """`waiting_policy`: a parameter is open; `waiting_facts`: a fact is missing; `payable`: awaits another person."""

    UNDER_REVIEW = "under_review"
    WAITING_POLICY = "waiting_policy"
    WAITING_FACTS = "waiting_facts"
    REFUSED = "refused"
    PAYABLE = "payable"
    APPROVED = "approved"
    PAID = "paid"
    LAPSED = "lapsed"
    """What its applicant promised did not come in time."""


class Fact(StrEnum):
    LEFT_OPEN = "left_open"
    LEFT_UNDETERMINED = "left_undetermined"
    REFUSED = "refused"
    FOUND_PAYABLE = "found_payable"
    APPROVED = "approved"
    PAID = "paid"
    PAYMENT_RETURNED = "payment_returned"
    PAYEE_ENDED = "payee_ended"
    SUPPLEMENT_LAPSED = "supplement_lapsed"


# Until somebody approves, a new review may lead anywhere; afterwards only money moves it.
UNDECIDED = (Status.UNDER_REVIEW, Status.WAITING_POLICY, Status.WAITING_FACTS, Status.PAYABLE)
MOVES: dict[Fact, Move[Status]] = {
    Fact.LEFT_OPEN: move(*UNDECIDED, to=Status.WAITING_POLICY),
    Fact.LEFT_UNDETERMINED: move(*UNDECIDED, to=Status.WAITING_FACTS),
    Fact.REFUSED: move(*UNDECIDED, to=Status.REFUSED),
    Fact.FOUND_PAYABLE: move(*UNDECIDED, to=Status.PAYABLE),
    Fact.APPROVED: move(Status.PAYABLE, to=Status.APPROVED),
    Fact.PAID: move(Status.APPROVED, to=Status.PAID),
    Fact.PAYMENT_RETURNED: move(Status.PAID, to=Status.APPROVED),
    Fact.PAYEE_ENDED: move(Status.APPROVED, to=Status.REFUSED),
    Fact.SUPPLEMENT_LAPSED: move(*UNDECIDED, to=Status.LAPSED),
}
BY_OUTCOME = {
    "refused_open": Fact.LEFT_OPEN,
    "undetermined": Fact.LEFT_UNDETERMINED,
    "not_eligible": Fact.REFUSED,
    "eligible": Fact.FOUND_PAYABLE,
}
COMMITTED = (Status.APPROVED, Status.PAID)
