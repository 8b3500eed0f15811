"""What an event must have before the public sees it, and how its revisions are dated."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from kernel.findings import Finding, findings
from services.events.calendar.states import Fact, Status

SECOND = timedelta(seconds=1)


class EventKind(StrEnum):
    """What is held."""

    ROADSHOW = "roadshow"
    TRAINING = "training"
    LECTURE = "lecture"
    SALON = "salon"
    FORUM = "forum"
    CONTEST = "contest"
    MATCHING = "matching"
    EXHIBITION = "exhibition"


class EventLevel(StrEnum):
    """On whose behalf it is held."""

    DISTRICT = "district"
    MUNICIPAL = "municipal"
    PROVINCIAL = "provincial"
    NATIONAL = "national"


class Audience(StrEnum):
    """Who may come: everybody; organisations with a credit code, no teams and no passers-by; or the hosts alone."""

    PUBLIC = "public"
    ORGANISATIONS = "organisations"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class CoHost:
    """An organisation that holds the event together with the host."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Content:
    """Everything a person writes about an event. Instants are UTC in whole seconds.

    Without `registration_opens_at` nobody registers, and without `offer_minutes`, how long a freed seat is offered,
    there is no waiting list.
    """

    kind: EventKind
    level: EventLevel
    host_id: UUID
    host_name: str
    co_hosts: tuple[CoHost, ...]
    audience: Audience
    series: str | None
    edition: int | None
    title_zh: str
    title_en: str | None
    description_zh: str | None
    description_en: str | None
    venue: str | None
    online_link: str | None
    starts_at: datetime
    ends_at: datetime
    capacity: int | None
    registration_opens_at: datetime | None
    registration_closes_at: datetime | None
    offer_minutes: int | None


STARTS_IN_PAST = Finding("starts_in_past", (), "活动开始时间已过。", "The event would start in the past.")
PLACE_MISSING = Finding("place_missing", (), "须有活动地点或线上链接。", "A venue or an online link is needed.")
REGISTRATION_TOO_LATE = Finding(
    "registration_outlives_event",
    (),
    "报名截止不得晚于活动结束。",
    "Registration would close after the event has ended.",
)
SEATS_TAKEN = Finding(
    "capacity_below_registered", (), "名额不得少于已占用的席位。", "More seats are taken than there would be."
)
SEEN_BY_OTHERS = Finding(
    "published_to_others",
    (),
    "已对外公布的活动不能改为内部活动,可取消后另行发布。",
    "It was published to others and does not become internal: call it off and publish another.",
)
COST_CONFIRMED = Finding(
    "hosting_cost_confirmed",
    (),
    "活动已举办且办会支出已确认。",
    "It has taken place and what it cost was confirmed.",
)
ATTENDANCE_SIGNED = Finding(
    "attendance_signed", (), "活动已举办且到场记录已签署。", "It has taken place and its attendance record is signed."
)


def publication_findings(content: Content, now: datetime) -> list[Finding]:
    """Why an event cannot be published as it stands."""
    return findings(
        (content.starts_at <= now, STARTS_IN_PAST),
        (content.venue is None and content.online_link is None, PLACE_MISSING),
        (_closes_too_late(content), REGISTRATION_TOO_LATE),
    )


@dataclass(frozen=True, slots=True)
class Evidence:
    """What says that an event has taken place."""

    is_signed: bool = False
    cost_confirmed: bool = False

    @property
    def findings(self) -> list[Finding]:
        """Why it is not moved and not called off any more."""
        return findings((self.is_signed, ATTENDANCE_SIGNED), (self.cost_confirmed, COST_CONFIRMED))


def edit_findings(
    fact: Fact, content: Content, now: datetime, *, was: Audience, seats_taken: int, evidence: Evidence
) -> list[Finding]:
    """Why an edit is refused: a public event keeps a place and its seats, and moves to the future only.

    A draft may be anything. What has taken place does not move. What others have seen (`was`: for whom it was) does not
    vanish from their calendars: it is called off.
    """
    if fact is Fact.REDRAFTED:
        return []
    moves = fact is Fact.RESCHEDULED
    found = [finding for finding in publication_findings(content, now) if moves or finding is not STARTS_IN_PAST]
    too_few = content.capacity is not None and content.capacity < seats_taken
    hides = content.audience is Audience.INTERNAL and was is not Audience.INTERNAL
    return [
        *found,
        *findings((too_few, SEATS_TAKEN), (hides, SEEN_BY_OTHERS)),
        *(evidence.findings if moves else []),
    ]


def _closes_too_late(content: Content) -> bool:
    return content.registration_closes_at is not None and content.registration_closes_at > content.ends_at


def fact_of_edit(status: Status, before: Content, after: Content) -> Fact:
    """What an edit is: subscribers of a published event must be told when its time moved."""
    if status is Status.DRAFT:
        return Fact.REDRAFTED
    moved = (before.starts_at, before.ends_at) != (after.starts_at, after.ends_at)
    return Fact.RESCHEDULED if moved else Fact.REVISED


def stamp_after(previous: datetime, now: datetime) -> datetime:
    """When a change is dated: iCalendar knows whole seconds, and a later revision must have a later one."""
    return max(now.replace(microsecond=0), previous + SECOND)
