"""A city's policy as a page: HTML that loads nothing else, made from the pack and what operators set."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from contracts.published_statistics import PublishedReply
from gateway.window.ratings.schemas import CityRatingsOut
from gateway.window.reference.views import Page, in_order
from gateway.window.reference.words import Language, said
from policy.schema import Pack
from policy.snapshots import Acceptance, Snapshot

GROUPINGS = {
    "district": ("按区划", "By division"), "kind": ("按载体类型", "By kind of carrier"),
    "level": ("按级别", "By level"), "period": ("按报告期", "Over the periods"),
}  # fmt: skip
# By status: what is wrong, and what the reader may do about it.
PROBLEMS = {
    404: (
        ("没有这个页面", "There is no such page"),
        (
            "地址可能有误，或该事项已不在现行政策中。",
            "The address may be wrong, or the policy has it no longer.",
        ),
    ),
}
_PASSING = (
    ("暂时打不开", "Not available at the moment"),
    ("请稍后再打开一次。", "Please open the page again in a while."),
)
_UNREADABLE = {400, 405, 422}
_OTHER_PROBLEM = (
    ("这个地址看不懂", "This address cannot be read"),
    ("请从下面的链接重新进入。", "Please start again from one of the links below."),
)

_templates = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)


def reference_page(snapshot: Snapshot, *, at: Acceptance, language: Language, other: str) -> str:
    """The page of a city. `other` is where the same page in the other language is: a file's has no pages beside it."""
    page = Page(snapshot, at=at, language=language)
    template = _templates.get_template("page.html.j2")
    items, bundles, duties = in_order(page.pack.items), in_order(page.pack.bundles), in_order(page.pack.duties)
    return template.render(
        page=page, pack=page.pack, programmes=page.programmes, items=items, bundles=bundles, duties=duties, other=other,
        live=other.startswith("/"),
    )  # fmt: skip


def index_page(cities: Sequence[Snapshot]) -> str:
    """The page that leads to every live city's."""
    return _templates.get_template("index.html.j2").render(packs=[snapshot.pack for snapshot in cities])


def statistics_page(pack: Pack, found: PublishedReply, *, language: Language) -> str:
    """Published figures of a city with their pictures, which the registry drew of numbers and escaped names."""
    place = 0 if language == "zh" else 1
    template = _templates.get_template("statistics.html.j2")
    titles = {by: names[place] for by, names in GROUPINGS.items()}
    city = pack.city.zh if language == "zh" else pack.city.en
    return template.render(found=found, city=city, pack_id=pack.pack, titles=titles, language=language)


def ratings_page(pack: Pack, found: CityRatingsOut, *, language: Language) -> str:
    """What applicants say of the service, as it is published."""
    city = pack.city.zh if language == "zh" else pack.city.en
    template = _templates.get_template("ratings.html.j2")
    return template.render(found=found.model_dump(), city=city, pack_id=pack.pack, language=language)


def problem_page(problem: Mapping[str, Any], *, language: Language) -> str:
    """What went wrong with a page, for who wanted to read it."""
    status = problem["status"]
    what, advice = PROBLEMS.get(status, _OTHER_PROBLEM if status in _UNREADABLE else _PASSING)
    template = _templates.get_template("problem.html.j2")
    return template.render(
        problem=problem, said=said(what, language), advice=said(advice, language), zh=language == "zh"
    )
