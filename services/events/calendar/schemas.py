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
from services.events.calendar.rules import Audience, CoHost, Content, EventKind, EventLevel
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
Edition = Annotated[int, Field(strict=True, gt=0, le=10_000, examples=[8])]
OfferMinutes = Annotated[
    int,
    Field(
        strict=True,
        gt=0,
        le=43_200,
        description="How long a freed seat is kept for the next on the waiting list; without it there is no list",
        examples=[1440],
    ),
]
CoHostIds = Annotated[tuple[OrganisationId, ...], Field(max_length=20)]
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
    "audience": "public",
    "series": "众创空间项目路演",
    "edition": 8,
    "registration": {
        "opens_at": "2026-11-23T01:00:00Z",
        "closes_at": "2026-12-02T10:00:00Z",
        "offer_minutes": 1440,
    },
}
EXAMPLE_CO_HOST = "org_01k30dwg0070008000000000a7"


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


class RegistrationTermsIn(WireIn):
    """When organisations register, and how long a freed seat is offered to the next of the waiting list."""

    opens_at: EventInstant
    closes_at: EventInstant
    offer_minutes: OfferMinutes | None = None

    @model_validator(mode="after")
    def _opens_first(self) -> Self:
        if self.closes_at <= self.opens_at:
            raise PydanticCustomError("closes_before_opening", "closes_at must be later than opens_at")
        return self


class EventIn(TimesIn):
    """Everything a person writes about an event. Without `registration` nobody registers."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE | {"co_host_ids": [EXAMPLE_CO_HOST]}]})

    kind: EventKind
    level: EventLevel
    host_id: OrganisationId
    title: Title
    description: Description | None = None
    venue: Name | None = None
    online_link: Link | None = None
    capacity: Capacity | None = None
    audience: Audience = Audience.PUBLIC
    co_host_ids: CoHostIds = ()
    series: Name | None = None
    edition: Edition | None = None
    registration: RegistrationTermsIn | None = None

    @model_validator(mode="after")
    def _co_hosts_are_others(self) -> Self:
        if len({self.host_id, *self.co_host_ids}) <= len(self.co_host_ids):
            raise PydanticCustomError("co_host_twice", "an organisation holds an event once")
        return self

    @model_validator(mode="after")
    def _edition_of_a_series(self) -> Self:
        if self.edition is not None and self.series is None:
            raise PydanticCustomError("edition_without_series", "an edition belongs to a series")
        return self

    def to_content(self, *, host_name: str, co_hosts: tuple[CoHost, ...]) -> Content:
        """The same in the words of the rules."""
        terms = self.registration
        return Content(
            kind=self.kind,
            level=self.level,
            host_id=self.host_id,
            host_name=host_name,
            co_hosts=co_hosts,
            audience=self.audience,
            series=self.series,
            edition=self.edition,
            title_zh=self.title.zh,
            title_en=self.title.en,
            description_zh=self.description.zh if self.description else None,
            description_en=self.description.en if self.description else None,
            venue=self.venue,
            online_link=self.online_link,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            capacity=self.capacity,
            registration_opens_at=terms.opens_at if terms else None,
            registration_closes_at=terms.closes_at if terms else None,
            offer_minutes=terms.offer_minutes if terms else None,
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


class RegistrationTerms(Wire):
    """When organisations register; `offer_minutes` is null where there is no waiting list."""

    opens_at: datetime
    closes_at: datetime
    offer_minutes: int | None


class EventOut(Wire):
    """An event. `sequence` counts public revisions; the ETag is the version an edit must name in If-Match.

    `seats_left` is null where the seats are not counted; registrations move it, and leave the ETag alone.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {name: value for name, value in EXAMPLE.items() if name != "host_id"}
                | {
                    "id": "evt_01k30dwg0070008000000000b2",
                    "city_code": "320300",
                    "status": "published",
                    "host": {"id": EXAMPLE["host_id"], "name": "徐州众创科技有限公司"},
                    "co_hosts": [{"id": EXAMPLE_CO_HOST, "name": "徐州市创业投资协会"}],
                    "seats_left": 74,
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
    co_hosts: list[Host]
    audience: Audience
    series: str | None
    edition: int | None
    title: Words
    description: Words | None
    venue: str | None
    online_link: str | None
    starts_at: datetime
    ends_at: datetime
    capacity: int | None
    seats_left: int | None
    registration: RegistrationTerms | None
    sequence: int
    changed_at: datetime
    published_at: datetime | None
    cancelled_at: datetime | None
    cancellation_reason: str | None

    @classmethod
    def of(cls, row: CalendarEvent) -> Self:
        """From its row."""
        plain = {name: getattr(row, name) for name in cls.model_fields if name not in COMPOSED}
        has_description = row.description_zh is not None
        return cls(
            host=Host(id=row.host_id, name=row.host_name),
            co_hosts=[Host.model_validate(one) for one in row.co_hosts],
            seats_left=None if row.capacity is None else row.capacity - row.seats_taken,
            registration=_terms_of(row),
            title=Words(zh=row.title_zh, en=row.title_en),
            description=Words(zh=row.description_zh or "", en=row.description_en) if has_description else None,
            **plain,
        )


COMPOSED = {"host", "co_hosts", "seats_left", "registration", "title", "description"}


def _terms_of(row: CalendarEvent) -> RegistrationTerms | None:
    if row.registration_opens_at is None or row.registration_closes_at is None:
        return None
    return RegistrationTerms(
        opens_at=row.registration_opens_at, closes_at=row.registration_closes_at, offer_minutes=row.offer_minutes
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
