from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from kernel.findings import codes
from kernel.moves import IllegalMove, status_after
from services.events.calendar.rules import (
    Audience,
    Content,
    EventKind,
    EventLevel,
    Evidence,
    edit_findings,
    fact_of_edit,
    publication_findings,
    stamp_after,
)
from services.events.calendar.states import MOVES, Fact, Status

NOW = datetime(2026, 11, 22, 2, 0, 0, 700_000, tzinfo=UTC)
ROADSHOW = Content(
    kind=EventKind.ROADSHOW,
    level=EventLevel.MUNICIPAL,
    host_id=UUID(int=1),
    host_name="徐州众创科技有限公司",
    co_hosts=(),
    audience=Audience.PUBLIC,
    series=None,
    edition=None,
    title_zh="众创空间项目路演",
    title_en=None,
    description_zh=None,
    description_en=None,
    venue="徐州市科技大市场二楼",
    online_link=None,
    starts_at=NOW + timedelta(days=1),
    ends_at=NOW + timedelta(days=1, hours=2),
    capacity=None,
    registration_opens_at=None,
    registration_closes_at=None,
    offer_minutes=None,
)
UNTOUCHED: dict[str, Any] = {"was": Audience.PUBLIC, "seats_taken": 0, "evidence": Evidence()}
ARROWS = {
    (Fact.REDRAFTED, Status.DRAFT): Status.DRAFT,
    (Fact.PUBLISHED, Status.DRAFT): Status.PUBLISHED,
    (Fact.REVISED, Status.PUBLISHED): Status.PUBLISHED,
    (Fact.RESCHEDULED, Status.PUBLISHED): Status.PUBLISHED,
    (Fact.CANCELLED, Status.DRAFT): Status.CANCELLED,
    (Fact.CANCELLED, Status.PUBLISHED): Status.CANCELLED,
}


@pytest.mark.parametrize("fact", MOVES)
@pytest.mark.parametrize("status", Status)
def test_every_arrow(fact: Fact, status: Status) -> None:
    target = ARROWS.get((fact, status))
    if target is None:
        with pytest.raises(IllegalMove):
            status_after(fact, status, MOVES)
    else:
        assert status_after(fact, status, MOVES) is target


def test_publication_names_every_reason_at_once() -> None:
    nowhere_and_past = replace(ROADSHOW, venue=None, starts_at=NOW)
    assert codes(publication_findings(nowhere_and_past, NOW)) == ["starts_in_past", "place_missing"]
    assert publication_findings(ROADSHOW, NOW) == []


def test_an_online_link_is_a_place() -> None:
    online = replace(ROADSHOW, venue=None, online_link="https://meeting.example.org/r/1")
    assert publication_findings(online, NOW) == []


def test_a_running_event_may_be_revised_but_not_moved_into_the_past() -> None:
    running = replace(ROADSHOW, starts_at=NOW - timedelta(hours=1))
    assert edit_findings(Fact.REVISED, running, NOW, **UNTOUCHED) == []
    assert codes(edit_findings(Fact.RESCHEDULED, running, NOW, **UNTOUCHED)) == ["starts_in_past"]


def test_a_draft_may_be_anything() -> None:
    assert (
        edit_findings(Fact.REDRAFTED, replace(ROADSHOW, venue=None, starts_at=NOW - timedelta(1)), NOW, **UNTOUCHED)
        == []
    )


def test_what_others_have_seen_does_not_become_internal() -> None:
    hidden = replace(ROADSHOW, audience=Audience.INTERNAL)
    assert codes(edit_findings(Fact.REVISED, hidden, NOW, **UNTOUCHED)) == ["published_to_others"]
    assert edit_findings(Fact.REVISED, hidden, NOW, **UNTOUCHED | {"was": Audience.INTERNAL}) == []
    assert edit_findings(Fact.REDRAFTED, hidden, NOW, **UNTOUCHED) == []


def test_an_edit_that_moves_a_public_event_is_a_rescheduling() -> None:
    later = replace(ROADSHOW, ends_at=ROADSHOW.ends_at + timedelta(hours=1))
    renamed = replace(ROADSHOW, title_zh="路演")
    assert fact_of_edit(Status.PUBLISHED, ROADSHOW, later) is Fact.RESCHEDULED
    assert fact_of_edit(Status.PUBLISHED, ROADSHOW, renamed) is Fact.REVISED
    assert fact_of_edit(Status.DRAFT, ROADSHOW, later) is Fact.REDRAFTED


def test_a_public_event_keeps_the_seats_that_are_taken() -> None:
    smaller = replace(ROADSHOW, capacity=9)
    taken = UNTOUCHED | {"seats_taken": 10}
    assert codes(edit_findings(Fact.REVISED, smaller, NOW, **taken)) == ["capacity_below_registered"]
    assert edit_findings(Fact.REVISED, replace(smaller, capacity=10), NOW, **taken) == []
    assert edit_findings(Fact.REVISED, ROADSHOW, NOW, **taken) == []


def test_registration_closes_by_the_end_of_the_event() -> None:
    terms = {"registration_opens_at": NOW, "registration_closes_at": ROADSHOW.ends_at + timedelta(seconds=1)}
    assert codes(publication_findings(replace(ROADSHOW, **terms), NOW)) == ["registration_outlives_event"]
    on_time = replace(ROADSHOW, registration_opens_at=NOW, registration_closes_at=ROADSHOW.ends_at)
    assert publication_findings(on_time, NOW) == []


def test_what_took_place_is_neither_moved_nor_called_off_but_may_be_reworded() -> None:
    evidence = Evidence(is_signed=True, cost_confirmed=True)
    held = UNTOUCHED | {"evidence": evidence}
    both = ["attendance_signed", "hosting_cost_confirmed"]
    assert codes(edit_findings(Fact.RESCHEDULED, ROADSHOW, NOW, **held)) == both
    assert edit_findings(Fact.REVISED, ROADSHOW, NOW, **held) == []
    assert codes(evidence.findings) == both
    assert Evidence().findings == []


def test_stamps_rise_by_whole_seconds_even_when_changes_share_one_or_the_clock_went_back() -> None:
    first = stamp_after(NOW - timedelta(hours=1), NOW)
    assert first == NOW.replace(microsecond=0)
    assert stamp_after(first, NOW) == first + timedelta(seconds=1)
    assert stamp_after(first, NOW - timedelta(days=3)) == first + timedelta(seconds=1)
