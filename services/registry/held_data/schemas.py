"""What crosses the wire about data that are held."""

from datetime import date
from typing import Annotated, Any

from pydantic import ConfigDict, Field, StrictBool

from kernel.schemas import Code, Instant, Name, Wire, WireIn
from services.registry.carriers.rules import FEN_MAX
from services.registry.organisations.schemas import EXAMPLE_ORGANISATION, OrganisationId
from services.registry.organisations.sources import Source
from services.registry.parties.schemas import Reference

Figure = Annotated[int, Field(strict=True, ge=0, le=FEN_MAX)]
Facts = Annotated[
    dict[Code, StrictBool | Figure | Name],
    Field(min_length=1, max_length=50, description="By the fact ids of the city's pack; amounts in fen"),
]


class HeldDataIn(WireIn):
    """Facts under the fact ids of the city's policy pack, all from one source. Never about persons."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "facts": {"full_time_staff": 12},
                    "source": "applicant",
                    "consent_reference": "授权书 2026-0031",
                    "valid_until": "2027-06-30",
                }
            ]
        }
    )

    facts: Facts
    source: Source
    evidence: Reference | None = None
    consent_reference: Reference | None = None
    valid_until: date | None = None


class DatumOut(Wire):
    """A datum with where it comes from. `need_not_ask`: a form may take it from here instead of asking again."""

    name: str
    zh: str
    en: str
    value: Any
    source: Source
    recorded_at: Instant
    valid_until: date | None
    evidence: str | None
    consent_reference: str | None
    need_not_ask: bool


class HeldDataOut(Wire):
    """What is on record itself, and what was stated under fact ids of the pack; accounts show their last four."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "organisation_id": EXAMPLE_ORGANISATION,
                    "items": [
                        {
                            "name": "full_time_staff",
                            "zh": "专职服务人员数",
                            "en": "full-time staff",
                            "value": 12,
                            "source": "applicant",
                            "recorded_at": "2026-11-22T02:00:00Z",
                            "valid_until": "2027-06-30",
                            "evidence": None,
                            "consent_reference": "授权书 2026-0031",
                            "need_not_ask": True,
                        }
                    ],
                }
            ]
        }
    )

    organisation_id: OrganisationId
    items: list[DatumOut]
