"""What people read about a field that is wrong."""

from enum import StrEnum
from typing import Annotated

import pytest
from pydantic import BaseModel, Field, ValidationError

from kernel.messages import BOUND_OF, BOUNDS, OTHERWISE, SENTENCES, message_of


class Kind(StrEnum):
    FIRM = "firm"
    BANK = "bank"


class Form(BaseModel):
    kind: Kind = Kind.FIRM
    count: Annotated[int, Field(ge=1)] = 1
    name: Annotated[str, Field(max_length=3)] = ""


def said(language: str, **given: object) -> str:
    with pytest.raises(ValidationError) as caught:
        Form.model_validate(given)
    (error,) = caught.value.errors()
    return message_of(error["type"], language, error.get("ctx"))


def test_the_permitted_values_and_bounds_are_said_in_both_languages() -> None:
    assert said("zh", kind="company") == "不在允许的取值内(可为 firm, bank)"
    assert said("en", kind="company") == "Not one of the permitted values (one of firm, bank)"
    assert said("zh", count=0) == "数值过小(不小于 1)"
    assert said("en", name="abcd") == "The text is too long (at most 3)"


def test_nothing_that_was_sent_is_repeated() -> None:
    sent = "secret"
    assert sent not in message_of("union_tag_invalid", "en", {"tag": sent, "expected_tags": "'a'"})
    assert sent not in said("zh", kind=sent)


def test_a_sentence_without_its_bound_or_of_an_unknown_kind_is_still_a_sentence() -> None:
    assert message_of("enum", "zh") == SENTENCES["enum"][0]
    assert message_of("never_heard_of", "en") == OTHERWISE[1]


def test_every_bound_belongs_to_a_sentence() -> None:
    assert BOUND_OF.keys() <= SENTENCES.keys()
    assert set(BOUND_OF.values()) == BOUNDS.keys()
