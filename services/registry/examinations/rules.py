"""When a formal check or site visit may be recorded, purely."""

from datetime import date

from kernel.findings import Finding, findings


def examination_findings(*, is_under_review: bool, examined_on: date, accepted_on: date, today: date) -> list[Finding]:
    """After the case was accepted, up to today, and before the review."""
    zh, en = "该认定不在审查阶段。", "The recognition is not under review."
    over = Finding("not_under_review", (), zh, en)
    future = Finding("examined_in_future", (), "核查日期晚于今日。", "The examination lies in the future.")
    zh, en = "核查日期早于受理日期。", "The examination was before the case was accepted."
    early = Finding("examined_before_acceptance", (), zh, en, {"accepted_on": accepted_on.isoformat()})
    return findings((not is_under_review, over), (examined_on > today, future), (examined_on < accepted_on, early))
