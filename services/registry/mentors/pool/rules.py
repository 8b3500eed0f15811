"""Admission, term and assessment of mentors, purely."""

from datetime import date

from kernel.findings import Finding, findings
from kernel.months import MONTHS_OF_YEAR, after_months, months_later


def second_person_findings(*, applied_by: str, decided_by: str, clauses: tuple[str, ...]) -> list[Finding]:
    """Who applied for a mentor does not admit them."""
    same = Finding("second_person_needed", clauses, "申请人不得审核本人的申请。", "Who applied does not decide it.")
    return findings((applied_by == decided_by, same))


def term_ends_on(starts_on: date, years: int | None) -> date | None:
    """The first day after a term of whole years; the 29th of February becomes the 1st of March. None: no end is set."""
    return None if years is None else after_months(starts_on, MONTHS_OF_YEAR * years)


def is_over(ends_on: date | None, today: date) -> bool:
    """`ends_on` is the first day after a term."""
    return ends_on is not None and ends_on <= today


def assessment_due_on(counted_from: date, months: int) -> date:
    """The day an assessment falls due, whole months after the last one, or after the mentor began."""
    return months_later(counted_from, months)


def overdue_findings(*, due_on: date, today: date, clauses: tuple[str, ...]) -> list[Finding]:
    """On its day it is still in time."""
    overdue = Finding(
        "assessment_overdue",
        clauses,
        "考核已逾期,须先考核再续聘。",
        "An assessment is overdue; the mentor is assessed before the term is renewed.",
        {"due_on": due_on.isoformat()},
    )
    return findings((today > due_on, overdue))


def year_findings(*, year: int, today: date, clauses: tuple[str, ...]) -> list[Finding]:
    """Of a year that has not begun nobody can have held a session; its failure would bar every renewal."""
    early = Finding("year_not_begun", clauses, "考核年度尚未开始。", "The year has not begun.", {"year": year})
    return findings((year > today.year, early))


def renewal_findings(
    *, starts_on: date, ends_on: date | None, today: date, assessed: bool | None, clauses: tuple[str, ...]
) -> list[Finding]:
    """Within the term, which has an end, and not after a failed assessment (`assessed`; None when there was none)."""
    return findings(
        (ends_on is None, Finding("term_without_end", clauses, "该聘期没有届满日,无须续聘。", "The term has no end.")),
        (
            is_over(ends_on, today),
            Finding("term_over", clauses, "聘期已届满,须重新申请。", "The term is over; apply anew."),
        ),
        (
            starts_on > today,
            Finding(
                "renewed_already", clauses, "已续聘,下一聘期尚未开始。", "It is renewed; the next term has not begun."
            ),
        ),
        (
            assessed is False,
            Finding("assessment_failed", clauses, "最近一次考核不合格,不得续聘。", "The last assessment was failed."),
        ),
    )
