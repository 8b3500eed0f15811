"""Private feeds on the wire. The token is shown once, where it is made."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict

from kernel.ids import public_id
from kernel.schemas import Wire, WireIn
from services.events.calendar.schemas import OrganisationId

FeedId = Annotated[UUID, public_id("cfd")]
FEED: dict[str, Any] = {
    "id": "cfd_01k30dwg0070008000000000f1",
    "organisation_id": "org_01k30dwg0070008000000000a4",
    "made_at": "2026-11-23T01:30:00Z",
    "revoked_at": None,
}


class FeedIn(WireIn):
    model_config = ConfigDict(json_schema_extra={"examples": [{"organisation_id": FEED["organisation_id"]}]})

    organisation_id: OrganisationId


class FeedOut(Wire):
    """A private feed, without its token."""

    model_config = ConfigDict(json_schema_extra={"examples": [FEED]})

    id: FeedId
    organisation_id: OrganisationId
    made_at: datetime
    revoked_at: datetime | None


class MadeFeedOut(Wire):
    """Where a calendar program subscribes. Whoever has the address reads the feed: it is shown this once."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "feed": FEED,
                    "address": "/v1/events/feed.ics?token=3q2-7wZkO0bUu1pVfJ9mXcT4hYsRgNeLaDvKi8QxWyE",
                }
            ]
        }
    )

    feed: FeedOut
    address: str
