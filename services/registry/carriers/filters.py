"""What a list of carriers, its summary and its map are narrowed by."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query

from services.registry.carriers.models import CarrierKind, Level, ServiceKind
from services.registry.carriers.schemas import Category, DistrictCode
from services.registry.organisations.schemas import OrganisationId

Sought = Annotated[
    str | None, Query(min_length=1, max_length=50, description="Part of the name, in any script", examples=["云龙"])
]


@dataclass(frozen=True, slots=True)
class CarrierFilter:
    """`level` and `is_key` ask for a level held at present, `service` and `district_code` for what is so today."""

    kind: CarrierKind | None = None
    category: Category | None = None
    level: Level | None = None
    is_key: bool | None = None
    district_code: DistrictCode | None = None
    operator_id: OrganisationId | None = None
    service: ServiceKind | None = None
    has_free_seats: bool | None = None
    has_warnings: bool | None = None
    q: Sought = None


FilterDep = Annotated[CarrierFilter, Depends(CarrierFilter)]
