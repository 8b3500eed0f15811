"""What crosses the wire about persons. A number comes in whole and goes out as its last four."""

from enum import StrEnum
from numbers import Number
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints, computed_field
from pydantic_core import PydanticCustomError

from kernel import context
from kernel.ids import public_id
from kernel.schemas import Instant, Name, Wire, WireIn
from services.registry.organisations.schemas import OverrideIn, OverrideOut
from services.registry.people.resident_ids import (
    DOUBTS,
    NumberDestroyed,
    NumberKind,
    NumberMalformed,
    normalised,
)

PersonId = Annotated[UUID, public_id("per")]
EXAMPLE_NUMBER = "11010519491231002X"


def _number(value: Any) -> Any:
    # A number of JSON comes from a spreadsheet that took the card's number for one: its last digits are lost.
    if isinstance(value, Number) and not isinstance(value, bool):
        raise _DESTROYED
    if not isinstance(value, str):
        return value
    try:
        return normalised(value)
    except NumberDestroyed:
        raise _DESTROYED from None
    except NumberMalformed:
        raise PydanticCustomError("resident_id", "not the number of a person") from None


_DESTROYED = PydanticCustomError("number_destroyed_by_spreadsheet", "a spreadsheet has rounded this number")

ResidentId = Annotated[
    str,
    BeforeValidator(_number),
    StringConstraints(max_length=18),
    Field(
        description="GB 11643; residence permits (81, 82, 83) and foreigners' cards (9…) too. Never shown again",
        examples=[EXAMPLE_NUMBER],
        repr=False,
    ),
]


class PersonIn(WireIn):
    """A person by name and number. A doubtful number is taken with warnings, unless `identifier_override` says why.

    A number that the city knows under another name is refused; after twenty such in a day, whatever a portal names.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "韩梅梅", "resident_id": EXAMPLE_NUMBER}]})

    name: Name
    resident_id: ResidentId
    identifier_override: OverrideIn | None = None


class PaperKind(StrEnum):
    RESIDENT_ID = "resident_id"
    PASSPORT = "passport"


PaperNumber = Annotated[
    str,
    StringConstraints(strip_whitespace=True, to_upper=True, min_length=5, max_length=20, pattern=r"^[A-Za-z0-9]+$"),
    Field(repr=False, description="Kept apart, shown to nobody; it tells one person from another"),
]


class EnrolledIn(WireIn):
    """A person by name and paper: for whom the number of a resident is not the only one.

    A paper that the city knows under another name is refused; after twenty such in a day, whatever a portal names.
    """

    name: Name
    paper_kind: PaperKind = PaperKind.RESIDENT_ID
    paper_number: PaperNumber


class PersonWarningOut(Wire):
    """A doubt about the number, and what it means. What the number is, is never told."""

    code: str

    @computed_field  # type: ignore[prop-decorator]  # pydantic documents it so
    @property
    def text(self) -> str:
        """In the reader's language."""
        zh, en = DOUBTS[self.code]
        return en if context.current().language == "en" else zh


class PersonOut(Wire):
    """`identifier_override` is null while warnings, if any, still wait for a clerk; `name` of one who was erased.

    `number_last4` is null for who was enrolled before it was kept.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "per_01m89wy0bje669n3am2t9jft9a",
                    "name": "韩梅梅",
                    "number_kind": "resident",
                    "number_last4": "002X",
                    "identifier_warnings": [],
                    "identifier_override": None,
                    "registered_at": "2026-12-04T04:00:01Z",
                }
            ]
        }
    )

    id: PersonId
    name: str | None
    number_kind: NumberKind
    number_last4: str | None
    identifier_warnings: list[PersonWarningOut]
    identifier_override: OverrideOut | None
    registered_at: Instant
