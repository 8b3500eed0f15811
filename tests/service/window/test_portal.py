"""What a city offers, as pages for people: in the language of the browser, without scripts, readable by keyboard."""

import pytest

from tests.builders.neighbours import answers
from tests.builders.processes import Process

SHOWN = {
    "events": [
        {
            "id": "evt_1", "kind": "roadshow", "title": "<路演>", "host": "市科技局", "venue": None,
            "starts_at": "2026-12-01T01:00:00Z", "ends_at": "2026-12-01T04:00:00Z",
        }
    ]
}  # fmt: skip


@pytest.mark.anyio
async def test_a_live_city_shows_what_it_offers_and_what_is_on(window: Process) -> None:
    answers(window, "events", lambda path: SHOWN if path == "/internal/published-calendar" else 404)
    async with window.client() as anyone:
        front = await anyone.get("/portal")
        chinese = await anyone.get("/portal/xuzhou")
        english = await anyone.get("/portal/xuzhou", headers={"Accept-Language": "en-GB"})
    assert 'href="/portal/xuzhou?lang=zh"' in front.text
    assert 'href="/portal/xuzhou/recognise-key-makerspace?lang=zh"' in chinese.text
    assert "新建众创空间一件事" in chinese.text
    assert 'href="/portal/xuzhou/sign-in?lang=zh"' in chinese.text
    assert "2026-12-01 09:00–12:00" in chinese.text
    assert "&lt;路演&gt;" in chinese.text
    assert "/v1/events/calendar/evt_1.ics" in chinese.text
    assert "Makerspaces, incubators and other carriers" in english.text
    assert "<script" not in chinese.text + english.text + front.text
    assert "default-src 'none'" in chinese.headers["content-security-policy"]


@pytest.mark.anyio
async def test_a_calendar_that_does_not_answer_costs_its_own_part_alone(window: Process) -> None:
    answers(window, "events", lambda _path: 500)
    async with window.client() as anyone:
        page = await anyone.get("/portal/xuzhou")
    assert page.status_code == 200
    assert "活动日历暂时没有应答" in page.text


@pytest.mark.anyio
async def test_a_guide_says_what_is_not_set_and_keeps_what_was_typed(window: Process) -> None:
    async with window.client() as anyone:
        guide = await anyone.get("/portal/xuzhou/recognise-key-makerspace?tenants=3&lang=zh")
        english = await anyone.get("/portal/xuzhou/confirm-award?lang=en")
    assert "暂不能办理：有标准未定" in guide.text
    assert 'href="/policies/xuzhou?lang=zh#XZ-39"' in guide.text
    assert "Not open yet" in english.text


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/portal/atlantis", 404),
        ("/portal/xuzhou/nothing", 404),
        ("/portal/xuzhou/confirm-award?lang=fr", 422),
        ("/portal/xuzhou/confirm-award?level=%00", 400),
        ("/portal/xuzhou/confirm-award?level=" + "x" * 3000, 200),
        ("/portal/xuzhou/confirm-award?" + "&".join(f"a{n}=1" for n in range(300)), 200),
    ],
)
async def test_what_is_not_there_or_cannot_be_read_is_answered(window: Process, path: str, status: int) -> None:
    async with window.client() as anyone:
        assert (await anyone.get(path)).status_code == status
