"""Where a counted figure stands against a target, by the text's own operator."""

from dataclasses import dataclass

from policy.schema import Target


@dataclass(frozen=True, slots=True)
class Standing:
    """`reached` is None where the text does not say: a bare number that is passed, or a target without a figure."""

    counted: int
    difference: int | None
    reached: bool | None


def standing(target: Target, counted: int) -> Standing:
    """Compare a count, in the target's unit, with its figure. `≥` is not `>`, and a bare number is neither."""
    if target.value is None:
        return Standing(counted, None, None)
    difference = counted - target.value
    reached: dict[str, bool | None] = {
        "≥": difference >= 0,
        ">": difference > 0,
        "=": None if difference > 0 else difference == 0,
    }
    return Standing(counted, difference, reached.get(target.operator))
