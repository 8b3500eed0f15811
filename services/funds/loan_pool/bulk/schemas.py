"""Many things in one request: what it takes, and the fate of each."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from kernel.openapi import ProblemDocument
from kernel.schemas import Wire, WireIn

ITEMS_MAX = 500
CREATED: JsonDict = {
    "index": 0,
    "outcome": "created",
    "id": "loan_01m89wy0hmeamb1cq4fb0g1pc9",
    "bank_reference": "HT-2026-000123",
    "differs": [],
    "problem": None,
}
TWICE: JsonDict = CREATED | {"index": 1, "outcome": "duplicate", "differs": ["principal_fen"]}


class Outcome(StrEnum):
    """`duplicate`: the bank's reference stood already, and `id` is its object; nothing was changed."""

    CREATED = "created"
    DUPLICATE = "duplicate"
    REFUSED = "refused"
    INVALID = "invalid"


class BulkIn(WireIn):
    """Each item is what the operation for one takes; a malformed one is answered in its place and stops no other."""

    items: Annotated[list[Any], Field(min_length=1, max_length=ITEMS_MAX)]


class BulkItemOut(Wire):
    """One item's fate. `differs` names the fields of a duplicate that say something else than what stands."""

    index: int
    outcome: Outcome
    id: Annotated[str | None, Field(examples=["loan_01m89wy0hmeamb1cq4fb0g1pc9"])]
    bank_reference: str | None
    differs: list[str]
    problem: ProblemDocument | None


class BulkOut(Wire):
    """One answer per item, in the order sent, and how many ended in which way."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "items": [CREATED, TWICE],
                    "counts": {"created": 1, "duplicate": 1, "refused": 0, "invalid": 0},
                }
            ]
        }
    )

    items: list[BulkItemOut]
    counts: dict[Outcome, int]
