"""Who may judge what, who is drawn, what scores amount to, and in which order entries stand. Pure and exact.

Points are whole hundredths from 0 to 10,000 and weights whole hundredths of the result, so a sheet's total is a whole
number of ten-thousandths. Means are compared as fractions; rounding (half up, to hundredths) is for showing alone.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from kernel.findings import Finding, findings
from kernel.ids import encode_id
from services.events.competitions.terms import LOT, SUBMITTED_FIRST, TRIMMED, RoundTerms

POINTS_MAX = 10_000  # allow number: 100.00 in hundredths
WEIGHTS_SUM = 100  # allow number: weights are shares of a hundred
Pair = tuple[UUID, UUID]


def half_up(part: int, whole: int) -> int:
    """The nearest whole number; a half goes up (四舍五入). For nothing below zero."""
    return (2 * part + whole) // (2 * whole)  # allow number: twice, to see the half


@dataclass(frozen=True, slots=True)
class Candidate:
    """A judge as the draw looks at one; `related` are the organisations the judge declared."""

    id: UUID
    unit: str
    related: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Competitor:
    """An entry as the draw and the ranking look at it."""

    id: UUID
    number: int
    group: str
    organisation_id: UUID | None
    names: frozenset[str]
    submitted_at: datetime


@dataclass(frozen=True, slots=True)
class Sheet:
    """One judge's points by criterion for one entry."""

    judge_id: UUID
    points: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an entry stands in its group: its mean is `total` ten-thousandths over `counted` sheets.

    `decided_by` is what broke a tie with the neighbour, None where there was none.
    """

    entry_id: UUID
    group: str
    place: int
    total: int
    counted: int
    decided_by: str | None

    @property
    def score_hundredths(self) -> int:
        """For showing: rounded half up."""
        return half_up(self.total, self.counted * WEIGHTS_SUM)


def conflicts(
    judge: Candidate, entry: Competitor, *, related: Collection[Pair], declared: Collection[Pair]
) -> list[str]:
    """Every reason a judge may not score an entry. `related`: organisations that belong together, by the registry."""
    own = entry.organisation_id
    reasons = {
        "same_unit": judge.unit in entry.names,
        "declared_relation": own in judge.related,
        "related_party": own is not None and any((one, own) in related for one in judge.related),
        "declared_for_entry": (judge.id, entry.id) in declared,
    }
    return [reason for reason, holds in reasons.items() if holds]


def lot(seed: str, *ids: UUID) -> str:
    """A lot anybody can draw again who knows the seed."""
    return hashlib.sha256(":".join([seed, *map(str, ids)]).encode()).hexdigest()


def order_by_lot(entries: Iterable[UUID], seed: str) -> list[UUID]:
    """In which order the entries are judged."""
    return sorted(entries, key=lambda one: lot(seed, one))


def assign(
    order: Sequence[UUID], judges: Collection[UUID], barred: Collection[Pair], *, size: int, seed: str
) -> dict[UUID, list[UUID]]:
    """So many judges for each entry, as evenly as may be: who has least goes first, then the lot.

    Entries that few may judge are served first. An entry that too few may judge gets those there are.
    """
    free = {entry: [judge for judge in sorted(judges) if (judge, entry) not in barred] for entry in order}
    load: Counter[UUID] = Counter()
    seats: dict[UUID, list[UUID]] = {}
    for entry in sorted(order, key=lambda one: len(free[one])):  # of as many, in the order of the draw
        seats[entry] = sorted(free[entry], key=lambda judge: (load[judge], lot(seed, entry, judge)))[:size]
        load.update(seats[entry])
    return {entry: seats[entry] for entry in order}


def substitute(
    entry: UUID, judges: Collection[UUID], *, taken: Collection[UUID], barred: Collection[Pair],
    load: Mapping[UUID, int], seed: str,
) -> UUID | None:  # fmt: skip
    """Who takes a seat that fell empty: least to do, then the lot; None when nobody is left."""
    free = [one for one in judges if one not in taken and (one, entry) not in barred]
    return min(free, key=lambda judge: (load.get(judge, 0), lot(seed, entry, judge)), default=None)


def draw_findings(entries: Sequence[Competitor], seats: Mapping[UUID, Sequence[UUID]], size: int) -> list[Finding]:
    """Somebody competes, and each entry has all its judges."""
    short = sorted(one.number for one in entries if len(seats[one.id]) < size)
    zh, en = "回避后评委不足。", "Too few judges are left without a conflict of interest."
    few = Finding("judges_too_few", (), zh, en, {"entries": short, "size": size})
    nobody = Finding("nobody_competes", (), "没有可评审的参赛项目。", "There is no entry to judge.")
    return findings((not entries, nobody), (bool(short), few))


def score_findings(points: Mapping[str, int], terms: RoundTerms) -> list[Finding]:
    """Each criterion once, none besides, and none above the scale."""
    differing = sorted(set(points) ^ {one.key for one in terms.criteria})
    above = sorted(name for name, value in points.items() if not 0 <= value <= POINTS_MAX)
    zh, en = "须对每项标准各评一次分。", "Score every criterion, and none besides."
    incomplete = Finding("score_incomplete", (), zh, en, {"criteria": differing})
    zh, en = "评分须在0至100.00之间。", "Points are from 0 to 100.00."
    outside = Finding("score_off_scale", (), zh, en, {"criteria": above, "points_max": POINTS_MAX})
    return findings((bool(differing), incomplete), (bool(above), outside))


def sealing_findings(waiting: int, scored: Mapping[int, int], judges_min: int) -> list[Finding]:
    """Every seat is scored or empty for a reason, and each entry (by number) has enough sheets."""
    few = sorted(number for number, count in scored.items() if count < judges_min)
    zh, en = "仍有评委未打分。", "Judges have not scored yet."
    open_ = Finding("scores_missing", (), zh, en, {"seats": waiting})
    zh, en = "有项目的有效评分少于规定人数。", "An entry has fewer scores than the round asks for."
    return findings(
        (waiting > 0, open_),
        (bool(few), Finding("scores_too_few", (), zh, en, {"entries": few, "judges_min": judges_min})),
    )


def total_of(sheet: Sheet, terms: RoundTerms) -> int:
    """In ten-thousandths of a point."""
    return sum(sheet.points[one.key] * one.weight for one in terms.criteria)


def counted_sheets(sheets: Iterable[Sheet], terms: RoundTerms) -> list[Sheet]:
    """Those that count: all, or without one lowest and one highest total; equal ones go by the judge's id."""
    ordered = sorted(sheets, key=lambda one: (total_of(one, terms), one.judge_id))
    return ordered[1:-1] if terms.scoring == TRIMMED else ordered


def rank(
    entries: Iterable[Competitor], sheets: Mapping[UUID, Sequence[Sheet]], terms: RoundTerms, seed: str
) -> list[Standing]:
    """Each group by itself: by exact mean, then by the stated chain, which ends by lot and so leaves no tie."""
    of_group: dict[str, list[Competitor]] = {}
    for entry in entries:
        of_group.setdefault(entry.group, []).append(entry)
    return [one for group in sorted(of_group) for one in _rank_group(of_group[group], sheets, terms, seed)]


def _rank_group(
    entries: Sequence[Competitor], sheets: Mapping[UUID, Sequence[Sheet]], terms: RoundTerms, seed: str
) -> list[Standing]:
    counted = {entry.id: counted_sheets(sheets[entry.id], terms) for entry in entries}
    keys = {entry.id: _key(entry, counted[entry.id], terms, seed) for entry in entries}
    ordered = sorted(entries, key=lambda entry: keys[entry.id])
    return [
        Standing(
            entry_id=entry.id,
            group=entry.group,
            place=index + 1,
            total=sum(total_of(one, terms) for one in counted[entry.id]),
            counted=len(counted[entry.id]),
            decided_by=_decided_by([keys[one.id] for one in ordered], index, terms),
        )
        for index, entry in enumerate(ordered)
    ]


def _key(entry: Competitor, sheets: Sequence[Sheet], terms: RoundTerms, seed: str) -> tuple[object, ...]:
    """What entries are sorted by: the result first, then each link of the chain, the better one smaller."""
    links: dict[str, object] = {SUBMITTED_FIRST: entry.submitted_at, LOT: lot(seed, entry.id, entry.id)}
    for one in terms.criteria:
        links[one.key] = -Fraction(sum(sheet.points[one.key] for sheet in sheets), len(sheets))
    result = -Fraction(sum(total_of(sheet, terms) for sheet in sheets), len(sheets))
    return (result, *(links[link] for link in terms.tie_break))


def _decided_by(keys: Sequence[tuple[object, ...]], index: int, terms: RoundTerms) -> str | None:
    """The link that parts an entry from the one above it, or else below it, with the same result."""
    for other in (index - 1, index + 1):
        if 0 <= other < len(keys) and keys[other][0] == keys[index][0]:
            pairs = zip(terms.tie_break, keys[index][1:], keys[other][1:], strict=True)
            return next(link for link, mine, theirs in pairs if mine != theirs)
    return None


def going_on(standings: Iterable[Standing], active: Collection[UUID], advance: int) -> list[UUID]:
    """The first of each group that still compete: who has left makes way for the next."""
    of_group: dict[str, list[UUID]] = {}
    for one in sorted(standings, key=lambda one: (one.group, one.place)):
        if one.entry_id in active:
            of_group.setdefault(one.group, []).append(one.entry_id)
    return [entry for group in of_group.values() for entry in group[:advance]]


def seal_document(
    *, edition_id: UUID, terms: RoundTerms, seed: str, order: Sequence[UUID], sheets: Mapping[UUID, Sequence[Sheet]],
    standings: Iterable[Standing],
) -> dict[str, object]:  # fmt: skip
    """All that was scored and what follows from it, without names: what the hash is taken over."""
    return {
        "edition": encode_id("ced", edition_id),
        "round": terms.key,
        "scoring": terms.scoring,
        "weights": {one.key: one.weight for one in terms.criteria},
        "tie_break": list(terms.tie_break),
        "rounding": "half_up_hundredths",
        "seed": seed,
        "entries": [
            {
                "entry": encode_id("cen", entry),
                "sheets": [
                    {"judge": encode_id("jdg", one.judge_id), "points": dict(one.points)}
                    for one in sorted(sheets[entry], key=lambda one: one.judge_id)
                ],
            }
            for entry in order
        ],
        "standings": [
            {
                "entry": encode_id("cen", one.entry_id),
                "group": one.group,
                "place": one.place,
                "total": one.total,
                "counted": one.counted,
                "score_hundredths": one.score_hundredths,
                "decided_by": one.decided_by,
            }
            for one in sorted(standings, key=lambda one: (one.group, one.place))
        ],
    }
