"""Events of the calendar on the wire."""

from datetime import UTC, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from kernel.ids import public_id
from kernel.schemas import Instant, Name, Sentence, Wire, WireIn, clean, not_blank
from services.events.calendar import examples
from services.events.calendar.models import CalendarChange, CalendarEvent
from services.events.calendar.rules import Content, EventKind, EventLevel
from services.events.calendar.states import Fact, Status

EventId = Annotated[UUID, public_id("evt")]
OrganisationId = Annotated[UUID, public_id("org")]
FIRST_YEAR, LAST_YEAR = 2000, 2099


def whole_second_utc(instant: datetime) -> datetime:
    """UTC in whole seconds, as iCalendar has it. Raises for years nobody plans in, which overflow when shifted."""
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:
        raise PydanticCustomError("year_out_of_range", "a year between 2000 and 2099")
    return instant.astimezone(UTC).replace(microsecond=0)


EventInstant = Annotated[Instant, AfterValidator(whole_second_utc)]
LongText = Annotated[
    str, StringConstraints(min_length=1, max_length=5000), AfterValidator(clean), AfterValidator(not_blank)
]
Link = Annotated[
    str,
    StringConstraints(max_length=500, pattern=r"^https?://[!#-;=?-~]+$"),
    Field(examples=["https://meeting.example.org/r/8841"], description="http(s) address in ASCII"),
]
Month = Annotated[
    str,
    StringConstraints(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$"),
    Field(examples=["2026-12"], description="Events of which any part falls into the month, Asia/Shanghai"),
]
Capacity = Annotated[int, Field(strict=True, gt=0, le=1_000_000, description="Seats", examples=[120])]
EXAMPLE_TIMES: dict[str, Any] = {"starts_at": "2026-12-03T06:00:00Z", "ends_at": "2026-12-03T09:30:00Z"}
EXAMPLE: dict[str, Any] = {
    "kind": "roadshow",
    "level": "municipal",
    "host_id": "org_01k30dwg0070008000000000a1",
    "title": {"zh": "众创空间项目路演第八期", "en": "Makerspace roadshow no. 8"},
    "description": {"zh": "十个项目,每个八分钟。", "en": None},
    "venue": "徐州市科技大市场二楼",
    "online_link": None,
    **EXAMPLE_TIMES,
    "capacity": 120,
}


class Title(WireIn):
    """Chinese always, English where there is one."""

    zh: Name
    en: Name | None = None


class Description(WireIn):
    """Chinese always, English where there is one."""

    zh: LongText
    en: LongText | None = None


class TimesIn(WireIn):
    """When it is held."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_TIMES]})

    starts_at: EventInstant
    ends_at: EventInstant

    @model_validator(mode="after")
    def _end_follows_start(self) -> Self:
        if self.ends_at <= self.starts_at:
            raise PydanticCustomError("ends_before_start", "ends_at must be later than starts_at")
        return self


class EventIn(TimesIn):
    """Everything a person writes about an event."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    kind: EventKind
    level: EventLevel
    host_id: OrganisationId
    title: Title
    description: Description | None = None
    venue: Name | None = None
    online_link: Link | None = None
    capacity: Capacity | None = None

    def to_content(self, *, host_name: str) -> Content:
        """The same in the words of the rules."""
        return Content(
            kind=self.kind,
            level=self.level,
            host_id=self.host_id,
            host_name=host_name,
            title_zh=self.title.zh,
            title_en=self.title.en,
            description_zh=self.description.zh if self.description else None,
            description_en=self.description.en if self.description else None,
            venue=self.venue,
            online_link=self.online_link,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            capacity=self.capacity,
        )


class CancellationIn(WireIn):
    """Why it will not take place; shown to the public."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "场地停电,另行通知。"}]})

    reason: Sentence


class Words(Wire):
    """The same in Chinese and, where somebody wrote it, in English."""

    zh: str
    en: str | None


class Host(Wire):
    """The organisation that holds the event, as the registry named it when the event was written."""

    id: OrganisationId
    name: str


class EventOut(Wire):
    """An event. `sequence` counts public revisions; the ETag is the version an edit must name in If-Match."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {name: value for name, value in EXAMPLE.items() if name != "host_id"}
                | {
                    "id": "evt_01k30dwg0070008000000000b2",
                    "city_code": "320300",
                    "status": "published",
                    "host": {"id": EXAMPLE["host_id"], "name": "徐州众创科技有限公司"},
                    "sequence": 0,
                    "changed_at": "2026-11-22T02:00:00Z",
                    "published_at": "2026-11-22T02:00:00Z",
                    "cancelled_at": None,
                    "cancellation_reason": None,
                }
            ]
        }
    )

    id: EventId
    city_code: str
    status: Status
    kind: EventKind
    level: EventLevel
    host: Host
    title: Words
    description: Words | None
    venue: str | None
    online_link: str | None
    starts_at: datetime
    ends_at: datetime
    capacity: int | None
    sequence: int
    changed_at: datetime
    published_at: datetime | None
    cancelled_at: datetime | None
    cancellation_reason: str | None

    @classmethod
    def of(cls, row: CalendarEvent) -> Self:
        """From its row."""
        plain = {name: getattr(row, name) for name in cls.model_fields if name not in {"host", "title", "description"}}
        has_description = row.description_zh is not None
        return cls(
            host=Host(id=row.host_id, name=row.host_name),
            title=Words(zh=row.title_zh, en=row.title_en),
            description=Words(zh=row.description_zh or "", en=row.description_en) if has_description else None,
            **plain,
        )


class ChangeOut(Wire):
    """One line of an event's history."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CHANGE]})

    fact: Fact
    version: int
    changed_by: str
    occurred_at: datetime

    @classmethod
    def of(cls, row: CalendarChange) -> Self:
        """From its row."""
        return cls.model_validate(row)
