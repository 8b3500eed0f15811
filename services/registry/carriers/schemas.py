"""What crosses the wire about carriers."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, StrictBool, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from kernel import context
from kernel.ids import public_id
from kernel.schemas import (
    Code,
    Count,
    Instant,
    Name,
    Sentence,
    Wire,
    WireIn,
    clean,
    no_longer,
    not_blank,
    one_line,
)
from services.registry.carriers import examples
from services.registry.carriers.models import (
    CarrierKind,
    Datum,
    HostKind,
    Level,
    OfferKind,
    OpenTo,
    RentMode,
    ServiceKind,
)
from services.registry.organisations.models import OrganisationStatus
from services.registry.organisations.schemas import EXAMPLE_ORGANISATION, OrganisationId

CarrierId = Annotated[UUID, public_id("car")]
WarningId = Annotated[UUID, public_id("wrn")]
Category = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z_]{1,40}$"),
    Field(description="One of GET /v1/registry/carriers/kinds", examples=["innovation"]),
]
Longitude = Annotated[
    int, Field(strict=True, ge=73_000_000, le=136_000_000, description="Millionths of a degree", examples=[117_286_000])
]
Latitude = Annotated[
    int, Field(strict=True, ge=3_000_000, le=54_000_000, description="Millionths of a degree", examples=[34_204_000])
]
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
    "rent_mode": "free",
    "longitude_e6": 117_286_000,
    "latitude_e6": 34_204_000,
    "datum": "gcj_02",
}
_HOST: dict[str, Any] = {"host_kind": "large_firm", "host_district_code": "320303"}


ADDRESS_LENGTH_MAX = 300  # of the column; a name ends at 200, so an address is none that was widened
Address = Annotated[
    str,
    StringConstraints(min_length=1, max_length=ADDRESS_LENGTH_MAX),
    AfterValidator(clean),
    no_longer(ADDRESS_LENGTH_MAX),
    AfterValidator(one_line),
    AfterValidator(not_blank),
]


class PremisesIn(WireIn):
    """An address with its area in whole square metres. A functional zone has no code of GB/T 2260: leave it out.

    Coordinates are millionths of a degree, with the datum they were taken by; they are kept and shown as given.
    """

    address: Address
    district_code: DistrictCode | None = None
    area_sqm: Count | None = None
    seats: Count | None = None
    rent_mode: RentMode | None = None
    longitude_e6: Longitude | None = None
    latitude_e6: Latitude | None = None
    datum: Datum | None = None

    @model_validator(mode="after")
    def coordinates_are_whole(self) -> "PremisesIn":
        if len({value is None for value in (self.longitude_e6, self.latitude_e6, self.datum)}) > 1:
            raise PydanticCustomError("coordinates_in_part", "longitude, latitude and datum, or none of them")
        return self


class CarrierIn(WireIn):
    """A carrier to be registered. Registering is not recognition: that takes a case at the window."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "makerspace",
                    "name": "云创众创空间",
                    "operator_id": EXAMPLE_ORGANISATION,
                    **_HOST,
                    "premises": [_PLACE],
                    "facts": {"tenants": 26, "mentors": 6},
                }
            ]
        }
    )

    kind: CarrierKind
    category: Category | None = None
    name: Name
    operator_id: OrganisationId
    host_kind: HostKind | None = None
    host_district_code: DistrictCode | None = None
    host_zone: Annotated[Name, StringConstraints(max_length=100)] | None = None
    premises: Annotated[list[PremisesIn], Field(max_length=50, default_factory=list)]
    facts: Facts = Field(default_factory=dict)


class CarrierChangeIn(WireIn):
    """What is given replaces what stood; premises that are gone keep their dates in the history."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"premises": [_PLACE], "facts": {"tenants": 31}}]})

    name: Name | None = None
    category: Category | None = None
    host_kind: HostKind | None = None
    host_district_code: DistrictCode | None = None
    host_zone: Annotated[Name, StringConstraints(max_length=100)] | None = None
    premises: Annotated[list[PremisesIn], Field(max_length=50)] | None = None
    facts: Facts | None = None


class OfferIn(WireIn):
    """A service with its kind, or a piece of shared equipment without one."""

    kind: OfferKind
    service: ServiceKind | None = None
    name: Name
    price_note: Name | None = None
    open_to: OpenTo

    @model_validator(mode="after")
    def services_have_their_kind(self) -> "OfferIn":
        if (self.kind is OfferKind.SERVICE) != (self.service is not None):
            raise PydanticCustomError("service_kind", "a service has its kind, equipment has none")
        return self


class OffersIn(WireIn):
    """Everything the carrier offers from today; what is left out ends and stays in the history."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"offers": [examples.SERVICE, examples.EQUIPMENT]}]})

    offers: Annotated[list[OfferIn], Field(max_length=200)]


class ResolutionIn(WireIn):
    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "已现场核查,新增场地下月启用"}]})

    reason: Sentence


class OfferOut(Wire):
    kind: OfferKind
    service: ServiceKind | None
    name: str
    price_note: str | None
    open_to: OpenTo
    effective_on: date


class FindingOut(Wire):
    """A coded reason with its clauses."""

    code: str
    clauses: list[str]
    text: str
    facts: dict[str, Any]


class WarningOut(Wire):
    """`subject` is the programme whose criterion is touched, or empty."""

    id: WarningId
    subject: str
    finding: FindingOut
    raised_on: date

    @model_validator(mode="before")
    @classmethod
    def in_the_readers_language(cls, row: Any) -> Any:
        if isinstance(row, dict):
            return row
        text = row.finding["en" if context.current().language == "en" else "zh"]
        shown = {"finding": {**row.finding, "text": text}}
        return {name: getattr(row, name) for name in ("id", "subject", "raised_on")} | shown


class PremisesOut(Wire):
    address: str
    district_code: str | None
    area_sqm: int | None
    seats: int | None
    rent_mode: RentMode | None
    longitude_e6: int | None
    latitude_e6: int | None
    datum: Datum | None
    effective_on: date


class PastPremisesOut(PremisesOut):
    """`ended_on` is the first day it was no longer used; null while it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PAST_PREMISES]})

    ended_on: date | None


class PremisesHistoryOut(Wire):
    items: list[PastPremisesOut]


class WordOut(Wire):
    code: str
    zh: str
    en: str
    clauses: list[str]


class KindsOut(Wire):
    """`categories` are those of the city's own documents; none where they name none."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.KINDS]})

    kinds: list[WordOut]
    categories: list[WordOut]


class TallyOut(Wire):
    value: str
    carriers: int


class SummaryOut(Wire):
    """Carriers counted. One that holds two levels, or stands in two districts, counts once in each."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.SUMMARY]})

    total: int
    by_kind: list[TallyOut]
    by_category: list[TallyOut]
    by_level: list[TallyOut]
    by_district: list[TallyOut]


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
    """`levels` holds the whole history. `facts` and `warnings` are null for who neither runs the carrier nor works for
    the city. `free_seats` is null while no address states its seats.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CARRIER]})

    id: CarrierId
    city_code: str
    kind: CarrierKind
    category: str | None
    name: str
    operator: OperatorOut
    host_kind: HostKind | None
    host_district_code: str | None
    host_zone: str | None
    premises: list[PremisesOut]
    levels: list[LevelOut]
    offers: list[OfferOut]
    seats: int | None
    free_seats: int | None
    tenants_now: int
    facts: dict[str, Any] | None
    warnings: list[WarningOut] | None
    registered_at: Instant
