"""The lives of a round of evaluation and of one carrier in it."""

from enum import StrEnum

from kernel.moves import Move, move


class RoundStatus(StrEnum):
    """`collecting` reports, `verifying` them, results `on_notice`, `awaiting_final` decision, `final`."""

    COLLECTING = "collecting"
    VERIFYING = "verifying"
    ON_NOTICE = "on_notice"
    AWAITING_FINAL = "awaiting_final"
    FINAL = "final"


PUBLISHED = (RoundStatus.ON_NOTICE, RoundStatus.AWAITING_FINAL, RoundStatus.FINAL)


class RoundFact(StrEnum):
    REPORTING_CLOSED = "reporting_closed"
    RESULTS_PUBLISHED = "results_published"
    NOTICE_CLOSED = "notice_closed"
    FINALISED = "finalised"


ROUND_MOVES: dict[RoundFact, Move[RoundStatus]] = {
    RoundFact.REPORTING_CLOSED: move(RoundStatus.COLLECTING, to=RoundStatus.VERIFYING),
    RoundFact.RESULTS_PUBLISHED: move(RoundStatus.VERIFYING, to=RoundStatus.ON_NOTICE),
    RoundFact.NOTICE_CLOSED: move(RoundStatus.ON_NOTICE, to=RoundStatus.AWAITING_FINAL),
    RoundFact.FINALISED: move(RoundStatus.AWAITING_FINAL, to=RoundStatus.FINAL),
}


class Status(StrEnum):
    """`absent` is who had to report and did not: graded all the same. `exempt` has no grade, and its reason is kept."""

    AWAITING_REPORT = "awaiting_report"
    REPORTED = "reported"
    VERIFIED = "verified"
    ABSENT = "absent"
    EXEMPT = "exempt"
    GRADED = "graded"
    FINAL = "final"


class Fact(StrEnum):
    REPORTED = "reported"
    REPORT_MISSED = "report_missed"
    VERIFIED = "verified"
    GRADED = "graded"
    CORRECTED = "corrected"
    EXEMPTED = "exempted"
    FINALISED = "finalised"


MOVES: dict[Fact, Move[Status]] = {
    Fact.REPORTED: move(Status.AWAITING_REPORT, Status.REPORTED, to=Status.REPORTED),
    Fact.REPORT_MISSED: move(Status.AWAITING_REPORT, to=Status.ABSENT),
    Fact.VERIFIED: move(Status.REPORTED, Status.VERIFIED, to=Status.VERIFIED),
    Fact.GRADED: move(Status.VERIFIED, Status.ABSENT, to=Status.GRADED),
    Fact.CORRECTED: move(Status.GRADED, to=Status.GRADED),
    Fact.EXEMPTED: move(Status.GRADED, to=Status.EXEMPT),
    Fact.FINALISED: move(Status.GRADED, to=Status.FINAL),
}
