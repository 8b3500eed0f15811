"""Does a value fit its parameter? Used when a pack is loaded and when an operator sets a value."""

from policy.schema import Parameter, Value

_COUNTING = {"fen", "working_days", "calendar_days", "months", "years", "count", "square_metres", "multiple_bp"}
_WHOLE_BP = 10_000


def misfit(parameter: Parameter, value: Value) -> str | None:
    """Why the value does not fit the parameter's unit, operator, choices or bounds; None when it fits."""
    if parameter.unit == "flag":
        return None if isinstance(value, bool) else "a flag is true or false"
    if parameter.unit in ("choice", "choices"):
        return _choice_misfit(parameter, value)
    if parameter.operator == "range":
        return _range_misfit(parameter, value)
    if not _is_integer(value):
        return f"unit {parameter.unit} takes an integer"
    return _number_misfit(parameter, value)


def _is_integer(value: Value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


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
    low = parameter.minimum if parameter.minimum is not None else 0 if parameter.unit in _COUNTING | {"bp"} else None
    high = parameter.maximum if parameter.maximum is not None else _WHOLE_BP if parameter.unit == "bp" else None
    if low is not None and number < low:
        return f"{number} is below {low}"
    if high is not None and number > high:
        return f"{number} is above {high}"
    return None
