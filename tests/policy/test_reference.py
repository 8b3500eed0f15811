"""The pages kept in docs/policy: current, whole, and every figure leads to its quote."""

import re
from html import escape

import pytest

from devtools.reference import FOLDER, pages
from policy.loader import load_pack, pack_ids

PAGES = pages()


def test_the_pages_kept_are_those_the_packs_make() -> None:
    kept = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.html")}
    assert sorted(kept) == sorted(PAGES)
    assert [name for name, text in PAGES.items() if kept[name] != text] == [], "run make reference"


@pytest.mark.parametrize("name", PAGES)
def test_every_link_of_a_page_leads_somewhere_on_it_or_to_its_other_language(name: str) -> None:
    links = set(re.findall(r'href="([^"]+)"', PAGES[name]))
    ids = set(re.findall(r'id="([^"]+)"', PAGES[name]))
    assert {link[1:] for link in links if link.startswith("#")} - ids == set()
    assert {link for link in links if not link.startswith("#")} <= {*PAGES}


@pytest.mark.parametrize("pack_id", pack_ids())
def test_a_page_has_every_clause_with_its_quote_and_every_stated_amount(pack_id: str) -> None:
    pack, page = load_pack(pack_id), PAGES[f"{pack_id}.zh.html"]
    for clause in pack.clauses.values():
        assert f'id="{clause.id}"' in page
        assert f'<blockquote lang="zh-CN">{escape(clause.quote, quote=False)}</blockquote>' in page.replace(
            "&#34;", '"'
        )
    for programme in pack.programmes.values():
        assert f'id="p-{programme.id}"' in page


def test_a_remark_in_place_of_a_number_is_said_in_the_readers_language() -> None:
    """The text of Liuzhou that is in hand prints no number."""
    assert "<strong>(number not printed)</strong>" in PAGES["liuzhou.en.html"]
    assert "文号未载" not in PAGES["liuzhou.en.html"]
    assert '<strong lang="zh-CN">文号未载</strong>' in PAGES["liuzhou.zh.html"]
    assert "徐政发〔2016〕12号" in PAGES["xuzhou.en.html"]
