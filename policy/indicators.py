"""What an evaluation of carriers measures: indicators with weights, how each is scored, and the grades of the sum.

A system is the value of one parameter: set by an operator with its first day of validity, approved by a second person.
Weights, points and grade floors are basis points; nothing here is inexact.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from kernel.money import FEN_MAX, WHOLE
from policy.canonical import canonical
from policy.terms import Frozen

IndicatorUnit = Literal["count", "fen", "bp", "square_metres", "flag", "points"]
UNIT_MAX: Mapping[str, int] = {
    "count": 2_000_000_000, "fen": FEN_MAX, "bp": WHOLE, "square_metres": 2_000_000_000, "flag": 1, "points": 100,
}  # fmt: skip
INDICATORS_MAX, GRADES_MAX, BANDS_MAX = 60, 10, 20
_Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
_Words = Annotated[str, Field(min_length=1, max_length=200)]
_Bp = Annotated[int, Field(ge=0, le=WHOLE)]
_Floor = Annotated[int, Field(ge=0, le=FEN_MAX)]


class Band(Frozen):
    """From this value on (up to the next band) the indicator earns these points."""

    floor: _Floor
    points_bp: _Bp


class Bands(Frozen):
    """Points by steps; the first band begins at nought."""

    by: Literal["bands"]
    bands: tuple[Band, ...] = Field(min_length=1, max_length=BANDS_MAX)


class Threshold(Frozen):
    """All points from a value on, none below it."""

    by: Literal["threshold"]
    at_least: _Floor


class RatioToBest(Frozen):
    """The share of the best verified value of the round, rounded down to a basis point."""

    by: Literal["ratio_to_best"]


class Indicator(Frozen):
    """One thing measured. `register` names the registered fact it is read from, `evaluator` is who verifies; else the
    carrier reports it.

    `is_veto`: a threshold that is not reached gives the lowest grade, whatever the sum. `dimension` groups indicators
    whose weight together a city's text or another parameter fixes.
    """

    id: _Id
    zh: _Words
    en: _Words
    unit: IndicatorUnit
    weight_bp: _Bp
    source: Literal["self_reported", "register", "evaluator"]
    fact: _Id | None = None
    scoring: Annotated[Bands | Threshold | RatioToBest, Field(discriminator="by")]
    is_veto: bool = False
    dimension: _Id | None = None
    clauses: tuple[str, ...] = Field(default=(), max_length=10)


class Grade(Frozen):
    """Earned from `floor_bp` of the whole on. Awards go by `id`, such as `excellent`: programmes say which."""

    id: _Id
    zh: _Words
    en: _Words
    floor_bp: _Bp
    passes: bool


class IndicatorSystem(Frozen):
    """Indicators, grades from the highest down, and the grade of a carrier that had to take part and did not."""

    zh: _Words
    en: _Words
    indicators: tuple[Indicator, ...] = Field(min_length=1, max_length=INDICATORS_MAX)
    grades: tuple[Grade, ...] = Field(min_length=2, max_length=GRADES_MAX)
    absent_grade: _Id

    def grade_of(self, score_bp: int) -> Grade:
        """The highest grade whose floor is reached; the last floor is nought."""
        return next(grade for grade in self.grades if score_bp >= grade.floor_bp)

    def grade(self, grade_id: str) -> Grade:
        """By id. Raises StopIteration for one it does not have."""
        return next(grade for grade in self.grades if grade.id == grade_id)


def as_value(value: Any) -> Any:
    """A parameter's value from JSON or YAML: lists are tuples in a pack, an object is an indicator system.

    Raises ValueError for an object that has not the shape of one.
    """
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, Mapping):
        try:
            return IndicatorSystem.model_validate_json(canonical(value))
        except TypeError as inexact:
            raise ValueError(str(inexact)) from None
    return value


SystemValue = Annotated[IndicatorSystem, BeforeValidator(as_value)]


def system_misfit(system: Any) -> str | None:
    """The first thing about a system that does not hold together; None when all does."""
    if not isinstance(system, IndicatorSystem):
        return "an indicator system is expected"
    return next(_faults(system), None)


def _faults(system: IndicatorSystem) -> Iterator[str]:
    yield from _twice("indicator", [entry.id for entry in system.indicators])
    total = sum(entry.weight_bp for entry in system.indicators)
    if total != WHOLE:
        yield f"the weights sum to {total}, not {WHOLE}"
    for entry in system.indicators:
        yield from _indicator_faults(entry)
    yield from _twice("grade", [grade.id for grade in system.grades])
    floors = [grade.floor_bp for grade in system.grades]
    if floors[-1] != 0 or any(low >= high for high, low in pairwise(floors)):
        yield "grades go from the highest floor down to nought"
    if [grade.passes for grade in system.grades] != sorted((grade.passes for grade in system.grades), reverse=True):
        yield "a grade that fails stands above one that passes"
    if system.absent_grade not in {grade.id for grade in system.grades}:
        yield f"there is no grade {system.absent_grade}"


def _indicator_faults(entry: Indicator) -> Iterator[str]:
    if (entry.source == "register") != (entry.fact is not None):
        yield f"{entry.id}: an indicator from the register names its fact, and only such a one"
    if entry.is_veto and not isinstance(entry.scoring, Threshold):
        yield f"{entry.id}: only a threshold can be a veto"
    if isinstance(entry.scoring, Bands):
        floors = [band.floor for band in entry.scoring.bands]
        if floors[0] != 0 or any(high <= low for low, high in pairwise(floors)):
            yield f"{entry.id}: bands begin at nought and rise"
    if _highest(entry) > UNIT_MAX[entry.unit]:
        yield f"{entry.id}: no value of unit {entry.unit} reaches {_highest(entry)}"


def _highest(entry: Indicator) -> int:
    match entry.scoring:
        case Bands(bands=bands):
            return bands[-1].floor
        case Threshold(at_least=value):
            return value
        case _:
            return 0


def _twice(noun: str, ids: list[str]) -> Iterator[str]:
    yield from (f"{noun} {name} stands twice" for name, times in Counter(ids).items() if times > 1)


def fits_unit(entry: Indicator, value: Any) -> bool:
    """Whether a reported or verified value is one of the indicator's unit."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    return whole and 0 <= value <= UNIT_MAX[entry.unit]
