"""When an objection to a line of a published list still counts, and what an upheld one says. Pure."""

from collections.abc import Iterable
from datetime import date

from kernel.findings import Finding, findings
from services.funds.approvals.rules import second_person_findings


def objection_findings(*, until_on: date, is_undecided: bool, on: date) -> list[Finding]:
    """In time, and against a line that can still be held back."""
    return findings(
        (
            on > until_on,
            Finding(
                "notice_over",
                (),
                "公示期已满,不再受理异议。",
                "The public notice is over; objections to it are no longer taken.",
                {"until_on": until_on.isoformat()},
            ),
        ),
        (
            not is_undecided,
            Finding("line_ended", (), "该奖补已终止或已审批。", "The award was ended or approved already."),
        ),
    )


def answer_findings(answerer: str, about: Iterable[tuple[str, str | None]]) -> list[Finding]:
    """`about`: who prepared and who decided, of all that the answer bears on. Each reason once."""
    found = (
        one
        for prepared_by, decided_by in about
        for one in second_person_findings(approver=answerer, prepared_by=prepared_by, decided_by=decided_by)
    )
    return list({one.code: one for one in found}.values())


def upheld_finding(opinion: str) -> Finding:
    """Why the award of the line falls."""
    return Finding(
        "objection_upheld",
        (),
        "公示期内的异议经核实成立。",
        "An objection made during the public notice was upheld.",
        {"opinion": opinion},
    )
