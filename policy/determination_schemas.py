"""What crosses the wire about stored determinations, the same at every service that has some."""

from datetime import date
from functools import lru_cache
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema
from pydantic_core import PydanticCustomError

from kernel.ids import public_id
from kernel.schemas import CityCode, Instant, Wire, WireIn
from policy import examples
from policy.canonical import canonical
from policy.schema import Pack

DeterminationId = Annotated[UUID, public_id("det")]
Against = Literal["recorded", "latest"]


class DeterminationRecord(Wire):
    """`document` is the whole record: inputs, policy snapshot, trace (each parameter with clause and value), findings.

    `sha256` is taken over its canonical JSON.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [examples.RECORD]})

    id: DeterminationId
    programme: str
    act: str
    outcome: str
    accepted_on: date
    policy_version: int
    policy_hash: str
    sha256: str
    document: dict[str, Any]


class DifferenceOut(Wire):
    """Where the new answer departs from the record, as a JSON path."""

    path: str
    recorded: Any
    replayed: Any


class ReplayOut(Wire):
    """A stored question decided again: under the policy it cites, or under the latest as if it were asked today.

    `is_same`: every byte agrees, or with `latest` everything that is decided. `policy_version` and `policy_hash` are
    those it was decided by this time, `document` is the record.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [examples.REPLAY]})

    id: DeterminationId
    against: Against
    is_same: bool
    sha256: str
    policy_version: int
    policy_hash: str
    document: dict[str, Any]
    differences: list[DifferenceOut]


def _pack(value: Any) -> Pack:
    try:
        return _read_pack(canonical(value))
    except (ValidationError, TypeError, RecursionError):
        raise PydanticCustomError("value_error", "not a pack") from None


@lru_cache(maxsize=4)
def _read_pack(text: bytes) -> Pack:
    """Reading one takes longer than deciding a page, and all pages of a report have the same."""
    return Pack.model_validate_json(text)


class ImpactIn(WireIn):
    """Another edition of a city's pack, to be held against what was decided. `after`: the last question of a page."""

    city_code: CityCode
    policy_hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    effective_on: date
    known_at: Instant
    pack: Annotated[Pack, BeforeValidator(_pack), WithJsonSchema({"type": "object"})]
    after: UUID | None = None
