"""Bases of what crosses the wire."""

import re
import unicodedata
from datetime import date, datetime
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, AliasChoices, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

Moment = TypeVar("Moment", date, datetime)
FIRST_YEAR, LAST_YEAR = 1900, 2999
# Beside what no text needs and no XML holds: marks that turn the direction of reading, so that a name shows as another.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
# Letters by category that print as nothing: Hangul fillers, and the empty braille pattern.
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
NAME_LENGTH_MAX, SENTENCE_LENGTH_MAX = 200, 2000
_BREAK = re.compile("[\t\n\r\x85\u2028\u2029]+")


def clean(text: str) -> str:
    """NFKC (full-width digits and letters become plain ones), outer space removed, control characters refused."""
    if _CONTROL.search(text):
        raise PydanticCustomError("control_character", "text with control characters")
    return unicodedata.normalize("NFKC", text).strip()


def not_blank(text: str) -> str:
    """Refuse what shows nothing: space, marks of width nought, fillers."""
    if not any(unicodedata.category(sign)[0] in "LNPS" and sign not in _FILLERS for sign in text):
        raise PydanticCustomError("string_too_short", "nothing that can be seen")
    return text


def no_longer(most: int) -> AfterValidator:
    """Measured again after NFKC, which makes up to eighteen characters of one."""

    def check(text: str) -> str:
        if len(text) > most:
            raise PydanticCustomError("string_too_long", "at most {most} characters", {"most": most})
        return text

    return AfterValidator(check)


def one_line(text: str) -> str:
    """A name stands in headers, files and calendars that end with their line."""
    return _BREAK.sub(" ", text)


Name = Annotated[
    str,
    StringConstraints(min_length=1, max_length=NAME_LENGTH_MAX),
    AfterValidator(clean),
    no_longer(NAME_LENGTH_MAX),
    AfterValidator(one_line),
    AfterValidator(not_blank),
]
Sentence = Annotated[
    str,
    StringConstraints(min_length=1, max_length=SENTENCE_LENGTH_MAX),
    AfterValidator(clean),
    no_longer(SENTENCE_LENGTH_MAX),
    AfterValidator(not_blank),
]
Code = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9._:/\-]+$")]
CityCode = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{6}(-[0-9a-z]{8})?$"),
    Field(examples=["320300"], description="GB/T 2260, or a sandbox of it"),
]
Count = Annotated[int, Field(strict=True, ge=0, le=2_000_000_000)]


def within_reach(moment: Moment) -> Moment:
    """Refuse years that overflow when shifted to another zone or by a time limit, here or in the driver."""
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise PydanticCustomError("value_error", "a year between 1900 and 2999")
    return moment


Instant = Annotated[AwareDatetime, AfterValidator(within_reach), Field(examples=["2026-11-22T02:00:00Z"])]
Day = Annotated[date, AfterValidator(within_reach)]


def of_the_city(column: str) -> Any:
    """A public `recorded_at`: of a row it shows `column`, which the city's clock gave (docs/decisions/0005)."""
    return Field(validation_alias=AliasChoices(column, "recorded_at"), examples=["2026-11-22T02:00:00Z"])


class WireIn(BaseModel):
    """What callers send: unknown fields are refused, and nobody changes it afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Wire(BaseModel):
    """What we answer: every field stated, read from rows or values."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


def utc_text(instant: datetime) -> str:
    """`2026-11-22T02:00:00Z`."""
    return instant.isoformat(timespec="seconds").replace("+00:00", "Z")


def json_value(model: BaseModel) -> Any:
    """The model as plain JSON values."""
    return model.model_dump(mode="json")
