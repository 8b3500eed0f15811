"""Policy on the wire."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from gateway.window.catalogue.schemas import ChoiceOut
from gateway.window.policies import examples
from gateway.window.policies.states import ChangeStatus
from kernel.ids import public_id
from kernel.schemas import Code, Instant, Name, Sentence, Wire, WireIn
from policy.indicators import as_value

ChangeId = Annotated[UUID, public_id("chg")]
ParameterStatus = Literal["stated", "doubtful", "set_by_operator", "open"]
VALUES_MAX = 100
TEXT_MAX = 100


def _value(value: Any) -> Any:
    if isinstance(value, bool | int):
        return value
    if isinstance(value, str) and len(value) <= TEXT_MAX:
        return value
    if isinstance(value, list) and (_are_choices(value) or _is_range(value)):
        return value
    if isinstance(value, dict):
        return _system(value)
    raise PydanticCustomError("value_error", "not a value of any unit")


def _system(value: dict[str, Any]) -> dict[str, Any]:
    try:
        as_value(value)
    except ValidationError as error:
        first = error.errors()[0]
        place = "/".join(str(part) for part in first["loc"] if isinstance(part, int | str))
        facts = {"place": place if place.isprintable() else "", "faults": error.error_count()}
        raise PydanticCustomError("indicator_system", "not an indicator system: {faults} faults", facts) from None
    except ValueError:
        raise PydanticCustomError("indicator_system", "not an indicator system", {"faults": 1}) from None
    return value


def _are_choices(parts: list[Any]) -> bool:
    return len(parts) <= VALUES_MAX and all(isinstance(part, str) and len(part) <= TEXT_MAX for part in parts)


def _is_range(parts: list[Any]) -> bool:
    return len(parts) == 2 and all(type(part) is int for part in parts)  # noqa: PLR2004 - from and to; a flag is no bound


AnyValue = Annotated[
    Any,
    AfterValidator(_value),
    WithJsonSchema(
        {
            "description": "By unit: an integer, a flag, the id of a choice, a list of choices, [from, to],"
            " or an object: the indicator system of an evaluation, in the shape that"
            " GET /v1/registry/evaluation-rounds/{round_id}/indicators answers it",
            "anyOf": [
                {"type": "integer"},
                {"type": "boolean"},
                {"type": "string", "maxLength": TEXT_MAX},
                {"type": "array", "maxItems": VALUES_MAX, "items": {"type": "string", "maxLength": TEXT_MAX}},
                {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "integer"}},
                {"type": "object"},
            ],
        }
    ),
]


class ValueIn(WireIn):
    """A value of one parameter. Without `effective_on` it begins on the day of its approval.

    `applies_to_pending`: it also decides cases that were accepted before; otherwise never.
    """

    parameter: Code
    value: AnyValue
    effective_on: date | None = None
    applies_to_pending: StrictBool = False
    precedent: Name | None = None


class ChangeIn(WireIn):
    """Values that are set together, because together they must agree."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CHANGE_IN]})

    values: Annotated[list[ValueIn], Field(min_length=1, max_length=VALUES_MAX)]
    reason: Sentence
    precedent: Name | None = None


class ApprovalIn(WireIn):
    """The second person's remark; may be left out."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "经核对同意"}]})

    note: Sentence | None = None


class ChangeRejectionIn(WireIn):
    """Why not."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "缺少会议纪要"}]})

    note: Sentence


class ValueOut(Wire):
    parameter: str
    value: Any
    effective_on: date | None
    applies_to_pending: bool
    precedent: str | None


class PolicyChangeOut(Wire):
    """A change. `snapshot_version` is the version of the city's policy its approval made."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CHANGE]})

    id: ChangeId
    city_code: str
    status: ChangeStatus
    values: list[ValueOut]
    reason: str
    precedent: str | None
    proposed_by: str
    proposed_at: Instant
    decided_by: str | None
    decided_at: Instant | None
    decision_note: str | None
    snapshot_version: int | None


class SourceDocumentOut(Wire):
    """A source document."""

    id: str
    number: str
    zh: str
    en: str
    issuer: str
    issued_on: date
    horizon_on: date | None


class ProgrammeOut(Wire):
    """A programme and the parameters it needs that nobody has set."""

    id: str
    zh: str
    en: str
    kind: str
    service: str
    clauses: list[str]
    open_parameters: list[str]


class PolicyOut(Wire):
    """A city's policy as it stands: version, hash of its canonical JSON, documents, programmes."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.POLICY]})

    city_code: str
    version: int
    hash: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    pack_id: str
    coverage: Literal["complete", "partial"]
    documents: list[SourceDocumentOut]
    programmes: list[ProgrammeOut]
    parameters_open: int
    as_of: date


class VersionLine(Wire):
    """One version of a city's policy."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.VERSION_LINE]})

    version: int
    hash: str
    pack_id: str
    recorded_at: Instant


class VersionOut(Wire):
    """The whole snapshot, as every service has it."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.VERSION]})

    version: int
    hash: str
    body: dict[str, Any]


class ClauseRefOut(Wire):
    id: str
    locator: str
    quote: str


class PrecedentOut(Wire):
    """What another place set: offered, never assumed."""

    value: Any
    zh: str
    en: str
    mark: str


class ParameterOut(Wire):
    """A parameter: its value in force, or the clause that leaves it open and whose business it is to set it."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PARAMETER]})

    id: str
    zh: str
    en: str
    unit: str
    operator: str
    status: ParameterStatus
    value: Any
    effective_on: date | None
    clauses: list[str]
    left_open_by: ClauseRefOut | None
    owner_role: str | None
    owner_zh: str | None
    owner_en: str | None
    choices: list[ChoiceOut]
    minimum: int | None
    maximum: int | None
    precedents: list[PrecedentOut]
    set_together_with: list[str]


class ParametersOut(Wire):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"city_code": "320300", "version": 3, "items": [examples.PARAMETER]}]}
    )

    city_code: str
    version: int
    items: list[ParameterOut]


class SettingOut(Wire):
    """A value an operator set, with both its dates."""

    value: Any
    effective_on: date
    recorded_at: Instant
    applies_to_pending: bool
    reason: str
    precedent: str | None
    set_by: str
    approved_by: str


class StatedOut(Wire):
    """A value the pack brought."""

    value: Any
    effective_on: date
    until: date | None


class HistoryOut(Wire):
    """Every value there was, and the one that counts for a case accepted `on` that day with what `known_at` knew."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.HISTORY]})

    parameter: str
    on: date
    known_at: Instant
    counts: Any
    counts_version: int | None
    stated: list[StatedOut]
    settings: list[SettingOut]


class ClauseOut(Wire):
    """A clause: its exact words and where they stand, in our words in both languages, and what implements it."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CLAUSE]})

    id: str
    zh: str
    en: str
    document: str
    document_number: str
    locator: str
    quote: str
    bound_to: list[str]
    no_software: str | None
