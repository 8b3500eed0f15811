"""Who may sit, who is drawn, and what the scores amount to, purely."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from kernel.findings import Finding, findings
from kernel.ids import encode_id


class Verdict(Protocol):
    """A panel as the review looks at it; `is_passed` is None until it has closed."""

    is_passed: bool | None
    result: int | None
    pass_mark: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """An expert as the draw looks at one."""

    id: UUID
    unit: str
    related: frozenset[str]


@dataclass(frozen=True, slots=True)
class Applicant:
    """Whose space is judged: the operator under every name it has had."""

    id: UUID
    names: frozenset[str]


def conflicts(candidate: Candidate, applicant: Applicant, flagged: Collection[UUID]) -> list[str]:
    """Every reason an expert may not sit: the same unit, a relation the expert declared, or a related party."""
    reasons = {
        "same_unit": candidate.unit in applicant.names,
        "declared_relation": encode_id("org", applicant.id) in candidate.related,
        "related_party": candidate.id in flagged,
    }
    return [reason for reason, holds in reasons.items() if holds]


def draw(candidates: Iterable[Candidate], seed: str) -> list[UUID]:
    """All by lot: in the order of a hash of seed and id, which anybody can repeat who knows the seed."""

    def lot(candidate: Candidate) -> str:
        return hashlib.sha256(f"{seed}:{candidate.id}".encode()).hexdigest()

    return [candidate.id for candidate in sorted(candidates, key=lot)]


def convening_findings(*, size: int, eligible: int, pass_mark: int, points_max: int, criteria: int) -> list[Finding]:
    """An odd panel, enough experts without an interest, and a pass mark that can be reached."""
    even = Finding("panel_size_even", (), "专家人数须为单数。", "A panel has an odd number of experts.", {"size": size})
    facts = {"eligible": eligible, "size": size}
    zh, en = "回避后可抽取的专家不足。", "Too few experts are left without a conflict of interest."
    few = Finding("panel_pool_too_small", (), zh, en, facts)
    most = {"pass_mark": pass_mark, "reachable": points_max * criteria}
    zh, en = "合格分高于满分。", "The pass mark cannot be reached."
    high = Finding("pass_mark_out_of_reach", (), zh, en, most)
    is_even = size % 2 == 0  # allow number: odd and even
    return findings((is_even, even), (eligible < size, few), (pass_mark > points_max * criteria, high))


def score_findings(points: Mapping[str, int], *, criteria: Sequence[str], points_max: int) -> list[Finding]:
    """Each criterion once, none besides, and none above the scale."""
    differing = sorted(set(points) ^ set(criteria))
    above = sorted(name for name, value in points.items() if value > points_max)
    zh, en = "须对每项标准各评一次分。", "Score every criterion, and none besides."
    incomplete = Finding("score_incomplete", (), zh, en, {"criteria": differing})
    zh, en = "评分超过满分。", "A score is above the scale."
    return findings(
        (bool(differing), incomplete),
        (bool(above), Finding("score_above_scale", (), zh, en, {"criteria": above, "points_max": points_max})),
    )


def result_of(totals: Sequence[int]) -> int:
    """The middle total of an odd number: no extreme moves it, and no two experts can tie it."""
    return sorted(totals)[len(totals) // 2]  # allow number: the middle


def unfinished_findings(panels: Iterable[Verdict]) -> list[Finding]:
    """A panel that was convened is heard: until it has finished, the review waits."""
    waiting = Finding("panel_not_finished", (), "专家评审尚未完成。", "The panel has not finished.")
    return findings((any(panel.is_passed is None for panel in panels), waiting))


def verdict_findings(panels: Sequence[Verdict]) -> list[Finding]:
    """The last panel's verdict is one of the review's reasons."""
    if not panels or panels[-1].is_passed is not False:
        return []
    zh, en = "专家评审低于合格分。", "The panel's result is below its pass mark."
    facts = {"result": panels[-1].result, "pass_mark": panels[-1].pass_mark}
    return [Finding("panel_not_passed", (), zh, en, facts)]
