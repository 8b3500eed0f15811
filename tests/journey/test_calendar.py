"""An event from an officer's draft to a citizen's calendar program, which has no token."""

from datetime import UTC, datetime, time, timedelta

import httpx2
import pytest

from devtools.demo.stage import Stage
from devtools.demo.story import Story

pytestmark = pytest.mark.timeout(400)


def a_roadshow(stage: Stage, host_id: str) -> dict[str, object]:
    starts_at = datetime.combine(stage.today + timedelta(days=11), time(6), UTC)
    return {
        "kind": "roadshow",
        "level": "municipal",
        "host_id": host_id,
        "title": {"zh": "众创空间项目路演第八期", "en": "Makerspace roadshow no. 8"},
        "venue": "徐州市科技大市场二楼",
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + timedelta(hours=3)).isoformat(),
        "capacity": 120,
    }


def test_a_published_event_is_in_everybodys_calendar_and_unchanged_costs_nothing(
    gateway: httpx2.Client, story: Story
) -> None:
    stage, feed = story.stage, f"/v1/events/calendar.ics?city={story.stage.city}"
    drafted = stage.officer_1.post("/v1/events/calendar", a_roadshow(stage, story.carrier.organisation_id))
    before = gateway.get(feed)
    assert before.status_code == 200
    assert "BEGIN:VEVENT" not in before.text

    stage.officer_1.post(f"/v1/events/calendar/{drafted['id']}/publish", key=None, **{"If-Match": '"v1"'})
    published = gateway.get(feed)
    assert published.headers["content-type"].startswith("text/calendar")
    assert "SUMMARY:众创空间项目路演第八期" in published.text
    assert published.text.count("BEGIN:VEVENT") == 1
    english = gateway.get(f"{feed}&language=en")
    assert "SUMMARY:Makerspace roadshow no. 8" in english.text

    unchanged = gateway.get(feed, headers={"If-None-Match": published.headers["etag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert gateway.get(feed, headers={"If-None-Match": before.headers["etag"]}).status_code == 200
