"""When a case may be rated, what makes a rating bad, and what of all ratings is published. Plain values in and out."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from gateway.window.ratings.grades import BAD, GRADES
from gateway.window.ratings.states import Fact
from kernel.findings import Finding, findings
from kernel.money import allocate
from kernel.workdays import Workdays

HUNDRED = 100  # allow number: averages are told in hundredths
WHOLE_BP = 10_000  # allow number: the whole, in basis points
HALF = Fraction(1, 2)  # allow number: rounding


def fact_of(grade: int) -> Fact:
    """A bad rating opens a follow-up, any other does not."""
    return Fact.RATED_BADLY if grade in BAD else Fact.RATED_WELL


@dataclass(frozen=True, slots=True)
class Limit:
    """How many calendar days after delivery an item may be rated, and where that is written."""

    days: int
    clauses: tuple[str, ...]


def rating_findings(*, delivered_on: date | None, limit: Limit | None, calendar: Workdays, on: date) -> list[Finding]:
    """Why a case cannot be rated today: not before its result was delivered, not after a limit the pack states."""
    if delivered_on is None:
        return [Finding("not_delivered", (), "结果尚未送达,不能评价。", "The result has not been delivered yet.")]
    if limit is None:
        return []
    last = calendar.roll(delivered_on + timedelta(days=limit.days)).on
    zh, en = f"评价期已于 {last} 截止。", f"It could be rated until {last}."
    return findings((on > last, Finding("rating_period_over", limit.clauses, zh, en, {"last_day": str(last)})))


def answer_findings(*, answered_by: str, handlers: Collection[str]) -> list[Finding]:
    """Why this person may not answer a bad rating."""
    zh = "经办过该办件的人员不得处理对它的差评。"
    en = "Who handled the case may not answer a bad rating of it."
    return findings((answered_by in handlers, Finding("handled_the_case", (), zh, en)))


def is_call_back_day(day: date, *, rated_on: date, on: date) -> bool:
    """Nobody was called back before they rated, nor is it a plan."""
    return rated_on <= day <= on


@dataclass(frozen=True, slots=True)
class Rated:
    """The ratings of one item: how many of each grade, and how many applicants stand behind them."""

    item: str
    counts: Mapping[int, int]
    applicants: int


@dataclass(frozen=True, slots=True)
class Delivered:
    """Delivered cases of one item, and the days from acceptance to delivery of all of them together."""

    cases: int = 0
    days: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """A group as it is published; averages are hundredths in whole numbers, shares basis points that sum to the whole.

    `days_hundredths` is null where no case of it was accepted at the window before it was delivered.
    """

    counts: Mapping[int, int]
    shares_bp: Mapping[int, int]
    average_hundredths: int
    delivered: int
    days_hundredths: int | None

    @property
    def ratings(self) -> int:
        """How many there are."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Published:
    """`left_out` items have too few applicants behind them; `total` counts them in only when together they have enough.

    So nothing can be told of them by taking the shown items from the total.
    """

    items: Mapping[str, Group]
    total: Group | None
    left_out: tuple[str, ...]


def too_few(rated: Iterable[Rated], *, least: int) -> tuple[str, ...]:
    """Items fewer applicants rated than may be published."""
    return tuple(one.item for one in rated if one.applicants < least)


def published(
    rated: Sequence[Rated], delivered: Mapping[str, Delivered], *, least: int, rest_applicants: int
) -> Published:
    """What may be told of a city. `rest_applicants` stand behind all items together that have too few by themselves."""
    left_out = too_few(rated, least=least)
    shown = [one for one in rated if one.item not in left_out]
    whole = rated if rest_applicants >= least else shown
    return Published(
        items={one.item: group_of([one], delivered) for one in shown},
        total=group_of(whole, delivered) if whole else None,
        left_out=left_out,
    )


def group_of(rated: Sequence[Rated], delivered: Mapping[str, Delivered]) -> Group:
    """Items added up; at least one rating is among them."""
    counts = {grade: sum(one.counts.get(grade, 0) for one in rated) for grade in GRADES}
    total = sum(counts.values())
    took = [delivered.get(one.item, Delivered()) for one in rated]
    cases = sum(one.cases for one in took)
    return Group(
        counts=counts,
        shares_bp=dict(zip(counts, allocate(WHOLE_BP, list(counts.values())), strict=True)),
        average_hundredths=hundredths(sum(grade * count for grade, count in counts.items()), total),
        delivered=cases,
        days_hundredths=hundredths(sum(one.days for one in took), cases) if cases else None,
    )


def hundredths(amount: int, among: int) -> int:
    """An average in hundredths, a half rounded up."""
    return int(Fraction(amount * HUNDRED, among) + HALF)


def worded(grade: int) -> dict[str, Any]:
    """A grade with its words."""
    zh, en = GRADES[grade]
    return {"grade": grade, "grade_zh": zh, "grade_en": en}
