"""What an edition may state, when entries are taken, and who may compete. Pure; every reason at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from contracts.registry import ACTIVE, FIRM_KINDS, TEAM
from kernel.findings import Finding, findings
from services.events.competitions.terms import LOT, SUBMITTED_FIRST, TRIMMED, GroupTerms, RoundTerms, Window

WEIGHTS_SUM = 100  # allow number: the weights of a round are shares of a hundred
TRIMMED_MIN = 3  # allow number: without the highest and the lowest one score must be left


def setup_findings(window: Window, groups: Sequence[GroupTerms], rounds: Sequence[RoundTerms]) -> list[Finding]:
    """Everything that would make a competition impossible to judge, before anybody has entered."""
    found = [*_window_findings(window), *_repeated("group", [one.key for one in groups])]
    found += _repeated("round", [one.key for one in rounds])
    for group in groups:
        found += _group_findings(group)
    for place, terms in enumerate(rounds):
        found += _round_findings(terms, is_last=place == len(rounds) - 1)
    return found


def opening_findings(window: Window, now: datetime) -> list[Finding]:
    """Entries that open have time to come in."""
    zh, en = "报名截止时间须晚于现在。", "Registration has to close later than now."
    return findings((window.registration_closes_at <= now, Finding("registration_over", (), zh, en)))


def change_findings(
    before: Window, after: Window, caps: Mapping[str, tuple[int | None, int]], now: datetime
) -> list[Finding]:
    """After the opening a deadline that has not passed may move later, and a group may take more; nothing else."""
    zh, en = "截止时间只能延后,且须在原截止时间之前决定。", "A deadline moves later only, and before it has passed."
    backward = [name for name, was, is_ in _deadlines(before, after) if is_ < was or (is_ != was and was <= now)]
    moved = Finding("deadline_not_forward", (), zh, en, {"deadlines": backward})
    zh, en = "名额只能增加。", "A cap is raised only."
    lowered = sorted(key for key, (was, is_) in caps.items() if was is None or is_ < was)
    few = Finding("cap_not_raised", (), zh, en, {"groups": lowered})
    return [*findings((bool(backward), moved), (bool(lowered), few)), *_window_findings(after)]


def registration_findings(window: Window, now: datetime) -> list[Finding]:
    """Whether a new entry is in time."""
    facts = {"now": now.isoformat(), "closes_at": window.registration_closes_at.isoformat()}
    zh, en = "报名尚未开始。", "Registration has not begun."
    early = Finding("registration_not_open", (), zh, en, facts | {"opens_at": window.opens_at.isoformat()})
    late = Finding("registration_closed", (), "报名已截止。", "Registration is closed.", facts)
    return findings((now < window.opens_at, early), (now >= window.registration_closes_at, late))


def submission_findings(window: Window, now: datetime) -> list[Finding]:
    """Whether work is in time."""
    facts = {"now": now.isoformat(), "closes_at": window.submission_closes_at.isoformat()}
    late = Finding("submission_closed", (), "作品提交已截止。", "Submission is closed.", facts)
    return findings((now >= window.submission_closes_at, late))


@dataclass(frozen=True, slots=True)
class Entrant:
    """What is known of who enters, for the day the edition judges by.

    `kind` and `status` are the registry's, None of a team that is not registered. `wins` are prizes of the series'
    earlier editions, those of firms merged into it included.
    """

    kind: str | None
    status: str | None
    registered_on: date | None
    barred_reason: str | None
    wins: int


@dataclass(frozen=True, slots=True)
class Founding:
    """The firm a team names as its own, the days it was registered and the team entered, and the city's today."""

    kind: str
    status: str
    registered_on: date
    entered_on: date
    today: date


_UNKNOWN_DAY = ("未提供注册日期。", "The day of its registration is not known.")


def kind_entered(kind: str | None, group: GroupTerms) -> str | None:
    """What an entry of the group was when it was taken: a team that has become a firm since competes as the team."""
    return TEAM if kind in FIRM_KINDS and group.takes == "teams" else kind


def eligibility_findings(
    entrant: Entrant, group: GroupTerms, *, eligible_on: date, wins_max: int | None
) -> list[Finding]:
    """Every reason why it may not compete."""
    zh, en = "参赛主体被限制参赛。", "It is barred from competing."
    barred = Finding("barred", (), zh, en, {"reason": entrant.barred_reason})
    return [
        *findings(
            (entrant.status not in (None, ACTIVE), _ended(entrant.status, eligible_on)),
            (entrant.barred_reason is not None, barred),
        ),
        *_outside(entrant, group, eligible_on),
        *_repeat(entrant.wins, wins_max),
    ]


def founding_findings(firm: Founding, *, wins: int, wins_max: int | None, eligible_on: date) -> list[Finding]:
    """Why a firm cannot take the place of the team that says to have founded it."""
    zh, en = "关联主体不是企业或个体工商户。", "It is no firm."
    other = Finding("not_a_firm", (), zh, en, {"kind": firm.kind})
    return [
        *findings((firm.kind not in FIRM_KINDS, other), (firm.status != ACTIVE, _ended(firm.status, eligible_on))),
        *founded_findings(firm.registered_on, entered_on=firm.entered_on, today=firm.today),
        *_repeat(wins, wins_max),
    ]


def founded_findings(registered_on: date | None, *, entered_on: date, today: date) -> list[Finding]:
    """A team founds a firm after it has entered: who was a firm then belonged among the firms."""
    if registered_on is None:
        return [Finding("registration_day_unknown", (), *_UNKNOWN_DAY)]
    facts = {"registered_on": registered_on.isoformat()}
    zh, en = "该企业在团队报名之前已注册。", "The firm was registered before the team entered."
    before = Finding("founded_before_entry", (), zh, en, facts | {"entered_on": entered_on.isoformat()})
    zh, en = "注册日期晚于今天。", "The day of its registration has not come yet."
    ahead = Finding("registration_in_future", (), zh, en, facts | {"today": today.isoformat()})
    return findings((registered_on < entered_on, before), (registered_on > today, ahead))


def _ended(status: str | None, eligible_on: date) -> Finding:
    zh, en = "参赛主体已注销或已并入他方。", "It no longer exists in law, or is part of another."
    return Finding("organisation_ended", (), zh, en, {"status": status, "eligible_on": eligible_on.isoformat()})


def _repeat(wins: int, wins_max: int | None) -> list[Finding]:
    zh, en = "该主体在本赛事历届获奖次数已达上限。", "It has won this competition as often as it may."
    found = Finding("repeat_winner", (), zh, en, {"wins": wins, "wins_max": wins_max})
    return findings((wins_max is not None and wins >= wins_max, found))


def _outside(entrant: Entrant, group: GroupTerms, eligible_on: date) -> list[Finding]:
    zh, en = "不属于该组别的参赛主体。", "This group is for others: firms or teams."
    other = Finding("group_takes_others", (), zh, en, {"group": group.key, "takes": group.takes})
    is_firm, is_team = entrant.kind in FIRM_KINDS, entrant.kind in (None, TEAM)
    if not (is_firm if group.takes == "firms" else is_team):
        return [other]
    on = entrant.registered_on
    if not is_firm:
        return []
    if on is None:
        return [Finding("registration_day_unknown", (), *_UNKNOWN_DAY, {"group": group.key})]
    since, until = group.registered_since or date.min, min(group.registered_until or eligible_on, eligible_on)
    facts = {"group": group.key, "registered_on": on.isoformat(), "until": until.isoformat()}
    facts |= {"since": since.isoformat()} if group.registered_since else {}
    zh, en = "注册日期不在该组别范围内。", "It was registered outside the days of this group."
    return findings((not since <= on <= until, Finding("outside_group", (), zh, en, facts)))


def _window_findings(window: Window) -> list[Finding]:
    zh, en = (
        "报名开始、报名截止、提交截止须依次排列。",
        "Opening, end of registration, end of submission: in this order.",
    )
    is_ordered = window.opens_at < window.registration_closes_at <= window.submission_closes_at
    return findings((not is_ordered, Finding("window_out_of_order", (), zh, en)))


def _group_findings(group: GroupTerms) -> Iterator[Finding]:
    since, until = group.registered_since, group.registered_until
    if since and until and since > until:
        zh, en = "组别的注册日期范围为空。", "No day lies within the group's days of registration."
        yield Finding("group_empty", (), zh, en, {"group": group.key})
    if group.takes == "teams" and (since or until):
        zh, en = "团队组不设注册日期。", "A team is not registered: its group has no days of registration."
        yield Finding("team_has_no_registration", (), zh, en, {"group": group.key})
    grades = [prize.grade for prize in group.prizes]
    if grades != sorted(set(grades)):
        zh, en = "奖项等次须由高到低且不重复。", "Prizes go from the first grade down, each once."
        yield Finding("prizes_out_of_order", (), zh, en, {"group": group.key})


def _round_findings(terms: RoundTerms, *, is_last: bool) -> list[Finding]:
    of = {"round": terms.key}
    total = sum(one.weight for one in terms.criteria)
    zh, en = "各项权重之和须为100。", "The weights of a round sum to 100."
    weights = Finding("weights_not_100", (), zh, en, of | {"sum": total})
    zh, en = "最少评委数不得多于评委数。", "At least as many judges as must score."
    judges = Finding("judges_min_above_judges", (), zh, en, of)
    zh, en = "去掉最高分和最低分须至少三名评委打分。", "Dropping highest and lowest needs three scores."
    trimmed = Finding("too_few_to_trim", (), zh, en, of | {"judges_min": terms.judges_min})
    zh, en = "除末轮外须规定晋级名额,末轮不设。", "Every round but the last says how many go on."
    advance = Finding("advance_misplaced", (), zh, en, of)
    return [
        *_repeated("criterion", [one.key for one in terms.criteria]),
        *findings(
            (total != WEIGHTS_SUM, weights),
            (terms.judges_min > terms.judges, judges),
            (terms.scoring == TRIMMED and terms.judges_min < TRIMMED_MIN, trimmed),
            ((terms.advance is None) != is_last, advance),
        ),
        *_tie_break_findings(terms),
    ]


def _tie_break_findings(terms: RoundTerms) -> list[Finding]:
    known = {one.key for one in terms.criteria} | {SUBMITTED_FIRST, LOT}
    chain = list(terms.tie_break)
    zh, en = (
        "同分规则须由评分项或先提交组成,以抽签结束。",
        "A tie is broken by criteria or by who was first, at last by lot.",
    )
    is_whole = chain[-1:] == [LOT] and len(set(chain)) == len(chain) and set(chain) <= known
    return findings((not is_whole, Finding("tie_break_incomplete", (), zh, en, {"round": terms.key})))


def _repeated(what: str, keys: Iterable[str]) -> list[Finding]:
    listed = list(keys)
    twice = sorted({key for key in listed if listed.count(key) > 1})
    zh, en = "标识重复。", "A key stands twice."
    return findings((bool(twice), Finding(f"{what}_repeated", (), zh, en, {"keys": twice})))


def _deadlines(before: Window, after: Window) -> Iterator[tuple[str, datetime, datetime]]:
    for name in ("registration_closes_at", "submission_closes_at"):
        yield name, getattr(before, name), getattr(after, name)
