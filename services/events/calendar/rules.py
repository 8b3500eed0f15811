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


@dataclass(frozen=True, slots=True)
class Content:
    """Everything a person writes about an event. Instants are UTC in whole seconds."""

    kind: EventKind
    level: EventLevel
    host_id: UUID
    host_name: str
    title_zh: str
    title_en: str | None
    description_zh: str | None
    description_en: str | None
    venue: str | None
    online_link: str | None
    starts_at: datetime
    ends_at: datetime
    capacity: int | None


STARTS_IN_PAST = Finding("starts_in_past", (), "活动开始时间已过。", "The event would start in the past.")
PLACE_MISSING = Finding("place_missing", (), "须有活动地点或线上链接。", "A venue or an online link is needed.")


def publication_findings(content: Content, now: datetime) -> list[Finding]:
    """Why an event cannot be published as it stands."""
    return findings(
        (content.starts_at <= now, STARTS_IN_PAST),
        (content.venue is None and content.online_link is None, PLACE_MISSING),
    )


def edit_findings(fact: Fact, content: Content, now: datetime) -> list[Finding]:
    """Why an edit is refused: a public event keeps a place, and moves to the future only. A draft may be anything."""
    if fact is Fact.REDRAFTED:
        return []
    found = publication_findings(content, now)
    return found if fact is Fact.RESCHEDULED else [finding for finding in found if finding is not STARTS_IN_PAST]


def fact_of_edit(status: Status, before: Content, after: Content) -> Fact:
    """What an edit is: subscribers of a published event must be told when its time moved."""
    if status is Status.DRAFT:
        return Fact.REDRAFTED
    moved = (before.starts_at, before.ends_at) != (after.starts_at, after.ends_at)
    return Fact.RESCHEDULED if moved else Fact.REVISED


def stamp_after(previous: datetime, now: datetime) -> datetime:
    """When a change is dated: iCalendar knows whole seconds, and a later revision must have a later one."""
    return max(now.replace(microsecond=0), previous + SECOND)
