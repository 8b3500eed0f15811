"""Which people a city's text supports, for how long, and what a share of returns comes to: pure and exact."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kernel.findings import Finding, findings
from kernel.money import WHOLE
from kernel.months import MONTHS_OF_YEAR, after_months, length_of


class TalentKind(StrEnum):
    LISTED = "listed"
    RETURNEE = "returnee"
    RESEARCHER_FOUNDER = "researcher_founder"
    PART_TIME = "part_time"
    OFF_POST = "off_post"
    STUDENT_ON_LEAVE = "student_on_leave"
    DISPATCHED_EXPERT = "dispatched_expert"
    RETURNING_WORKER = "returning_worker"
    STAFF_FOUNDER = "staff_founder"


@dataclass(frozen=True, slots=True)
class Support:
    """The clause that supports a kind of person, the programme that judges it and the fact that counts its years."""

    clause: str
    programme: str | None = None
    years_fact: str | None = None


SUPPORTS: dict[TalentKind, tuple[Support, ...]] = {
    TalentKind.LISTED: (Support("ZZ-14"), Support("WH-13"), Support("JX-11")),
    TalentKind.RETURNEE: (Support("ZZ-15"),),
    TalentKind.RESEARCHER_FOUNDER: (Support("ZZ-16", "researcher.enterprise"), Support("LZ-28")),
    TalentKind.PART_TIME: (Support("JX-13", "researcher.part_time"), Support("LZ-29", "researcher.part_time")),
    TalentKind.OFF_POST: (
        Support("JX-14", "researcher.off_post", "off_post_years"),
        Support("WH-16", "researcher.leave", "leave_years"),
    ),
    TalentKind.STUDENT_ON_LEAVE: (
        Support("LZ-31", "student.leave", "leave_years"),
        Support("WH-15", "student.leave", "leave_years"),
    ),
    TalentKind.DISPATCHED_EXPERT: (Support("ZZ-17"),),
    TalentKind.RETURNING_WORKER: (Support("ZZ-18"),),
    TalentKind.STAFF_FOUNDER: (Support("JX-12"),),
}


def support_of(kind: TalentKind, clauses: Collection[str]) -> Support | None:
    """How a city with these clauses supports the kind; None when its text does not."""
    return next((support for support in SUPPORTS[kind] if support.clause in clauses), None)


def application_findings(
    *, support: Support | None, starts_on: date, ends_on: date | None, consented_on: date, today: date
) -> list[Finding]:
    """The text supports this kind, the person has consented, and a status that is kept for years says until when."""
    clauses = (support.clause,) if support else ()
    needs_end = support is not None and support.years_fact is not None
    return findings(
        (
            support is None,
            Finding("kind_not_supported", (), "本市政策不涉及此类人员。", "The city's policy names no such people."),
        ),
        (
            consented_on > today,
            Finding("consent_in_future", clauses, "同意日期晚于今天。", "The consent is dated after today."),
        ),
        (
            needs_end and ends_on is None,
            Finding("term_needed", clauses, "须写明离岗或休学的截止日。", "Say until when the post or status is kept."),
        ),
        (
            ends_on is not None and ends_on <= starts_on,
            Finding("ends_before_beginning", clauses, "结束日须晚于开始日。", "It would end before it began."),
        ),
    )


def second_person_findings(*, applied_by: str, decided_by: str, clauses: tuple[str, ...]) -> list[Finding]:
    """Who applied does not decide."""
    same = Finding("second_person_needed", clauses, "申请人不得审核本人的申请。", "Who applied does not decide it.")
    return findings((applied_by == decided_by, same))


def started_years(starts_on: date, ends_on: date) -> int:
    """Years that have begun from the first day until the day before `ends_on`: three years and a day are four."""
    years = ends_on.year - starts_on.year
    return years if ends_on <= after_months(starts_on, MONTHS_OF_YEAR * years) else years + 1


def begun_with(starts_on: date, earlier: Iterable[tuple[date, date]]) -> date:
    """When a term began that is as long as this one and the earlier ones together, by the months of the calendar."""
    lengths = [length_of(begins, ends) for begins, ends in earlier]
    # A day before there were any is no day: nobody has used so much.
    months = min(sum(whole for whole, _ in lengths), MONTHS_OF_YEAR * (starts_on.year - 1))
    began = after_months(starts_on, -months)
    return date.fromordinal(max(began.toordinal() - sum(days for _, days in lengths), 1))


@dataclass(frozen=True, slots=True)
class Returns:
    """JX-15: what researchers get at least, whether they get it, and why. Amounts in fen."""

    least_fen: int
    short_fen: int
    reached: bool
    permitted: bool


def returns_of(*, income_fen: int, given_fen: int, share_bp: int, contract: bool, either: bool) -> Returns:
    """Not less than the share: rounded up to the fen, so that never less is given.

    `contract` says otherwise; `either` the share or such a contract is enough (JX-15), else it takes both.
    """
    least_fen = -(-income_fen * share_bp // WHOLE)
    short_fen = max(least_fen - given_fen, 0)
    reached = short_fen == 0
    return Returns(least_fen, short_fen, reached, (reached or contract) if either else (reached and contract))
