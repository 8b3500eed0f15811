"""What was refused is not told: neither in a log nor in the reason of an event that could not be taken."""

import pytest
from pydantic import BaseModel, ValidationError

from kernel.logs import mask


class Held(BaseModel):
    number: int


def test_a_refused_row_of_several_lines_is_masked_and_what_follows_stays() -> None:
    refused = "null value\nDETAIL:  Failing row contains (1, 张三\n徐州市云龙区, null).\n{after}"
    for after in (
        "HINT:  Check the row.",
        "[SQL: INSERT INTO person]",
        "\nThe above exception was the direct cause of the following exception:\n\nTraceback",
    ):
        assert mask(refused.format(after=after)) == f"null value\nDETAIL:  ***\n{after}"
    assert mask("DETAIL:  Key (name)=(张三\n李四) already exists.") == "DETAIL:  ***"


@pytest.mark.parametrize(
    "place", ["for query argument $2", "for query argument $2 in element #0 of executemany() sequence"]
)
def test_a_value_the_driver_could_not_send_is_masked(place: str) -> None:
    told = f"<class 'asyncpg.exceptions.DataError'>: invalid input {place}"
    text = f"{told}: '张三, born: 1990' ('str' object cannot be interpreted as an integer)\n[SQL: SELECT $2]"
    assert mask(text) == f"{told}: ***\n[SQL: SELECT $2]"


def test_a_value_a_column_or_a_model_refused_is_masked() -> None:
    assert mask('invalid input syntax for type uuid: "张三"') == "invalid input syntax for type uuid: ***"
    with pytest.raises(ValidationError) as error:
        Held.model_validate({"number": "张三"})
    assert "张三" in str(error.value)
    assert "张三" not in mask(str(error.value))
    assert "input_type=str" in mask(str(error.value))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Bearer eyJhbGci.eyJzdWIi.c2ln-_4 and", "Bearer *** and"),
        ("/x?token%3DeyJhbGci.eyJzdWIi.c2ln", "/x?token%***"),
        ("令牌eyJhbGci.eyJzdWIi.c2ln无效", "令牌***无效"),
        ("files.eyJhbGci.eyJzdWIi.c2ln", "files.***"),
        ("eyJhbGci.eyJzdWIi", "eyJhbGci.eyJzdWIi"),
    ],
)
def test_a_signed_token_is_masked_wherever_it_stands(text: str, told: str) -> None:
    assert mask(text) == told


@pytest.mark.timeout(30)
@pytest.mark.parametrize("part", ["eyJ", "eyJa.", "://a:", "://a:b", "invalid input for query argument ", "1"])
def test_a_text_made_of_beginnings_is_not_read_again_from_each_of_them(part: str) -> None:
    """Read once it takes some milliseconds; from each of its beginnings, minutes."""
    text = part * (512_000 // len(part))
    assert len(mask(text)) <= len(text)
