"""What crosses the wire about what is counted in two places."""

from datetime import date

from pydantic import ConfigDict

from kernel.schemas import Wire
from services.registry.carriers.models import CarrierKind
from services.registry.carriers.schemas import CarrierId
from services.registry.organisations.schemas import OrganisationId
from services.registry.overlaps import examples
from services.registry.tenancy.schemas import TenancyId


class PlaceElsewhereOut(Wire):
    """Another carrier at the same address, with the area and seats it counts there."""

    carrier_id: CarrierId
    name: str
    kind: CarrierKind
    operator_id: OrganisationId
    address: str
    area_sqm: int | None
    seats: int | None


class TenantElsewhereOut(Wire):
    """A tenant of this carrier that sits in `carrier_id` as well, `there_since`."""

    tenancy_id: TenancyId
    name: str
    credit_code: str
    started_on: date
    carrier_id: CarrierId
    carrier_name: str
    there_since: date


class OverlapsOut(Wire):
    """For an officer to look at; nothing is refused for it. `is_whole` is false when a list was cut at 500."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.OVERLAPS]})

    places: list[PlaceElsewhereOut]
    tenants: list[TenantElsewhereOut]
    is_whole: bool
