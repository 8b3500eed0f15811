"""Webhooks on the wire."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from gateway.window.feed.wording import WORDS
from gateway.window.webhooks.standard import URL_MAX
from gateway.window.webhooks.states import Outcome, Status
from kernel.ids import public_id
from kernel.schemas import Instant, Wire, WireIn

WebhookId = Annotated[UUID, public_id("whk")]
DeliveryId = Annotated[UUID, public_id("wdl")]
TYPES_MAX = 100
POSITION_MAX = 2**53 - 1
ASKED: dict[str, Any] = {"url": "https://bank.example/hooks/pool", "types": ["claim.decided", "claim.paid"]}
SHOWN: dict[str, Any] = ASKED | {
    "id": "whk_01m89wxz8jem7tcqjjky7fdv6b",
    "status": "active",
    "position": 41,
    "tries": 0,
    "failing_since": None,
    "next_at": None,
    "previous_until": None,
}
SECRET = "whsec_vqXkT1mP0r7fTn0n9nQ4m3m6sB0sC8Yk5q2uQe0aF3E="  # noqa: S105 - an example


def _of_the_feed(event_type: str) -> str:
    """Raises for a type no entry of the feed ever has: whoever asked for it would wait for ever."""
    if event_type not in WORDS:
        raise PydanticCustomError("event_type_unknown", "no such type")
    return event_type


EventType = Annotated[
    str, StringConstraints(pattern=r"^[a-z_]+\.[a-z_]+$", max_length=100), AfterValidator(_of_the_feed)
]


Url = Annotated[str, StringConstraints(min_length=9, max_length=URL_MAX)]


class WebhookIn(WireIn):
    """`types` narrows what is sent, to some of `/v1/window/feed/types`; without it, all that concerns the client.

    A type the feed does not have is refused.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [ASKED]})

    url: Url
    types: Annotated[list[EventType], Field(max_length=TYPES_MAX, default_factory=list)]


class WebhookChangeIn(WireIn):
    """What shall be otherwise; no types (`[]`) are all of them."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"url": "https://bank.example/hooks/2"}]})

    url: Url | None = None
    types: Annotated[list[EventType], Field(max_length=TYPES_MAX)] | None = None


class WebhookOut(Wire):
    """`position` is the last entry of the feed that was taken; `tries` counts failures since `failing_since`.

    `next_at` is when it is told again; none once it was given up.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [SHOWN]})

    id: WebhookId
    url: str
    types: list[str]
    status: Status
    position: int
    tries: int
    failing_since: Instant | None
    next_at: Instant | None
    previous_until: Instant | None


class NewWebhookOut(WebhookOut):
    """`secret` signs what is sent and is shown this once."""

    model_config = ConfigDict(json_schema_extra={"examples": [SHOWN | {"secret": SECRET}]})

    secret: str


class ReplayIn(WireIn):
    """`after` is a position of the feed: what follows it is sent, whether it was before or not."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"after": 40}]})

    after: Annotated[int, Field(strict=True, ge=0, le=POSITION_MAX)]


class DeliveryOut(Wire):
    """One try to tell one event."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "wdl_01m89wxz8jem7tcqjjky7fdv6c",
                    "event_id": "0198c0de-0000-7000-8000-000000000001",
                    "type": "claim.paid",
                    "position": 41,
                    "attempt": 1,
                    "outcome": "taken",
                    "status_code": 204,
                    "milliseconds": 38,
                    "sent_at": "2026-12-04T02:00:00Z",
                }
            ]
        }
    )

    id: DeliveryId
    event_id: UUID
    type: str
    position: int
    attempt: int
    outcome: Outcome
    status_code: int | None
    milliseconds: int
    sent_at: Instant
