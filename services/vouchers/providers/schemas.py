"""Providers on the wire."""

from datetime import date
from typing import Annotated, Any

from pydantic import ConfigDict, Field, StringConstraints

from kernel.schemas import Sentence, Wire, WireIn
from services.vouchers.ids import OrganisationId, ProviderId

DivisionCode = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{6}$"), Field(description="GB/T 2260, where it is", examples=["420106"])
]
ServiceKind = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z_]{1,49}$"),
    Field(description="As the policy's programme names it", examples=["technical_testing"]),
]
EXAMPLE: dict[str, Any] = {
    "organisation_id": "org_01k30dwg0070008000000000a1",
    "division_code": "420106",
    "service_kinds": ["technical_testing"],
    "admitted_on": "2026-11-22",
}


class AdmissionIn(WireIn):
    """Admit an organisation from a day on."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    organisation_id: OrganisationId
    division_code: DivisionCode
    service_kinds: Annotated[list[ServiceKind], Field(min_length=1, max_length=20)]
    admitted_on: date


class EndIn(WireIn):
    """End an admission: `ended_on` is the first day it no longer holds."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"ended_on": "2027-06-01", "reason": "服务质量不合格"}]})

    ended_on: date
    reason: Sentence


class ProviderOut(Wire):
    """One admission of a provider."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                EXAMPLE
                | {
                    "id": "prv_01k30dwg0070008000000000b2",
                    "city_code": "420100",
                    "name": "武汉某检测有限公司",
                    "ended_on": None,
                    "end_reason": None,
                }
            ]
        }
    )

    id: ProviderId
    city_code: str
    organisation_id: OrganisationId
    name: str
    division_code: str
    service_kinds: list[str]
    admitted_on: date
    ended_on: date | None
    end_reason: str | None
