"""Bundles on the wire."""

from typing import Annotated

from pydantic import ConfigDict, Field

from gateway.window.bundles import examples
from gateway.window.bundles.rules import BundleStatus
from gateway.window.cases.schemas import BundleId, CaseId, CaseLine, Documents, Form, OrganisationId, TimelineLine
from gateway.window.catalogue.schemas import ChoiceOut, FieldOut, ItemOut
from kernel.schemas import Code, Instant, Wire, WireIn

Forms = Annotated[
    dict[Code, Form],
    Field(max_length=20, description="By item: one member per field that is the item's own; see the bundle's `items`"),
]


class BundleIn(WireIn):
    """A joint application: `form` answers what the bundle's items share, `forms` what each asks for by itself.

    A document goes to every item that knows its kind.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [examples.JOINT_APPLICATION]})

    bundle: Code
    applicant_id: OrganisationId
    form: Form = Field(default_factory=dict)
    forms: Forms = Field(default_factory=dict)
    documents: Documents = Field(default_factory=list)


class MaterialOut(ChoiceOut):
    """A kind of document, handed in once: which items know it, and which require it as far as their lists are set."""

    known_to: list[str]
    required_by: list[str]


class OfferOut(Wire):
    """A bundle: `fields` are asked once, and each of `items` comes with the fields that are its own alone."""

    id: str
    zh: str
    en: str
    clauses: list[str]
    fields: list[FieldOut]
    documents: list[MaterialOut]
    items: list[ItemOut]


class OffersOut(Wire):
    """Every bundle of a city."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.OFFERS]})

    city_code: str
    policy_version: int
    bundles: list[OfferOut]


class PartOut(CaseLine):
    """The case of one item. How it ended is its `outcome`."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PART]})

    item_zh: str
    item_en: str


class BundleOut(Wire):
    """What was handed in together. `done` when every part has ended, however it ended; each part has its own clock."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.BUNDLE]})

    id: BundleId
    number: Annotated[str, Field(examples=[examples.NUMBER])]
    bundle: str
    zh: str
    en: str
    applicant_id: OrganisationId
    submitted_at: Instant
    status: BundleStatus
    parts: list[PartOut]


class BundleTimelineLine(TimelineLine):
    """One fact about one of the parts."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.TIMELINE_LINE]})

    case_id: CaseId
    number: str
    item: str
