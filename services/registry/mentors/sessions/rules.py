"""Who may be mentored by whom, when, and who confirms it, purely."""

from collections.abc import Collection
from datetime import datetime

from kernel.findings import Finding, findings


def meeting_findings(*, serves: bool, interests: Collection[str], clauses: tuple[str, ...]) -> list[Finding]:
    """The mentor serves on the day and has nothing at stake with the mentee."""
    return findings(
        (
            not serves,
            Finding("mentor_not_serving", clauses, "导师当日不在聘期内。", "The mentor does not serve on that day."),
        ),
        (
            "invests" in interests,
            Finding(
                "mentor_invests_in_mentee",
                clauses,
                "导师投资了被辅导企业,须回避。",
                "The mentor invests in the firm they would mentor.",
            ),
        ),
        (
            "sits_on_jury" in interests,
            Finding(
                "mentor_judges_mentee",
                clauses,
                "导师是被辅导企业参赛的评委,须回避。",
                "The mentor sits on the jury of the firm's contest.",
            ),
        ),
    )


def time_findings(*, starts_at: datetime, ends_at: datetime, now: datetime, ahead: bool) -> list[Finding]:
    """A slot lies ahead, a session that is logged lies behind, and both have a length."""
    return findings(
        (
            ends_at <= starts_at,
            Finding("ends_before_beginning", (), "结束时间须晚于开始时间。", "It would end before it began."),
        ),
        (ahead and starts_at <= now, Finding("slot_in_past", (), "时段已过。", "The slot has begun already.")),
        (
            not ahead and ends_at > now,
            Finding("session_in_future", (), "辅导尚未结束。", "The session is not over yet."),
        ),
    )


def overlap_findings(*, overlaps: bool) -> list[Finding]:
    """A person is in one place at a time, in whatever tier they were booked."""
    twice = Finding("mentor_busy", (), "导师在该时间已有其他安排。", "The mentor is taken at that time.")
    return findings((overlaps, twice))


def side_findings(*, holds_side: bool, same_person: bool, clauses: tuple[str, ...]) -> list[Finding]:
    """The other side confirms, and is not the same account."""
    return findings(
        (
            not holds_side,
            Finding("other_side_needed", clauses, "须由另一方确认。", "The other side has to confirm it."),
        ),
        (
            same_person,
            Finding(
                "second_person_needed", clauses, "登记人不得确认本人的登记。", "Who logged it does not confirm it."
            ),
        ),
    )
