"""Facts of the events service."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from contracts.base import Event, Reply


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


class CompetitionOpened(Event):
    """An edition takes entries by rules that are frozen from now on."""

    TYPE: ClassVar[str] = "competition.opened"

    edition_id: UUID
    series_id: UUID
    number: int
    level: str
    title: str
    registration_closes_at: datetime
    submission_closes_at: datetime


class CompetitionCancelled(Event):
    """An edition that was open will not be held to its end."""

    TYPE: ClassVar[str] = "competition.cancelled"

    edition_id: UUID
    title: str
    reason: str


class CompetitionEntryScreened(Event):
    """Whether an entry may compete, as frozen for the edition's day."""

    TYPE: ClassVar[str] = "competition.entry_screened"

    entry_id: UUID
    edition_id: UUID
    organisation_id: UUID | None
    admitted: bool
    reason_codes: tuple[str, ...]


class CompetitionRoundSealed(Event):
    """All scores of a round are in and cannot change: `seal_sha256` is over all of them."""

    TYPE: ClassVar[str] = "competition.round_sealed"

    edition_id: UUID
    round_id: UUID
    round: str
    entries: int
    seal_sha256: str


class CompetitionResultOnNotice(Event):
    """The winners are shown; objections may be filed until the end of `closes_on`."""

    TYPE: ClassVar[str] = "competition.result_on_notice"

    edition_id: UUID
    noticed_on: date
    closes_on: date
    provisional: bool


class Winner(Reply):
    """A prize of a published result. `grade` 1 is 一等奖; a team that is no firm yet has no `organisation_id`."""

    prize_id: UUID
    entry_id: UUID
    organisation_id: UUID | None
    winner: str
    project: str
    group: str
    place: int
    grade: int


class CompetitionResultPublished(Event):
    """A second officer has published who won what; `seal_sha256` is the hash the deciding scores were sealed with."""

    TYPE: ClassVar[str] = "competition.result_published"

    edition_id: UUID
    series_id: UUID
    series: str
    number: int
    level: str
    awarded_on: date
    seal_sha256: str
    published_by: str
    winners: tuple[Winner, ...]


class CompetitionPrizeRevoked(Event):
    """A published prize counts no more from `revoked_on`."""

    TYPE: ClassVar[str] = "competition.prize_revoked"

    prize_id: UUID
    edition_id: UUID
    organisation_id: UUID | None
    revoked_on: date


class PrizeBenefitGranted(Event):
    """A prize led to a right under a programme, granted once by the `treasury` level: city or county."""

    TYPE: ClassVar[str] = "prize.benefit_granted"

    prize_id: UUID
    organisation_id: UUID | None
    programme: str
    treasury: str
    determination_id: UUID


class PrizeFact(Reply):
    """A published prize as others may cite it; `cited_by` are the programmes it has led to something under already."""

    prize_id: UUID
    edition_id: UUID
    series: str
    number: int
    level: str
    grade: int
    place: int
    group: str
    awarded_on: date
    seal_sha256: str
    cited_by: tuple[str, ...]


class PrizesReply(Reply):
    """`GET /internal/organisations/{id}/prizes`: what it had won on a day, firms merged into it included."""

    city_code: str
    on: date
    prizes: tuple[PrizeFact, ...]
