"""What a report must agree with: itself, the periods before it, and the operator's other reports. Purely.

Figures are whole numbers in the unit of the form (persons, square metres, thousand yuan). A value that could not be
read is null; a sentence over it is not judged, because the fault of the cell is told already.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from kernel.findings import Finding, findings
from policy.forms import FormCheck, FormSection, ReportForm

Figures = Mapping[str, Any]
Content = Mapping[str, Sequence[Mapping[str, Any]]]
_MONTHS = 12  # allow number: of a year
_BP = 10_000  # allow number: basis points of one
_NAME_MAX = 300  # allow number: of letters; folding case makes up to three of one
_WORDS = {
    "tenant": ("同一在孵企业", "The same incubated firm"),
    "graduate": ("同一毕业企业", "The same graduate"),
    "premises": ("同一场地", "The same premises"),
    "event": ("同一活动", "The same event"),
}


class Period(NamedTuple):
    """First and last day."""

    first: date
    last: date


class Counted(NamedTuple):
    """Something that counts once: its kind, credit code where it has one, what it is called, and where it stands."""

    kind: str
    code: str | None
    name: str
    section: str
    row: int


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Something another report of the same operator counts in the same period."""

    kind: str
    code: str | None
    name: str
    carrier_id: str


def period_of(day: date, months: int) -> Period:
    """The period the day lies in. Periods of so many months follow each other from a January on."""
    since_zero = day.year * _MONTHS + day.month - 1
    first = since_zero - since_zero % months
    return Period(_month(first), _month(first + months) - timedelta(days=1))


def _month(number: int) -> date:
    year, month = divmod(number, _MONTHS)
    return date(year, month + 1, 1)


def figures_of(form: ReportForm, content: Content) -> dict[str, int]:
    """What is published of a report: whole numbers of the space, and of the firms added up (`tenants.turnover`)."""
    rows = content[form.tenants.id]
    space = next(iter(content[form.single.id]), {})
    own = {name: space[name] for name in form.measures if space.get(name) is not None}
    summed = [field.id for field in form.tenants.fields if field.measure]
    return own | {f"{form.tenants.id}.{name}": sum(row[name] or 0 for row in rows) for name in summed}


def within_findings(form: ReportForm, content: Content, clauses: tuple[str, ...]) -> list[Finding]:
    """Sums, ranges and pairs of one report."""
    space = next(iter(content[form.single.id]), {})
    return [
        _unfulfilled(check, clauses)
        for check in form.checks
        if check.kind in _WITHIN and not _WITHIN[check.kind](check, space, content)
    ]


def earlier_findings(
    form: ReportForm, content: Content, *, preceding: Figures | None, latest: Figures | None, clauses: tuple[str, ...]
) -> list[Finding]:
    """Against the period just before, whose end begins this one, and the latest: what counts all never falls."""
    space = next(iter(content[form.single.id]), {})
    found = []
    if preceding is not None:
        found = [
            _unfulfilled(check, clauses)
            for check in form.checks
            if check.kind in _BETWEEN and not _BETWEEN[check.kind](check, space, preceding)
        ]
    cumulative = [field for field in form.single.fields if field.period == "cumulative"]
    for field in cumulative:
        now, before = space.get(field.id), (latest or {}).get(field.id)
        if now is not None and before is not None and now < before:
            found.append(
                Finding(
                    "cumulative_falls",
                    clauses,
                    f"“{field.zh}”为累计数，不得小于往期。",
                    f"“{field.en}” counts all there ever was and cannot fall.",
                    {"field": field.id, "before": before, "now": now},
                )
            )
    return found


def later_findings(form: ReportForm, content: Content, later: Figures | None) -> list[Finding]:
    """What the report of the period after has to follow now; it is not this report that is wrong."""
    space = next(iter(content[form.single.id]), {})
    return [
        Finding(
            "later_report_disagrees",
            (),
            f"更正后，下一期报表不再满足“{check.zh}”，须相应更正。",
            f"After this, the report of the next period no longer keeps that {check.en}; it has to be corrected too.",
            {"fields": list(check.left + check.right)},
        )
        for check in form.checks
        if later is not None and check.kind in _BETWEEN and not _BETWEEN[check.kind](check, later, space)
    ]


def jumps_of(form: ReportForm, content: Content, preceding: Figures | None) -> list[Finding]:
    """Figures that moved more against the period before than the form lets pass without a word."""
    space = next(iter(content[form.single.id]), {})
    return [
        Finding(
            "jump_to_explain",
            (),
            f"“{field.zh}”较上期变动过大，须说明原因。",
            f"“{field.en}” moved far against the period before and has to be explained.",
            {"field": field.id, "before": before, "now": now},
        )
        for field, now, before in _moved(form, space, preceding or {})
        if abs(now - before) * _BP > form.jump_bp * abs(before)
    ]


def _moved(form: ReportForm, space: Figures, before: Figures) -> Iterator[tuple[Any, int, int]]:
    for field in form.single.fields:
        then, now = before.get(field.id), space.get(field.id)
        if not field.is_number or field.period == "cumulative" or then is None or now is None:
            continue
        if max(abs(then), abs(now)) >= form.jump_from:
            yield field, now, then


def unexplained(jumps: Iterable[Finding], explanations: Mapping[str, str]) -> list[Finding]:
    """The jumps nobody has explained."""
    return [jump for jump in jumps if jump.facts["field"] not in explanations]


def counted_in(form: ReportForm, content: Content) -> list[Counted]:
    """Everything of a report that counts once over all carriers of its operator."""
    return [
        Counted(section.counted_once, values.get(section.code or ""), _called(section, values), section.id, row)
        for section in form.sections
        if section.counted_once is not None
        for row, values in enumerate(content[section.id])
        if all(values.get(name) is not None for name in section.key)
    ]


def _called(section: FormSection, row: Mapping[str, Any]) -> str:
    return "|".join(bare(str(row[name])) for name in section.key)


def bare(name: str) -> str:
    """A name without spaces, punctuation and case: what two spellings of it have in common."""
    letters = "".join(letter for letter in name if letter.isalnum())
    return (letters or "".join(name.split())).casefold()[:_NAME_MAX]


def repeated_findings(
    counted: Sequence[Counted], place: Callable[[str, int], Mapping[str, Any]], clauses: tuple[str, ...]
) -> list[Finding]:
    """What stands twice in one report."""
    seen: dict[tuple[str, str], Counted] = {}
    found = []
    for one in counted:
        marks = [(one.kind, mark) for mark in marks_of(one)]
        first = next((seen[mark] for mark in marks if mark in seen and _are_one(one, seen[mark])), None)
        if first is None:
            seen.update(dict.fromkeys(marks, one))
        else:
            zh, en = _WORDS[one.kind]
            there = {"again": dict(place(one.section, one.row)), "first": dict(place(first.section, first.row))}
            found.append(
                Finding("listed_twice", clauses, f"{zh}在本表中重复填报。", f"{en} stands in the report twice.", there)
            )
    return found


def double_findings(
    counted: Sequence[Counted],
    elsewhere: Sequence[Elsewhere],
    place: Callable[[str, int], Mapping[str, Any]],
    clauses: tuple[str, ...],
) -> list[Finding]:
    """What another carrier of the same operator counts already in this period."""
    known: dict[tuple[str, str], Elsewhere] = {}
    # Last those without a code: what shares a name with one of them is taken for it.
    for other in sorted(elsewhere, key=lambda entry: entry.code is None):
        known.update({(other.kind, mark): other for mark in marks_of(other)})
    found = []
    for one in counted:
        hits = [known[(one.kind, mark)] for mark in marks_of(one) if (one.kind, mark) in known]
        same = next((hit for hit in hits if _are_one(one, hit)), None)
        if same is not None:
            zh, en = _WORDS[one.kind]
            facts = {**place(one.section, one.row), "carrier_id": same.carrier_id}
            text = f"{zh}已由同一运营单位的其他载体填报，不得重复统计。"
            found.append(
                Finding(
                    f"{one.kind}_counted_twice",
                    clauses,
                    text,
                    f"{en} is counted by another carrier of the same operator.",
                    facts,
                )
            )
    return found


def marks_of(one: Counted | Elsewhere) -> list[str]:
    """By what it is found again: its credit code, and its name."""
    return [f"name:{one.name}"] if one.code is None else [f"code:{one.code}", f"name:{one.name}"]


def _are_one(one: Counted, other: Counted | Elsewhere) -> bool:
    """Two firms may share a name; two codes are two firms."""
    return one.code == other.code or one.code is None or other.code is None


def handing_in_findings(
    *, today: date, period_until: date, revisions: int, reason: str | None, clauses: tuple[str, ...]
) -> list[Finding]:
    """A period is reported when it is over, and a revision says why there is one."""
    return findings(
        (
            today <= period_until,
            Finding(
                "period_not_over",
                clauses,
                "报告期尚未结束。",
                "The period reported is not over yet.",
                {"period_until": period_until.isoformat()},
            ),
        ),
        (
            revisions > 0 and not reason,
            Finding(
                "correction_without_reason",
                clauses,
                "更正已报送的报表须说明理由，原报表保留。",
                "A correction says why; what was handed in before stays on record.",
            ),
        ),
    )


def form_findings(*, given: date | None, wanted: date) -> list[Finding]:
    """The version of the form that the period asks for, and no other year's."""
    return findings(
        (
            given != wanted,
            Finding(
                "form_of_another_version",
                (),
                "所用报表不是本报告期的版本，请重新下载。",
                "This is not the version of the form that the period asks for; fetch it again.",
                {"wanted": wanted.isoformat(), "given": given.isoformat() if given else None},
            ),
        )
    )


def _unfulfilled(check: FormCheck, clauses: tuple[str, ...]) -> Finding:
    names = {"fields": list(check.left + check.right)}
    return Finding(check.id, clauses, f"{check.zh}。", f"It does not hold that {check.en}.", names)


def _sum(names: Sequence[str], figures: Figures) -> int | None:
    values = [figures.get(name) for name in names]
    return None if None in values else sum(value for value in values if value is not None)


def _compared(check: FormCheck, space: Figures, holds: Callable[[int, int], bool]) -> bool:
    left, right = _sum(check.left, space), _sum(check.right, space)
    return left is None or right is None or holds(left, right)


def _as_many_rows(check: FormCheck, space: Figures, content: Content) -> bool:
    left = _sum(check.left, space)
    return left is None or check.section is None or left == len(content[check.section])


def _is_carried(check: FormCheck, space: Figures, before: Figures) -> bool:
    left, right = _sum(check.left, space), _sum(check.right, before)
    return left is None or right is None or left == right


def _grows(check: FormCheck, space: Figures, before: Figures) -> bool:
    now, then, by = _sum(check.left, space), _sum(check.left, before), _sum(check.right, space)
    return now is None or then is None or by is None or now == then + by


_WITHIN: dict[str, Callable[[FormCheck, Figures, Content], bool]] = {
    "equal": lambda check, space, _content: _compared(check, space, lambda left, right: left == right),
    "at_most": lambda check, space, _content: _compared(check, space, lambda left, right: left <= right),
    "together": lambda check, space, _content: _compared(check, space, lambda left, right: (left == 0) == (right == 0)),
    "rows": _as_many_rows,
}
_BETWEEN: dict[str, Callable[[FormCheck, Figures, Figures], bool]] = {"carried": _is_carried, "grows_by": _grows}


def opening_findings(*, period: Period, due_on: date, today: date, clauses: tuple[str, ...]) -> list[Finding]:
    """A period that has not begun is not opened: nobody knows who will hold a level then. Nor is one whose last day
    to hand in has passed: everybody would have missed it before anybody was asked."""
    begins = {"period_from": period.first.isoformat()}
    early = Finding("period_not_begun", (), "报告期尚未开始。", "The period has not begun yet.", begins)
    zh, en = "该报告期的报送截止日已过。", "The last day to hand in reports of this period has passed."
    late = Finding("time_limit_passed", clauses, zh, en, {"due_on": due_on.isoformat(), "today": today.isoformat()})
    return findings((today < period.first, early), (due_on < today, late))


def counted_from(*, period_until: date, opened_on: date, by_itself: bool) -> date:
    """The day after which the working days to hand in begin: the period's last.

    A round that opens by itself later than the morning after counts from the day it opens: else a time limit that ran
    out while the system stood still would have everybody miss what nobody was asked for.
    """
    is_late = by_itself and opened_on > period_until + timedelta(days=1)
    return opened_on if is_late else period_until


def not_asked() -> Finding:
    """The city's documents want no such report."""
    return Finding(
        "statistics_not_asked",
        (),
        "本市政策文件未建立统计报表制度。",
        "The documents of this city ask for no statistical reports of carriers.",
    )


def missed_in_a_row(statuses: Sequence[str]) -> int:
    """How many of the newest reports were never handed in, the newest first."""
    count = 0
    for status in statuses:
        if status != "missed":
            break
        count += 1
    return count


def exit_finding(*, times: int, limit: int, clauses: tuple[str, ...]) -> Finding | None:
    """So many missed in a row put leaving to decision; a person decides it, no clock."""
    if times < limit:
        return None
    return Finding(
        "exit_to_be_decided",
        clauses,
        f"连续{times}次未报送统计报表，达到{limit}次，提请决定是否退出。",
        f"{times} statistical reports in a row were missed; from {limit} on, leaving is put to decision.",
        {"missed_in_a_row": times, "limit": limit},
    )


def decision_findings(*, decider: str, submitted_by: str | None, clauses: tuple[str, ...]) -> list[Finding]:
    """Who handed a report in does not accept or return it."""
    return findings(
        (
            decider == submitted_by,
            Finding(
                "second_person_needed",
                clauses,
                "报送人不得审核本人报送的报表。",
                "Whoever handed a report in does not decide about it.",
            ),
        )
    )
