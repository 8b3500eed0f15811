import pytest

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
