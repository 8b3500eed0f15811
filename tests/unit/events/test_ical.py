from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from services.events.ical import Entry, Feed, render

START = datetime(2026, 12, 3, 6, tzinfo=UTC)
ROADSHOW = Entry(
    uid="evt_01k30dwg0070008000000000b2@zhongchuang",
    sequence=0,
    cancelled=False,
    title="众创空间项目路演第八期,专场;生物医药",
    description="十个项目,每个八分钟。\n请提前十五分钟签到。",
    host="徐州众创科技有限公司",
    venue="徐州市云龙区大学路1号科技大市场二楼第三会议室",
    online_link="https://meeting.example.org/r/8841?x=1;y=2",
    cancellation_reason=None,
    starts_at=START,
    ends_at=START + timedelta(hours=3),
    changed_at=datetime(2026, 11, 22, 2, tzinfo=UTC),
    categories=("roadshow", "municipal"),
    language="zh",
)
printable = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=120)


def lines(feed: Feed) -> list[str]:
    """Unfolded content lines."""
    return feed.body.decode().replace("\r\n ", "").split("\r\n")


def test_an_event_has_what_subscribers_go_by() -> None:
    found = lines(render("320300", "徐州市创业活动日历", (ROADSHOW,)))
    for line in (
        "UID:evt_01k30dwg0070008000000000b2@zhongchuang",
        "SEQUENCE:0",
        "DTSTAMP:20261122T020000Z",
        "LAST-MODIFIED:20261122T020000Z",
        "DTSTART:20261203T060000Z",
        "DTEND:20261203T090000Z",
        "STATUS:CONFIRMED",
        "CATEGORIES:路演,市级",
        r"SUMMARY:众创空间项目路演第八期\,专场\;生物医药",
        "URL:https://meeting.example.org/r/8841?x=1;y=2",
    ):
        assert line in found, line
    assert not any(line.startswith(("METHOD", "BEGIN:VTIMEZONE")) for line in found)


def test_a_cancelled_event_says_so_with_its_reason() -> None:
    feed = render("320300", "x", (replace(ROADSHOW, cancelled=True, cancellation_reason="场地停电", sequence=3),))
    event = Calendar.from_ical(feed.body).events[0]
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 3)
    assert event["SUMMARY"].startswith("[已取消]")
    assert "场地停电" in event["DESCRIPTION"]


def test_the_same_events_are_the_same_bytes_and_a_change_is_another_tag() -> None:
    first = render("320300", "x", (ROADSHOW,))
    render.cache_clear()
    assert render("320300", "x", (ROADSHOW,)) == first
    assert render("320300", "x", (replace(ROADSHOW, sequence=1),)).tag != first.tag


def test_a_name_of_two_lines_adds_no_line_of_its_own() -> None:
    found = lines(render("320300", "路演\r\nBEGIN:VALARM", ()))
    assert any(line.endswith("路演 BEGIN:VALARM") for line in found)
    assert "BEGIN:VALARM" not in found


def test_an_empty_calendar_is_still_a_calendar() -> None:
    feed = render("320300", "x", ())
    calendar = Calendar.from_ical(feed.body)
    (zone,) = calendar.subcomponents  # RFC 5545, 3.6: "at least one calendar component"
    assert (calendar.events, zone.name, zone["TZID"]) == ([], "VTIMEZONE", "Asia/Shanghai")
    assert zone.standard[0]["TZOFFSETTO"].to_ical() == "+0800"
    assert "Last-Modified" not in feed.headers
    render.cache_clear()
    assert render("320300", "x", ()) == feed


@given(title=printable, description=printable, venue=printable)
def test_lines_fold_by_octets_and_no_character_is_cut(title: str, description: str, venue: str) -> None:
    feed = render("320300", "x", (replace(ROADSHOW, title=title, description=description, venue=venue),))
    physical = feed.body.split(b"\r\n")
    assert max(map(len, physical)) <= 75
    for line in physical:
        line.decode()  # a character cut in two would not decode
    event = Calendar.from_ical(feed.body).events[0]
    assert str(event["SUMMARY"]) == title
    assert str(event["LOCATION"]) == venue


@pytest.mark.parametrize(
    ("given_tags", "known"),
    [("{tag}", True), ("W/{tag}", True), ('"other", {tag}', True), ("*", True), ('"other"', False), (None, False)],
)
def test_if_none_match(given_tags: str | None, known: bool) -> None:
    feed = render("320300", "x", (ROADSHOW,))
    assert feed.known_to(given_tags and given_tags.format(tag=feed.tag)) is known
