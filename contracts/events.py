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
