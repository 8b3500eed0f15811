"""The service catalogue on the wire."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from gateway.window.catalogue import examples
from gateway.window.catalogue.rules import FieldType
from kernel.schemas import Wire

ITEM_EXAMPLE: dict[str, Any] = {
    "id": "recognise-key-makerspace",
    "zh": "市级重点众创空间认定",
    "en": "Recognition of a municipal key makerspace",
    "service": "registry",
    "apply_at": "/v1/window/cases",
    "department_zh": "市科技局",
    "department_en": "Municipal science and technology bureau",
    "audience": ["carrier_operator"],
    "clauses": ["XZ-18", "XZ-39"],
    "programme": "recognition.key_makerspace",
    "fields": [
        {"id": "carrier_name", "type": "text", "zh": "载体名称", "en": "Name", "required": True, "choices": []},
    ],
    "documents": {
        "parameter": "recognition.key_makerspace.documents",
        "status": "open",
        "required": None,
        "known": [{"id": "application_form", "zh": "申请表", "en": "Application form"}],
        "minor_parameter": "recognition.key_makerspace.minor_documents",
        "minor": [],
    },
    "correction": {"parameter": "window.correction_working_days", "status": "open", "working_days": None},
    "promised": {
        "parameter": "recognition.key_makerspace.promised_working_days",
        "status": "set",
        "working_days": 20,
    },
    "open_parameters": ["recognition.key_makerspace.documents", "window.correction_working_days"],
    "policy_version": 1,
    "as_of": "2026-11-22",
}

SetOrOpen = Literal["set", "open"]


class ChoiceOut(Wire):
    """A value with its names."""

    id: str
    zh: str
    en: str


class FieldOut(Wire):
    """A field of the form. `text` takes up to 200 characters, `passage` up to 2,000, `fen` integer fen.

    `carrier` takes a carrier's identifier (`car_…`) and `date` a day.
    """

    id: str
    type: FieldType
    zh: str
    en: str
    required: bool
    choices: list[ChoiceOut]


class DocumentsOut(Wire):
    """`required` is null while the list is open; `known` are the kinds of document the item may ask for.

    `minor` are those that may follow later on the applicant's written promise (容缺受理): none until the department
    has named them by `minor_parameter`.
    """

    parameter: str
    status: SetOrOpen
    required: list[str] | None
    known: list[ChoiceOut]
    minor_parameter: str | None
    minor: list[str]


class LimitOut(Wire):
    """A time limit in working days; null while it is open."""

    parameter: str
    status: SetOrOpen
    working_days: int | None


class ItemLine(Wire):
    """A service item. `apply_at` is where an application for it is handed in; null: nobody applies for it, an event
    or the city's staff begins it."""

    id: str
    zh: str
    en: str
    service: str
    apply_at: Annotated[str | None, Field(examples=["/v1/window/cases"])]
    department_zh: str
    department_en: str
    audience: list[str]
    clauses: list[str]
    programme: str | None


class ItemOut(ItemLine):
    """A service item with all it asks for, under the policy in force on `as_of`."""

    model_config = ConfigDict(json_schema_extra={"examples": [ITEM_EXAMPLE]})

    fields: list[FieldOut]
    documents: DocumentsOut
    correction: LimitOut
    promised: LimitOut
    open_parameters: list[str]
    policy_version: int
    as_of: date


class CatalogueOut(Wire):
    """Every service item of a city."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CATALOGUE]})

    city_code: str
    policy_version: int
    items: list[ItemLine]
