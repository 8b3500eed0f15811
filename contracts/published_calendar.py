"""What a city's calendar shows to everybody, for its public page: the window asks events."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from contracts.base import Reply
from contracts.counting import Question

SHOWN_MAX = 20


class CalendarAsked(Question):
    """The next public events of one city, in one language."""

    city_code: str = Field(max_length=20)
    language: Literal["zh", "en"]


class ShownEvent(Reply):
    """One event to come. `kind` is a word of the calendar; `venue` is null for one that is online only."""

    id: str
    kind: str
    title: str
    host: str
    venue: str | None
    starts_at: datetime
    ends_at: datetime


class CalendarReply(Reply):
    """By time of start, those under way included."""

    events: tuple[ShownEvent, ...]
