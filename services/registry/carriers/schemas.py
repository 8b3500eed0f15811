"""What crosses the wire about carriers."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, StrictBool, StringConstraints

from kernel.ids import public_id
from kernel.schemas import Code, Count, Instant, Name, Wire, WireIn
from services.registry.carriers import examples
from services.registry.carriers.models import CarrierKind, Level
from services.registry.organisations.models import OrganisationStatus
from services.registry.organisations.schemas import EXAMPLE_ORGANISATION, OrganisationId

CarrierId = Annotated[UUID, public_id("car")]
DistrictCode = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{6}$"), Field(description="GB/T 2260", examples=["320312"])
]
Facts = Annotated[
    dict[Code, StrictBool | Count | Name],
    Field(max_length=50, description="By the fact ids of the city's pack, such as tenants or mentors"),
]
_PLACE: dict[str, Any] = {
    "address": "徐州市云龙区和平路57号A座",
    "district_code": "320303",
    "area_sqm": 1200,
    "seats": 80,
}


class PremisesIn(WireIn):
    """An address with its area in whole square metres. A functional zone has no code of GB/T 2260: leave it out."""

    address: Annotated[Name, StringConstraints(max_length=300)]
    district_code: DistrictCode | None = None
    area_sqm: Count | None = None
    seats: Count | None = None


class CarrierIn(WireIn):
    """A carrier to be registered. Registering is not recognition: that takes a case at the window."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "makerspace",
                    "name": "云创众创空间",
                    "operator_id": EXAMPLE_ORGANISATION,
                    "premises": [_PLACE],
                    "facts": {"tenants": 26, "mentors": 6},
                }
            ]
        }
    )

    kind: CarrierKind
    name: Name
    operator_id: OrganisationId
    premises: Annotated[list[PremisesIn], Field(max_length=50, default_factory=list)]
    facts: Facts = Field(default_factory=dict)


class CarrierChangeIn(WireIn):
    """What is given replaces what stood; premises that are gone keep their dates in the history."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"premises": [_PLACE], "facts": {"tenants": 31}}]})

    name: Name | None = None
    premises: Annotated[list[PremisesIn], Field(max_length=50)] | None = None
    facts: Facts | None = None


class PremisesOut(Wire):
    address: str
    district_code: str | None
    area_sqm: int | None
    seats: int | None
    effective_on: date


class LevelOut(Wire):
    """`ended_on` is the first day the level no longer stood; null while it is held."""

    level: Level
    is_key: bool
    recognised_on: date
    ended_on: date | None
    certificate_number: str
    authority: str | None
    document_number: str | None
    document_on: date | None


class OperatorOut(Wire):
    id: OrganisationId
    name: str
    status: OrganisationStatus


class CarrierOut(Wire):
    """`levels` holds the whole history. `facts` is null for who neither runs the carrier nor works for the city."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CARRIER]})

    id: CarrierId
    city_code: str
    kind: CarrierKind
    name: str
    operator: OperatorOut
    premises: list[PremisesOut]
    levels: list[LevelOut]
    facts: dict[str, Any] | None
    registered_at: Instant
