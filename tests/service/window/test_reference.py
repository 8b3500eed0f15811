import pytest

from gateway.window.reference.pages import problem_page
from tests.builders.neighbours import answers
from tests.builders.processes import Process


@pytest.mark.anyio
async def test_a_live_city_has_a_page_for_everybody_in_the_language_of_the_browser(window: Process) -> None:
    async with window.client() as anyone:
        chinese = await anyone.get("/policies/xuzhou")
        english = await anyone.get("/policies/xuzhou", headers={"Accept-Language": "en-GB,en;q=0.9"})
        asked = await anyone.get("/policies/xuzhou?lang=zh", headers={"Accept-Language": "en"})
        french = await anyone.get("/policies/xuzhou/ratings", headers={"Accept-Language": "fr-FR,fr;q=0.9,en;q=0.7"})
        index = await anyone.get("/policies")
    assert chinese.headers["content-type"] == "text/html; charset=utf-8"
    assert '<html lang="zh-CN">' in chinese.text
    assert '<a href="#XZ-23">300,000.00 元</a>' in chinese.text
    assert '<a href="#XZ-23">CNY 300,000.00</a>' in english.text
    assert '<html lang="zh-CN">' in asked.text
    assert '<html lang="en">' in french.text
    assert "Accept-Language" in french.headers["vary"]  # a cache must not give it to somebody else
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
    assert 'href="/policies/xuzhou?lang=zh#XZ-37">XZ-37</a>' in chinese.text
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


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/portal/atlantis?lang=en", 404, "There is no such page"),
        ("/portal/xuzhou/nothing", 404, "没有这个页面"),
        ("/policies/atlantis/ratings", 404, "没有这个页面"),
        ("/policies/xuzhou/no/such/page", 404, "没有这个页面"),
        ("/policies/xuzhou?lang=fr", 422, "这个地址看不懂"),
        ("/policies/xuzhou/statistics", 503, "暂时打不开"),
    ],
)
async def test_what_goes_wrong_with_a_page_is_told_as_a_page(
    window: Process, path: str, status: int, said: str
) -> None:
    answers(window, "registry", lambda _path: 503)
    async with window.client() as browser:
        answer = await browser.get(path, headers={"Accept": "text/html,application/xhtml+xml"})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert f"<h1>{said}</h1>" in answer.text
    assert 'href="/portal?lang=' in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("status", "said"),
    [(404, "没有这个页面"), (400, "这个地址看不懂"), (405, "这个地址看不懂"), (422, "这个地址看不懂")]
    + [(status, "暂时打不开") for status in (409, 429, 500, 502, 503, 504)],
)
def test_an_address_is_blamed_only_for_what_is_wrong_with_it(status: int, said: str) -> None:
    problem = {"status": status, "title": "t", "code": "c", "request_id": "r"}
    assert f"<h1>{said}</h1>" in problem_page(problem, language="zh")


@pytest.mark.anyio
async def test_from_each_page_of_a_city_the_others_are_one_step_away(window: Process) -> None:
    answers(window, "registry", lambda path: PUBLISHED if path == "/internal/published-statistics" else 404)
    answers(window, "events", lambda _path: 500)
    own = [f"/policies/xuzhou{part}?lang=en" for part in ("", "/statistics", "/ratings")]
    shown = {"/portal/xuzhou?lang=en": own, "/policies/xuzhou?lang=en": [*own[1:], "/portal/xuzhou?lang=en"]}
    shown |= {path: [own[0], "/portal/xuzhou?lang=en"] for path in own[1:]}
    async with window.client() as anyone:
        pages = {path: (await anyone.get(path)).text for path in shown}
    missing = [(path, to) for path, ways in shown.items() for to in ways if f'href="{to}"' not in pages[path]]
    assert missing == []
