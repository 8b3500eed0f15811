"""Targets on the wire."""

from datetime import date
from typing import Literal

from pydantic import ConfigDict, Field

from gateway.window.targets import examples
from kernel.schemas import CityCode, Wire
from policy.schema import Counter


class DivisionOut(Wire):
    code: str | None
    zh: str
    en: str


class CoverageOut(Wire):
    """`uncountable`: functional zones, which have no code that premises could name."""

    covered: list[DivisionOut]
    missing: list[DivisionOut]
    uncountable: list[DivisionOut]


class StandingOut(Wire):
    """`reached` is null where the text does not say, or where part cannot be counted."""

    counted: int
    difference: int | None
    reached: bool | None


class TargetOut(Wire):
    """A numeric goal with its exact operator, and where it stands.

    `source`: counted by our own services; or left to progress reports; or a service that was not there to be asked.
    """

    id: str
    zh: str
    en: str
    operator: str = Field(examples=["≥"])
    value: int | None
    unit: str
    kind: str = Field(examples=["increment"])
    due_on: date | None
    over: str | None
    counter: Counter
    counted_by: str
    clauses: list[str]
    open_parameters: list[str]
    source: Literal["counted", "progress_report", "unavailable"]
    standing: StandingOut | None
    coverage: CoverageOut | None


class TargetsOut(Wire):
    model_config = ConfigDict(json_schema_extra={"examples": [examples.TARGETS]})

    city_code: CityCode
    as_of: date
    items: list[TargetOut]
