"""Facts of the events service."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from contracts.base import Event


class CalendarEventPublished(Event):
    """An event of the calendar is public, or changed (`sequence` rises)."""

    TYPE: ClassVar[str] = "calendar_event.published"

    event_id: UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    sequence: int


class CalendarEventCancelled(Event):
    """A published event will not take place."""

    TYPE: ClassVar[str] = "calendar_event.cancelled"

    event_id: UUID
    title: str
    starts_at: datetime
    reason: str
    sequence: int


class EventRegistrationMade(Event):
    """An organisation has seats at an event (`registered`), or stands on its waiting list (`waiting`).

    Told again when it took up an offer (`registered`), and when it keeps fewer `seats` than before.
    """

    TYPE: ClassVar[str] = "event_registration.made"

    event_registration_id: UUID
    event_id: UUID
    organisation_id: UUID
    title: str
    starts_at: datetime
    seats: int
    standing: str


class EventRegistrationOffered(Event):
    """A seat was freed for the next of the waiting list, who has until `offer_ends_at` to take it up."""

    TYPE: ClassVar[str] = "event_registration.offered"

    event_registration_id: UUID
    event_id: UUID
    organisation_id: UUID
    title: str
    seats: int
    offer_ends_at: datetime


class EventRegistrationEnded(Event):
    """`ended_as`: withdrawn, or lapsed when an offer was not taken up in time."""

    TYPE: ClassVar[str] = "event_registration.ended"

    event_registration_id: UUID
    event_id: UUID
    organisation_id: UUID
    title: str
    ended_as: str


class EventRegistrationMoved(Event):
    """The event an organisation registered for has another time; the registration stands."""

    TYPE: ClassVar[str] = "event_registration.event_rescheduled"

    event_registration_id: UUID
    event_id: UUID
    organisation_id: UUID
    title: str
    starts_at: datetime
    ends_at: datetime


class EventRegistrationCalledOff(Event):
    """The event an organisation registered for will not take place."""

    TYPE: ClassVar[str] = "event_registration.event_cancelled"

    event_registration_id: UUID
    event_id: UUID
    organisation_id: UUID
    title: str
    starts_at: datetime


class AttendanceRecorded(Event):
    """An officer signed how many came to an event: evidence of its hosting. The highest `number` holds.

    `persons` and `organisations` are what was signed; `corrects_id` is the record this one takes the place of.
    `held_on` is the day it ended, by which it counts for a year.
    """

    TYPE: ClassVar[str] = "event.attendance_recorded"

    attendance_record_id: UUID
    event_id: UUID
    number: int
    corrects_id: UUID | None
    organisation_id: UUID
    co_host_ids: tuple[UUID, ...]
    kind: str
    level: str
    title: str
    starts_at: datetime
    ends_at: datetime
    held_on: date
    persons: int
    organisations: int
    signed_at: datetime


class HostingCostConfirmed(Event):
    """What one host spent on one event, as two officers found it. A higher `edition` replaces the one before.

    `eligible_fen` is the sum of the accepted lines; `public_money_fen` what other public payers gave for the event.
    `reach`: local, regional, national or international. `invoice_reference` is what funds holds the invoices under;
    `invoice_prints` are the fingerprints (`contracts.funds.invoice_print`) of those of the accepted lines.
    """

    TYPE: ClassVar[str] = "hosting.cost_confirmed"

    event_id: UUID
    organisation_id: UUID
    statement_id: UUID
    edition: int
    event_kind: str
    level: str
    reach: str
    held_on: date
    eligible_fen: int
    public_money_fen: int
    own_income_fen: int
    participants: int
    invoice_reference: UUID
    invoice_prints: list[str]
