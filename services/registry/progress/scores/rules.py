"""Assessment scores in basis points, purely and exactly."""

from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Protocol

from kernel.findings import Finding, findings
from kernel.money import WHOLE


class Aspect(StrEnum):
    """What an indicator looks at. XZ-31 puts the first three before everything else."""

    PROCESS = "process"
    RESULTS = "results"
    SOCIAL_BENEFIT = "social_benefit"
    OTHER = "other"


class Line(Protocol):
    """One indicator with its weight and score, both in basis points."""

    @property
    def indicator(self) -> str: ...
    @property
    def aspect(self) -> Aspect: ...
    @property
    def weight_bp(self) -> int: ...
    @property
    def score_bp(self) -> int: ...


# Which clause of which city puts process, results and social benefit first (允许试错、宽容失败).
TOLERANT = frozenset({"XZ-31"})


def total_bp(lines: Sequence[Line]) -> int:
    """The weighted score, rounded down once at the end."""
    return sum(line.weight_bp * line.score_bp for line in lines) // WHOLE


def score_findings(
    lines: Sequence[Line],
    *,
    indicators: Collection[str] | None,
    clauses: tuple[str, ...],
    city_clauses: Collection[str],
) -> list[Finding]:
    """Weights make a whole; indicators are those the city set, where it lists any; the first aspects weigh more."""
    names = [line.indicator for line in lines]
    strange = sorted(set(names) - set(indicators)) if indicators is not None else []
    whole = sum(line.weight_bp for line in lines)
    unknown = Finding(
        "indicator_unknown",
        clauses,
        "含有未设定的考核指标。",
        "An indicator is not one the city set.",
        {"indicators": strange},
    )
    uneven = Finding(
        "weights_not_whole", clauses, "各指标权重之和须为100%。", "The weights do not make a whole.", {"sum_bp": whole}
    )
    return [
        *findings(
            (whole != WHOLE, uneven),
            (
                len(set(names)) < len(names),
                Finding("indicator_twice", clauses, "同一指标出现两次。", "An indicator stands twice."),
            ),
            (bool(strange), unknown),
        ),
        *_aspect_findings(lines, whole, city_clauses),
    ]


def _aspect_findings(lines: Sequence[Line], whole: int, city_clauses: Collection[str]) -> list[Finding]:
    first = sum(line.weight_bp for line in lines if line.aspect is not Aspect.OTHER)
    tolerant = tuple(sorted(TOLERANT & set(city_clauses)))
    behind = Finding(
        "aspects_not_first",
        tolerant,
        "考核须优先看科研过程、成果和社会效益。",
        "Process, results and social benefit have to weigh more than the rest.",
        {"first_bp": first},
    )
    return findings((bool(tolerant) and first <= whole - first, behind))


def confirmation_findings(*, entered_by: str, confirmed_by: str, clauses: tuple[str, ...]) -> list[Finding]:
    """Who entered a score does not confirm it."""
    same = Finding(
        "second_person_needed",
        clauses,
        "录入人不得确认本人录入的考核结果。",
        "Who entered the score does not confirm it.",
    )
    return findings((entered_by == confirmed_by, same))
