import pytest

from tests.builders.neighbours import answers
from tests.builders.processes import Process


@pytest.mark.anyio
async def test_a_live_city_has_a_page_for_everybody_in_the_language_of_the_browser(window: Process) -> None:
    async with window.client() as anyone:
        chinese = await anyone.get("/policies/xuzhou")
        english = await anyone.get("/policies/xuzhou", headers={"Accept-Language": "en-GB,en;q=0.9"})
        asked = await anyone.get("/policies/xuzhou?lang=zh", headers={"Accept-Language": "en"})
        index = await anyone.get("/policies")
    assert chinese.headers["content-type"] == "text/html; charset=utf-8"
    assert '<html lang="zh-CN">' in chinese.text
    assert '<a href="#XZ-23">300,000.00 元</a>' in chinese.text
    assert '<a href="#XZ-23">CNY 300,000.00</a>' in english.text
    assert '<html lang="zh-CN">' in asked.text
    assert 'href="/policies/xuzhou?lang=zh"' in index.text


@pytest.mark.anyio
@pytest.mark.parametrize("path", ["/policies/atlantis", "/policies/320300-00000000", "/policies/xuzhou?lang=fr"])
async def test_no_page_for_what_is_no_live_city_or_language(window: Process, city: str, path: str) -> None:
    async with window.client() as anyone:
        answers = [await anyone.get(path), await anyone.get(f"/policies/{city}")]
    assert [answer.status_code for answer in answers] == [422 if "lang" in path else 404, 404]
    assert answers[0].headers["content-type"] == "application/problem+json"


PUBLISHED = {
    "period_from": "2026-07-01", "period_until": "2026-09-30", "clauses": ["XZ-37"], "measures": ["在孵企业 (家)"],
    "suppress_below": 3,
    "tables": [
        {
            "by": "district",
            "rows": [
                {"name": "<泉山>", "carriers": 1, "figures": ["—"]},
                {"name": "合计", "carriers": 9, "figures": ["1,204"]},
            ],
            "charts": ["<svg><text>泉山</text></svg>"],
        }
    ],
}  # fmt: skip


@pytest.mark.anyio
async def test_the_statistics_of_a_live_city_have_a_page_for_everybody(window: Process) -> None:
    """XZ-37: published totals with pictures, in the reader's language, usable by keyboard and without scripts."""
    answers(window, "registry", lambda path: PUBLISHED if path == "/internal/published-statistics" else 404)
    async with window.client() as anyone:
        chinese = await anyone.get("/policies/xuzhou/statistics")
        english = await anyone.get("/policies/xuzhou/statistics?lang=en")
        nowhere = await anyone.get("/policies/atlantis/statistics")
    assert (chinese.status_code, nowhere.status_code) == (200, 404)
    assert '<html lang="zh-CN">' in chinese.text
    assert '<a href="/policies/xuzhou?lang=zh#XZ-37">XZ-37</a>' in chinese.text
    assert "&lt;泉山&gt;" in chinese.text
    assert "<svg><text>泉山</text></svg>" in chinese.text
    assert "By division" in english.text
    assert 'tabindex="0"' in english.text
    assert "<script" not in english.text


@pytest.mark.anyio
async def test_a_registry_that_is_away_is_said_to_be_that(window: Process) -> None:
    answers(window, "registry", lambda _path: 503)
    async with window.client() as anyone:
        answer = await anyone.get("/policies/xuzhou/statistics")
    assert answer.status_code == 503
