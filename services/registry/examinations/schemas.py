"""What crosses the wire about formal checks and site visits."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from kernel.ids import public_id
from kernel.schemas import Instant, Sentence, Wire, WireIn
from services.registry.carriers.schemas import Facts
from services.registry.examinations import examples
from services.registry.examinations.models import ExaminationKind
from services.registry.recognition.schemas import EvidenceIn, RecognitionId

ExaminationId = Annotated[UUID, public_id("exa")]


class ExaminationIn(WireIn):
    """What was looked at. The facts of a site visit count in the review, unless the reviewer says otherwise."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "site_visit",
                    "examined_on": "2026-11-20",
                    "is_in_order": True,
                    "found": {"seats": 64},
                    "papers": [{"title": "现场核查记录", "reference": "2026-核-031"}],
                    "opinion": "工位64个,其余与申报一致",
                }
            ]
        }
    )

    kind: ExaminationKind
    examined_on: date
    is_in_order: bool = Field(strict=True)
    found: Facts = Field(default_factory=dict)
    papers: Annotated[list[EvidenceIn], Field(max_length=50)] = Field(default_factory=list)
    opinion: Sentence


class ExaminationOut(Wire):
    model_config = ConfigDict(json_schema_extra={"examples": [examples.EXAMINATION]})

    id: ExaminationId
    recognition_id: RecognitionId
    kind: ExaminationKind
    examined_on: date
    is_in_order: bool
    found: dict[str, Any]
    papers: list[dict[str, Any]]
    opinion: str
    examined_by: str
    examined_at: Instant


class ExaminationsOut(Wire):
    items: list[ExaminationOut]
