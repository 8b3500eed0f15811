"""Promises on the wire; a case shows what became of one as its `supplement`."""

from typing import Annotated

from pydantic import ConfigDict, Field

from gateway.window.cases.schemas import DocumentIn, Reference, Sha256
from gateway.window.supplements import examples
from kernel.schemas import Code, Sentence, WireIn

WORKING_DAYS_MAX = 2_500


class PromiseIn(WireIn):
    """Which missing documents the applicant promises to hand in later, and where the signed promise is kept."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PROMISE]})

    documents: Annotated[list[Code], Field(min_length=1, max_length=100)]
    reference: Reference
    sha256: Sha256 | None = None


class CreditIn(WireIn):
    """Whether the applicant has bad credit on record that was not repaired, and where and when that was looked up."""

    has_unrepaired_record: Annotated[bool, Field(strict=True)]
    source: Sentence


class ConditionalAcceptanceIn(WireIn):
    """`working_days`: the time for what is missing, at most the item's promised time; left out, exactly that."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ACCEPTANCE]})

    working_days: Annotated[int, Field(strict=True, ge=1, le=WORKING_DAYS_MAX)] | None = None
    credit: CreditIn


class SupplementIn(WireIn):
    """Everything that was promised, handed in together."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.SUPPLEMENT]})

    documents: Annotated[list[DocumentIn], Field(min_length=1, max_length=100)]
