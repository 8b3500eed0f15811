"""Does a value fit its parameter? Used when a pack is loaded and when an operator sets a value."""

from collections.abc import Callable, Mapping
from datetime import date

from kernel.schemas import FIRST_YEAR, LAST_YEAR
from policy.indicators import system_misfit
from policy.schema import Parameter, Value

_COUNTING = {"fen", "working_days", "calendar_days", "months", "years", "count", "square_metres", "multiple_bp"}
_WHOLE_BP = 10_000
# Working days are counted one by one, and dates end with the year 9999: a decade of them, a century of anything else.
_LONGEST = {"working_days": 2_500, "calendar_days": 36_525, "months": 1_200, "years": 100}
_SHORTEST = {"working_days": 1}  # a time limit has at least one working day


def misfit(parameter: Parameter, value: Value) -> str | None:
    """Why the value does not fit the parameter's unit, operator, choices or bounds; None when it fits."""
    if parameter.unit in _OWN:
        return _OWN[parameter.unit](parameter, value)
    if parameter.operator == "range":
        return _range_misfit(parameter, value)
    if not _is_integer(value):
        return f"unit {parameter.unit} takes an integer"
    return _number_misfit(parameter, value)


def _is_integer(value: Value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _date_misfit(value: Value) -> str | None:
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        day = None
    if day is None or day.isoformat() != value:
        return "a date is written YYYY-MM-DD"
    return None if FIRST_YEAR <= day.year <= LAST_YEAR else f"a date is of the years {FIRST_YEAR} to {LAST_YEAR}"


def _choice_misfit(parameter: Parameter, value: Value) -> str | None:
    allowed = {choice.id for choice in parameter.choices}
    if parameter.unit == "choice":
        return None if isinstance(value, str) and value in allowed else f"not one of {', '.join(sorted(allowed))}"
    if not isinstance(value, tuple):
        return "a list of choices is expected"
    strange = sorted({str(part) for part in value} - allowed)
    if strange:
        return f"not among the choices: {', '.join(strange)}"
    return "a choice stands twice" if len(set(value)) < len(value) else None


def _range_misfit(parameter: Parameter, value: Value) -> str | None:
    if not (isinstance(value, tuple) and len(value) == 2 and all(isinstance(part, int) for part in value)):  # noqa: PLR2004
        return "a range is two integers"
    low, high = int(value[0]), int(value[1])
    if low > high:
        return f"the cap {high} is below its floor {low}"
    return _number_misfit(parameter, low) or _number_misfit(parameter, high)


def _number_misfit(parameter: Parameter, value: Value) -> str | None:
    number = int(value)  # type: ignore[arg-type]
    low, high = _bounds(parameter)
    if low is not None and number < low:
        return f"{number} is below {low}"
    if high is not None and number > high:
        return f"{number} is above {high}"
    return None


def _bounds(parameter: Parameter) -> tuple[int | None, int | None]:
    unit, low, high = parameter.unit, parameter.minimum, parameter.maximum
    if low is None:
        low = _SHORTEST.get(unit, 0) if unit in _COUNTING | {"bp"} else None
    if high is None:
        high = _WHOLE_BP if unit == "bp" else _LONGEST.get(unit)
    return low, high


def _flag_misfit(_parameter: Parameter, value: Value) -> str | None:
    return None if isinstance(value, bool) else "a flag is true or false"


# Units that are no number each have a test of their own.
_OWN: Mapping[str, Callable[[Parameter, Value], str | None]] = {
    "flag": _flag_misfit,
    "choice": _choice_misfit,
    "choices": _choice_misfit,
    "date": lambda _parameter, value: _date_misfit(value),
    "indicator_system": lambda _parameter, value: system_misfit(value),
}
