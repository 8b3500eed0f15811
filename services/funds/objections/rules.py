"""When an objection to a line of a published list still counts, and what an upheld one says. Pure."""

from datetime import date

from kernel.findings import Finding, findings


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


def upheld_finding(opinion: str) -> Finding:
    """Why the award of the line falls."""
    return Finding(
        "objection_upheld",
        (),
        "公示期内的异议经核实成立。",
        "An objection made during the public notice was upheld.",
        {"opinion": opinion},
    )
