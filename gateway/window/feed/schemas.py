"""The feed on the wire."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from kernel.ids import public_id
from kernel.schemas import Instant, Wire

CaseId = Annotated[UUID, public_id("case")]


class FeedEntryOut(Wire):
    """One fact. `position` is gapless within the city; `id` is the event's, the same in every channel."""

    id: UUID
    position: int
    type: Annotated[str, Field(examples=["case.accepted"])]
    occurred_at: Instant
    case_id: CaseId | None
    actor: Literal["staff", "partner", "system"]
    zh: str
    en: str
    data: dict[str, Any]


class FeedTypeOut(Wire):
    """A kind of fact, as the feed and a webhook's `types` name it, and its sentence where the outcome says no other."""

    type: str
    zh: str
    en: str


class FeedTypesOut(Wire):
    """Every type an entry may have."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "items": [
                        {
                            "type": "case.accepted",
                            "zh": "已受理",
                            "en": "The application was accepted for processing",
                        }
                    ]
                }
            ]
        }
    )

    items: list[FeedTypeOut]


FEED_EXAMPLE: dict[str, Any] = {
    "items": [
        {
            "id": "0198c0de-0000-7000-8000-000000000001",
            "position": 7,
            "type": "case.accepted",
            "occurred_at": "2026-11-22T02:00:00Z",
            "case_id": "case_01k30dw0000e000g0000000001",
            "actor": "staff",
            "zh": "已受理",
            "en": "The application was accepted for processing",
            "data": {"number": "2026320300RG000001Z", "item": "recognise-key-makerspace", "accepted_on": "2026-11-22"},
        }
    ],
    "next": "3q2-7wAAAAAAAAAAAAAAAFtbImkiLCI3Il1d",
    "more": False,
}


class FeedOut(Wire):
    """Entries in order. Ask again with `after` = `next`; `more` says whether there is something already."""

    model_config = ConfigDict(json_schema_extra={"examples": [FEED_EXAMPLE]})

    items: list[FeedEntryOut]
    next: str
    more: bool
