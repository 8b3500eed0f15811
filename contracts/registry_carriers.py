"""Facts of the registry about carriers: tenants, the incubation chain, addresses, the life of a recognition."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from contracts.base import Event


class CarrierWarned(Event):
    """Something an officer has to look at, such as area lost by a carrier that holds a level."""

    TYPE: ClassVar[str] = "carrier.warned"

    carrier_id: UUID
    organisation_id: UUID
    codes: list[str]
    raised_on: date


class CarrierOperatorChanged(Event):
    """From `effective_on` another organisation runs the carrier: by consent of both, or by an officer's order."""

    TYPE: ClassVar[str] = "carrier.operator_changed"

    carrier_id: UUID
    organisation_id: UUID
    former_organisation_id: UUID
    effective_on: date
    by_order: bool


class TenantAdmitted(Event):
    """A tenancy began. `organisation_id` is null for a project, a team, or a firm nobody has registered."""

    TYPE: ClassVar[str] = "tenancy.begun"

    tenancy_id: UUID
    carrier_id: UUID
    organisation_id: UUID | None
    started_on: date


class TenantLeft(Event):
    """A tenancy ended; `ended_on` is the first day without it."""

    TYPE: ClassVar[str] = "tenancy.ended"

    tenancy_id: UUID
    carrier_id: UUID
    organisation_id: UUID | None
    ended_on: date


class TenantsImported(Event):
    """A workbook of tenants has been read to its end: its tenancies are told by this alone, not one by one."""

    TYPE: ClassVar[str] = "tenancy.imported"

    import_id: UUID
    carrier_id: UUID
    accepted: int
    refused: int


class ProjectAdmitted(Event):
    """A project is in a carrier from `admitted_on`. `stage`: nursery, incubator or accelerator (XZ-09)."""

    TYPE: ClassVar[str] = "project.admitted"

    project_id: UUID
    organisation_id: UUID
    carrier_id: UUID
    stage: str
    admitted_on: date


class ProjectTransferred(Event):
    """From one carrier to another with the consent of both."""

    TYPE: ClassVar[str] = "project.transferred"

    project_id: UUID
    organisation_id: UUID
    from_carrier_id: UUID
    from_stage: str
    to_carrier_id: UUID
    stage: str
    transferred_on: date


class ProjectGraduated(Event):
    """`criteria` are the ids, in the city's pack, of those that were met."""

    TYPE: ClassVar[str] = "project.graduated"

    project_id: UUID
    organisation_id: UUID
    carrier_id: UUID
    stage: str
    graduated_on: date
    criteria: list[str]


class ProjectLeft(Event):
    """Out of the chain without graduation."""

    TYPE: ClassVar[str] = "project.left"

    project_id: UUID
    organisation_id: UUID
    carrier_id: UUID
    stage: str
    left_on: date


class AddressRegistered(Event):
    """A firm stands at an address. `mode`: single, shared, further, secretary or cluster."""

    TYPE: ClassVar[str] = "address.registered"

    registration_id: UUID
    address_id: UUID
    organisation_id: UUID
    host_id: UUID | None
    mode: str
    registered_on: date
    certificate_number: str


class AddressHostLeaving(Event):
    """A host gives up; its firms are to move until the end of `move_by` (counted in working days)."""

    TYPE: ClassVar[str] = "address_host.leaving"

    host_id: UUID
    organisation_id: UUID
    move_by: date
    firms: list[UUID]


class AddressHostLeft(Event):
    """A host is gone. `stranded` are the firms that had not moved: their registrations stand without a host."""

    TYPE: ClassVar[str] = "address_host.left"

    host_id: UUID
    organisation_id: UUID
    left_on: date
    stranded: list[UUID]


class CarrierRecognitionEnded(Event):
    """A level no longer stands from `ended_on`. `cause`: expired, surrendered or cancelled."""

    TYPE: ClassVar[str] = "carrier.recognition_ended"

    recognition_id: UUID
    carrier_id: UUID
    organisation_id: UUID
    carrier_kind: str
    level: str
    is_key: bool
    cause: str
    ended_on: date
    certificate_number: str


class CarrierRecognitionRenewed(Event):
    """A level is valid for another term, up to and with `valid_until`, by a new certificate."""

    TYPE: ClassVar[str] = "carrier.recognition_renewed"

    recognition_id: UUID
    carrier_id: UUID
    organisation_id: UUID
    level: str
    is_key: bool
    valid_until: date
    certificate_number: str
    determination_id: UUID


class CarrierRecognitionChanged(Event):
    """Name, operator or premises of a recognised carrier changed (`kind`); a new certificate says so."""

    TYPE: ClassVar[str] = "carrier.recognition_changed"

    recognition_id: UUID
    carrier_id: UUID
    organisation_id: UUID
    kind: str
    certificate_number: str


class CureOrdered(Event):
    """A recognition is cancelled unless its fault is cured by the end of `cure_by` (counted in working days)."""

    TYPE: ClassVar[str] = "carrier.cure_ordered"

    cancellation_id: UUID
    recognition_id: UUID
    carrier_id: UUID
    organisation_id: UUID
    cause: str
    cure_by: date
    provisional: bool


class CancellationSettled(Event):
    """How a cancellation ended: cured, dropped or cancelled; what was cured or dropped stands as before."""

    TYPE: ClassVar[str] = "carrier.cancellation_settled"

    cancellation_id: UUID
    recognition_id: UUID
    carrier_id: UUID
    outcome: str
    organisation_id: UUID | None = None
