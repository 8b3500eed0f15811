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
