"""What crosses the wire about premises."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from kernel.ids import public_id
from kernel.schemas import Code, Count, Instant, Name, Sentence, Wire, WireIn
from services.registry.carriers.schemas import Address, CarrierId, DistrictCode
from services.registry.organisations.schemas import OrganisationId
from services.registry.premises import examples
from services.registry.premises.states import HostKind, HostStatus, Mode, RegistrationStatus
from services.registry.recognition.schemas import ReasonOut

AddressId = Annotated[UUID, public_id("adr")]
HostId = Annotated[UUID, public_id("hst")]
RegistrationId = Annotated[UUID, public_id("reg")]
Area = Annotated[Count, Field(ge=1, description="Whole square metres")]
Evidence = Annotated[Name, Field(description="Where the paper is found: number and title")]
Year = Annotated[int, Field(strict=True, ge=2000, le=2999, examples=[2026])]


class AddressIn(WireIn):
    """An address of who holds it. A functional zone has no code of GB/T 2260: leave it out."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ADDRESS_IN]})

    address: Address
    division_code: DistrictCode | None = None
    area_sqm: Area
    holder_id: OrganisationId
    title_evidence: Evidence


class AddressChangeIn(WireIn):
    """The area as it is now measured, and the paper that shows it."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ADDRESS_CHANGE_IN]})

    area_sqm: Area
    title_evidence: Evidence


class AddressOut(Wire):
    """`taken_sqm`: what the firms that stand there were registered with."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ADDRESS]})

    id: AddressId
    city_code: str
    address: str
    division_code: str | None
    area_sqm: int
    taken_sqm: int
    firms: int
    holder_id: OrganisationId
    title_evidence: str
    registered_at: Instant


class HostIn(WireIn):
    """A host of a cluster, or a secretary company. `scope_evidence`: secretary service stands in its scope."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.HOST_IN]})

    organisation_id: OrganisationId
    mode: Mode
    kind: HostKind
    scope_evidence: Evidence


class ReasonIn(WireIn):
    """Why, for the record."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.REASON_IN]})

    reason: Sentence


class HostOut(Wire):
    """`duties` by the ids of the city's pack. `move_by`: the last day for its firms to move while it is leaving."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.HOST]})

    id: HostId
    city_code: str
    organisation_id: OrganisationId
    name: str
    mode: Mode
    kind: HostKind
    status: HostStatus
    duties: list[str]
    admitted_on: date
    reason: str | None
    move_by: date | None
    move_by_provisional: bool | None
    left_on: date | None


class HostDetailOut(HostOut):
    """`hosted` firms stand with it; `reports_owed` are the years that are over and were not reported."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.HOST_DETAIL]})

    hosted: int
    reports_owed: list[int]


class RegistrationIn(WireIn):
    """A firm at an address. `carrier_id`: the makerspace it is in, where the way is for such firms only (ZZ-20).

    `replaces_principal`: the firm moves; its present principal address ends in the same step.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [examples.REGISTRATION_IN]})

    address_id: AddressId
    organisation_id: OrganisationId
    mode: Mode
    host_id: HostId | None = None
    carrier_id: CarrierId | None = None
    trades: Annotated[list[Code], Field(min_length=1, max_length=30)]
    area_sqm: Area
    consent_evidence: Evidence
    replaces_principal: bool = False


class EndingIn(WireIn):
    """`on`: the first day the firm no longer stands there; today at the latest."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ENDING_IN]})

    on: date
    reason: Sentence


class RegistrationOut(Wire):
    """`marking` stands on the licence behind the address. `ended_on`: the first day it no longer stood."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.REGISTRATION]})

    id: RegistrationId
    city_code: str
    address_id: AddressId
    address: str
    organisation_id: OrganisationId
    firm_name: str
    credit_code: str | None
    host_id: HostId | None
    mode: Mode
    status: RegistrationStatus
    marking: str | None
    trades: list[str]
    area_sqm: int
    certificate_number: str
    registered_on: date
    ended_on: date | None
    reason: str | None


class CheckOut(Wire):
    """Whether the registration would be made now, and every reason against it."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CHECK]})

    fit: bool
    reasons: list[ReasonOut]


class AddressCertificateOut(Wire):
    """`signature`: detached JWS over the canonical JSON of `statement`. `status` is that of the registration now."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ADDRESS_CERTIFICATE]})

    number: str
    registration_id: RegistrationId
    status: RegistrationStatus
    ended_on: date | None
    issued_on: date
    statement: dict[str, Any]
    signature: str
    key_id: str


class AddressProofOut(Wire):
    """Where the firm stood on the day; `signature` as of a certificate, over `statement`, which names every address."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ADDRESS_PROOF]})

    organisation_id: OrganisationId
    on: date
    registered: bool
    statement: dict[str, Any]
    signature: str
    key_id: str


class ReportIn(WireIn):
    """Of a year that is over. The register counts the roster itself; `post_received`: pieces of official post."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.YEAR_REPORT_IN]})

    year: Year
    post_received: Count
    remarks: Sentence | None = None


class ReportOut(Wire):
    """`hosted` on the last day of the year; `unreachable`: of those, marked abnormal when it was reported."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.YEAR_REPORT]})

    year: int
    hosted: int
    unreachable: int
    post_received: int
    remarks: str | None
    reported_on: date


class ReportsOut(Wire):
    items: list[ReportOut]
