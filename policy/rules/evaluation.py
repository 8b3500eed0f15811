"""Scores the verified values of a carrier by the city's indicator system, and grades the sum."""

from collections.abc import Mapping
from typing import Any

from kernel.money import WHOLE
from policy.indicators import Bands, Indicator, IndicatorSystem, Threshold, as_value
from policy.rules.matter import Fact, Matter
from policy.terms_of_evaluation import EvaluationTerms

FACTS = {
    "participated": Fact("flag", "是否参加评价", "whether it took part"),
    "verified_values": Fact("shares", "经核实的指标值", "verified values by indicator"),
    "best_values": Fact("shares", "本轮各指标最优值", "best value of the round by indicator"),
}


def evaluate(terms: EvaluationTerms, matter: Matter) -> None:
    """The sum of weighted points and its grade; who had to take part and did not has the grade the system names."""
    system: IndicatorSystem = as_value(matter.parameter(terms.indicators))
    _check_dimensions(terms, system, matter)
    matter.terms |= {
        "notice_working_days": matter.parameter(terms.notice_working_days),
        "appeal_working_days": matter.parameter(terms.appeal_working_days),
    }
    participated = matter.fact("participated")
    if participated is False:
        _grade(matter, system, score_bp=0, grade_id=system.absent_grade)
    elif participated:
        _score(system, matter)


def _check_dimensions(terms: EvaluationTerms, system: IndicatorSystem, matter: Matter) -> None:
    for entry in terms.dimensions:
        required = matter.parameter(entry.dimension_weight)
        actual = sum(part.weight_bp for part in system.indicators if part.dimension == entry.dimension)
        if actual != required:
            facts = {"dimension": entry.dimension, "actual": actual, "required": required}
            matter.refuse("dimension_weight_disagrees", **facts)


def _score(system: IndicatorSystem, matter: Matter) -> None:
    verified, best = matter.fact("verified_values"), matter.fact("best_values")
    if verified is None or best is None:
        return
    missing = [entry.id for entry in system.indicators if entry.id not in verified]
    if missing:
        matter.refuse("indicators_unverified", names=", ".join(missing))
        return
    scores = [_scored(entry, verified[entry.id], best, matter.clauses) for entry in system.indicators]
    matter.result("indicator_scores", scores)
    # Exact until here; the sum is rounded down to a basis point, so that no floor is reached by rounding.
    score_bp = sum(part["weight_bp"] * part["points_bp"] for part in scores) // WHOLE
    vetoed = any(part["is_veto"] and part["points_bp"] == 0 for part in scores)
    grade = system.grades[-1] if vetoed else system.grade_of(score_bp)
    _grade(matter, system, score_bp=score_bp, grade_id=grade.id)
    matter.terms["scores"] = scores


def _scored(entry: Indicator, value: int, best: Mapping[str, int], clauses: tuple[str, ...]) -> dict[str, Any]:
    return {
        "indicator": entry.id,
        "value": value,
        "weight_bp": entry.weight_bp,
        "points_bp": points_of(entry, value, best.get(entry.id, 0)),
        "is_veto": entry.is_veto,
        "clauses": list(entry.clauses or clauses),
    }


def points_of(entry: Indicator, value: int, best: int) -> int:
    """0 to 10000. A value above the best one (corrected after the round was scored) earns all points, not more."""
    match entry.scoring:
        case Bands(bands=bands):
            return next(band.points_bp for band in reversed(bands) if value >= band.floor)
        case Threshold(at_least=floor):
            return WHOLE if value >= floor else 0
        case _:
            return min(WHOLE, value * WHOLE // best) if best else 0


def _grade(matter: Matter, system: IndicatorSystem, *, score_bp: int, grade_id: str) -> None:
    matter.result("score_bp", score_bp)
    matter.result("grade", grade_id)
    passed = system.grade(grade_id).passes
    matter.terms |= {"score_bp": score_bp, "grade": grade_id, "passed": passed, "scores": []}
