"""What can happen to an entitlement, and where it leads."""

from enum import StrEnum

from kernel.moves import move


class Status(StrEnum):
    """`waiting_policy`: a parameter is open; `waiting_facts`: a fact is missing; `payable`: awaits a second person;

    `stopped`: the recognition it rests on, or the payee, ended before it was paid.
    """

    OPENED = "opened"
    WAITING_POLICY = "waiting_policy"
    WAITING_FACTS = "waiting_facts"
    REFUSED = "refused"
    PAYABLE = "payable"
    APPROVED = "approved"
    PAID = "paid"
    STOPPED = "stopped"


class Fact(StrEnum):
    """Facts of an entitlement's life, in the past tense."""

    LEFT_OPEN = "left_open"
    LEFT_UNDETERMINED = "left_undetermined"
    REFUSED = "refused"
    FOUND_PAYABLE = "found_payable"
    APPROVED = "approved"
    PAID = "paid"
    PAYMENT_RETURNED = "payment_returned"
    STOPPED = "stopped"


# Until a second person approves, a new determination may lead anywhere; afterwards only money moves it.
UNDECIDED = (Status.OPENED, Status.WAITING_POLICY, Status.WAITING_FACTS, Status.PAYABLE)
MOVES = {
    Fact.LEFT_OPEN: move(*UNDECIDED, to=Status.WAITING_POLICY),
    Fact.LEFT_UNDETERMINED: move(*UNDECIDED, to=Status.WAITING_FACTS),
    Fact.REFUSED: move(*UNDECIDED, to=Status.REFUSED),
    Fact.FOUND_PAYABLE: move(*UNDECIDED, to=Status.PAYABLE),
    Fact.APPROVED: move(Status.PAYABLE, to=Status.APPROVED),
    Fact.PAID: move(Status.APPROVED, to=Status.PAID),
    Fact.PAYMENT_RETURNED: move(Status.PAID, to=Status.APPROVED),
    Fact.STOPPED: move(*UNDECIDED, Status.APPROVED, to=Status.STOPPED),
}
COMMITTED = (Status.APPROVED, Status.PAID)
BY_OUTCOME = {
    "refused_open": Fact.LEFT_OPEN,
    "undetermined": Fact.LEFT_UNDETERMINED,
    "not_eligible": Fact.REFUSED,
    "eligible": Fact.FOUND_PAYABLE,
}
