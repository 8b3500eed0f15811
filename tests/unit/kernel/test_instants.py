"""Moments that overflow and names that are not what they seem are refused where they enter."""

import pytest
from pydantic import TypeAdapter, ValidationError

from gateway.window.sandboxes.schemas import ClockIn
from kernel.schemas import Day, Instant, Name

INSTANT, DAY = TypeAdapter(Instant), TypeAdapter(Day)


@pytest.mark.parametrize(
    "text", ["9999-12-31T23:59:59-12:00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "3000-01-01T00:00:00Z"]
)
def test_a_moment_that_another_zone_cannot_name_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        INSTANT.validate_python(text)


@pytest.mark.parametrize("text", ["9999-12-31", "3000-01-01", "1899-12-31", "0001-01-01"])
def test_a_day_that_another_zone_cannot_name_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        DAY.validate_python(text)


def test_a_sandboxs_clock_ends_with_the_century() -> None:
    assert ClockIn.model_validate({"to": "2099-12-31T12:00:00Z"}).to.year == 2099
    for beyond in ("2100-01-01T00:00:00Z", "9999-12-31T15:59:50Z", "2099-12-31T23:59:59-23:59"):
        with pytest.raises(ValidationError):
            ClockIn.model_validate({"to": beyond})


def test_a_name_is_one_line_and_reads_in_one_direction() -> None:
    name = TypeAdapter(Name)
    assert name.validate_python("云创\r\nEND:VEVENT\u2028x") == "云创 END:VEVENT x"
    with pytest.raises(ValidationError):
        name.validate_python("徐州\u202e云创")
    for no_character in "\ufffe\uffff":
        with pytest.raises(ValidationError):
            name.validate_python(f"中国工商银行徐州支行{no_character}")
