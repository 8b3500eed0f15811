"""One word for all self-audits, and what waits for whom."""

from collections.abc import Mapping

import pytest

from contracts.overview import AssuranceReply, BrokenCheck, StandingReply
from gateway.window.cases.states import Status
from gateway.window.overview.rules import CaseCount, Colour, verdict, waiting

QUIET = StandingReply(overdue_jobs=0, parked_events=0)
LATE = StandingReply(overdue_jobs=2, parked_events=0)
SOUND = AssuranceReply(green=True, checks=2, broken=())
CHECK = BrokenCheck(check="four_eyes", zh="非同一人", en="Two people", breaks=3)
BROKEN = AssuranceReply(green=False, checks=2, broken=(CHECK,))
UNSOUND = StandingReply(overdue_jobs=0, parked_events=0, broken=(CHECK,))


@pytest.mark.parametrize(
    ("standings", "assurance", "colour", "evidence"),
    [
        ({"window": QUIET, "funds": QUIET}, SOUND, "green", []),
        ({"window": QUIET, "funds": None}, SOUND, "unknown", []),
        ({"window": QUIET, "funds": QUIET}, None, "unknown", []),
        ({"window": LATE, "funds": None}, None, "red", [("window", "overdue_jobs", 2)]),
        ({"window": QUIET, "vouchers": UNSOUND}, SOUND, "red", [("vouchers", "four_eyes", 3)]),
        ({"window": QUIET, "funds": QUIET}, BROKEN, "red", [("funds.assurance", "four_eyes", 3)]),
    ],
)
def test_red_needs_evidence_and_green_needs_everybody(
    standings: Mapping[str, StandingReply | None],
    assurance: AssuranceReply | None,
    colour: Colour,
    evidence: list[tuple[str, str, int]],
) -> None:
    found = verdict(standings, assurance)
    assert found.colour == colour
    assert [(one.source, one.code, one.count) for one in found.evidence] == evidence


def test_what_waits_for_nobody_is_not_counted_and_a_notice_waits_for_the_public() -> None:
    counts = [
        CaseCount("a", Status.IN_REVIEW, cases=5, overdue=0, in_notice=2),
        CaseCount("a", Status.DECIDED, cases=1, overdue=0, in_notice=0),
        CaseCount("b", Status.CORRECTION_REQUESTED, cases=4, overdue=0, in_notice=0),
        CaseCount("b", Status.DELIVERED, cases=9, overdue=0, in_notice=0),
        CaseCount("b", Status.ACCEPTED, cases=6, overdue=0, in_notice=0),
        CaseCount("c", Status.ACCEPTED, cases=7, overdue=0, in_notice=0),
    ]
    assert list(waiting(counts, decided_here={"c"})) == [
        ("a", "service", 3), ("a", "public", 2), ("a", "window", 1), ("b", "applicant", 4), ("b", "service", 6),
        ("c", "window", 7),
    ]  # fmt: skip
